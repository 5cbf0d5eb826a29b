package virtualserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// waitStopped is what an update to the run strategy Halted waits for.
const waitStopped = "stopped"

// targetOf says what an apply waits for.
func targetOf(m convert.Server) string {
	if m.Wait != nil && m.Wait.Until.ValueString() != "" {
		return m.Wait.Until.ValueString()
	}
	power := m.PowerState.ValueString()
	if stops(m) || power == "" && m.RunStrategy.ValueString() == string(kubevirtv1.RunStrategyManual) {
		return waitCreated
	}
	if power != convert.PowerRunning && startsPaused(m) {
		return waitCreated // it is paused, and not ready, until somebody unpauses it
	}
	return waitReady
}

// await watches the server until it reaches target.
func (r *Resource) await(ctx context.Context, o *convert.Objects, m convert.Server, target string) error {
	if target == waitCreated {
		return nil
	}
	return r.awaitThat(ctx, o, m, notYet[target], func(o *convert.Objects, root *cdiv1.DataVolume) (bool, error) {
		return reached(target, o, root, m), nil
	})
}

// awaitThat watches the server until it is as is says, keeping o current. Its
// error is that of is, a *diagnostics.Failure when something is wrong that has
// lasted longer than the grace, a *waiting.Late when time is up, else ctx's. late says
// where a server is not that takes too long: "is not ready yet".
func (r *Resource) awaitThat(ctx context.Context, o *convert.Objects, m convert.Server, late string, is func(o *convert.Objects, root *cdiv1.DataVolume) (bool, error)) error {
	meta := metav1.ObjectMeta{Namespace: o.VM.Namespace, Name: o.VM.Name}
	watched := []kube.Watched{
		{Object: &kubevirtv1.VirtualMachine{ObjectMeta: meta}, List: &kubevirtv1.VirtualMachineList{}},
		{Object: &kubevirtv1.VirtualMachineInstance{ObjectMeta: meta}, List: &kubevirtv1.VirtualMachineInstanceList{}},
	}
	if claim := rootClaimOf(o, m); claim != "" {
		meta.Name = claim
		watched = append(watched, kube.Watched{Object: &cdiv1.DataVolume{ObjectMeta: meta}, List: &cdiv1.DataVolumeList{}})
	}
	grace := graceOf(m)
	var since time.Time
	var lasting string
	var root *cdiv1.DataVolume
	var found *problem
	err := r.data.Client.Await(ctx, watched, func(now []client.Object) (kube.Verdict, error) {
		o.VMI, root = nil, nil
		vm, ok := now[0].(*kubevirtv1.VirtualMachine)
		if !ok {
			return kube.Verdict{}, &diagnostics.Failure{Cause: "Somebody deleted the VirtualMachine meanwhile.", Advice: "Apply again to make a new one."}
		}
		o.VM = vm
		if vmi, ok := now[1].(*kubevirtv1.VirtualMachineInstance); ok {
			o.VMI = vmi
		}
		if len(now) > 2 {
			root, _ = now[2].(*cdiv1.DataVolume)
		}
		if done, err := is(o, root); done || err != nil {
			return kube.Verdict{Done: true}, err
		}
		failure := trouble(o, root)
		if failure == nil {
			lasting = ""
			return kube.Verdict{}, nil
		}
		if lasting != failure.kind {
			lasting, since = failure.kind, time.Now()
		}
		if left := grace - time.Since(since); left > 0 && !failure.final {
			return kube.Verdict{Again: left}, nil
		}
		found = failure
		return kube.Verdict{}, &diagnostics.Failure{Cause: found.cause, Advice: found.advice}
	})
	var failure *diagnostics.Failure
	if errors.As(err, &failure) {
		e := r.evidenceOf(ctx, o, root)
		if p := explain(e); found != nil && p != nil && (p.kind == found.kind || found.kind == "datavolume" && p.kind == "import") { // with what the pod and the events say
			failure.Cause, failure.Advice = p.cause, p.advice
		}
		failure.Condition = lastKnown(e)
		return failure
	}
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		e := r.evidenceOf(ctx, o, root)
		condition := lastKnown(e)
		if p := explain(e); p != nil {
			condition = p.cause + "\n\n" + condition
		}
		return &waiting.Late{
			Where:     late,
			Condition: condition,
			Advice:    "Nothing is lost: it goes on by itself, and a later plan shows its status. Give it more time with timeouts, or wait for less with wait.until.",
		}
	}
	return err
}

// notYet says where a server that is late is not.
var notYet = map[string]string{
	waitCreated:   "is not created yet",
	waitImported:  "has no imported root disk yet",
	waitReady:     "is not ready yet",
	waitAgent:     "has no guest agent yet",
	waitAddresses: "has no address yet",
	waitStopped:   "is not stopped yet",
}

// outcome is how a create or an update of the server ends.
func outcome(verb string, m convert.Server) waiting.Outcome {
	out := waiting.Outcome{Subject: subject(m), Verb: verb, Written: "The server exists and its objects are as planned", Strict: m.Wait != nil && m.Wait.OnTimeout.ValueString() == waiting.Fail}
	if verb == "create" {
		disk := ""
		if m.Storage != nil && m.Storage.Root.Imported() {
			disk = " together with its root disk"
		}
		out.Kept = "The server exists, and Terraform has marked it tainted: the next apply replaces it" + disk + ". To keep it, remove the cause and run \"terraform untaint <address>\" before the next apply."
	}
	return out
}

func graceOf(m convert.Server) time.Duration {
	if m.Wait == nil {
		return waiting.Grace(types.StringNull())
	}
	return waiting.Grace(m.Wait.FailureGrace)
}

// rootClaimOf names the DataVolume behind the root disk, "" when there is none
// to wait for.
func rootClaimOf(o *convert.Objects, m convert.Server) string {
	if m.Storage == nil || !m.Storage.Root.Imported() {
		return ""
	}
	return convert.LayoutOf(o.VM, m.RootVolume()).RootClaim
}

// reached tells whether the server is where target says.
func reached(target string, o *convert.Objects, root *cdiv1.DataVolume, m convert.Server) bool {
	switch target {
	case waitImported:
		return rootClaimOf(o, m) == "" || root != nil && datavolume.Imported(root.Status.Phase)
	case waitReady:
		return isReady(o)
	case waitAgent:
		return isReady(o) && convert.HasCondition(o.VM, kubevirtv1.VirtualMachineConditionType(kubevirtv1.VirtualMachineInstanceAgentConnected))
	case waitAddresses:
		return isReady(o) && hasAddress(o.VMI, m)
	case waitStopped:
		return o.VMI == nil && !o.VM.Status.Created
	}
	return true
}

// isReady tells whether the server is ready, also by its instance: what is known of the two
// comes by ways of its own.
func isReady(o *convert.Objects) bool { return ready(o.VM) && o.VMI != nil && o.VMI.IsRunning() }

// ready trusts the status only when the controller has seen the current spec:
// desiredGeneration tells, which it writes while an instance exists;
// observedGeneration is the one that the running guest was started from.
func ready(vm *kubevirtv1.VirtualMachine) bool {
	return vm.Status.Ready && vm.Status.DesiredGeneration >= vm.Generation
}

func hasAddress(vmi *kubevirtv1.VirtualMachineInstance, m convert.Server) bool {
	family := ""
	if m.Wait != nil {
		family = m.Wait.IPFamily.ValueString()
	}
	for _, i := range vmi.Status.Interfaces {
		for _, address := range append([]string{i.IP}, i.IPs...) {
			ip := net.ParseIP(address)
			if ip != nil && (family == "" || (ip.To4() != nil) == (family == familyIPv4)) {
				return true
			}
		}
	}
	return false
}

// evidenceOf is what there is to know of a server that an error is about.
func (r *Resource) evidenceOf(ctx context.Context, o *convert.Objects, root *cdiv1.DataVolume) evidence {
	e := evidence{Objects: o}
	if root != nil {
		e.disks = append(e.disks, root)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), evidenceTimeout)
	defer cancel()
	_ = r.investigate(ctx, &e) // it only helps an error that has a cause of its own
	return e
}

// lastKnown describes the server for an error: status, conditions that are not
// as they should be, and recent events.
func lastKnown(e evidence) string {
	text := "Last known status: " + string(e.VM.Status.PrintableStatus) + "."
	for _, c := range e.VM.Status.Conditions {
		if c.Status == corev1.ConditionFalse && c.Message != "" {
			text += fmt.Sprintf("\n  %s: %s (%s)", c.Type, c.Message, c.Reason)
		}
	}
	for _, dv := range e.disks {
		text += fmt.Sprintf("\n  Root disk %s: %s, progress %s", dv.Name, dv.Status.Phase, orNone(string(dv.Status.Progress)))
	}
	if lines := kube.WarningLines(e.events, maxWarnings); len(lines) > 0 {
		text += "\nRecent events:\n" + strings.Join(lines, "\n")
	}
	return text
}

const (
	evidenceTimeout = 5 * time.Second
	maxWarnings     = 10
)

func orNone(s string) string {
	if s == "" {
		return "N/A"
	}
	return s
}
