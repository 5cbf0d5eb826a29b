package disk

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
	replaced = " Changing it **replaces** the disk, with all that is on it."
	provider = " Only the provider reads it: changing it does not touch the disk."
)

// Schema describes the resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"source":           sourceAttribute(),
		"bind_immediately": optional.Flag("Whether the volume is made at once where the storage class waits for the first server that uses it. Default: `false`, such a disk is ready when it waits. Changing it to `true` takes effect **live**; back to `false` it does nothing."),
		"on_destroy": optional.OneOf("What becomes of the disk when the resource is destroyed. `delete` (default): it is deleted, with all that is on it. `retain`: DataVolume and claim stay as they are, and can be imported again; a replacement under the same name is refused then. "+
			"What counts at a destroy is what was applied before it."+provider, convert.OnDestroyDelete, convert.OnDestroyRetain),
		"deletion_protection": optional.Flag("`true` refuses every plan that destroys or replaces the disk. To delete it, apply `false` first. Default: `false`." + provider),
		"wait":                datavolume.WaitAttribute("a disk", "`created`: the DataVolume exists. `ready` (default): the disk holds its content, or waits for its first server. A disk that somebody uploads into is only waited for until it can be uploaded to.", "", provider),
		"timeouts":            defaults.Attribute(ctx, waiting.Doing),
		"status":              statusAttribute(),
	}
	maps.Copy(attributes, datavolume.Claims(datavolume.Grows, replaced))
	maps.Copy(attributes, datavolume.Options(replaced))
	resp.Schema = schema.Schema{
		MarkdownDescription: "A disk that lives by itself, and longer than the servers that use it: a DataVolume of CDI, and the PersistentVolumeClaim that it fills. " +
			"Servers use it with `storage.additional_disks` (`data_volume = { name = ... }`) or as their root disk (`source = { claim = { name = ..., kind = \"DataVolume\" } }`), or have it attached by `virtualserver_disk_attachment`. " +
			"A disk that a running server uses cannot be deleted: a destroy or replacement waits until `timeouts.delete` is up, and fails. Detach it or stop the server first.",
		Attributes: plainobject.NamespacedAttributes("disk", attributes),
	}
}

func sourceAttribute() schema.Attribute {
	kinds := datavolume.Sources("disk", "A disk that waits until somebody uploads an image into it, for example with `virtctl image-upload dv <name> --no-create`: `upload = {}`.")
	attributes := make(map[string]schema.Attribute, len(kinds))
	names := make([]string, 0, len(kinds))
	for name, kind := range kinds {
		kind.Optional = true
		attributes[name] = kind
		names = append(names, name)
	}
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Where the disk's content comes from: exactly one. Default: `blank`, an empty disk." + replaced,
		Validators:          []validator.Object{validate.ExactlyOne("source", names...)},
		Attributes:          attributes,
	}
}

func statusAttribute() schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "What the cluster says of the disk. It is read at every refresh and never causes a change.",
		Attributes: map[string]schema.Attribute{
			"phase":              text("CDI's word for it: `Pending`, `PVCBound`, `ImportScheduled`, `ImportInProgress`, `CloneScheduled`, `CSICloneInProgress`, `UploadScheduled`, `UploadReady`, `WaitForFirstConsumer`, `PendingPopulation`, `Succeeded`, `Failed` and others. `Succeeded` for a disk without a DataVolume."),
			"progress":           text("How much of the content is there, for example `42.00%`; `N/A` where CDI does not tell."),
			"ready":              schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether a server can use the disk: it holds its content, or waits for its first server."},
			"restarts":           schema.Int64Attribute{Computed: true, MarkdownDescription: "How often the import was tried again."},
			"message":            text("Why the content is not there yet, as CDI says it; null when it is."),
			"capacity":           text("Size of the volume, for example `20Gi`; null until it is made."),
			"resize":             text("How far an expansion of the volume is, in Kubernetes' words: `FileSystemResizePending: ...` when its file system grows with the next start of a server that uses it, `ControllerResizeError: ...` when the storage refuses; null when none is under way."),
			"claim_phase":        text("`Pending`, `Bound` or `Lost`; null until there is a claim."),
			"storage_class_name": text("Storage class of the claim."),
			"access_modes":       schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Access modes of the claim."},
			"volume_mode":        text("`Filesystem` or `Block`."),
		},
	}
}
