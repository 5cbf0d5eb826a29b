package virtualserver_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// shown is the data source in the configurations of tests.
const shown = "data.virtualserver.test"

// showing is the configuration that reads a server.
func showing(n *acctest.Namespace, name string) string {
	return fmt.Sprintf("data \"virtualserver\" \"test\" {\n  name      = %q\n  namespace = %q\n}\n", name, n.Name)
}

// showingAfter is a server and the data source that reads it once it is applied.
func showingAfter(server string) string {
	return server + "data \"virtualserver\" \"test\" {\n  name      = virtualserver.test.name\n  namespace = virtualserver.test.namespace\n  depends_on = [virtualserver.test]\n}\n"
}

// shows checks what the data source says; "" is nothing.
func shows(want map[string]string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		for name, value := range want {
			check := resource.TestCheckResourceAttr(shown, name, value)
			if value == "" {
				check = resource.TestCheckNoResourceAttr(shown, name)
			}
			if err := check(state); err != nil {
				return fmt.Errorf("%w\nproblem: %q %q", err, stateText(state, "problem.summary"), stateText(state, "problem.cause"))
			}
		}
		return nil
	}
}

func stateText(state *terraform.State, name string) string {
	return state.RootModule().Resources[shown].Primary.Attributes[name]
}

// problem checks the explanation: its summary, and words of cause and advice.
func problem(summary string, words ...string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		if got := stateText(state, "problem.summary"); got != summary {
			return fmt.Errorf("the problem is %q (%s), not %q", got, stateText(state, "problem.cause"), summary)
		}
		text := stateText(state, "problem.cause") + "\n" + stateText(state, "problem.advice")
		for _, w := range words {
			if !strings.Contains(text, w) {
				return fmt.Errorf("the problem does not say %q:\n%s", w, text)
			}
		}
		return nil
	}
}

// TestAccSmokeDataSource: a server that runs, with what the guest agent says; the same
// server paused, stopped and at last waiting for a restart.
func TestAccSmokeDataSource(t *testing.T) {
	acctest.Played(t, "a guest agent that answers at once")
	n := acctest.Start(t)
	const name = "shown"
	config := func(parts ...string) string {
		return showingAfter(server(n, name, append(parts, importedDisk(n), `network = { tcp = [22] }`, `cloud_init = "#cloud-config"`,
			`labels = { app = "web" }`, `annotations = { "example.com/owner" = "ops" }`)...))
	}
	size := func(cores int) string {
		return fmt.Sprintf(`resources = { memory = "1Gi", cpu = { cores = %d } }`, cores)
	}
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(size(2)), shows(map[string]string{
			"id": n.Name + "/" + name, "vm_name": name, "labels.%": "1", "labels.app": "web", "annotations.%": "1", "annotations.example.com/owner": "ops",
			"run_strategy": "Always", "power_state": "running", "status.ready": "true", "status.conditions.DataImported.status": "True",
			"cpu.cores": "2", "cpu.sockets": "1", "cpu.threads": "1", "memory": "1Gi", "service_name": name,
			"volumes.%": "2", "volumes.root.source": "dataVolume", "volumes.root.hotplugged": "false", "volumes.cloudinit.source": "cloudInitNoCloud", "volumes.cloudinit.claim_name": "",
			"interfaces.default.interface_name": "eth0", "interfaces.default.link_state": "up", "interfaces.default.info_source": "domain, guest-agent", "interfaces.default.addresses.#": "1",
			"guest.hostname": "guest", "guest.timezone": "UTC, 0", "guest.os.id": "fedora", "guest.os.version_id": "42", "guest.os.kernel_release": "6.14.0",
			"guest.users.0.name": "fedora", "guest.users.0.login_time": "2026-01-02T03:04:05Z",
			"guest.filesystems.0.mount_point": "/", "guest.filesystems.0.total_bytes": "5368709120",
			"problem.%": "", "migration.%": "", "instance_type.%": "",
		}),
			resource.TestCheckResourceAttrPair(shown, "uid", acctest.Address, "uid"),
			resource.TestCheckResourceAttrPair(shown, "root_claim", acctest.Address, "root_claim"),
			resource.TestCheckResourceAttrPair(shown, "volumes.root.claim_name", acctest.Address, "root_claim"),
			resource.TestCheckResourceAttrPair(shown, "cluster_ip", acctest.Address, "cluster_ip"),
			resource.TestMatchResourceAttr(shown, "interfaces.default.mac_address", regexp.MustCompile(`^02:`)),
			resource.TestCheckTypeSetElemNestedAttrs(shown, "events.*", map[string]string{"object": "VirtualMachine/" + name, "type": "Normal", "reason": "SuccessfulCreate"}),
		),
		apply(config(size(4)), n.Check(func() error {
			n.Wait("vm", name, "to require a restart", requiresRestart)
			return nil
		})),
		{RefreshState: true, Check: resource.ComposeAggregateTestCheckFunc(shows(map[string]string{"cpu.cores": "2", "power_state": "running"}), problem("Changes wait for a restart", "restart"))},
		apply(config(size(4), halted), shows(map[string]string{
			"power_state": "stopped", "run_strategy": "Halted", "cpu.%": "", "memory": "", "guest.%": "", "problem.%": "", "interfaces.%": "0", "volumes.%": "2",
		})),
	}})
}

// TestAccDataSourcePaused: a server that somebody paused.
func TestAccDataSourcePaused(t *testing.T) {
	acctest.Played(t, "guests that are paused when they start")
	n := acctest.Start(t)
	const name = "paused"
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(server(n, name, memory, containerDisk), running(n, name)),
		before(func() {
			n.Operate("virtualmachineinstances", name, "pause")
			n.Wait("vm", name, "to be paused", func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == "Paused" })
		}, apply(server(n, name, memory, containerDisk)+showing(n, name),
			shows(map[string]string{"power_state": "paused", "status.printable_status": "Paused"}),
			problem("The server is paused", "PausedByUser", `power_state = "running"`))),
	}, Unverified: map[string]string{"power_state": "somebody paused it, and nobody manages that"}})
}

// TestAccDataSourceProblems: the explanation of a server that cannot come up.
func TestAccDataSourceProblems(t *testing.T) {
	for name, failing := range map[string]struct {
		parts   []string
		status  string // to wait for
		summary string
		words   []string
		halted  string // the problem once it is halted
	}{
		"slow-import": {
			[]string{memory, playedDisk(endless)}, "Provisioning",
			"The root disk is still being imported", []string{"ImportInProgress", "goes on by itself"}, "",
		},
		"fail-import": {
			[]string{memory, playedDisk("fail-import-1000")}, "DataVolumeError",
			"The root disk's image cannot be imported", []string{"404", "storage.root.source"}, "The root disk's image cannot be imported",
		},
		"memory": {
			[]string{`resources = { memory = "100Ti" }`, containerDisk}, "ErrorUnschedulable",
			"No node can run the server", []string{"Insufficient memory", "Ask for less"}, "",
		},
		"crash-at-start": {
			[]string{memory, containerDisk}, "CrashLoopBackOff",
			"The guest keeps failing", []string{"failures in a row", "virt-launcher"}, "",
		},
		"unpullable": {
			[]string{memory, `storage = { root = { source = { container_disk = { image = "registry.invalid/unpullable:1" } } } }`}, "ImagePullBackOff",
			"An image cannot be pulled", []string{"registry.invalid/unpullable:1"}, "",
		},
		"missing-claim": {
			[]string{memory, `storage = { ` + containerRoot + "\n" + ` additional_disks = { data = { persistent_volume_claim = { claim_name = "nowhere" } } } }`}, "ErrorPvcNotFound",
			"A claim is missing", []string{"nowhere"}, "",
		},
		"never-starts": {
			[]string{memory, containerDisk}, "Starting",
			"The server is starting", []string{"is starting the guest"}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.Played(t, "servers that fail and imports that last")
			n := acctest.Start(t)
			config := server(n, name, append(failing.parts, `wait = { until = "created" }`)...)
			n.Run(acctest.Case{Steps: []resource.TestStep{
				apply(config),
				before(func() {
					n.Wait("vm", name, "to be "+failing.status, func(o acctest.Object) bool { return acctest.Text(o, "status.printableStatus") == failing.status })
					dv := acctest.Text(n.Get("vm", name), "spec.template.spec.volumes[root].dataVolume.name")
					switch name { // the status does not stay, or tells too little
					case "slow-import":
						n.Wait("dv", dv, "to be imported", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "ImportInProgress" })
					case "fail-import":
						n.Wait("dv", dv, "to have failed often", func(o acctest.Object) bool {
							restarts, _ := acctest.Field(o, "status.restartCount").(int64)
							return restarts >= 3
						})
					case "crash-at-start":
						n.Wait("vm", name, "to have failed often", func(o acctest.Object) bool {
							failures, _ := acctest.Field(o, "status.startFailure.consecutiveFailCount").(int64)
							return failures >= 2
						})
					case "never-starts":
						n.Wait("vmi", name, "to be on its node", func(o acctest.Object) bool { return acctest.Text(o, "status.phase") == "Scheduled" })
					}
				}, apply(config+showing(n, name), problem(failing.summary, failing.words...), shows(map[string]string{"guest.%": "", "power_state": "stopped"}))),
				// Halted, it is stopped on purpose, but a disk that cannot be imported stays one.
				apply(strings.Replace(showingAfter(config), `wait = {`, "run_strategy = \"Halted\"\n  wait = {", 1), problem(failing.halted)),
			}})
		})
	}
}

// TestAccDataSourceStopped: servers that do not run because somebody stopped them.
func TestAccDataSourceStopped(t *testing.T) {
	for name, c := range map[string]struct {
		strategy, remembered string
		operations           []string
		summary, shown       string
	}{
		"halted":               {"Halted", "", nil, "", "Halted"},
		"manual never started": {"Manual", "", nil, "", "Manual"},
		"by power_state":       {"Halted", "RerunOnFailure", nil, "The server was stopped", "RerunOnFailure"},
		"by KubeVirt":          {"RerunOnFailure", "", []string{"stop"}, "The guest has ended", "RerunOnFailure"},
		"manual":               {"Manual", "", []string{"start", "stop"}, "", "Manual"},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			n.Create(strings.NewReplacer("{name: least}", fmt.Sprintf("{name: least, annotations: {virtualserver.io/run-strategy: %q}}", c.remembered), "Always", c.strategy).Replace(leastVM))
			for _, operation := range c.operations {
				if operation == "stop" {
					n.Wait("vm", "least", "to be ready", ready)
				}
				n.Operate("virtualmachines", "least", operation)
			}
			n.Wait("vm", "least", "to be stopped", func(o acctest.Object) bool {
				return acctest.Text(o, "status.printableStatus") == "Stopped" && acctest.Field(o, "status.created") == nil && acctest.Field(o, "status.stateChangeRequests") == nil
			})
			n.Run(acctest.Case{
				Steps:    []resource.TestStep{{Config: showing(n, "least"), Check: resource.ComposeAggregateTestCheckFunc(problem(c.summary), shows(map[string]string{"power_state": "stopped", "run_strategy": c.shown}))}},
				NoImport: "a data source has no import",
			})
		})
	}
}

// TestAccDataSourceQuota: a quota that leaves no room for the pod.
func TestAccDataSourceQuota(t *testing.T) {
	n := acctest.Start(t)
	const name = "quota"
	n.Create(`
apiVersion: v1
kind: ResourceQuota
metadata: {name: small}
spec: {hard: {requests.memory: 64Mi}}
`)
	n.Wait("resourcequota", "small", "to count", func(o acctest.Object) bool { return acctest.Field(o, "status.hard") != nil })
	config := server(n, name, memory, containerDisk, `wait = { until = "created" }`)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config),
		before(func() {
			n.Wait("vm", name, "to be refused", func(o acctest.Object) bool {
				return strings.Contains(acctest.JSON(acctest.Field(o, "status.conditions")), "exceeded quota")
			})
		}, apply(config+showing(n, name), problem("The namespace's quota is used up", "exceeded quota: small", "quota raised"))),
	}})
}

// TestAccDataSourceLongName: a server is found by its name and by that of its machine.
func TestAccDataSourceLongName(t *testing.T) {
	n := acctest.Start(t)
	name := strings.Repeat("long-name-", 9) + "x"
	config := server(n, name, memory, containerDisk, halted)
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config+`
data "virtualserver" "test" {
  name       = virtualserver.test.name
  namespace  = virtualserver.test.namespace
  depends_on = [virtualserver.test]
}

data "virtualserver" "machine" {
  name      = virtualserver.test.vm_name
  namespace = virtualserver.test.namespace
}
`, resource.TestCheckResourceAttrPair("data.virtualserver.machine", "id", acctest.Address, "id"),
			resource.TestCheckResourceAttrPair(shown, "vm_name", acctest.Address, "vm_name"),
			resource.TestCheckResourceAttrPair(shown, "uid", "data.virtualserver.machine", "uid")),
	}})
}

// TestAccDataSourceMissing: a server that does not exist is an error.
func TestAccDataSourceMissing(t *testing.T) {
	n := acctest.Start(t)
	n.Run(acctest.Case{
		Steps:    []resource.TestStep{{Config: showing(n, "nowhere"), ExpectError: messages(fmt.Sprintf("Unable to read virtual server %q", n.Name+"/nowhere"), "It does not exist", "depends_on")}},
		NoImport: "a data source has no import",
	})
}

// TestAccDataSourceRights: who may read nothing but the machine and its instance
// sees these; the rights for the rest come one by one.
func TestAccDataSourceRights(t *testing.T) {
	acctest.Played(t, "a guest agent that answers at once")
	const least = "kubevirt.io virtualmachines get\nkubevirt.io virtualmachineinstances get\n"
	for name, c := range map[string]struct {
		rights string
		want   map[string]string
	}{
		"least": {least, map[string]string{"power_state": "running", "guest.os.id": "fedora", "guest.hostname": "", "guest.users.#": "", "guest.filesystems.#": "", "events.#": "", "service_name": ""}},
		"agent": {least + "subresources.kubevirt.io virtualmachineinstances/guestosinfo,virtualmachineinstances/userlist,virtualmachineinstances/filesystemlist get\n",
			map[string]string{"guest.hostname": "guest", "guest.users.#": "1", "guest.filesystems.#": "1", "events.#": ""}},
		"everything": {rights + "subresources.kubevirt.io virtualmachineinstances/guestosinfo,virtualmachineinstances/userlist,virtualmachineinstances/filesystemlist get\ncore pods list\n",
			map[string]string{"guest.hostname": "guest", "guest.users.#": "1", "service_name": ""}},
	} {
		t.Run(name, func(t *testing.T) {
			n := acctest.Start(t)
			n.Create(leastVM)
			n.Wait("vm", "least", "to be ready", ready)
			n.Run(acctest.Case{
				Steps: []resource.TestStep{{
					Config:            user(n, c.rights).Block + showing(n, "least"),
					Check:             shows(c.want),
					ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(shown, tfjsonpath.New("problem"), knownvalue.Null())},
				}},
				NoImport: "a data source has no import",
			})
		})
	}
}

// leastVM is a machine that somebody else made.
const leastVM = `
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: least}
spec:
  runStrategy: Always
  template:
    spec:
      domain:
        memory: {guest: 1Gi}
        devices: {disks: [{name: root, disk: {bus: virtio}}]}
      volumes: [{name: root, containerDisk: {image: "` + smallImage + `"}}]
`
