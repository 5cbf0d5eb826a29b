package virtualserver_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const (
	vmiSpec = "spec.template.spec."
)

// TestAccScheduling: all that says where a server runs is accepted, changes in
// place and goes again.
func TestAccScheduling(t *testing.T) {
	n := acctest.Start(t)
	const name = "placed"
	const must, rather = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
	with := func(parts ...string) string {
		return server(n, name, append(parts, memory, containerDisk, halted)...)
	}
	full := `
  termination_grace_period_seconds = 0
  scheduling = {
    node_selector = { "kubernetes.io/os" = "linux", disk = "ssd" }
    tolerations = [
      { key = "gpu", value = "yes", effect = "NoSchedule" },
      { key = "flaky", operator = "Exists", effect = "NoExecute", toleration_seconds = 0 },
    ]
    affinity = {
      node_affinity = {
        required_during_scheduling_ignored_during_execution = { node_selector_terms = [{
          match_expressions = [{ key = "cores", operator = "Gt", values = ["4"] }]
          match_fields      = [{ key = "metadata.name", operator = "NotIn", values = ["broken"] }]
        }] }
        preferred_during_scheduling_ignored_during_execution = [{ weight = 10, preference = { match_expressions = [{ key = "fast", operator = "Exists" }] } }]
      }
      pod_affinity = {
        preferred_during_scheduling_ignored_during_execution = [{ weight = 100, pod_affinity_term = {
          topology_key        = "topology.kubernetes.io/zone"
          label_selector      = { match_expressions = [{ key = "app", operator = "In", values = ["cache"] }] }
          namespace_selector  = {}
          mismatch_label_keys = ["version"]
        } }]
      }
      pod_anti_affinity = {
        required_during_scheduling_ignored_during_execution = [{
          topology_key   = "kubernetes.io/hostname"
          label_selector = { match_labels = { app = "web" } }
          namespaces     = ["default"]
        }]
      }
    }
    topology_spread_constraints = [{
      max_skew             = 1
      topology_key         = "topology.kubernetes.io/zone"
      when_unsatisfiable   = "DoNotSchedule"
      label_selector       = { match_labels = { app = "web" } }
      min_domains          = 2
      node_affinity_policy = "Ignore"
      node_taints_policy   = "Honor"
      match_label_keys     = ["version"]
    }]
    priority_class_name = "system-cluster-critical"
    scheduler_name      = "own"
    eviction_strategy   = "LiveMigrateIfPossible"
    start_strategy      = "Paused"
  }`
	less := `scheduling = {
    node_selector = { disk = "hdd" }
    tolerations   = [{ operator = "Exists" }]
    affinity      = { pod_anti_affinity = { required_during_scheduling_ignored_during_execution = [{ topology_key = "kubernetes.io/hostname", label_selector = {} }] } }
    eviction_strategy = "None"
  }`
	const affinity = vmiSpec + "affinity."
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(with(full), n.Has("vm", name, acctest.Fields{
			vmiSpec + "terminationGracePeriodSeconds":    0,
			vmiSpec + "nodeSelector":                     map[string]any{"kubernetes.io/os": "linux", "disk": "ssd"},
			vmiSpec + "tolerations[0]":                   map[string]any{"key": "gpu", "value": "yes", "effect": "NoSchedule"},
			vmiSpec + "tolerations[1].tolerationSeconds": 0,
			affinity + "nodeAffinity." + must + ".nodeSelectorTerms[0].matchExpressions[0].operator": "Gt",
			affinity + "nodeAffinity." + must + ".nodeSelectorTerms[0].matchFields[0].key":           "metadata.name",
			affinity + "nodeAffinity." + rather + "[0].preference.matchExpressions[0].key":           "fast",
			affinity + "podAffinity." + rather + "[0].podAffinityTerm.namespaceSelector":             map[string]any{},
			affinity + "podAffinity." + rather + "[0].podAffinityTerm.mismatchLabelKeys[0]":          "version",
			affinity + "podAntiAffinity." + must + "[0].labelSelector.matchLabels.app":               "web",
			vmiSpec + "topologySpreadConstraints[0].minDomains":                                      2,
			vmiSpec + "topologySpreadConstraints[0].nodeAffinityPolicy":                              "Ignore",
			vmiSpec + "priorityClassName":                                                            "system-cluster-critical",
			vmiSpec + "schedulerName":                                                                "own",
			vmiSpec + "evictionStrategy":                                                             "LiveMigrateIfPossible",
			vmiSpec + "startStrategy":                                                                "Paused",
		})),
		before(func() {
			n.Patch("vm", name, `{"spec": {"template": {"spec": {"nodeSelector": {"theirs": "x"}}}}}`)
		}, inPlace(apply(with(less), n.Has("vm", name, acctest.Fields{
			vmiSpec + "terminationGracePeriodSeconds":                  nil,
			vmiSpec + "nodeSelector":                                   map[string]any{"disk": "hdd", "theirs": "x"},
			vmiSpec + "tolerations":                                    []any{map[string]any{"operator": "Exists"}},
			affinity + "nodeAffinity":                                  nil,
			affinity + "podAffinity":                                   nil,
			affinity + "podAntiAffinity." + must + "[0].labelSelector": map[string]any{},
			vmiSpec + "topologySpreadConstraints":                      nil,
			vmiSpec + "priorityClassName":                              nil,
			vmiSpec + "evictionStrategy":                               "None",
			vmiSpec + "startStrategy":                                  nil,
		})))),
		before(func() {
			n.Patch("vm", name, `{"spec": {"template": {"spec": {"nodeSelector": {"theirs": null}}}}}`)
		}, inPlace(apply(with(), n.Has("vm", name, acctest.Fields{
			vmiSpec + "nodeSelector": nil, vmiSpec + "tolerations": nil, vmiSpec + "affinity": nil, vmiSpec + "evictionStrategy": nil,
		})))),
	}})
}

// TestAccSchedulingLive: node selector, tolerations and affinity reach the
// running instance; an eviction strategy waits for a restart.
func TestAccSchedulingLive(t *testing.T) {
	n := acctest.Start(t)
	const name = "moving"
	with := func(scheduling string) string {
		return server(n, name, memory, containerDisk, soon, "scheduling = {"+scheduling+"}")
	}
	live := `
    node_selector = { "kubernetes.io/os" = "linux" }
    tolerations   = [{ key = "gpu", operator = "Exists" }]
    affinity      = { pod_anti_affinity = { preferred_during_scheduling_ignored_during_execution = [{ weight = 1, pod_affinity_term = { topology_key = "kubernetes.io/hostname" } }] } }`
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(with(""), running(n, name)),
		inPlace(apply(with(live), n.Check(func() error {
			n.Wait("vmi", name, "to take over the scheduling", func(vmi acctest.Object) bool {
				return acctest.Field(vmi, "spec.tolerations[0].key") == "gpu" && acctest.Field(vmi, "spec.affinity.podAntiAffinity") != nil &&
					acctest.Field(vmi, "spec.nodeSelector[kubernetes.io/os]") == "linux"
			})
			return nil
		}), attribute("status.restart_required", "false"))),
		inPlace(apply(with(live+"\n    eviction_strategy = \"None\""), n.Check(func() error {
			n.Wait("vm", name, "to need a restart", requiresRestart)
			return nil
		}))),
	}})
}
