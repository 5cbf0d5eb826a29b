package virtualserver_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// retained are disks that a test expects to outlive their servers.
type retained map[string]any // DataVolume and claim by name: their uids

// keep makes the server's root disk the test's own.
func (r retained) keep(n *acctest.Namespace) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		claim := stateOf(state, "root_claim")
		n.Own("dv", claim)
		r[claim] = []any{acctest.Field(n.Get("dv", claim), "metadata.uid"), acctest.Field(n.Get("pvc", claim), "metadata.uid")}
		return nil
	}
}

// check looks whether the disks are there, the same and nobody's.
func (r retained) check(n *acctest.Namespace) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		var all error
		for claim, uids := range r {
			uids := uids.([]any)
			all = errors.Join(all,
				n.Has("dv", claim, acctest.Fields{"metadata.uid": uids[0], "metadata.ownerReferences": nil, "metadata.deletionTimestamp": nil, "status.phase": "Succeeded"})(state),
				n.Has("pvc", claim, acctest.Fields{"metadata.uid": uids[1], "metadata.deletionTimestamp": nil, "status.phase": "Bound"})(state))
		}
		return all
	}
}

// TestAccRetain: a root disk that is to be retained outlives the destroy and the
// replacement of its server, running or not, and another server can use it.
func TestAccRetain(t *testing.T) {
	n := acctest.Start(t)
	const name = "retain"
	root := func(source, more string) string {
		return fmt.Sprintf(`storage = { root = {
    storage    = { size = "1Gi" }
    source     = %s
    on_destroy = "retain"
    %s
  } }`, source, more)
	}
	const image = `{ registry = { url = "docker://` + smallImage + `", pull_method = "node" } }`
	disks := retained{}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(server(n, name, memory, root(image, "")), running(n, name), disks.keep(n)),
		planning(plancheck.ResourceActionReplace, apply(server(n, name, memory, root(`{ blank = {} }`, "")), running(n, name), disks.check(n), disks.keep(n))),
		inPlace(apply(server(n, name, memory, `run_strategy = "Halted"`, root(`{ blank = {} }`, "")))),
	}})
	if len(disks) != 2 {
		t.Fatalf("the replacement has the same disk: %v", disks)
	}
	if err := disks.check(n)(nil); err != nil {
		t.Error("after the destroy:", err)
	}
	for claim := range disks {
		n.Run(acctest.Case{Steps: []resource.TestStep{
			apply(server(n, name, memory, fmt.Sprintf(`storage = { root = { source = { claim = { name = %q, kind = "DataVolume" } } } }`, claim)), running(n, name), attribute("root_claim", claim)),
		}})
		break
	}
	if err := disks.check(n)(nil); err != nil {
		t.Error("after being used:", err)
	}
}

// TestAccRetainEphemeral: the DataVolume of a disk that is only read is retained
// too, and so is the disk of a server that never ran.
func TestAccRetainEphemeral(t *testing.T) {
	n := acctest.Start(t)
	disks := retained{}
	for name, more := range map[string]string{"only-read": "ephemeral = true", "never-ran": ""} {
		parts := []string{memory, fmt.Sprintf(`storage = { root = {
    pvc        = { size = "1Gi", access_modes = ["ReadWriteOnce"] }
    source     = { blank = {} }
    on_destroy = "retain"
    %s
  } }`, more)}
		if more == "" {
			parts = append(parts, `run_strategy = "Halted"`, `wait = { until = "imported" }`)
		}
		n.Run(acctest.Case{Steps: []resource.TestStep{apply(server(n, name, parts...), disks.keep(n))}})
	}
	if err := disks.check(n)(nil); err != nil {
		t.Error(err)
	}
}
