package virtualserver_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	tfresource "github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
	realprovider "github.com/virtualserver/terraform-provider-virtualserver/internal/provider"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/resources/virtualserver"
)

// predictable is the provider with a root disk's name that is known beforehand.
type predictable struct {
	provider.Provider
	rootClaim string
}

func (p predictable) Resources(context.Context) []func() tfresource.Resource {
	return []func() tfresource.Resource{func() tfresource.Resource { return virtualserver.NewResourceWithRootClaim(p.rootClaim) }}
}

func withRootClaim(name string) func() provider.Provider {
	return func() provider.Provider { return predictable{Provider: realprovider.New("acctest")(), rootClaim: name} }
}

const foreignDisks = `
apiVersion: cdi.kubevirt.io/v1beta1
kind: DataVolume
metadata: {name: taken-dv}
spec:
  source: {blank: {}}
  pvc: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: taken-claim}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Secret
metadata: {name: taken-cloudinit}
stringData: {userdata: precious}
---
apiVersion: v1
kind: Service
metadata: {name: taken}
spec: {ports: [{port: 8080}], selector: {app: other}}
`

// TestAccTakenNames: an object of a wanted name that is somebody else's is
// refused, stays untouched, and no server is left behind. KubeVirt would adopt a
// disk, and delete it with the server.
func TestAccTakenNames(t *testing.T) {
	for _, taken := range []struct {
		kind, name, word string
		provider         func() provider.Provider
		parts            []string
	}{
		{"dv", "taken-dv", "DataVolume", withRootClaim("taken-dv"), []string{blankDisk}},
		{"pvc", "taken-claim", "PersistentVolumeClaim", withRootClaim("taken-claim"), []string{blankDisk}},
		{"secret", "taken-cloudinit", "Secret", nil, []string{containerDisk, `cloud_init = "#cloud-config"`}},
		{"service", "taken", "Service", nil, []string{containerDisk, `network = { tcp = [80] }`}},
	} {
		t.Run(taken.kind, func(t *testing.T) {
			n := acctest.Start(t)
			n.Create(foreignDisks)
			settled := []string{"Succeeded", "Bound"}
			if !n.BindsAtOnce() { // they wait for a pod
				settled = []string{"WaitForFirstConsumer", "PendingPopulation", "Pending"}
			}
			isSettled := func(o acctest.Object) bool { return slices.Contains(settled, acctest.Text(o, "status.phase")) }
			n.Wait("dv", "taken-dv", "to be imported", isSettled)
			n.Wait("pvc", "taken-claim", "to be bound", isSettled)
			was := n.Get(taken.kind, taken.name)
			config := server(n, "taken", append(slices.Clone(taken.parts), memory)...)
			n.Run(acctest.Case{
				Provider: taken.provider,
				Steps: []resource.TestStep{{Config: config, ExpectError: messages(
					fmt.Sprintf("Unable to create virtual server %q", n.Name+"/taken"),
					fmt.Sprintf("A %s %q exists already and does not belong to this server. It is never adopted", taken.word, n.Name+"/"+taken.name),
					"It stays untouched.",
				)}},
				NoImport: "the server is not created",
			})
			if changed := acctest.Changed(was, n.Get(taken.kind, taken.name)); len(changed) > 0 {
				t.Errorf("the %s changed: %v", taken.word, changed)
			}
			if vm := n.Find("vm", "taken"); vm != nil {
				t.Error("a VirtualMachine is left")
			}
		})
	}
}

// TestAccTakenLater: a Service and a Secret that an update wants are refused too,
// and survive the server.
func TestAccTakenLater(t *testing.T) {
	n := acctest.Start(t)
	n.Create(foreignDisks)
	service, secret := n.Get("service", "taken"), n.Get("secret", "taken-cloudinit")
	config := func(parts ...string) string {
		return server(n, "taken", append(parts, memory, containerDisk, `run_strategy = "Halted"`)...)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config()),
		{Config: config(`network = { tcp = [80] }`), ExpectError: messages("Unable to update virtual server", "A Service", "exists already", "network.service.name")},
		{Config: config(`cloud_init = "#cloud-config"`), ExpectError: messages("Unable to update virtual server", "A Secret", "exists already")},
		apply(config()),
	}})
	for kind, was := range map[string]acctest.Object{"service": service, "secret": secret} {
		if changed := acctest.Changed(was, n.Get(kind, acctest.Text(was, "metadata.name"))); len(changed) > 0 {
			t.Errorf("the %s changed: %v", kind, changed)
		}
	}
}

// TestAccExistingMachine: a VirtualMachine of the server's name is not taken
// over either; the message tells how to import it.
func TestAccExistingMachine(t *testing.T) {
	n := acctest.Start(t)
	n.Create(`
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: existing, labels: {keep: "yes"}}
spec:
  runStrategy: Halted
  template: {spec: {domain: {memory: {guest: 1Gi}, devices: {}}}}
`)
	n.Wait("vm", "existing", "to be known to KubeVirt", known)
	was := n.Get("vm", "existing")
	n.Run(acctest.Case{
		Steps: []resource.TestStep{{
			Config: server(n, "existing", memory, importedDisk(n), `network = { tcp = [22] }`),
			ExpectError: messages(fmt.Sprintf("A VirtualMachine %q exists already", n.Name+"/existing"),
				"import it", "terraform import <address> "+n.Name+"/existing"),
		}},
		NoImport: "the server is not created",
	})
	if changed := acctest.Changed(was, n.Get("vm", "existing")); len(changed) > 0 {
		t.Errorf("the VirtualMachine changed: %v", changed)
	}
}

// TestAccRootClaimUsedAgain: a root disk's name that a deleted server had is free
// again.
func TestAccRootClaimUsedAgain(t *testing.T) {
	acctest.Full(t)
	n := acctest.Start(t)
	config := func(run string) string {
		return server(n, "again", memory, importedDisk(n), fmt.Sprintf("run_strategy = %q", run))
	}
	n.Run(acctest.Case{
		Provider: withRootClaim("again-root"),
		Steps: []resource.TestStep{
			apply(config("Always"), attribute("root_claim", "again-root"), running(n, "again")),
			before(func() { n.Delete("vm", "again") }, apply(config("Always"), running(n, "again"), n.Check(func() error {
				return acctest.Match(n.Get("dv", "again-root"), acctest.Fields{
					"status.phase":                    "Succeeded",
					"metadata.ownerReferences[0].uid": acctest.Field(n.Get("vm", "again"), "metadata.uid"),
				})
			}))),
		},
	})
}
