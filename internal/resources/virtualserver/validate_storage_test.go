package virtualserver_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestValidateStorage has one case per rule of the root disk, its source and
// the additional disks.
func TestValidateStorage(t *testing.T) {
	tf := newOffline(t, nil)
	const root, data = "storage.root.", "storage.additional_disks.data."
	source := func(kind string, content values) values {
		return values{"storage.root.source": values{kind: content}}
	}
	existing := func(more values) values {
		out := values{"storage.root.source": values{"claim": values{"name": "a"}}, "storage.root.storage": nil}
		maps.Copy(out, more)
		return out
	}
	disk := func(content values) values { return values{"storage.additional_disks.data": content} }
	claimed := func(content values) values {
		out := values{"persistent_volume_claim": values{"claim_name": "data"}}
		maps.Copy(out, content)
		return disk(out)
	}
	custom := func(content values) values { return values{"custom": content} }
	imageio := func(more values) values {
		out := values{"url": "https://engine.example.org/ovirt-engine/api", "disk_id": "1", "secret_ref": "s"}
		maps.Copy(out, more)
		return source("imageio", out)
	}
	vddk := values{"url": "https://vcenter.example.org", "uuid": "u", "backing_file": "[a] b.vmdk", "thumbprint": "AA", "secret_ref": "s"}
	without := func(name string) values {
		out := maps.Clone(vddk)
		delete(out, name)
		return source("vddk", out)
	}
	const fields = "downward_api"
	for name, c := range map[string]struct {
		change values
		want   []string // "path: summary"; none: valid
	}{
		"s3":                    {change: source("s3", values{"url": "https://s3.example.org/bucket/key"})},
		"s3 url":                {source("s3", values{"url": "s3://bucket/key"}), []string{root + "source.s3.url: Invalid URL"}},
		"gcs":                   {change: source("gcs", values{"url": "gs://bucket/key"})},
		"gcs url":               {source("gcs", values{"url": "gcs://bucket/key"}), []string{root + "source.gcs.url: Invalid URL"}},
		"imageio":               {change: imageio(values{"cert_config_map": "c"})},
		"imageio insecure":      {change: imageio(values{"insecure_skip_verify": true})},
		"imageio unknown":       {change: imageio(values{"insecure_skip_verify": unknown})},
		"imageio certificates":  {imageio(nil), []string{root + "source.imageio.cert_config_map: Missing certificates"}},
		"imageio disk":          {imageio(values{"disk_id": "", "cert_config_map": "c"}), []string{root + "source.imageio.disk_id: Invalid Attribute Value Length"}},
		"imageio secret":        {imageio(values{"secret_ref": nil, "cert_config_map": "c"}), []string{root + "source.imageio.secret_ref: Missing Configuration for Required Attribute"}},
		"vddk":                  {change: source("vddk", vddk)},
		"vddk uuid":             {without("uuid"), []string{root + "source.vddk.uuid: Missing Configuration for Required Attribute"}},
		"vddk file":             {without("backing_file"), []string{root + "source.vddk.backing_file: Missing Configuration for Required Attribute"}},
		"vddk thumbprint":       {without("thumbprint"), []string{root + "source.vddk.thumbprint: Missing Configuration for Required Attribute"}},
		"vddk secret":           {without("secret_ref"), []string{root + "source.vddk.secret_ref: Missing Configuration for Required Attribute"}},
		"image":                 {change: source("image", values{"name": "fedora", "namespace": "images", "kind": "DataSource"})},
		"image without size":    {change: values{"storage.root.source": values{"image": values{"name": "fedora"}}, "storage.root.storage": values{}}},
		"image kind":            {source("image", values{"name": "fedora", "kind": "Image"}), []string{root + "source.image.kind: Invalid Attribute Value Match"}},
		"image name":            {source("image", values{"name": ""}), []string{root + "source.image.name: Invalid Attribute Value Length"}},
		"image no claim":        {values{"storage.root.source": values{"image": values{"name": "fedora"}}, "storage.root.storage": nil}, []string{"storage.root: Missing claim"}},
		"snapshot without size": {change: values{"storage.root.source": values{"snapshot": values{"name": "a"}}, "storage.root.storage": values{}}},
		"snapshot name":         {source("snapshot", values{"name": "A"}), []string{root + "source.snapshot.name: Invalid name"}},
		"upload without size":   {values{"storage.root.source": values{"upload": values{}}, "storage.root.storage": values{}}, []string{root + "storage.size: Missing size"}},
		"literal clone without size": {values{"storage.root.source": values{"pvc": values{"name": "a"}}, "storage.root.storage": nil, "storage.root.pvc": values{"access_modes": []any{"ReadWriteOnce"}}},
			[]string{root + "pvc.size: Missing size"}},
		"literal claim of two modes": {values{"storage.root.storage": nil, "storage.root.pvc": values{"size": "1Gi", "access_modes": []any{"ReadWriteOnce", "ReadOnlyMany"}}},
			[]string{root + "pvc.access_modes: Several access modes"}},
		"platform":                 {change: source("registry", values{"url": "docker://a/b", "platform": values{"architecture": "arm64"}})},
		"image stream":             {change: source("registry", values{"image_stream": "a", "pull_method": "node"})},
		"image stream of the pod":  {source("registry", values{"image_stream": "a", "pull_method": "pod"}), []string{root + "source.registry.pull_method: Image stream not pulled by the node"}},
		"image stream by default":  {source("registry", values{"image_stream": "a"}), []string{root + "source.registry.pull_method: Image stream not pulled by the node"}},
		"volume name":              {values{root + "storage.volume_name": "A"}, []string{root + "storage.volume_name: Invalid name"}},
		"content type":             {values{root + "content_type": "tar"}, []string{root + "content_type: Invalid Attribute Value Match"}},
		"archive":                  {change: values{root + "content_type": "archive"}},
		"archive of nothing":       {values{root + "content_type": "archive", "storage.root.source": values{"blank": values{}}}, []string{root + "content_type: No archive"}},
		"archive in a registry":    {values{root + "content_type": "archive", "storage.root.source": values{"registry": values{"url": "docker://a/b"}}}, []string{root + "content_type: No archive"}},
		"import options of nobody": {existing(values{root + "preallocation": true, root + "priority_class_name": "a"}), []string{root + "preallocation: Nothing to import", root + "priority_class_name: Nothing to import"}},
		"import options absent":    {change: existing(values{root + "preallocation": false, root + "content_type": "", root + "on_destroy": "delete"})},
		"retain":                   {change: values{root + "on_destroy": "retain"}},
		"retain a claim":           {existing(values{root + "on_destroy": "retain"}), []string{root + "on_destroy: Nothing to retain"}},
		"retain a container disk": {values{"storage.root.source": values{"container_disk": values{"image": "a"}}, "storage.root.storage": nil, root + "on_destroy": "retain"},
			[]string{root + "on_destroy: Nothing to retain"}},
		"on destroy": {values{root + "on_destroy": "keep"}, []string{root + "on_destroy: Invalid Attribute Value Match"}},
		"container disk path": {values{"storage.root.source": values{"container_disk": values{"image": "a", "path": "disk/a"}}, "storage.root.storage": nil},
			[]string{root + "source.container_disk.path: Invalid path"}},

		"absent spellings": {change: claimed(values{"cdrom": false, "lun": false, "bus": "", "serial": "", "cache": "", "io": "", "error_policy": "", "tray": "", "tag": "",
			"reservation": false, "shareable": false, "hotpluggable": false, "block_size": values{}, "dedicated_io_thread": false})},
		"no source":           {disk(values{}), []string{"storage.additional_disks.data: Missing source"}},
		"two sources":         {claimed(values{"empty_disk": values{"capacity": "1Gi"}}), []string{"storage.additional_disks.data: More than one source"}},
		"empty drive":         {change: disk(values{"cdrom": true, "tray": "open"})},
		"unknown drive":       {change: disk(values{"cdrom": unknown})},
		"drive of two":        {claimed(values{"cdrom": true, "empty_disk": values{"capacity": "1Gi"}}), []string{"storage.additional_disks.data: More than one source"}},
		"drive on virtio":     {disk(values{"cdrom": true, "bus": "virtio"}), []string{data + "bus: CD-ROM drive on the bus virtio"}},
		"drive on scsi":       {change: disk(values{"cdrom": true, "bus": "scsi"})},
		"drive on unknown":    {change: disk(values{"cdrom": true, "bus": unknown})},
		"drive and lun":       {claimed(values{"cdrom": true, "lun": true}), []string{data + "lun: Two kinds of device"}},
		"tray":                {disk(values{"cdrom": true, "tray": "ajar"}), []string{data + "tray: Invalid Attribute Value Match"}},
		"tray of a disk":      {claimed(values{"tray": "open"}), []string{data + "tray: Tray without a drive"}},
		"lun":                 {change: claimed(values{"lun": true, "reservation": true, "read_only": true})},
		"lun of a ConfigMap":  {disk(values{"config_map": values{"name": "a"}, "lun": true}), []string{data + "lun: LUN without a volume"}},
		"reservation":         {claimed(values{"reservation": true}), []string{data + "reservation: Reservation without a LUN"}},
		"read-only on sata":   {claimed(values{"read_only": true, "bus": "sata"}), []string{data + "read_only: Read-only disk on the bus sata"}},
		"hotplug":             {change: claimed(values{"hotpluggable": true, "bus": "scsi"})},
		"hotplug on virtio":   {change: claimed(values{"hotpluggable": true})},
		"hotplug on sata":     {claimed(values{"hotpluggable": true, "bus": "sata"}), []string{data + "bus: Bus without hotplug"}},
		"hotplug of a drive":  {change: claimed(values{"hotpluggable": true, "cdrom": true})},
		"hotplug of a lun":    {claimed(values{"hotpluggable": true, "lun": true, "bus": "virtio"}), []string{data + "bus: Bus without hotplug"}},
		"hotplug of an image": {disk(values{"container_disk": values{"image": "a"}, "hotpluggable": true}), []string{data + "hotpluggable: Disk that cannot be plugged in"}},
		"cache":               {claimed(values{"cache": "always"}), []string{data + "cache: Invalid Attribute Value Match"}},
		"cache of the root":   {values{root + "cache": "always"}, []string{root + "cache: Invalid Attribute Value Match"}},
		"io":                  {claimed(values{"io": "default"}), []string{data + "io: Invalid Attribute Value Match"}},
		"error policy":        {claimed(values{"error_policy": "retry"}), []string{data + "error_policy: Invalid Attribute Value Match"}},
		"shared":              {change: claimed(values{"shareable": true, "cache": "none"})},
		"shared and cached":   {claimed(values{"shareable": true, "cache": "writeback"}), []string{data + "cache: Cache of a shared disk"}},
		"thread":              {change: claimed(values{"dedicated_io_thread": true, "bus": "virtio"})},
		"thread on sata":      {claimed(values{"dedicated_io_thread": true, "bus": "sata"}), []string{data + "dedicated_io_thread: I/O thread on another bus"}},
		"thread of a drive":   {disk(values{"dedicated_io_thread": true, "cdrom": true}), []string{data + "dedicated_io_thread: I/O thread on another bus"}},
		"thread of the root":  {values{root + "dedicated_io_thread": true, root + "bus": "scsi"}, []string{root + "dedicated_io_thread: I/O thread on another bus"}},

		"block size":          {change: values{root + "block_size": custom(values{"logical": 512.0, "physical": 4096.0, "discard_granularity": 1024.0})}},
		"block size matched":  {change: values{root + "block_size": values{"match_volume": true}}},
		"block sizes":         {values{root + "block_size": values{"match_volume": true, "custom": values{"logical": 512.0, "physical": 512.0}}}, []string{root + "block_size: Two block sizes"}},
		"block size small":    {values{root + "block_size": custom(values{"logical": 256.0, "physical": 512.0})}, []string{root + "block_size.custom.logical: Invalid block size"}},
		"block size large":    {values{root + "block_size": custom(values{"logical": 512.0, "physical": 4194304.0})}, []string{root + "block_size.custom.physical: Invalid block size"}},
		"block size odd":      {values{root + "block_size": custom(values{"logical": 513.0, "physical": 4096.0})}, []string{root + "block_size.custom.logical: Invalid block size"}},
		"block size logical":  {values{root + "block_size": custom(values{"logical": 4096.0, "physical": 512.0})}, []string{root + "block_size.custom.logical: Logical block size too large"}},
		"block size on sata":  {values{root + "bus": "sata", root + "block_size": custom(values{"logical": 4096.0, "physical": 4096.0})}, []string{root + "block_size.custom.logical: Logical block size on the bus sata"}},
		"discard granularity": {values{root + "block_size": custom(values{"logical": 512.0, "physical": 512.0, "discard_granularity": 1000.0})}, []string{root + "block_size.custom.discard_granularity: Invalid discard granularity"}},
		"block size half":     {values{root + "block_size": custom(values{"logical": 512.0})}, []string{root + "block_size.custom.physical: Missing Configuration for Required Attribute"}},
		"block size unknown":  {change: values{root + "block_size": custom(values{"logical": unknown, "physical": 512.0})}},

		"host disk":          {change: disk(values{"host_disk": values{"path": "/a", "type": "DiskOrCreate", "capacity": "1Gi"}})},
		"host disk type":     {disk(values{"host_disk": values{"path": "/a", "type": "File"}}), []string{data + "host_disk.type: Invalid Attribute Value Match"}},
		"host disk path":     {disk(values{"host_disk": values{"path": "", "type": "Disk"}}), []string{data + "host_disk.path: Invalid Attribute Value Length"}},
		"host disk capacity": {disk(values{"host_disk": values{"path": "/a", "type": "Disk", "capacity": "1Gi"}}), []string{data + "host_disk.capacity: Capacity of a file that exists"}},
		"downward API": {change: disk(values{fields: values{"fields": []any{values{"path": "a/b", "field_path": "metadata.name"},
			values{"path": "c", "mode": 256.0, "resource_field_ref": values{"container_name": "compute", "resource": "limits.cpu", "divisor": "1m"}}}}})},
		"downward API of nothing": {disk(values{fields: values{"fields": []any{values{"path": "a"}}}}), []string{data + "downward_api.fields.0: Missing field"}},
		"downward API path":       {disk(values{fields: values{"fields": []any{values{"path": "../a", "field_path": "metadata.name"}}}}), []string{data + "downward_api.fields.0.path: Invalid path"}},
		"downward API mode":       {disk(values{fields: values{"fields": []any{values{"path": "a", "mode": 512.0, "field_path": "metadata.name"}}}}), []string{data + "downward_api.fields.0.mode: Invalid Attribute Value"}},
		"volume label":            {disk(values{"config_map": values{"name": "a", "volume_label": "123456789012345678901234567890123"}}), []string{data + "config_map.volume_label: Invalid Attribute Value Length"}},
		"container disk at root":  {disk(values{"container_disk": values{"image": "a", "path": "/"}}), []string{data + "container_disk.path: Invalid path"}},
		"container disk upwards":  {disk(values{"container_disk": values{"image": "a", "path": "/disk/../a"}}), []string{data + "container_disk.path: Invalid path"}},
		"two service accounts": {values{"storage.additional_disks.data": values{"service_account": values{"service_account_name": "a"}}, "storage.filesystems.fs": values{"service_account": values{"service_account_name": "a"}}},
			[]string{"storage.filesystems.fs.service_account: Several service accounts"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := acctest.Said(tf.validate(with(parse(t, small), c.change)))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
