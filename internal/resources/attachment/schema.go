package attachment

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// Values of `wait`.
const (
	waitAttached = "attached"
)

// How a change lands; the documentation of each attribute ends with one.
const (
	moves    = " Changing it **replaces** the attachment: the old one is detached, and a new one attached. Its content stays."
	provider = " Only the provider reads it: changing it does not touch the server."
)

const (
	maxServerName = 253
	maxVolumeName = 63
)

type attributes = map[string]schema.Attribute

// Schema describes the resource.
func (r *Resource[M, P]) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	all := attributes{
		"server": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the server: `virtualserver.web.name`." + moves,
			Validators:          []validator.String{stringvalidator.LengthBetween(1, maxServerName), validate.Text("Invalid name", validate.DNSSubdomain)},
		},
		"server_uid": schema.StringAttribute{
			Optional: true, Computed: true,
			MarkdownDescription: "UID of the server: `virtualserver.web.uid`. With it a server that is replaced has its attachments again in the same apply, and a server of the same name that is another one is refused. Default: that of the server that is found; to attach again after a replacement of the server then takes a second apply." + moves,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
		},
		"namespace": plainobject.NamespaceAttribute(r.mark+" attachment", "Namespace of the server, in which what is attached is too."),
		"name": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "Name of the volume and of the device in the server: a DNS label that no other disk or filesystem of the server has. `root`, `cloudinit` and `sysprep` are reserved." + moves,
			Validators: []validator.String{
				stringvalidator.LengthBetween(1, maxVolumeName), validate.Text("Invalid name", validate.DNSLabel),
				stringvalidator.NoneOf(convert.RootDisk, convert.CloudInitDisk, convert.SysprepDisk),
			},
		},
		"wait": optional.Nested("What an apply waits for."+provider, attributes{
			"until":         optional.OneOf("`created`: it is part of the server. `attached` (default): the guest has it, where a guest runs that gets it without a restart.", waiting.Created, waitAttached),
			"on_timeout":    optional.OneOf("`warn` (default): an attachment that is not there in time is kept, with a warning. `fail`: it is an error; one being created is then marked tainted.", waiting.Warn, waiting.Fail),
			"failure_grace": waiting.GraceAttribute(),
		}),
		"timeouts": defaults.Attribute(ctx, [4]string{"attaching", "reading", "changing", "detaching"}),
		"id":       schema.StringAttribute{Computed: true, MarkdownDescription: "`<namespace>/<server>/<name>`."},
		"status":   statusAttribute(),
	}
	maps.Copy(all, r.attributes())
	optional.AllowUnknownElements(all)
	resp.Schema = schema.Schema{MarkdownDescription: r.description, Attributes: all}
}

func statusAttribute() schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	flag := func(description string) schema.BoolAttribute {
		return schema.BoolAttribute{Computed: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "What the running guest has of it. It is read at every refresh and never causes a change.",
		Attributes: attributes{
			"attached": flag("Whether the guest that runs has it. `false` for a server that is stopped, which has it when it starts."),
			"pending":  flag("Whether a guest runs that does not have it: it waits for a restart, or is being plugged in."),
			"phase":    text("KubeVirt's word for the volume: `Pending`, `Bound`, `AttachedToNode`, `MountedToPod`, `Ready`, `Detaching` and others; null where it has none, as for what a guest was started with."),
			"target":   text("Device of a disk in the guest as KubeVirt names it, for example `sda`; null where it does not, and for a filesystem."),
			"message":  text("Why a disk is not plugged in yet, as KubeVirt says it; null when it is, and for a filesystem."),
		},
	}
}
