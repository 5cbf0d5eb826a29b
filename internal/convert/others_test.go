package convert

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// TestPortsOfOthers: a port that somebody adds under a name of their own is
// theirs; one under our name is drift.
func TestPortsOfOthers(t *testing.T) {
	service := &corev1.Service{Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{
		{Name: "tcp-22", Protocol: corev1.ProtocolTCP, Port: 22},
		{Name: "https", Protocol: corev1.ProtocolTCP, Port: 443},
		{Name: "tcp-80", Protocol: corev1.ProtocolTCP, Port: 80},
	}}}
	for name, c := range map[string]struct {
		importing bool
		want      []int64
	}{
		"refresh": {false, []int64{22, 80}},
		"import":  {true, []int64{22, 80}},
	} {
		t.Run(name, func(t *testing.T) {
			got := portsFrom(reader{importing: c.importing}, service, corev1.ProtocolTCP, int64List([]int64{22}), nil)
			if diff := cmp.Diff(c.want, Int64s(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestGPUsOfOthers: GPUs of another type are neither read nor renamed, and new
// ones do not take their names.
func TestGPUsOfOthers(t *testing.T) {
	live := []kubevirtv1.GPU{{Name: "gpu-1", DeviceName: "x/other"}, {Name: "mine", DeviceName: "x/ours"}}
	was := &GPU{Type: types.StringValue("x/ours"), Count: types.Int64Value(1)}
	if got := gpuFrom(reader{}, live, was); got == nil || got.Count.ValueInt64() != 1 || got.Type.ValueString() != "x/ours" {
		t.Errorf("read %+v", got)
	}
	if got := gpuFrom(reader{importing: true}, live, nil); got != nil {
		t.Errorf("imported %+v from mixed types", got)
	}
	three := GPU{Type: types.StringValue("x/ours"), Count: types.Int64Value(3)}
	want := []kubevirtv1.GPU{{Name: "mine", DeviceName: "x/ours"}, {Name: "gpu-0", DeviceName: "x/ours"}, {Name: "gpu-2", DeviceName: "x/ours"}}
	if diff := cmp.Diff(want, three.devices(live)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTemplatesOfDisks: a disk of the machine's own template is rendered with
// it, so that removing the disk removes the template.
func TestTemplatesOfDisks(t *testing.T) {
	m := Server{Storage: &Storage{AdditionalDisks: map[string]Disk{
		"own":   {DataVolume: &NameRef{Name: types.StringValue("made-here")}},
		"other": {DataVolume: &NameRef{Name: types.StringValue("made-elsewhere")}},
	}}}
	l := newLayout("web", "")
	l.Templates = []string{"made-here"}
	got := ToVirtualMachine(m, l).Spec.DataVolumeTemplates
	if len(got) != 1 || got[0].Name != "made-here" || got[0].Spec.Source != nil {
		t.Errorf("got %+v", got)
	}
}

// TestOwnsRootDisk: what a replacement loses.
func TestOwnsRootDisk(t *testing.T) {
	for name, c := range map[string]struct {
		claim string
		root  *Root
		want  bool
	}{
		"imported":              {"c", &Root{Source: &Source{Imports: Imports{Blank: &Nothing{}}}}, true},
		"source that is unsaid": {"c", &Root{}, true},
		"existing claim":        {"c", &Root{Source: &Source{Claim: &ClaimSource{}}}, false},
		"container disk":        {"", &Root{Source: &Source{ContainerDisk: &ContainerDisk{}}}, false},
		"no root":               {"c", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			m := Server{RootClaim: textOrNull(c.claim), Storage: &Storage{Root: c.root}}
			if got := m.OwnsRootDisk(); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// TestKnownElements: an element that is unknown or null is no "" and no 0.
func TestKnownElements(t *testing.T) {
	texts := types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown(), types.StringValue("a"), types.StringNull(), types.StringValue("")})
	if diff := cmp.Diff([]string{"a", ""}, Strings(texts)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	numbers := types.ListValueMust(types.Int64Type, []attr.Value{types.Int64Unknown(), types.Int64Value(0), types.Int64Null(), types.Int64Value(80)})
	if diff := cmp.Diff([]int64{0, 80}, Int64s(numbers)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSysprepDevice: a rendering shares nothing with another one.
func TestSysprepDevice(t *testing.T) {
	l := newLayout("vs", "")
	m := Server{Sysprep: &Sysprep{Secret: types.StringValue("answers")}}
	before, after := ToVirtualMachine(m, l), ToVirtualMachine(m, l)
	before.Spec.Template.Spec.Domain.Devices.Disks[0].CDRom.Bus = "scsi"
	if bus := after.Spec.Template.Spec.Domain.Devices.Disks[0].CDRom.Bus; bus != kubevirtv1.DiskBusSATA || l.SysprepDevice.CDRom.Bus != kubevirtv1.DiskBusSATA {
		t.Errorf("the other rendering and the layout change to %q, %q", bus, l.SysprepDevice.CDRom.Bus)
	}
}
