package acctest

import (
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"k8s.io/client-go/rest"
)

// handler is the account of KubeVirt's node agent: changes that others make of an
// instance's status are silently undone.
const handler = "system:serviceaccount:kubevirt:kubevirt-handler"

// EndGuest has the guest of a machine shut itself down. Only the local cluster's
// guests do so when told from outside (Played).
func (n *Namespace) EndGuest(name string) {
	n.t.Helper()
	n.PatchGuest(name, `{"status":{"phase":"Succeeded"}}`)
}

// PatchGuest merges into an instance what the node agent would write. Only the local
// cluster takes that from tests (Played).
func (n *Namespace) PatchGuest(name, merge string) {
	n.t.Helper()
	config := n.RESTConfig()
	config.Impersonate = rest.ImpersonationConfig{UserName: handler}
	agent, err := client.New(config, client.Options{})
	if err != nil {
		n.t.Fatal(err)
	}
	if err = agent.Patch(n.t.Context(), n.empty("vmi", name), client.RawPatch(types.MergePatchType, []byte(merge))); err != nil {
		n.t.Fatalf("the guest of %s cannot be patched: %v", name, err)
	}
}
