package virtualserver

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diskdevice"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const (
	maxVolumeLabel = 32
	maxMode        = 0o777
)

func diskObject() schema.NestedAttributeObject {
	kinds := volumeKinds()
	kinds["data_volume"] = schema.SingleNestedAttribute{MarkdownDescription: "A DataVolume; the server waits for its import.", Attributes: map[string]schema.Attribute{"name": optional.RequiredName("The DataVolume.")}}
	kinds["ephemeral"] = schema.SingleNestedAttribute{MarkdownDescription: "A claim that is only read; what the guest writes is gone when it stops.", Attributes: map[string]schema.Attribute{"persistent_volume_claim": requiredClaim()}}
	kinds["container_disk"] = schema.SingleNestedAttribute{MarkdownDescription: "A disk image in a container registry; what the guest writes is gone when it stops.", Attributes: containerDiskAttributes()}
	kinds["host_disk"] = schema.SingleNestedAttribute{
		MarkdownDescription: "An image file on the node that the server runs on; KubeVirt needs the feature gate `HostDisk`.",
		Attributes: map[string]schema.Attribute{
			"path":     schema.StringAttribute{Required: true, MarkdownDescription: "Path of the file on the node.", Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
			"type":     schema.StringAttribute{Required: true, MarkdownDescription: "`Disk`: the file exists. `DiskOrCreate`: it is made when it does not exist.", Validators: []validator.String{stringvalidator.OneOf(string(kubevirtv1.HostDiskExists), string(kubevirtv1.HostDiskExistsOrCreate))}},
			"capacity": optional.Amount("Size of the file to make, for example `2Gi`; only for `DiskOrCreate`."),
			"shared":   optional.Flag("Whether all nodes see the same file at the path, so that the server can migrate. Default: `false`."),
		},
	}
	kinds["empty_disk"] = schema.SingleNestedAttribute{MarkdownDescription: "An empty disk that is gone when the server stops.", Attributes: map[string]schema.Attribute{"capacity": optional.RequiredAmount("Size of the disk, for example `2Gi`.")}}
	names := slices.Collect(maps.Keys(kinds))
	out, one := kindsOf(kinds)
	maps.Copy(out, diskdevice.Attributes(convert.DefaultBus, restart))
	out["read_only"] = optional.Flag("Whether the guest may only read the disk. Default: `false`, and `true` for a CD-ROM drive.")
	out["cdrom"] = optional.Flag("`true`: the guest sees a CD-ROM drive. One without a source is empty: adding one inserts a medium, removing it ejects the medium. An empty drive needs KubeVirt 1.9, or its feature gate `DeclarativeHotplugVolumes`. Default: `false`.")
	out["tray"] = optional.OneOf("Tray of a CD-ROM drive when the server starts: `closed` (default) or `open`."+restart, kubevirtv1.TrayStateClosed, kubevirtv1.TrayStateOpen)
	out["lun"] = optional.Flag("`true`: the guest sees a LUN, to which it can send SCSI commands of its own; for `persistent_volume_claim` and `data_volume`. Default: `false`.")
	out["reservation"] = optional.Flag("Whether the guest may make SCSI persistent reservations on a LUN; KubeVirt needs the feature gate `PersistentReservation`. Default: `false`.")
	out["shareable"] = optional.Flag("Whether several servers may write to the disk at the same time; what they write is theirs to coordinate. It needs the cache `none`, the default then; a CD-ROM drive and a LUN ignore it. Default: `false`.")
	out["hotpluggable"] = optional.Flag("Whether the disk can be plugged into and out of a running server, for `persistent_volume_claim` and `data_volume` on the bus `scsi` or `virtio`. It takes effect live with KubeVirt 1.9, or its feature gate `DeclarativeHotplugVolumes`; without that, KubeVirt accepts such a disk but never attaches it to a server that runs. Default: `false`.")
	return schema.NestedAttributeObject{Attributes: out, Validators: []validator.Object{diskSource{Object: one, names: names}}}
}

func filesystemObject() schema.NestedAttributeObject {
	kinds := volumeKinds()
	out, _ := kindsOf(kinds)
	one := validate.ExactlyOneUnless("ephemeral", "source", slices.Collect(maps.Keys(kinds))...)
	out["ephemeral"] = schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Not possible: KubeVirt would accept it, but what the guest writes would go to the claim. It exists to say so at plan time.",
		Validators:          []validator.Object{validate.RefuseEphemeral()},
		Attributes:          map[string]schema.Attribute{"persistent_volume_claim": requiredClaim()},
	}
	return schema.NestedAttributeObject{Attributes: out, Validators: []validator.Object{one}}
}

// volumeKinds are the sources that both disks and filesystems have.
func volumeKinds() map[string]schema.SingleNestedAttribute {
	label := optional.Text("Label of the volume that the guest sees, for example `OEMDRV`; at most 32 characters. A filesystem has none, and ignores it. Default: `cfgdata`.", stringvalidator.LengthAtMost(maxVolumeLabel))
	mayMiss := optional.Flag("Whether the server starts without it. Default: `false`.")
	return map[string]schema.SingleNestedAttribute{
		"persistent_volume_claim": {MarkdownDescription: "A PersistentVolumeClaim.", Attributes: map[string]schema.Attribute{"claim_name": optional.RequiredName("The claim.")}},
		"config_map":              {MarkdownDescription: "A ConfigMap: each key is a file.", Attributes: map[string]schema.Attribute{"name": optional.RequiredName("The ConfigMap."), "optional": mayMiss, "volume_label": label}},
		"secret":                  {MarkdownDescription: "A Secret: each key is a file.", Attributes: map[string]schema.Attribute{"secret_name": optional.RequiredName("The Secret."), "optional": mayMiss, "volume_label": label}},
		"service_account":         {MarkdownDescription: "A ServiceAccount's `ca.crt`, `namespace` and `token`.", Attributes: map[string]schema.Attribute{"service_account_name": optional.RequiredName("The ServiceAccount.")}},
		"downward_api": {
			MarkdownDescription: "Files that tell the guest about the pod that it runs in.",
			Attributes: map[string]schema.Attribute{
				"fields": schema.ListNestedAttribute{
					Required:            true,
					MarkdownDescription: "The files: each is either a `field_path` or a `resource_field_ref`.",
					NestedObject:        downwardField(),
				},
				"volume_label": label,
			},
		},
	}
}

func containerDiskAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"image":             schema.StringAttribute{Required: true, MarkdownDescription: "The image, for example `quay.io/containerdisks/fedora:42`.", Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
		"path":              optional.Text("Path of the disk in the image. Default: the file in `/disk`.", validate.Text("Invalid path", validate.FilePath)),
		"image_pull_secret": optional.ObjectName("Secret to pull the image with."),
		"image_pull_policy": optional.OneOf("`Always`, `IfNotPresent` or `Never`. Default: `Always` for the tag `latest`, else `IfNotPresent`.", corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever),
	}
}

func requiredClaim() schema.Attribute {
	return schema.SingleNestedAttribute{Required: true, MarkdownDescription: "The claim.", Attributes: map[string]schema.Attribute{"claim_name": optional.RequiredName("Its name.")}}
}

func downwardField() schema.NestedAttributeObject {
	return schema.NestedAttributeObject{
		Validators: []validator.Object{validate.ExactlyOne("field", "field_path", "resource_field_ref")},
		Attributes: map[string]schema.Attribute{
			"path":       schema.StringAttribute{Required: true, MarkdownDescription: "Name of the file.", Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid path", validate.LocalPath)}},
			"mode":       optional.Number("Permissions of the file in decimal: 256 is 0400. Default: 420, which is 0644.", 0, maxMode),
			"field_path": optional.Text("Field of the pod, for example `metadata.labels` or `metadata.annotations['example.org/a']`."),
			"resource_field_ref": optional.Nested("Resource of one of the pod's containers.", map[string]schema.Attribute{
				"container_name": schema.StringAttribute{Required: true, MarkdownDescription: "The container; the guest's is `compute`.", Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid name", validate.DNSLabel)}},
				"resource":       schema.StringAttribute{Required: true, MarkdownDescription: "The resource, for example `limits.memory` or `requests.cpu`.", Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
				"divisor":        divisorAttribute(),
			}),
		},
	}
}

func divisorAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		CustomType: quantity.Type{}, Optional: true,
		MarkdownDescription: "Unit of the number, for example `1Mi`. Default: `1`.",
		Validators:          []validator.String{quantity.AtLeast("1m")},
		PlanModifiers:       []planmodifier.String{quantity.KeepSpelling()},
	}
}

// diskSource wants exactly one source, but at most one of a CD-ROM drive.
type diskSource struct {
	validator.Object
	names []string
}

func (v diskSource) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	attributes := req.ConfigValue.Attributes()
	none := func(name string) bool { return attributes[name] == nil || attributes[name].IsNull() }
	if cdrom, ok := attributes["cdrom"].(types.Bool); ok && (cdrom.ValueBool() || cdrom.IsUnknown()) && !slices.ContainsFunc(v.names, func(name string) bool { return !none(name) }) {
		return // an empty drive
	}
	v.Object.ValidateObject(ctx, req, resp)
}
