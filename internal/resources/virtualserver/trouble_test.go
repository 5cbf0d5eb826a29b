package virtualserver

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
)

func TestTrouble(t *testing.T) {
	condition := func(kind kubevirtv1.VirtualMachineConditionType, status corev1.ConditionStatus, message string) kubevirtv1.VirtualMachineCondition {
		return kubevirtv1.VirtualMachineCondition{Type: kind, Status: status, Reason: "Because", Message: message}
	}
	importing := func(restarts int32, status corev1.ConditionStatus, reason string) *cdiv1.DataVolume {
		return &cdiv1.DataVolume{Status: cdiv1.DataVolumeStatus{
			Phase: cdiv1.ImportInProgress, RestartCount: restarts,
			Conditions: []cdiv1.DataVolumeCondition{{Type: cdiv1.DataVolumeRunning, Status: status, Reason: reason, Message: "404"}},
		}}
	}
	done := importing(9, corev1.ConditionFalse, "Error")
	done.Status.Phase = cdiv1.Succeeded
	for name, c := range map[string]struct {
		status kubevirtv1.VirtualMachineStatus
		root   *cdiv1.DataVolume
		vmi    *kubevirtv1.VirtualMachineInstance
		want   string // part of the cause; "" for no trouble
		final  bool
	}{
		"running":      {status: kubevirtv1.VirtualMachineStatus{PrintableStatus: kubevirtv1.VirtualMachineStatusRunning}},
		"starting":     {status: kubevirtv1.VirtualMachineStatus{PrintableStatus: kubevirtv1.VirtualMachineStatusStarting}},
		"provisioning": {status: kubevirtv1.VirtualMachineStatus{PrintableStatus: kubevirtv1.VirtualMachineStatusProvisioning}, root: importing(0, corev1.ConditionTrue, "Pod is running")},
		"unschedulable": {status: kubevirtv1.VirtualMachineStatus{PrintableStatus: kubevirtv1.VirtualMachineStatusUnschedulable,
			Conditions: []kubevirtv1.VirtualMachineCondition{condition(podScheduled, corev1.ConditionFalse, "0/2 nodes")}}, want: "No node can run the server: 0/2 nodes"},
		"image": {status: kubevirtv1.VirtualMachineStatus{PrintableStatus: kubevirtv1.VirtualMachineStatusImagePullBackOff,
			Conditions: []kubevirtv1.VirtualMachineCondition{condition(synchronized, corev1.ConditionFalse, "back-off")}}, want: "An image cannot be pulled: back-off"},
		"claim": {status: kubevirtv1.VirtualMachineStatus{PrintableStatus: kubevirtv1.VirtualMachineStatusPvcNotFound}, want: "does not exist: KubeVirt gives no reason"},
		"crash": {status: kubevirtv1.VirtualMachineStatus{PrintableStatus: kubevirtv1.VirtualMachineStatusCrashLoopBackOff,
			StartFailure: &kubevirtv1.VirtualMachineStartFailure{ConsecutiveFailCount: 3}}, want: "failures in a row: 3"},
		"gpu not permitted": {status: kubevirtv1.VirtualMachineStatus{PrintableStatus: kubevirtv1.VirtualMachineStatusStarting,
			Conditions: []kubevirtv1.VirtualMachineCondition{condition(synchronized, corev1.ConditionFalse, "GPU is not permitted")}}, vmi: &kubevirtv1.VirtualMachineInstance{}, want: "GPU is not permitted"},
		"left behind by an instance": {status: kubevirtv1.VirtualMachineStatus{PrintableStatus: kubevirtv1.VirtualMachineStatusStopped,
			Conditions: []kubevirtv1.VirtualMachineCondition{condition(synchronized, corev1.ConditionFalse, "GPU is not permitted")}}},
		"failure": {status: kubevirtv1.VirtualMachineStatus{
			Conditions: []kubevirtv1.VirtualMachineCondition{condition(kubevirtv1.VirtualMachineFailure, corev1.ConditionTrue, "boom")}}, want: "Because: boom"},
		"quota": {status: kubevirtv1.VirtualMachineStatus{
			Conditions: []kubevirtv1.VirtualMachineCondition{condition(kubevirtv1.VirtualMachineFailure, corev1.ConditionTrue, "pods is forbidden: exceeded quota: small")}}, want: "exceeded quota: small"},
		"import failed once":       {root: importing(1, corev1.ConditionFalse, "Error"), want: "cannot be imported: 404"},
		"import keeps failing":     {root: importing(datavolume.ImportRestarts, corev1.ConditionFalse, "Error"), want: "cannot be imported", final: true},
		"import pod being made":    {root: importing(0, corev1.ConditionFalse, "ContainerCreating")},
		"import done after errors": {root: done},
	} {
		t.Run(name, func(t *testing.T) {
			got := trouble(&convert.Objects{VM: &kubevirtv1.VirtualMachine{Status: c.status}, VMI: c.vmi}, c.root)
			switch {
			case (got != nil) != (c.want != ""):
				t.Fatalf("got %+v, want %q", got, c.want)
			case got != nil && (!strings.Contains(got.cause, c.want) || got.final != c.final || got.advice == "" || got.summary == ""):
				t.Errorf("got %+v, want %q", got, c.want)
			}
		})
	}
}
