package convert

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

func FuzzVMName(f *testing.F) {
	f.Add("vs")
	f.Add(strings.Repeat("a", 63))
	f.Add(strings.Repeat("a", 64))
	f.Fuzz(func(t *testing.T, name string) {
		if len(validation.IsDNS1123Subdomain(name)) > 0 {
			t.Skip()
		}
		vm := VMName(name)
		if problems := validation.IsDNS1123Subdomain(vm); len(vm) > 63 || len(problems) > 0 || vm != VMName(name) {
			t.Errorf("%q becomes %q: %v", name, vm, problems)
		}
		if len(name) <= 63 && vm != name {
			t.Errorf("the short name %q becomes %q", name, vm)
		}
	})
}

func TestNewRootClaimName(t *testing.T) {
	a, b := NewRootClaimName("vs"), NewRootClaimName("vs")
	if a == b || !strings.HasPrefix(a, "vs-root-") || len(a) != len("vs-root-")+5 || len(validation.IsDNS1123Subdomain(a)) > 0 {
		t.Errorf("got %q and %q", a, b)
	}
}

func TestAttributeOf(t *testing.T) {
	m := modelFromYAML(t, readFile(t, "testdata/golden/01-first-example/model.yaml"))
	l := NewLayout(m, "c")
	vm := ToVirtualMachine(m, l)
	for field, want := range map[string]string{
		"spec.template.spec.domain.cpu.cores":                   "resources.cpu.cores",
		"spec.template.spec.domain.cpu":                         "resources.cpu",
		"spec.template.spec.domain.cpu.model":                   "resources.cpu.model",
		"spec.template.spec.domain.memory.guest":                "resources.memory",
		"spec.template.spec.domain.resources.requests.memory":   "resources.memory_request",
		"spec.template.spec.domain.devices.disks[0].bootOrder":  "storage.root.boot_order",
		"spec.template.spec.domain.devices.disks[1].bootOrder":  `storage.additional_disks["disk-name"].boot_order`,
		"spec.template.spec.domain.devices.disks[1].name":       `storage.additional_disks["disk-name"]`,
		"spec.template.spec.volumes[2]":                         `storage.filesystems["my-filesys"]`,
		"spec.template.spec.domain.devices.filesystems[0].name": `storage.filesystems["my-filesys"]`,
		"spec.template.spec.volumes[3].cloudInitNoCloud":        "cloud_init",
		"spec.template.spec.volumes[99]":                        "",
		"spec.dataVolumeTemplates[0].spec":                      "storage.root",
		"spec.runStrategy":                                      "run_strategy",
		"metadata.namespace":                                    "namespace",
		"metadata.name":                                         "name",
		"spec.instancetype":                                     "instance_type",
		"spec.instancetype.name":                                "instance_type.name",
		"spec.template.spec.domain.devices.disks[2]":            "cloud_init",
		"spec.template.spec.volumes[1].persistentVolumeClaim":   `storage.additional_disks["disk-name"]`,
		"spec.template.spec.domain.devices.interfaces[0].model": "network.model",
		"spec.template.spec.livenessProbe.httpGet":              "liveness_probe.http_get",
		"spec.flavour": "",
		"status":       "",
	} {
		got, ok := AttributeOf(vm, l, field)
		if got.String() != want || ok != (want != "") {
			t.Errorf("%s is rendered by %q, want %q", field, got, want)
		}
	}
	if _, ok := AttributeOf(nil, l, "spec.template.spec.volumes[0]"); ok {
		t.Error("a machine that is not there has devices")
	}
}

func TestStatus(t *testing.T) {
	vm := &kubevirtv1.VirtualMachine{}
	vm.Status.PrintableStatus, vm.Status.Ready = "Running", true
	vm.Status.Conditions = []kubevirtv1.VirtualMachineCondition{
		{Type: "DataVolumesReady", Status: corev1.ConditionTrue, Reason: "AllDVsReady"},
		{Type: kubevirtv1.VirtualMachineRestartRequired, Status: corev1.ConditionTrue},
	}
	vmi := &kubevirtv1.VirtualMachineInstance{}
	vmi.Status.NodeName = "node-1"
	vmi.Status.Interfaces = []kubevirtv1.VirtualMachineInstanceNetworkInterface{{Name: "default", IPs: []string{"10.0.0.1"}}, {IPs: []string{"unnamed"}}}
	service := &corev1.Service{}
	service.Status.LoadBalancer.Ingress = []corev1.LoadBalancerIngress{{IP: "192.0.2.7"}, {Hostname: "lb.example.org"}, {}}
	got := encodeAttribute(StatusOf(Objects{VM: vm, VMI: vmi, Service: service, Pending: []string{"cloud_init"}}))
	absent := map[string]any{"status": "False", "reason": "", "message": ""}
	imported := map[string]any{"status": "True", "reason": "AllDVsReady", "message": ""}
	wantEqual(t, "status", any(map[string]any{
		"printable_status": "Running", "run_strategy": "", "ready": true, "node": "node-1", "restart_required": true,
		"load_balancer_ingress": []any{"192.0.2.7", "lb.example.org"},
		"pending_changes":       []any{"cloud_init"},
		"addresses":             map[string]any{"default": []any{"10.0.0.1"}},
		"conditions": map[string]any{"Ready": absent, "Failure": absent, "Paused": absent, "DataVolumesReady": imported, ConditionDataImported: imported,
			"RestartRequired": map[string]any{"status": "True", "reason": "", "message": ""}},
	}), got)
}

// TestFillUnknown: an apply returns what was planned.
func TestFillUnknown(t *testing.T) {
	m := modelFromYAML(t, readFile(t, "testdata/golden/01-first-example/model.yaml"))
	o := render(m, "claim")
	o.VM.UID = "uid-1"
	m.ID, m.VMName, m.ServiceName, m.ClusterIP = types.StringValue("kept"), types.StringValue("kept"), types.StringUnknown(), types.StringNull()
	m.UID, m.RootClaim, m.Status = types.StringUnknown(), types.StringUnknown(), types.ObjectUnknown(StatusTypes)
	m.FillUnknown(o, LayoutOf(o.VM, RootDisk))
	for name, got := range map[string]types.String{"kept": m.ID, "uid-1": m.UID, "claim": m.RootClaim, "vs-example": m.ServiceName} {
		if got.ValueString() != name {
			t.Errorf("got %s, want %q", got, name)
		}
	}
	if m.Status.IsUnknown() || !m.ClusterIP.IsNull() {
		t.Error(m.Status, m.ClusterIP)
	}
}
