package convert

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

// attachment is one of the kinds of attachments, as the tests below see them.
type attachment[M any] struct {
	device func(M) AttachedDevice
	read   func(m *M, live AttachedDevice, importing bool)
	common func(*M) *Attached
	fix    func(*M) // makes a drawn model one that the schema lets pass
}

var (
	diskAttachments = attachment[DiskAttachment]{
		DiskAttachment.Device, (*DiskAttachment).Read, (*DiskAttachment).Common,
		func(m *DiskAttachment) {
			if m.PersistentVolumeClaim = nil; m.DataVolume == nil {
				m.PersistentVolumeClaim = &ClaimRef{}
			}
			if m.CDROM.ValueBool() {
				m.LUN, m.Hotpluggable = m.Reservation, DiskAttachment{}.Hotpluggable
			}
			if m.CDROM.ValueBool() || !m.LUN.ValueBool() {
				m.Reservation, m.LUN = DiskAttachment{}.Reservation, DiskAttachment{}.LUN
			}
			m.BlockSize = nil
		},
	}
	filesystemAttachments = attachment[FilesystemAttachment]{
		FilesystemAttachment.Device, (*FilesystemAttachment).Read, (*FilesystemAttachment).Common,
		func(m *FilesystemAttachment) {
			m.Ephemeral = nil
			if m.ConfigMap != nil && !m.ConfigMap.Optional.ValueBool() { // an import reads no false
				m.ConfigMap.Optional = types.BoolNull()
			}
			if m.Secret != nil && !m.Secret.Optional.ValueBool() {
				m.Secret.Optional = types.BoolNull()
			}
		},
	}
)

// TestGoldenAttachments: model.yaml is what a user writes, machine.yaml what becomes of
// it in a machine that has a root disk, imported.yaml what an import reads of that.
func TestGoldenAttachments(t *testing.T) {
	checkGoldenAttachments(t, diskAttachments, AttachedDisk)
	checkGoldenAttachments(t, filesystemAttachments, AttachedFilesystem)
}

func checkGoldenAttachments[M any](t *testing.T, a attachment[M], kind string) {
	models, err := filepath.Glob("testdata/golden-attachments/" + kind + "-*/model.yaml")
	if err != nil || len(models) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range models {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			var content map[string]any
			if err := yaml.UnmarshalStrict(readFile(t, file), &content); err != nil {
				t.Fatal(err)
			}
			var m M
			decode(reflect.ValueOf(&m).Elem(), content)
			vm := rooted()
			device := a.device(m)
			device.Attach(vm)
			golden(t, filepath.Join(folder, "machine.yaml"), marshal(t, vm))

			live := &kubevirtv1.VirtualMachine{}
			if err := yaml.UnmarshalStrict(readFile(t, filepath.Join(folder, "machine.yaml")), live); err != nil {
				t.Fatal(err)
			}
			found := DeviceOf(live, kind, device.Name())
			if found == nil || !found.Same(device) {
				t.Fatalf("read %+v, not %+v", found, device)
			}
			var imported M
			a.common(&imported).Name = a.common(&m).Name
			a.read(&imported, *found, true)
			golden(t, filepath.Join(folder, "imported.yaml"), marshal(t, encoded(imported)))

			again := m
			a.read(&again, *found, false)
			wantEqual(t, "reading changes the model", encoded(m), encoded(again))

			Detach(vm, kind, device.Name(), "")
			wantEqual(t, "detaching leaves something", jsonOf(t, rooted()), jsonOf(t, withAnnotations(vm)))
		})
	}
}

func rooted() *kubevirtv1.VirtualMachine {
	vm := &kubevirtv1.VirtualMachine{}
	vm.Name, vm.UID = "web", "uid"
	vm.Annotations = map[string]string{"example.org/theirs": "a"}
	vm.Spec.Template = &kubevirtv1.VirtualMachineInstanceTemplateSpec{}
	vm.Spec.Template.Spec.Volumes = []kubevirtv1.Volume{{Name: "root", VolumeSource: kubevirtv1.VolumeSource{ContainerDisk: &kubevirtv1.ContainerDiskSource{Image: "a"}}}}
	vm.Spec.Template.Spec.Domain.Devices.Disks = []kubevirtv1.Disk{{Name: "root", DiskDevice: kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{Bus: DefaultBus}}}}
	return vm
}

// withAnnotations drops lists that are empty rather than absent.
func withAnnotations(vm *kubevirtv1.VirtualMachine) *kubevirtv1.VirtualMachine {
	if len(vm.Spec.Template.Spec.Domain.Devices.Filesystems) == 0 {
		vm.Spec.Template.Spec.Domain.Devices.Filesystems = nil
	}
	return vm
}

// TestAttachmentRoundTrips: model -> API -> model is identity with the model as prior,
// and API -> model -> API changes nothing.
func TestAttachmentRoundTrips(t *testing.T) {
	t.Run(AttachedDisk, func(t *testing.T) { checkAttachmentRoundTrips(t, diskAttachments) })
	t.Run(AttachedFilesystem, func(t *testing.T) { checkAttachmentRoundTrips(t, filesystemAttachments) })
}

func checkAttachmentRoundTrips[M any](t *testing.T, a attachment[M]) {
	rapid.Check(t, func(t *rapid.T) {
		var m M
		of := reflect.ValueOf(&m).Elem()
		for i := range of.NumField() {
			if !of.Type().Field(i).Anonymous {
				draw(t, of.Field(i), of.Type().Field(i).Name)
			}
		}
		a.fix(&m)
		live, read := a.device(m), m
		a.read(&read, live, false)
		wantEqual(t, "the model changes", encoded(m), encoded(read))
		var imported M
		a.read(&imported, live, true)
		wantEqual(t, "the device changes", jsonOf(t, &live.Volume), jsonOf(t, deviceVolume(a.device(imported))))
	})
}

func deviceVolume(d AttachedDevice) *kubevirtv1.Volume { return &d.Volume }

// TestOwners: whose a name is; marks of another machine, which a clone copies, and of
// what is detached say nothing.
func TestOwners(t *testing.T) {
	vm := rooted()
	add := func(name string, source kubevirtv1.VolumeSource) {
		vm.Spec.Template.Spec.Volumes = append(vm.Spec.Template.Spec.Volumes, kubevirtv1.Volume{Name: name, VolumeSource: source})
	}
	add("cloudinit", kubevirtv1.VolumeSource{CloudInitNoCloud: &kubevirtv1.CloudInitNoCloudSource{UserData: "a"}})
	add("sysprep", kubevirtv1.VolumeSource{Sysprep: &kubevirtv1.SysprepSource{ConfigMap: &corev1.LocalObjectReference{Name: "a"}}})
	empty := kubevirtv1.VolumeSource{EmptyDisk: &kubevirtv1.EmptyDiskSource{}}
	for name, mark := range map[string]string{"ours": "uid/disk", "files": "uid/filesystem", "cloned": "other/disk", "plain": "", "odd": "uid", "back": "uid/detached/vmi"} {
		add(name, empty)
		if mark != "" {
			vm.Annotations[AnnotationAttachment+name] = mark
		}
	}
	const server = "the server itself (storage.additional_disks or storage.filesystems), or to somebody who added it by hand"
	for name, want := range map[string]string{
		"free": "", "root": "the server itself: it is its root disk", "cloudinit": "the server itself: it holds its cloud-init data", "sysprep": "the server itself: it holds its sysprep data",
		"ours": "another attachment (virtualserver_disk_attachment)", "files": "another attachment (virtualserver_filesystem_attachment)",
		"cloned": server, "plain": server, "odd": server, "back": server,
	} {
		if got := OwnerOf(vm, name); got != want {
			t.Errorf("%s belongs to %q, not %q", name, got, want)
		}
	}
	// The server took the name of what the guest keeps: the change is its own.
	if IsAttached(vm, "vmi", "back") || IsAttached(vm, "another", "back") || IsAttachment(vm, "back") || !IsAttached(vm, "another", "ours") || IsAttached(vm, "vmi", "cloned") {
		t.Error("what a guest keeps")
	}
	Detach(vm, AttachedFilesystem, "ours", "")
	if AttachmentKind(vm, "ours") == "" {
		t.Error("a filesystem attachment detached a disk")
	}
	Detach(vm, AttachedDisk, "ours", "vmi")
	if OwnerOf(vm, "ours") != "" || !IsAttached(vm, "vmi", "ours") {
		t.Error("a disk that a guest keeps:", vm.Annotations)
	}
	Tidy(vm, "vmi")
	if !IsAttached(vm, "vmi", "ours") {
		t.Error("the mark of what a guest keeps is gone")
	}
	if Tidy(vm, "another"); IsAttached(vm, "vmi", "ours") || vm.Annotations[AnnotationAttachment+"files"] == "" {
		t.Error("marks:", vm.Annotations)
	}
}

// TestAttachmentAttribute: fields of the machine lead to the attachment's attributes,
// those of other devices to none.
func TestAttachmentAttribute(t *testing.T) {
	vm := rooted()
	m := DiskAttachment{}
	m.Name, m.DataVolume = textOrNull("data"), &NameRef{Name: textOrNull("d")}
	m.Device().Attach(vm)
	const volumes, disks = "spec.template.spec.volumes", "spec.template.spec.domain.devices.disks"
	for field, want := range map[string]path.Path{
		disks + "[1].serial":            path.Root("serial"),
		disks + "[1].disk.bus":          path.Root("bus"),
		disks + "[1].bootOrder":         path.Root("boot_order"),
		volumes + "[1].dataVolume.name": path.Root("data_volume").AtName("name"),
		volumes + "[1].name":            path.Root("name"),
		disks + "[0].serial":            path.Empty(),
		"spec.template.spec.hostname":   path.Empty(),
		"patch":                         path.Empty(),
	} {
		if got := AttachmentAttribute(vm, "data", field); !got.Equal(want) {
			t.Errorf("%s: %s, not %s", field, got, want)
		}
	}
	if VolumeOfField(vm, disks+"[1].serial") != "data" || VolumeOfField(vm, "spec.template.spec.domain.cpu.cores") != "" {
		t.Error("the device of a field")
	}
}

// TestAttachmentStatus: what a guest that runs, starts, or has ended says.
func TestAttachmentStatus(t *testing.T) {
	plugged, fixed := AttachedDevice{Kind: AttachedDisk, Disk: &kubevirtv1.Disk{Name: "a"}}, AttachedDevice{Kind: AttachedFilesystem, Filesystem: &kubevirtv1.Filesystem{Name: "a"}}
	plugged.Volume = kubevirtv1.Volume{Name: "a", VolumeSource: kubevirtv1.VolumeSource{DataVolume: &kubevirtv1.DataVolumeSource{Name: "d", Hotpluggable: true}}}
	fixed.Volume = kubevirtv1.Volume{Name: "a", VolumeSource: kubevirtv1.VolumeSource{ConfigMap: &kubevirtv1.ConfigMapVolumeSource{}}}
	guest := func(phase kubevirtv1.VirtualMachineInstancePhase, volume kubevirtv1.VolumePhase, devices ...AttachedDevice) *kubevirtv1.VirtualMachineInstance {
		vmi := &kubevirtv1.VirtualMachineInstance{}
		vmi.Status.Phase = phase
		if volume != "" {
			vmi.Status.VolumeStatus = []kubevirtv1.VolumeStatus{{Name: "a", Phase: volume, Target: "sda", Message: "m", HotplugVolume: &kubevirtv1.HotplugVolumeStatus{}}}
		}
		for _, d := range devices {
			vmi.Spec.Volumes = append(vmi.Spec.Volumes, d.Volume)
			if d.Disk != nil {
				vmi.Spec.Domain.Devices.Disks = append(vmi.Spec.Domain.Devices.Disks, *d.Disk)
			} else {
				vmi.Spec.Domain.Devices.Filesystems = append(vmi.Spec.Domain.Devices.Filesystems, *d.Filesystem)
			}
		}
		return vmi
	}
	as := func(disk kubevirtv1.Disk) AttachedDevice {
		d := plugged
		disk.Name = "a"
		d.Disk = &disk
		return d
	}
	bus := func(bus kubevirtv1.DiskBus) kubevirtv1.DiskDevice {
		return kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{Bus: bus}}
	}
	on := true
	const running, starting, ended = kubevirtv1.Running, kubevirtv1.Scheduled, kubevirtv1.Succeeded
	for name, c := range map[string]struct {
		device            AttachedDevice
		vmi               *kubevirtv1.VirtualMachineInstance
		attached, pending bool
		phase, message    string
	}{
		"stopped":                  {plugged, nil, false, false, "", ""},
		"ended":                    {plugged, guest(ended, "Ready", plugged), false, false, "", ""},
		"plugged in":               {plugged, guest(running, "Ready", plugged), true, false, "Ready", ""},
		"on its way":               {plugged, guest(running, "AttachedToNode", plugged), false, true, "AttachedToNode", "m"},
		"not told":                 {plugged, guest(running, ""), false, true, "", ""},
		"starting with it":         {plugged, guest(starting, "", plugged), false, false, "", ""},
		"starting without it":      {plugged, guest(starting, ""), false, true, "", ""},
		"another of its name":      {plugged, guest(running, "", fixed), false, true, "", ""},
		"another serial":           {as(kubevirtv1.Disk{Serial: "b"}), guest(running, "Ready", as(kubevirtv1.Disk{Serial: "c"})), false, true, "Ready", ""},
		"no serial any more":       {plugged, guest(running, "Ready", as(kubevirtv1.Disk{Serial: "c"})), false, true, "Ready", ""},
		"another bus":              {as(kubevirtv1.Disk{DiskDevice: bus("scsi")}), guest(running, "Ready", as(kubevirtv1.Disk{DiskDevice: bus("virtio")})), false, true, "Ready", ""},
		"another kind of device":   {as(kubevirtv1.Disk{DiskDevice: bus("scsi")}), guest(running, "Ready", as(kubevirtv1.Disk{DiskDevice: kubevirtv1.DiskDevice{LUN: &kubevirtv1.LunTarget{Bus: "scsi"}}})), false, true, "Ready", ""},
		"read-only in the guest":   {as(kubevirtv1.Disk{DiskDevice: bus("scsi")}), guest(running, "Ready", as(kubevirtv1.Disk{DiskDevice: kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{Bus: "scsi", ReadOnly: true}}})), false, true, "Ready", ""},
		"filled in":                {as(kubevirtv1.Disk{DiskDevice: kubevirtv1.DiskDevice{Disk: &kubevirtv1.DiskTarget{}}, Serial: "b"}), guest(running, "Ready", as(kubevirtv1.Disk{DiskDevice: bus("virtio"), Serial: "b", Cache: "none", IO: "native", DedicatedIOThread: &on})), true, false, "Ready", ""},
		"a filesystem":             {fixed, guest(running, "", fixed), true, false, "", ""},
		"no filesystem":            {fixed, guest(running, ""), false, true, "", ""},
		"a filesystem to be there": {fixed, guest(starting, "", fixed), false, false, "", ""},
	} {
		got := encode(reflect.ValueOf(AttachmentStatus(c.device, c.vmi))).(map[string]any)
		want := map[string]any{"attached": c.attached, "pending": c.pending}
		if c.phase != "" {
			want["phase"], want["target"] = c.phase, "sda"
		}
		if c.message != "" {
			want["message"] = c.message
		}
		wantEqual(t, name, want, got)
	}
}
