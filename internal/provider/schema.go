package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

func (p *virtualServerProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Virtual servers on Kubernetes clusters with [KubeVirt](https://kubevirt.io).\n\n" +
			"The cluster is taken from the first of: the attributes below, the `KUBE_*` variables, `KUBECONFIG`, " +
			"`~/.kube/config`, and the service account of the pod that Terraform runs in. " +
			"A kubeconfig in the provider block also outranks the variables of the cluster and the user " +
			"(`KUBE_HOST`, `KUBE_TOKEN` and so on). With a `host`, only a kubeconfig of the same rank is read.",
		Attributes: map[string]schema.Attribute{
			"config_path": text("Path of a kubeconfig file; `~` is the home directory. " +
				"Excludes `config_paths` and `kubeconfig`. Variable `KUBE_CONFIG_PATH`."),
			"config_paths": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Paths of kubeconfig files that are merged; missing ones are skipped. " +
					"Excludes `config_path` and `kubeconfig`. Variable `KUBE_CONFIG_PATHS`.",
			},
			"config_context": text("Context of the kubeconfig. Default: its current context. Variable `KUBE_CTX`."),
			"config_context_cluster": text("Cluster of the kubeconfig, in place of the context's. " +
				"Variable `KUBE_CTX_CLUSTER`."),
			"config_context_auth_info": text("User of the kubeconfig, in place of the context's. " +
				"Variable `KUBE_CTX_AUTH_INFO`."),
			"kubeconfig": secret("Text of a kubeconfig, for a cluster that the same configuration creates. " +
				"Excludes `config_path` and `config_paths`."),

			"host": text("URL of the API server, as `https://name:port`. Overrides the kubeconfig's. Variable `KUBE_HOST`."),
			"token": secret("Bearer token. Replaces the kubeconfig's user, as `client_certificate` and `exec` do. " +
				"Variable `KUBE_TOKEN`."),
			"client_certificate": text("Client certificate in PEM. Needs `client_key`. Variable `KUBE_CLIENT_CERT_DATA`."),
			"client_key":         secret("Key of the client certificate in PEM. Variable `KUBE_CLIENT_KEY_DATA`."),
			"cluster_ca_certificate": text("CA certificates in PEM that the server's certificate is verified with. " +
				"Default: the kubeconfig's, else the system's. Variable `KUBE_CLUSTER_CA_CERT_DATA`."),
			"insecure": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether to accept any server certificate. Anyone on the way can then read the credentials. " +
					"Excludes `cluster_ca_certificate`. Default `false`. Variable `KUBE_INSECURE`.",
			},
			"tls_server_name": text("Name in the server's certificate. Default: the host's. Variable `KUBE_TLS_SERVER_NAME`."),
			"proxy_url": text("Proxy to the API server: a URL with `http`, `https` or `socks5`. " +
				"Default: `HTTPS_PROXY` and `NO_PROXY`. Variable `KUBE_PROXY_URL`."),
			"exec":        execAttribute(),
			"impersonate": impersonateAttribute(),

			"namespace": text("Namespace of objects that name none. Variable `KUBE_NAMESPACE`; default `default`. " +
				"The namespace of the kubeconfig's context is not used, so that plans are the same on every machine."),
			"default_labels": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Labels of every VirtualMachine that the provider writes. An object's own labels win.",
			},
			"plan_validation": schema.StringAttribute{
				Optional: true,
				Validators: []validator.String{
					stringvalidator.OneOf(providerdata.PlanValidationServer, providerdata.PlanValidationOffline),
				},
				MarkdownDescription: "`server` (default): a plan that changes something asks the API server to check it " +
					"with a dry run. `offline`: plans send no dry run; they still read what exists.",
			},
		},
	}
}

func execAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Command that prints credentials " +
			"([client-go credential plugin](https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins)). " +
			"It has no terminal to ask on.",
		Attributes: map[string]schema.Attribute{
			"api_version": schema.StringAttribute{
				Required: true,
				Validators: []validator.String{stringvalidator.OneOf(
					"client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")},
				MarkdownDescription: "`client.authentication.k8s.io/v1` or `client.authentication.k8s.io/v1beta1`.",
			},
			"command": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "Path or name of the command.",
			},
			"args": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Arguments of the command.",
			},
			"env": schema.MapAttribute{
				Optional: true, Sensitive: true, ElementType: types.StringType,
				MarkdownDescription: "Environment variables of the command, besides Terraform's own.",
			},
		},
	}
}

func impersonateAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Identity to act as. The user needs the permission `impersonate`.",
		Attributes: map[string]schema.Attribute{
			"user": schema.StringAttribute{
				Required:            true,
				Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "Name of the user.",
			},
			"uid": text("UID of the user."),
			"groups": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Groups of the user.",
			},
			"extra": schema.MapAttribute{
				Optional: true, ElementType: types.ListType{ElemType: types.StringType},
				MarkdownDescription: "Further attributes of the user, each a list.",
			},
		},
	}
}

func text(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description}
}

func secret(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: description}
}
