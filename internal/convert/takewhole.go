package convert

import (
	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// TakeWhole completes before, the rendering of a state, with what live has of
// the parts that make no sense in part: an update that changes an instance type
// drops the revision that was kept of the former one, one that changes a
// probe's handler drops all of the former handler, also what others wrote there,
// and one that leaves a server to its run strategy drops the remembered one.
func TakeWhole(before, after, live *kubevirtv1.VirtualMachine) {
	takeRemembered(before, after, live)
	if !equality.Semantic.DeepEqual(before.Spec.Instancetype, after.Spec.Instancetype) {
		if live.Spec.Instancetype != nil {
			before.Spec.Instancetype = live.Spec.Instancetype
		}
		if live.Spec.Template != nil && live.Spec.Template.Spec.Domain.Memory == nil {
			before.Spec.Template.Spec.Domain.Memory = nil // it stands by again: see keepFallback
		}
	}
	if !equality.Semantic.DeepEqual(before.Spec.Preference, after.Spec.Preference) && live.Spec.Preference != nil {
		before.Spec.Preference = live.Spec.Preference
	}
	if live.Spec.Template != nil {
		was, now, is := &before.Spec.Template.Spec, &after.Spec.Template.Spec, &live.Spec.Template.Spec
		was.LivenessProbe = wholeProbe(was.LivenessProbe, now.LivenessProbe, is.LivenessProbe)
		was.ReadinessProbe = wholeProbe(was.ReadinessProbe, now.ReadinessProbe, is.ReadinessProbe)
	}
}

func wholeProbe(before, after, live *kubevirtv1.Probe) *kubevirtv1.Probe {
	switch {
	case live == nil || equality.Semantic.DeepEqual(before, after):
		return before
	case after == nil:
		return live
	case handlerOf(after) == handlerOf(live):
		return before
	}
	out := deref(before)
	out.Handler = live.Handler
	return &out
}

// handlerOf tells which handlers a probe has.
func handlerOf(p *kubevirtv1.Probe) [4]bool {
	return [4]bool{p.HTTPGet != nil, p.TCPSocket != nil, p.Exec != nil, p.GuestAgentPing != nil}
}
