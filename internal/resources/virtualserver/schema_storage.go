package virtualserver

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diskdevice"
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
			"update_volumes_strategy": optional.OneOf("What becomes of an additional disk of a running server whose claim or DataVolume is replaced by another. `Replacement` (default): the server has the new one, with what is on it, from its next restart. `Migration`: KubeVirt copies the content over and moves the guest to it by a live migration, for example into another storage class; the new one must exist and be as large at least, and all disks on ReadWriteOnce claims must move together. KubeVirt plugs no `hotpluggable` disks in or out while it is `Migration`."+live, kubevirtv1.UpdateVolumesStrategyReplacement, kubevirtv1.UpdateVolumesStrategyMigration),
			"filesystems": schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: "virtiofs filesystems by name, which the guest mounts with `mount -t virtiofs <name> <directory>`. Each has exactly one source." + restart,
				Validators:          deviceNames,
				NestedObject:        filesystemObject(),
			},
		},
	}
}

func rootAttribute() schema.Attribute {
	attributes := map[string]schema.Attribute{
		"name":       optional.Text("Name of the disk's volume; for imported machines, whose root disk may have any. Default: `root`."+replaced, validate.Text("Invalid volume name", validate.DNSLabel), stringvalidator.NoneOf(convert.CloudInitDisk, convert.SysprepDisk)),
		"ephemeral":  optional.Flag("`true`: the disk is only read, and what the guest writes is gone when it stops. Default: `false`." + replaced),
		"source":     sourceAttribute(),
		"on_destroy": optional.OneOf("What becomes of the disk when the server is destroyed or replaced. `delete` (default): it goes with the server. `retain`: its DataVolume and PersistentVolumeClaim stay under their names (`root_claim`), owned by nobody; a new server uses them with `source = { claim = { name = \"...\", kind = \"DataVolume\" } }`. Only for a disk that is made with the server. What counts at a destroy is what was applied before it."+provider, convert.OnDestroyDelete, convert.OnDestroyRetain),
	}
	maps.Copy(attributes, datavolume.Claims(datavolume.Grows, replaced))
	maps.Copy(attributes, datavolume.Options(replaced))
	maps.Copy(attributes, diskdevice.Attributes(convert.DefaultBus, restart))
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
