package virtualserver

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// refuseForeignInterfaces fails when the plan adds an interface under a name
// that the machine has: it would be taken over.
func refuseForeignInterfaces(vm *kubevirtv1.VirtualMachine, state, plan convert.Server) error {
	if vm.Spec.Template == nil {
		return nil
	}
	var was, now map[string]convert.Interface
	if state.Network != nil {
		was = state.Network.Interfaces
	}
	if plan.Network != nil {
		now = plan.Network.Interfaces
	}
	for _, network := range vm.Spec.Template.Spec.Networks {
		_, ours := was[network.Name]
		if _, added := now[network.Name]; !added || ours || network.Pod != nil && plan.Network.WithoutPodNetwork() {
			continue
		}
		owner := "belongs to somebody else"
		if network.Pod != nil {
			owner = "is the one on the pod network"
		}
		return &diagnostics.Failure{
			Cause:     fmt.Sprintf("The server has an interface %q already, which %s.", network.Name, owner),
			Advice:    "Choose another name, or remove that interface first.",
			Attribute: path.Root("network").AtName("interfaces").AtMapKey(network.Name),
		}
	}
	return nil
}
