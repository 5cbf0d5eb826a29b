// Package providerdata is what the provider hands to its resources, data
// sources, actions and lists when they are configured.
package providerdata

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

// The values of the attribute plan_validation.
const (
	// PlanValidationServer has the API server check planned objects by dry run.
	PlanValidationServer = "server"
	// PlanValidationOffline has plans send no dry run.
	PlanValidationOffline = "offline"
)

// Data is the configured provider.
type Data struct {
	// Client is never nil. Where Known is false, it returns an error.
	Client *kube.Client
	// Known is false while the provider block holds unknown values: nothing may
	// dial, and the fields below may lack what is not known yet.
	Known bool
	// Namespace is where objects without a namespace go: the attribute
	// namespace, else KUBE_NAMESPACE, else "default". It is deliberately not
	// the namespace of the kubeconfig's context, so that a plan does not depend
	// on the machine it runs on. Empty if it is not known yet.
	Namespace string
	// DefaultLabels are set on every VirtualMachine, below its own labels. Nil
	// if they are not known yet (Known is false then) or not configured.
	DefaultLabels map[string]string
	// PlanValidation is PlanValidationServer or PlanValidationOffline.
	PlanValidation string
	// DryRun stops the checks of plans once the cluster cannot make them.
	DryRun *DryRun
	// Machines coordinates what resources do with one machine at the same time.
	Machines *machine.Shared
	// Version of the provider.
	Version string
}

// FromRequest returns the Data that a Configure method was given. It is nil,
// without diagnostics, where Terraform has not configured the provider: during
// validation.
func FromRequest(providerData any) (*Data, diag.Diagnostics) {
	var diags diag.Diagnostics
	if providerData == nil {
		return nil, diags
	}
	data, ok := providerData.(*Data)
	if !ok {
		diags.AddError("Unable to use the provider's configuration",
			fmt.Sprintf("Expected *providerdata.Data, got %T. This is a bug in the provider: please report it.", providerData))
		return nil, diags
	}
	return data, diags
}
