package liveupdate

import (
	"maps"
	"slices"

	kubevirtv1 "kubevirt.io/api/core/v1"
)

// dynamicAnnotations are those that KubeVirt copies to the running instance
// (syncDynamicAnnotationsAndLabelsToVMI).
var dynamicAnnotations = []string{"descheduler.alpha.kubernetes.io/evict", "descheduler.alpha.kubernetes.io/prefer-no-eviction"}

// controllerAnnotations are KubeVirt's own notes in the template.
var controllerAnnotations = []string{kubevirtv1.PciTopologyVersionAnnotation, kubevirtv1.PciInterfaceSlotCountAnnotation}

// metadata compares the template's labels and annotations with the instance's.
// KubeVirt compares the template's spec alone, so nothing says that these wait.
func (u *update) metadata() {
	was, now := u.running.Spec.Template.ObjectMeta, u.want.Spec.Template.ObjectMeta
	is := was
	if u.vmi != nil {
		is = u.vmi.ObjectMeta
	}
	u.keys("spec.template.metadata.labels", was.Labels, is.Labels, now.Labels, nil)
	u.keys("spec.template.metadata.annotations", was.Annotations, is.Annotations, now.Annotations, dynamicAnnotations)
}

func (u *update) keys(field string, was, is, now map[string]string, live []string) {
	known := maps.Clone(was) // the instance has keys of its own
	if known == nil {
		known = map[string]string{}
	}
	maps.Copy(known, now)
	for key := range known {
		running, has := is[key]
		wanted, keeps := now[key]
		if has == keeps && running == wanted || slices.Contains(controllerAnnotations, key) {
			continue
		}
		c := Change{Field: field, Name: key, Removed: !keeps, Landing: Restart, Silent: true, Reason: "an instance gets it at its start"}
		if slices.Contains(live, key) {
			c.Landing, c.Silent, c.Reason = Live, false, ""
		}
		u.add(c)
	}
}
