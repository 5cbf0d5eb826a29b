package convert

import (
	"cmp"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

var conditionType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"status":  types.StringType,
	"reason":  types.StringType,
	"message": types.StringType,
}}

// StatusTypes are the attribute types of the status object.
var StatusTypes = map[string]attr.Type{
	"printable_status": types.StringType,
	"run_strategy":     types.StringType,
	"ready":            types.BoolType,
	"node":             types.StringType,
	"addresses":        types.MapType{ElemType: types.ListType{ElemType: types.StringType}},
	"conditions":       types.MapType{ElemType: conditionType},
	"restart_required": types.BoolType,
	"pending_changes":  types.ListType{ElemType: types.StringType},

	"load_balancer_ingress": types.ListType{ElemType: types.StringType},
}

// ConditionDataImported says whether the root disk holds its image. KubeVirt
// calls it DataVolumesReady.
const ConditionDataImported = "DataImported"

// StatusOf reads a server's status. It holds no timestamps: they would
// change on every refresh without telling anything.
func StatusOf(o Objects) types.Object {
	conditions := map[string]attr.Value{}
	add := func(kind string, status corev1.ConditionStatus, reason, message string) {
		conditions[kind] = types.ObjectValueMust(conditionType.AttrTypes, map[string]attr.Value{
			"status":  types.StringValue(string(status)),
			"reason":  types.StringValue(reason),
			"message": types.StringValue(message),
		})
	}
	for _, kind := range []kubevirtv1.VirtualMachineConditionType{kubevirtv1.VirtualMachineReady, kubevirtv1.VirtualMachineFailure, kubevirtv1.VirtualMachinePaused} {
		add(string(kind), corev1.ConditionFalse, "", "")
	}
	for _, c := range o.VM.Status.Conditions {
		add(string(c.Type), c.Status, c.Reason, c.Message)
		if c.Type == kubevirtv1.VirtualMachineConditionType(kubevirtv1.VirtualMachineInstanceDataVolumesReady) {
			add(ConditionDataImported, c.Status, c.Reason, c.Message)
		}
	}
	addresses := map[string]attr.Value{}
	node := ""
	if o.VMI != nil {
		node = o.VMI.Status.NodeName
		for _, i := range o.VMI.Status.Interfaces {
			if i.Name != "" {
				addresses[i.Name] = stringList(i.IPs)
			}
		}
	}
	return types.ObjectValueMust(StatusTypes, map[string]attr.Value{
		"printable_status": types.StringValue(string(o.VM.Status.PrintableStatus)),
		"run_strategy":     types.StringValue(string(o.VM.Status.RunStrategy)),
		"ready":            types.BoolValue(o.VM.Status.Ready),
		"node":             textOrNull(node),
		"addresses":        types.MapValueMust(types.ListType{ElemType: types.StringType}, addresses),
		"conditions":       types.MapValueMust(conditionType, conditions),
		"restart_required": types.BoolValue(HasCondition(o.VM, kubevirtv1.VirtualMachineRestartRequired)),
		"pending_changes":  stringList(o.Pending),

		"load_balancer_ingress": stringList(ingressOf(o.Service)),
	})
}

// ingressOf lists the addresses of a Service's load balancer: an IP address or
// a host name each.
func ingressOf(service *corev1.Service) []string {
	if service == nil {
		return nil
	}
	var out []string
	for _, i := range service.Status.LoadBalancer.Ingress {
		if address := cmp.Or(i.IP, i.Hostname); address != "" {
			out = append(out, address)
		}
	}
	return out
}

// Condition returns the condition of a kind, nil when it is absent.
func Condition(vm *kubevirtv1.VirtualMachine, kind kubevirtv1.VirtualMachineConditionType) *kubevirtv1.VirtualMachineCondition {
	for i := range vm.Status.Conditions {
		if c := &vm.Status.Conditions[i]; c.Type == kind {
			return c
		}
	}
	return nil
}

// HasCondition tells whether a condition is true.
func HasCondition(vm *kubevirtv1.VirtualMachine, kind kubevirtv1.VirtualMachineConditionType) bool {
	c := Condition(vm, kind)
	return c != nil && c.Status == corev1.ConditionTrue
}
