package main

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const probeNamespace = "localcluster-probe"

// probe starts a virtual machine with an imported root disk, waits until it is
// ready and deletes it. Nothing short of that proves that the parts work together.
func (b *bootstrap) probe(_, waiting context.Context) error {
	objects, err := manifest("probe.yaml", map[string]any{"Namespace": probeNamespace})
	if err != nil {
		return err
	}
	if err := b.kube.create(waiting, objects); err != nil {
		return err
	}
	machine := ref("kubevirt.io/v1", "VirtualMachine", probeNamespace, "probe")
	if err := b.kube.wait(waiting, machine, func(seen *object) bool { return seen != nil && hasCondition(seen, "Ready") }); err != nil {
		return err
	}
	b.step("a virtual machine with an imported disk is ready")

	if err := b.kube.in(machine).Delete(waiting, machine.GetName(), metav1.DeleteOptions{}); err != nil {
		return err
	}
	if err := b.kube.wait(waiting, machine, func(seen *object) bool { return seen == nil }); err != nil {
		return err
	}
	// The namespace takes its time and holds nobody up.
	namespace := ref("v1", "Namespace", "", probeNamespace)
	return b.kube.in(namespace).Delete(waiting, probeNamespace, metav1.DeleteOptions{})
}
