package virtualserver

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// Schema describes the action.
func (a *Action) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: a.text, Attributes: a.attributes()}
}

// attributes are those that all actions share, and the operation's own.
func (a *Action) attributes() map[string]schema.Attribute {
	out := map[string]schema.Attribute{
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the server, or of its VirtualMachine.",
			Validators: []validator.String{
				stringvalidator.LengthBetween(1, maxServerName),
				validate.Text("Invalid server name", validate.DNSSubdomain),
			},
		},
		"namespace": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Namespace of the server. Default: the provider's `namespace`.",
			Validators:          []validator.String{validate.Text("Invalid namespace", validate.DNSLabel)},
		},
		"timeout": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: waiting.TimeoutText("the action", defaultActionTimeout),
			Validators:          []validator.String{validate.Text("Invalid duration", positive)},
		},
	}
	if a.until != "" {
		out["wait"] = schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether the action ends only when " + a.until + ". `false`: it ends when KubeVirt has accepted it. Default: `true`.",
		}
	}
	maps.Copy(out, a.own)
	return out
}

// positive checks a duration that leaves time to do something.
func positive(value string) string {
	if d, err := time.ParseDuration(value); err == nil && d == 0 {
		return `"` + value + `" leaves no time to do anything.`
	}
	return validate.Duration(value)
}
