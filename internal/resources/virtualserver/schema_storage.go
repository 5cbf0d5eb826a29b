package virtualserver

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func storageAttribute() schema.Attribute {
	deviceNames := []validator.Map{mapvalidator.KeysAre(
		validate.Text("Invalid device name", validate.DNSLabel),
		stringvalidator.NoneOf(convert.RootDisk, convert.CloudInitDisk, convert.SysprepDisk),
	)}
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "Disks and filesystems of the server.",
		Attributes: map[string]schema.Attribute{
			"root": rootAttribute(),
			"additional_disks": schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Additional disks by name. A name is a DNS label, but not `root`, `cloudinit` or `sysprep`. New disks come after the existing ones; the guest's device names (`/dev/vdb`) are not reliable, a `serial` is. Each has exactly one source, but for a CD-ROM drive that is empty." + restart,
				Validators:          deviceNames,
				NestedObject:        diskObject(),
			},
			"filesystems": schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: "virtiofs filesystems by name, which the guest mounts with `mount -t virtiofs <name> <directory>`. Each has exactly one source." + restart,
				Validators:          deviceNames,
				NestedObject:        filesystemObject(),
			},
			"update_volumes_strategy": optional.OneOf("What becomes of an additional disk of a running server whose claim or DataVolume is replaced by another. `Replacement` (default): the server has the new one, with what is on it, from its next restart. `Migration`: KubeVirt copies the content over and moves the guest to it by a live migration, for example into another storage class; the new one must exist and be as large at least, and all disks on ReadWriteOnce claims must move together. KubeVirt plugs no `hotpluggable` disks in or out while it is `Migration`."+live, kubevirtv1.UpdateVolumesStrategyReplacement, kubevirtv1.UpdateVolumesStrategyMigration),
		},
	}
}

func rootAttribute() schema.Attribute {
	claim := func(text string, modesText string) schema.SingleNestedAttribute {
		return optional.Nested(text, map[string]schema.Attribute{
			"size":               optional.Amount("Size of the disk, for example `20Gi`. It can grow, **live**, where the storage class can expand; it cannot shrink. Required for all but `storage` with the source `image`, `pvc` or `snapshot`, whose size is the default."),
			"storage_class_name": optional.Text("Storage class. Default: the cluster's." + replaced),
			"access_modes": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: modesText + replaced,
				Validators: []validator.List{listvalidator.UniqueValues(), listvalidator.ValueStringsAre(stringvalidator.OneOf(
					string(corev1.ReadWriteOnce), string(corev1.ReadOnlyMany), string(corev1.ReadWriteMany), string(corev1.ReadWriteOncePod)))},
			},
			"volume_mode": optional.OneOf("`Filesystem` or `Block`. Default: `Filesystem`, or what the storage profile says."+replaced, corev1.PersistentVolumeFilesystem, corev1.PersistentVolumeBlock),
			"volume_name": objectName("PersistentVolume to bind. Default: Kubernetes finds or makes one." + replaced),
		})
	}
	attributes := map[string]schema.Attribute{
		"name":                optional.Text("Name of the disk's volume; for imported machines, whose root disk may have any. Default: `root`."+replaced, validate.Text("Invalid volume name", validate.DNSLabel), stringvalidator.NoneOf(convert.CloudInitDisk, convert.SysprepDisk)),
		"ephemeral":           optional.Flag("`true`: the disk is only read, and what the guest writes is gone when it stops. Default: `false`." + replaced),
		"pvc":                 claim("The claim, literally as written.", "Access mode, exactly one."),
		"storage":             claim("The claim, completed by CDI: access modes and volume mode come from the cluster's storage profile, and a filesystem's overhead is added to the size.", "Access modes. Default: what the storage profile says."),
		"source":              sourceAttribute(),
		"on_destroy":          optional.OneOf("What becomes of the disk when the server is destroyed or replaced. `delete` (default): it goes with the server. `retain`: its DataVolume and PersistentVolumeClaim stay under their names (`root_claim`), owned by nobody; a new server uses them with `source = { claim = { name = \"...\", kind = \"DataVolume\" } }`. Only for a disk that is made with the server. What counts at a destroy is what was applied before it."+provider, convert.OnDestroyDelete, convert.OnDestroyRetain),
		"preallocation":       optional.Flag("Whether CDI writes the whole disk, also what is empty in the image. Default: what CDI's configuration says." + replaced),
		"content_type":        optional.OneOf("`kubevirt` (default): the source is a disk image. `archive`: it is a tar archive, whose files are unpacked onto a filesystem."+replaced, cdiv1.DataVolumeKubeVirt, cdiv1.DataVolumeArchive),
		"priority_class_name": objectName("PriorityClass of the pods that import. Default: none." + replaced),
	}
	maps.Copy(attributes, deviceAttributes())
	attributes["boot_order"] = schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "Place in the boot order, from 1. Without any, the server boots from this disk." + restart,
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
	}
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "The disk that the server boots from. It is made with the server and deleted with it (see `on_destroy`), unless its source is an existing `claim`.",
		Attributes:          attributes,
	}
}
