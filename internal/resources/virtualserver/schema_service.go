package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const newService = " Changing it deletes the Service and makes a new one, **live**: its address changes and connections break."

func serviceAttribute() schema.Attribute {
	keys := func(kind metadata.Kind, text string) schema.MapAttribute {
		return schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: text + " Only the keys written here are managed: what others add stays." + live,
			Validators:          []validator.Map{metadata.Validator(kind)},
		}
	}
	return optional.Nested("The Service that exposes the ports in `tcp`, `udp` and `ports`. It leads to the server wherever it runs, also to one that was made elsewhere and imported. "+
		"Without any port there is no Service, whatever else stands here. Attributes that are absent are not managed: what others set there stays.", map[string]schema.Attribute{
		"name":        optional.Text("Name of the Service. Default: the server's `vm_name`. Changing it makes a new Service and deletes the old one, **live**.", validate.Text("Invalid Service name", validate.ServiceName)),
		"labels":      keys(metadata.Labels, "Labels of the Service."),
		"annotations": keys(metadata.Annotations, "Annotations of the Service, for example for a load balancer's controller."),
		"ports": schema.MapNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Ports by name, a DNS label. An import reads a port `tcp-<port>` or `udp-<port>` that leads to the same number into `tcp` or `udp`." + live,
			Validators:          []validator.Map{mapvalidator.KeysAre(validate.Text("Invalid port name", validate.DNSLabel), stringvalidator.LengthAtLeast(1))},
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"port": schema.Int64Attribute{
					Required:            true,
					MarkdownDescription: "Port of the Service." + live,
					Validators:          []validator.Int64{int64validator.Between(1, maxPort)},
				},
				"target_port":  optional.Number("Port of the guest. Default: `port`."+live, 1, maxPort),
				"protocol":     optional.OneOf("`TCP` (default), `UDP` or `SCTP`."+live, corev1.ProtocolTCP, corev1.ProtocolUDP, corev1.ProtocolSCTP),
				"node_port":    optional.Number("Port on every node, for the types `NodePort` and `LoadBalancer`; clusters usually give 30000 to 32767. Default: Kubernetes chooses one and keeps it. An import does not read it: nothing tells a port that was asked for from one that Kubernetes chose."+live, 1, maxPort),
				"app_protocol": optional.Text("Protocol of the application as a hint for proxies: a name such as `http`, or one with a prefix such as `kubernetes.io/h2c`."+live, validate.Text("Invalid protocol", validate.LabelKey)),
			}},
		},
		"type": optional.OneOf("`ClusterIP` (default): reachable inside the cluster. `NodePort`: also on a port of every node. `LoadBalancer`: also through a load balancer of the cluster's provider, whose addresses `status.load_balancer_ingress` tells."+live,
			corev1.ServiceTypeClusterIP, corev1.ServiceTypeNodePort, corev1.ServiceTypeLoadBalancer),
		"headless":            optional.Flag("`true`: the Service has no address of its own, and its DNS name leads straight to the server. Default: `false`." + newService),
		"load_balancer_class": optional.Text("The load balancer's implementation, for example `service.k8s.aws/nlb`. Default: the cluster's own."+newService, validate.Text("Invalid load balancer class", validate.LabelKey)),
		"load_balancer_source_ranges": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Client networks that the load balancer lets in, such as `192.0.2.0/24`, where it can tell. Default: all." + live,
			Validators:          []validator.List{listvalidator.UniqueValues(), listvalidator.ValueStringsAre(validate.Text("Invalid network", validate.CIDR), stringvalidator.LengthAtLeast(1))},
		},
		"external_traffic_policy": optional.OneOf("Where traffic from outside goes: `Cluster` (default): to the server from any node. `Local`: only through the node that the server runs on, which keeps the clients' addresses."+live,
			corev1.ServiceExternalTrafficPolicyCluster, corev1.ServiceExternalTrafficPolicyLocal),
		"internal_traffic_policy": optional.OneOf("Where traffic from the cluster goes: `Cluster` (default), or `Local`: only from pods of the node that the server runs on."+live,
			corev1.ServiceInternalTrafficPolicyCluster, corev1.ServiceInternalTrafficPolicyLocal),
		"session_affinity": optional.OneOf("`None` (default), or `ClientIP`, which is of use only where others add endpoints to the Service."+live,
			corev1.ServiceAffinityNone, corev1.ServiceAffinityClientIP),
		"publish_not_ready_addresses": optional.Flag("`true`: the Service leads to the server also while it is not ready. Default: `false`." + live),
		"ip_families": schema.ListAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: "Families of the Service's addresses, the primary one first: `IPv4`, `IPv6`. Two need an `ip_family_policy` for two. Default: the cluster's. Removing it leaves the Service as it is, and an import does not read it: nothing tells families that were asked for from the cluster's own. Changing the second takes effect **live**, changing the first deletes the Service and makes a new one.",
			Validators:          []validator.List{listvalidator.UniqueValues(), listvalidator.ValueStringsAre(stringvalidator.OneOf(string(corev1.IPv4Protocol), string(corev1.IPv6Protocol)))},
		},
		"ip_family_policy": optional.OneOf("`SingleStack` (default): one family. `PreferDualStack`: two where the cluster has them. `RequireDualStack`: two. Removing it leaves the Service as it is."+live,
			corev1.IPFamilyPolicySingleStack, corev1.IPFamilyPolicyPreferDualStack, corev1.IPFamilyPolicyRequireDualStack),
	})
}
