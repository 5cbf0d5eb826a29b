package virtualserver_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccUnreachable: one clear error that names the cluster and what to check.
func TestAccUnreachable(t *testing.T) {
	n := acctest.Start(t)
	n.Run(acctest.Case{
		Steps: []resource.TestStep{{
			Config: `provider "virtualserver" {
  host     = "https://127.0.0.1:1"
  insecure = true
}
` + server(n, "unreachable", memory, containerDisk),
			ExpectError: messages("Unable to create virtual server", "The cluster https://127.0.0.1:1 could not be reached", "connection refused", "Nothing listens there"),
		}},
		NoImport: "the server is not created",
	})
}

// TestAccMissingConfiguration: a kubeconfig that is not there is named.
func TestAccMissingConfiguration(t *testing.T) {
	n := acctest.Start(t)
	file := filepath.Join(t.TempDir(), "missing.yaml")
	n.Run(acctest.Case{
		Steps: []resource.TestStep{{
			Config:      fmt.Sprintf("provider \"virtualserver\" {\n  config_path = %q\n}\n", file) + server(n, "unconfigured", memory, containerDisk),
			ExpectError: messages("Unable to create virtual server", "missing.yaml"),
		}},
		NoImport: "the server is not created",
	})
}

// rights are enough for a server whose changes need no operation, one resource a line.
const rights = `
kubevirt.io virtualmachines get,create,patch,delete,list,watch
kubevirt.io virtualmachineinstances get,list,watch
cdi.kubevirt.io datavolumes get,create,list,watch
core persistentvolumeclaims get,patch,list,watch
core secrets get,create,patch,delete
core services get,create,patch,delete
core events list
`

// user makes a user who has rights in the test's namespace.
func user(n *acctest.Namespace, rights string) acctest.User { return n.User(roleOf(rights)) }

func roleOf(rights string) string {
	rules := []string{"kind: Role\nrules:"}
	for line := range strings.Lines(strings.TrimSpace(rights)) {
		group, resource, verbs := "", "", ""
		if _, err := fmt.Sscan(line, &group, &resource, &verbs); err != nil {
			panic(err)
		}
		if group == "core" {
			group = `""`
		}
		rules = append(rules, fmt.Sprintf("- {apiGroups: [%s], resources: [%s], verbs: [%s]}", group, resource, verbs))
	}
	return strings.Join(rules, "\n")
}

// TestAccLeastRights: the role of the guide is enough for a server with everything, for
// changing, restarting and migrating it, and for destroying it by force.
func TestAccLeastRights(t *testing.T) {
	acctest.Grows(t)
	n := acctest.Start(t)
	const name = "least"
	as := n.User(acctest.Rights(t, "role.yaml")).Block
	guest := &guestChecks{n: n, name: name}
	config := func(size, state, round string) string {
		return as + server(n, name, memory, strings.Replace(importedDisk(n), "1Gi", size, 1), `cloud_init = "#cloud-config"`, `network = { tcp = [22] }`, `force_delete = true`,
			fmt.Sprintf("power_state = %q", state), fmt.Sprintf("restart_triggers = { round = %q }", round), fmt.Sprintf("migration_triggers = { round = %q }", round))
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config("1Gi", "running", "1"), running(n, name), guest.restarted()),
		inPlace(apply(config("1Gi", "running", "2"), running(n, name), guest.restarted())),
		inPlace(apply(config("2Gi", "stopped", "2"), stopped(n, name))),
	}})
}

// TestAccWithoutWatch: who may not watch waits all the same.
func TestAccWithoutWatch(t *testing.T) {
	n := acctest.Start(t)
	const name = "no-watch"
	as := user(n, strings.ReplaceAll(rights, ",list,watch", "")).Block
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(as+server(n, name, memory, importedDisk(n), `network = { tcp = [22] }`), running(n, name)),
	}})
}

// TestAccForbidden: a missing right is named with the user and the resource, and
// nothing is left behind.
func TestAccForbidden(t *testing.T) {
	for name, forbidden := range map[string]struct {
		rights string
		words  []string
	}{
		"machines": {
			strings.Replace(rights, "virtualmachines get,create", "virtualmachines get", 1),
			[]string{"Unable to create virtual server", `cannot create resource "virtualmachines"`, "Give the provider's user this permission"},
		},
		"secrets": {
			strings.Replace(rights, "core secrets get,create,patch,delete\n", "", 1),
			[]string{"Unable to create virtual server", `cannot get resource "secrets"`, "Give the provider's user this permission"},
		},
		"services": {
			strings.Replace(rights, "core services get,create", "core services get", 1),
			[]string{"Unable to create virtual server", `cannot create resource "services"`, "Give the provider's user this permission"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			as := user(n, forbidden.rights)
			n.Run(acctest.Case{
				Steps: []resource.TestStep{{
					Config:      as.Block + server(n, "forbidden", memory, containerDisk, `cloud_init = "#cloud-config"`, `network = { tcp = [22] }`),
					ExpectError: messages(append(forbidden.words[:1:1], append([]string{"User", as.Name}, forbidden.words[1:]...)...)...),
				}},
				NoImport: "the server is not created, or is destroyed",
			})
		})
	}
}
