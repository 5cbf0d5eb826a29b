package virtualserver

import (
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func livenessProbeAttribute() schema.Attribute {
	return probeAttribute("Sees whether the guest still works. When it fails, the guest is stopped, and started again if the run strategy says so." + restart)
}

func readinessProbeAttribute() schema.Attribute {
	return probeAttribute("Sees whether the guest is ready. While it fails, `status.ready` is `false` and Services send the server nothing; `wait.until = \"ready\"` waits for it." + restart)
}

func probeAttribute(text string) schema.Attribute {
	number := func(text string, least int64) schema.Int64Attribute {
		return optional.Number(text, least, maxInt32)
	}
	port := schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "Number of the port, or name of a port of an interface.",
		Validators:          []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid port", portProblem)},
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Exactly one of `http_get`, `tcp_socket`, `exec` and `guest_agent_ping`. " + text,
		Validators:          []validator.Object{validate.ExactlyOne("handler", "http_get", "tcp_socket", "exec", "guest_agent_ping")},
		Attributes: map[string]schema.Attribute{
			"http_get": optional.Nested("A request over the pod network that the guest answers with a status from 200 to 399.", map[string]schema.Attribute{
				"path":   optional.Text("Path, for example `/healthz`. Default: `/`."),
				"port":   port,
				"host":   optional.Text("Host to connect to. Default: the server's pod. For a virtual host, write the header `Host`."),
				"scheme": optional.OneOf("`HTTP` (default) or `HTTPS`, whose certificate is not verified.", corev1.URISchemeHTTP, corev1.URISchemeHTTPS),
				"http_headers": schema.ListNestedAttribute{
					Optional:            true,
					MarkdownDescription: "Headers of the request. Anybody who may read the VirtualMachine sees them.",
					NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
						"name":  schema.StringAttribute{Required: true, MarkdownDescription: "Name.", Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid header name", headerProblem)}},
						"value": optional.Text("Value."),
					}},
				},
			}),
			"tcp_socket": optional.Nested("A port that accepts connections over the pod network.", map[string]schema.Attribute{
				"port": port,
				"host": optional.Text("Host to connect to. Default: the server's pod."),
			}),
			"exec": optional.Nested("A command that the guest agent runs in the guest and that must end with 0. The time limit fails the probe but does not end the command.", map[string]schema.Attribute{
				"command": schema.ListAttribute{Required: true, ElementType: types.StringType, MarkdownDescription: "Program and arguments; no shell reads them.", Validators: []validator.List{listvalidator.SizeAtLeast(1)}},
			}),
			"guest_agent_ping":      optional.Nested("The guest agent answers. Write `{}`.", map[string]schema.Attribute{}),
			"initial_delay_seconds": number("Seconds from the start to the first probe; KubeVirt adds 10. Default: 0.", 0),
			"timeout_seconds":       number("Seconds that a probe may take. Default: 1.", 1),
			"period_seconds":        number("Seconds between probes. Default: 10.", 1),
			"success_threshold":     number("Successes in a row after which it passes again. Default: 1, which alone is possible for `liveness_probe`.", 1),
			"failure_threshold":     number("Failures in a row after which it fails. Default: 3.", 1),
		},
	}
}

// portProblem checks a port's number or name.
func portProblem(value string) string {
	if n, err := strconv.Atoi(value); err == nil {
		if n < 1 || n > maxPort {
			return `"` + value + `" is not a port from 1 to 65535.`
		}
		return ""
	}
	if problems := validation.IsValidPortName(value); len(problems) > 0 {
		return `"` + value + `" is neither the number nor the name of a port: a name ` + problems[0] + "."
	}
	return ""
}

func headerProblem(value string) string {
	if problems := validation.IsHTTPHeaderName(value); len(problems) > 0 {
		return `"` + value + `" cannot be the name of a header: letters, digits and hyphens only.`
	}
	return ""
}
