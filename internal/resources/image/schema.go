package image

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/plainobject"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// How a change lands; the documentation of each attribute ends with one.
const (
	live     = " Changing it takes effect **live**."
	replaced = " Changing it **replaces** the image; disks that were cloned from it stay as they are."
	provider = " Only the provider reads it: changing it does not touch the image."
)

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"source":                sourceAttribute(),
		"cdrom":                 optional.Flag("Whether the image is a CD-ROM (an ISO image). It is not cloned then: servers put the claim `status.claim_name` itself into a drive, with `cdrom = true` of `storage.additional_disks`, so give it access modes with which CDI can write it and all of them mount it, as a rule `ReadWriteMany`. Default: `false`." + live),
		"default_instance_type": defaultAttribute("instance type", convert.KindClusterInstanceType, convert.KindInstanceType),
		"default_preference":    defaultAttribute("preference", convert.KindClusterPreference, convert.KindPreference),
		"schedule":              scheduleAttribute(),
		"shared_with":           sharingAttribute(),
		"on_destroy": optional.OneOf("What becomes of the image when the resource is destroyed. `delete` (default): it is deleted; disks that were cloned from it stay. `retain`: all of it stays as it is, a schedule too, and can be imported again; a replacement under the same name is refused then. "+
			"What counts at a destroy is what was applied before it."+provider, convert.OnDestroyDelete, convert.OnDestroyRetain),
		"deletion_protection": optional.Flag("`true` refuses every plan that destroys or replaces the image. To delete it, apply `false` first. Default: `false`." + provider),
		"wait":                datavolume.WaitAttribute("an image", "`created`: the objects exist. `ready` (default): disks can be cloned from it. An image that somebody else uploads is only waited for until it can be uploaded to; a local file is always uploaded to its end.", " An upload of a local file that is not done in time is always an error.", provider),
		"timeouts":            defaults.Attribute(ctx, waiting.Doing),
		"data_source":         schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the DataSource that leads to the image, the same as `name`: what `source.image.name` of disks and servers takes. One that somebody deleted is made again by the next apply."},
		"status":              statusAttribute(),
	}
	maps.Copy(attributes, datavolume.Claims(datavolume.Grows+" With `schedule` a change **replaces** the image.", replaced))
	maps.Copy(attributes, datavolume.Options(replaced))
	resp.Schema = schema.Schema{
		MarkdownDescription: "An image: what disks and the root disks of servers are cloned from, with `source = { image = { name = ... } }`. " +
			"It is a DataVolume of CDI with the claim that it fills, and a DataSource that leads to it. With `schedule` it is a DataImportCron, by which CDI looks for a newer image and leads the DataSource to it; disks that were cloned before stay as they are. " +
			"The guide [Images](../guides/images.md) has uploads, schedules, sharing and CD-ROMs.",
		Attributes: plainobject.NamespacedAttributes("image", attributes),
	}
}

func sourceAttribute() schema.Attribute {
	kinds := datavolume.Sources("image", "")
	delete(kinds, "blank") // there is nothing to clone in it
	kinds["upload"] = uploadAttribute()
	attributes := make(map[string]schema.Attribute, len(kinds))
	names := make([]string, 0, len(kinds))
	for name, kind := range kinds {
		kind.Optional = true
		attributes[name] = kind
		names = append(names, name)
	}
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "Where the image's content comes from: exactly one. With `schedule` it is `registry` or `pvc`." + replaced,
		Validators:          []validator.Object{validate.ExactlyOne("source", names...)},
		Attributes:          attributes,
	}
}

func uploadAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		MarkdownDescription: "Upload of a local file, through CDI's upload proxy. Without `path` somebody else uploads: the image is then created once it can be uploaded to, `status.upload_url` says where, and the ephemeral resource `virtualserver_upload_token` is the permission.",
		Attributes: map[string]schema.Attribute{
			"path": optional.Text("The file (qcow2, raw, iso; also compressed with gz or xz), seen from the directory that Terraform runs in: `${path.module}/image.qcow2` is beside the configuration. Its content counts, not its name: see `sha256`. A file that is not there at plan time leaves an image as it is."),
			"sha256": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "SHA-256 of the file, 64 hex digits in lower case as `sha256sum` prints them. Written, it is trusted at plan time, and the last bytes are only sent when the file has it. Left out, it is computed: while the file is uploaded, and after that whenever its size or its time of change is another." + replaced,
				Validators:          []validator.String{validate.Text("Invalid SHA-256", sha256Text)},
			},
			"proxy": optional.Nested("How the upload proxy is reached."+provider, map[string]schema.Attribute{
				"url":                  optional.Text("URL of the proxy. Default: what CDI's configuration says (`status.uploadProxyURL` of the CDIConfig).", validate.Text("Invalid URL", validate.URL("https", "http"))),
				"ca_certificate":       optional.Text("Certificates that the proxy's is verified with, in PEM. Default: those that the machine trusts. CDI's own are in the ConfigMap `cdi-uploadproxy-signer-bundle` of its namespace.", validate.Text("Invalid certificate", pemText)),
				"insecure_skip_verify": optional.Flag("`true`: the proxy's certificate is not verified, so that anybody on the way can read and change the image. Default: `false`."),
			}),
		},
	}
}
