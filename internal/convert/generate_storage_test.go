package convert

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

var storagePart = part{
	leaves: map[string]leaf{
		"root.name": text(RootDisk, "system"), "root.ephemeral": toggle, "bus": text("virtio", "scsi"), "serial": text("S"), "boot_order": number, "read_only": toggle,
		"size": amount, "storage_class_name": text("fast"), "access_modes": texts("ReadWriteOnce", "ReadOnlyMany"), "volume_mode": text("Block", "Filesystem"),
		"http.url": one("https://example.org/a"), "registry.url": text("docker://a/b"), "image_stream": text("stream"), "pull_method": text("node"),
		"secret_ref": object, "cert_config_map": object, "extra_headers": texts("A: b", "C: d"), "secret_extra_headers": texts("a", "b"), "checksum": text("md5:0"),
		"source.pvc.name": one("golden"), "source.pvc.namespace": text("images", "default"), "source.claim.name": one("system"), "kind": text(KindClaim, KindDataVolume),
		"image": one("quay.io/a"), "path": text("/disk/a"), "image_pull_secret": object, "image_pull_policy": text("Always"),
		"claim_name": one("claim"), "data_volume.name": one("dv"), "config_map.name": one("cm"), "secret_name": one("secret"), "optional": toggle,
		"service_account_name": one("sa"), "capacity": pick("capacity", quantity.New("1Gi"), quantity.New("1024Mi")),
	},
	exclusive: []reflect.Type{reflect.TypeFor[Source](), reflect.TypeFor[Disk](), reflect.TypeFor[Filesystem]()},
	always:    []string{"storage", "storage.root", "storage.root.source", "storage.additional_disks.ephemeral.persistent_volume_claim"},
	refused:   []string{"storage.filesystems.ephemeral"},
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
	},
}
