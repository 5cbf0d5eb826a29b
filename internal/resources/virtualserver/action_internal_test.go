package virtualserver

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/action"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// TestRefusal: KubeVirt's word against an operation is told from other errors,
// and freed from its frame.
func TestRefusal(t *testing.T) {
	machine := schema.GroupResource{Group: "kubevirt.io", Resource: "virtualmachine"}
	for name, c := range map[string]struct {
		err  error
		want string // "" is no refusal
	}{
		"none":                 {nil, ""},
		"conflict":             {apierrors.NewConflict(machine, "web", errors.New("VM is already running")), "KubeVirt refuses it: VM is already running."},
		"another writer":       {apierrors.NewConflict(machine, "web", errors.New("the object has been modified; please apply your changes to the latest version and try again")), ""},
		"not supported":        {apierrors.NewForbidden(machine, "web", errors.New("Pausing VMIs with LivenessProbe is currently not supported")), "KubeVirt refuses it: Pausing VMIs with LivenessProbe is currently not supported."},
		"a missing permission": {apierrors.NewForbidden(machine, "web", errors.New(`User "jane" cannot update resource "virtualmachines/start"`)), ""},
		"a webhook":            {apierrors.NewInternalError(errors.New(`admission webhook "migration-create-validator.kubevirt.io" denied the request: in-flight migration detected`)), "KubeVirt refuses it: in-flight migration detected."},
		"another problem":      {apierrors.NewInternalError(errors.New("etcd is gone")), ""},
		"just gone":            {apierrors.NewNotFound(machine, "web"), "It does not run: it ended just now."},
		"our own":              {&diagnostics.Failure{Cause: "It is another one."}, "It is another one."},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if f := wordAgainst(c.err); f != nil {
				got = f.Cause
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestRefuse: what the state of a server says against an operation, where the
// acceptance tests cannot easily bring it about.
func TestRefuse(t *testing.T) {
	instance := func(phase kubevirtv1.VirtualMachineInstancePhase) *kubevirtv1.VirtualMachineInstance {
		vmi := &kubevirtv1.VirtualMachineInstance{}
		vmi.Status.Phase = phase
		return vmi
	}
	ending := instance(kubevirtv1.Running)
	ending.DeletionTimestamp = ptr.To(metav1.Now())
	fixed := instance(kubevirtv1.Running)
	fixed.Status.Conditions = []kubevirtv1.VirtualMachineInstanceCondition{{
		Type: kubevirtv1.VirtualMachineInstanceIsMigratable, Status: "False", Reason: "DisksNotLiveMigratable", Message: "cannot migrate VMI: PVC root is not shared",
	}}
	for name, c := range map[string]struct {
		op       operation
		strategy kubevirtv1.VirtualMachineRunStrategy
		vmi      *kubevirtv1.VirtualMachineInstance
		with     options
		want     string // part of the cause
	}{
		"start one that is starting":     {startOperation(), kubevirtv1.RunStrategyManual, instance(kubevirtv1.Scheduling), options{}, "It runs already, or is starting."},
		"start one that has ended":       {startOperation(), kubevirtv1.RunStrategyManual, instance(kubevirtv1.Succeeded), options{}, ""},
		"start one that is stopping":     {startOperation(), kubevirtv1.RunStrategyManual, ending, options{}, ""},
		"start one that cannot run":      {startOperation(), kubevirtv1.RunStrategyAlways, nil, options{}, "the cluster itself starts it"},
		"start one that ran once":        {startOperation(), kubevirtv1.RunStrategyOnce, instance(kubevirtv1.Succeeded), options{}, "Its run strategy is Once"},
		"stop one that cannot run":       {stopOperation(), kubevirtv1.RunStrategyAlways, nil, options{}, ""},
		"stop one that is stopping":      {stopOperation(), kubevirtv1.RunStrategyHalted, ending, options{}, "It is stopping already."},
		"stop it faster":                 {stopOperation(), kubevirtv1.RunStrategyHalted, ending, options{gracePeriod: ptr.To[int64](0)}, ""},
		"stop one that has stopped fast": {stopOperation(), kubevirtv1.RunStrategyHalted, nil, options{gracePeriod: ptr.To[int64](0)}, "It does not run"},
		"restart one that is starting":   {restartOperation(), kubevirtv1.RunStrategyAlways, nil, options{}, ""},
		"restart one that does not":      {restartOperation(), kubevirtv1.RunStrategyManual, nil, options{}, "It does not run."},
		"pause one that is starting":     {pauseOperation(), kubevirtv1.RunStrategyAlways, instance(kubevirtv1.Scheduled), options{}, "It does not run."},
		"migrate one that cannot move":   {migrateOperation(), kubevirtv1.RunStrategyAlways, fixed, options{}, "cannot migrate VMI: PVC root is not shared (DisksNotLiveMigratable)"},
	} {
		t.Run(name, func(t *testing.T) {
			vm := &kubevirtv1.VirtualMachine{}
			vm.Spec.RunStrategy = &c.strategy
			got := ""
			if f := c.op.refuse(&convert.Objects{VM: vm, VMI: c.vmi}, c.with); f != nil {
				got = f.Cause
				if f.Advice == "" {
					t.Error("it does not say what to do")
				}
			}
			if !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestProgress: nothing is said twice in a row, and a flood is cut off.
func TestProgress(t *testing.T) {
	var sent []string
	p := newProgress(t.Context(), func(e action.InvokeProgressEvent) { sent = append(sent, e.Message) }, "web")
	for _, text := range []string{"stopping", "", "stopping", "guest has stopped"} {
		p.say(text)
	}
	if want := []string{"web: stopping", "web: guest has stopped"}; !slices.Equal(sent, want) {
		t.Errorf("it says %q", sent)
	}
	for i := range 100 {
		p.say(fmt.Sprint("status ", i))
	}
	if len(sent) < 5 || len(sent) > 20 {
		t.Errorf("of a hundred messages %d are sent", len(sent))
	}
}
