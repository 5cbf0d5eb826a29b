package convert

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

var storagePart = part{
	leaves: map[string]leaf{
		"root.name": text(RootDisk, "system"), "root.ephemeral": toggle, "root.on_destroy": untold,
		"root.preallocation": toggle, "root.content_type": text("kubevirt", "archive"), "root.priority_class_name": text("low"),
		"bus": text("virtio", "scsi"), "serial": text("S"), "boot_order": number, "cache": text("none", "writeback"), "io": text("native", "threads"),
		"dedicated_io_thread": toggle, "error_policy": text("stop", "report"), "tag": text("a", "b"),
		"update_volumes_strategy": text("Replacement", "Migration"),
		"match_volume":            toggle, "logical": number, "physical": number, "discard_granularity": number,
		"cdrom": toggle, "lun": toggle, "read_only": toggle, "tray": text("open", "closed"), "reservation": toggle, "shareable": toggle, "hotpluggable": toggle,
		"size": amount, "storage_class_name": text("fast"), "access_modes": texts("ReadWriteOnce", "ReadOnlyMany"), "volume_mode": text("Block", "Filesystem"), "volume_name": object,
		"source.http.url": one("https://example.org/a"), "registry.url": text("docker://a/b"), "image_stream": text("stream"), "pull_method": text("node"), "platform.architecture": text("arm64"),
		"s3.url": one("https://s3.example.org/a"), "gcs.url": one("gs://a/b"), "imageio.url": one("https://ovirt.example.org/a"), "disk_id": one("1"), "insecure_skip_verify": toggle,
		"vddk.url": one("https://vcenter.example.org/a"), "vddk.uuid": one("u"), "backing_file": one("[a] b.vmdk"), "thumbprint": one("AA"), "init_image_url": text("registry/vddk"), "extra_args": object,
		"secret_ref": object, "cert_config_map": object, "extra_headers": texts("A: b", "C: d"), "secret_extra_headers": texts("a", "b"), "checksum": text("md5:0"),
		"source.image.name": one("fedora"), "source.image.namespace": text("images", "default"), "source.image.kind": text(KindDataSource),
		"source.pvc.name": one("golden"), "source.pvc.namespace": text("images", "default"), "source.snapshot.name": one("golden"), "source.snapshot.namespace": text("images", "default"),
		"source.claim.name": one("system"), "claim.kind": text(KindClaim, KindDataVolume),
		"container_disk.image": one("quay.io/a"), "container_disk.path": text("/disk/a"), "image_pull_secret": object, "image_pull_policy": text("Always"),
		"claim_name": one("claim"), "data_volume.name": one("dv"), "config_map.name": one("cm"), "secret_name": one("secret"), "optional": toggle, "volume_label": text("A", "b"),
		"service_account_name": one("sa"), "capacity": pick("capacity", quantity.New("1Gi"), quantity.New("1024Mi")),
		"host_disk.path": one("/data/disk.img"), "host_disk.type": one("Disk", "DiskOrCreate"), "host_disk.capacity": amount, "shared": toggle,
		"fields.path": one("a", "b"), "mode": number, "field_path": text("metadata.name"), "container_name": text("compute"), "resource_field_ref.resource": one("limits.cpu"), "divisor": amount,
	},
	exclusive: []reflect.Type{reflect.TypeFor[Source](), reflect.TypeFor[Imports](), reflect.TypeFor[Disk](), reflect.TypeFor[Filesystem]()},
	always:    []string{"storage", "storage.root", "storage.root.source", "storage.additional_disks.ephemeral.persistent_volume_claim"},
	refused:   []string{"storage.filesystems.ephemeral"},
	beside:    []string{"storage.additional_disks.block_size"},
	fix: func(m *Server) {
		root := m.Storage.Root
		switch {
		case !root.Imported():
			root.PVC, root.Storage = nil, nil
		case root.PVC == nil && root.Storage == nil:
			root.Storage = &Claim{Size: quantity.New("1Gi")}
		case root.PVC != nil:
			root.Storage = nil
		}
		if root.Source.ContainerDisk != nil {
			root.Ephemeral = types.BoolNull()
		}
		if !root.Imported() {
			root.Preallocation, root.ContentType, root.PriorityClassName = types.BoolNull(), types.StringNull(), types.StringNull()
		}
		for name, d := range m.Storage.AdditionalDisks {
			if d.CDROM.ValueBool() {
				d.LUN = types.BoolNull()
			} else {
				d.Tray = types.StringNull()
			}
			if !d.LUN.ValueBool() {
				d.Reservation = types.BoolNull()
			}
			if d.PersistentVolumeClaim == nil && d.DataVolume == nil {
				d.Hotpluggable = types.BoolNull()
			}
			m.Storage.AdditionalDisks[name] = d
		}
	},
}
