package virtualserver_test

import (
	"strings"
	"testing"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// ordinary is a server whose every part can change.
const ordinary = `
name: vs
namespace: team
run_strategy: Always
resources: {cpu: {sockets: 2, cores: 1, threads: 1}, memory: 2Gi}
storage:
  root: {pvc: {size: 1Gi}, source: {blank: {}}}
  additional_disks:
    data: {persistent_volume_claim: {claim_name: data}, bus: scsi, hotpluggable: true}
network:
  tcp: [80]
  interfaces: {lan: {network_attachment: lan}}
scheduling: {node_selector: {a: b}}
cloud_init: "#cloud-config"
`

// TestEffects: without a cluster to ask, a plan goes by KubeVirt's rules by default,
// and by what the state says of the guest.
func TestEffects(t *testing.T) {
	tf := newOffline(t, values{})
	const (
		lives = "Changes that take effect while servers run"
		one   = `Updating virtual server "team/vs": 1 change waits for a restart`
		two   = `Updating virtual server "team/vs": 2 changes wait for a restart`
	)
	for name, c := range map[string]struct {
		was, change values
		status      string     // of the guest, "Running" by default
		want        [][]string // the words of each warning
	}{
		"nothing of the guest": {change: values{"labels": values{"a": "b"}, "network.tcp": []any{90.0}, "deletion_protection": true}},
		"memory":               {change: values{"resources.memory": "4Gi"}, want: [][]string{{lives, "team/vs", "- resources.memory: by a live migration; KubeVirt starts it by itself where", "This is what is expected"}}},
		"less memory":          {change: values{"resources.memory": "1Gi"}, want: [][]string{{one, "- resources.memory", "below the 2Gi", "status.pending_changes", "expected"}}},
		"sockets":              {change: values{"resources.cpu.sockets": 3.0}, want: [][]string{{lives, "- resources.cpu.sockets: by a live migration"}}},
		"cores hold memory up": {change: values{"resources.cpu.cores": 2.0, "resources.memory": "4Gi"}, want: [][]string{{two, "- resources.cpu.cores\n", "- resources.memory: KubeVirt changes nothing live while"}}},
		"placement":            {change: values{"scheduling.node_selector": values{"a": "c"}}, want: [][]string{{lives, "- scheduling.node_selector: live; the server stays on its node"}}},
		"a disk":               {change: values{"storage.additional_disks.more": values{"persistent_volume_claim": values{"claim_name": "more"}, "bus": "scsi", "hotpluggable": true}}, want: [][]string{{lives, "- storage.additional_disks.more: live; where KubeVirt is 1.9"}}},
		"a disk goes":          {change: values{"storage.additional_disks.data": nil}, want: [][]string{{lives, "- storage.additional_disks.data: live"}}},
		"a plain disk":         {change: values{"storage.additional_disks.more": values{"config_map": values{"name": "a"}}}, want: [][]string{{one, "- storage.additional_disks.more"}}},
		"a disk and a host name": {change: values{"storage.additional_disks.data": nil, "network.hostname": "web"},
			want: [][]string{{one, "- network.hostname"}, {lives, "- storage.additional_disks.data: live"}}},
		"an interface":           {change: values{"network.interfaces.more": values{"network_attachment": "more"}}, want: [][]string{{lives, "- network.interfaces.more: live"}}},
		"an interface unplugged": {change: values{"network.interfaces.lan.state": "absent"}, want: [][]string{{lives, "- network.interfaces.lan.state: live"}}},
		"an interface goes":      {change: values{"network.interfaces": nil}, want: [][]string{{lives, "- network.interfaces.lan: live"}}},
		"an SR-IOV interface":    {was: values{"network.interfaces.lan.binding": "sriov"}, change: values{"network.interfaces": nil}, want: [][]string{{one, "- network.interfaces.lan: an interface is unplugged while"}}},
		"template labels":        {change: values{"template_labels": values{"a": "b"}}, want: [][]string{{one, "- template_labels"}}},
		"template annotations":   {change: values{"template_annotations": values{"a": "b"}}, want: [][]string{{one, "- template_annotations"}}},
		"ignition":               {change: values{"ignition": "{}"}, want: [][]string{{one, "- ignition"}}},
		"an instance type":       {was: values{"resources": nil, "instance_type": values{"name": "s"}}, change: values{"resources": nil, "instance_type.name": "m"}, want: [][]string{{one, "- instance_type: unless only sockets or memory grow"}}},
		"raw":                    {change: values{"raw_patch": `{"spec": {"template": {"spec": {"domain": {"rebootPolicy": "Terminate"}}}}}`}, want: [][]string{{one, "- raw_patch"}}},
		"cloud-init":             {change: values{"cloud_init": "#cloud-config\na: b"}, want: [][]string{{one, "- cloud_init: the guest reads it at its next start"}}},
		"cloud-init restarts":    {was: values{"cloud_init_on_change": "restart"}, change: values{"cloud_init_on_change": "restart", "cloud_init": "#cloud-config\na: b"}, want: [][]string{{`Updating virtual server "team/vs" restarts it`, "cloud_init_on_change", "- cloud_init"}}},
		"network data":           {change: values{"network_data": "version: 2"}, want: [][]string{{one, "- network_data"}}},
		"automatic":              {was: values{"restart_policy": "automatic"}, change: values{"restart_policy": "automatic", "network.hostname": "web"}, want: [][]string{{`Updating virtual server "team/vs" restarts it`, `restart_policy is "automatic"`, "- network.hostname"}}},
		"automatic for nothing":  {was: values{"restart_policy": "automatic"}, change: values{"restart_policy": "automatic", "resources.memory": "4Gi"}, want: [][]string{{lives, "- resources.memory"}}},
		"a trigger":              {change: values{"restart_triggers": values{"a": "b"}}, want: [][]string{{`Updating virtual server "team/vs" restarts it`, "restart_triggers"}}},
		"a migration":            {change: values{"migration_triggers": values{"a": "b"}}, want: [][]string{{`Updating virtual server "team/vs" migrates it`, "migration_triggers", "expected"}}},
		"a reboot":               {change: values{"reboot_triggers": values{"a": "b"}}, want: [][]string{{`Updating virtual server "team/vs" reboots it`, "reboot_triggers"}}},
		"both":                   {change: values{"migration_triggers": values{"a": "b"}, "reboot_triggers": values{"a": "b"}, "network.hostname": "web"}, want: [][]string{{one}, {"migrates it"}, {"reboots it"}}},
		"all triggers":           {change: values{"restart_triggers": values{"a": "b"}, "migration_triggers": values{"a": "b"}, "reboot_triggers": values{"a": "b"}}, want: [][]string{{`Updating virtual server "team/vs" restarts it`}}},
		"triggers of a stopped":  {change: values{"migration_triggers": values{"a": "b"}, "reboot_triggers": values{"a": "b"}}, status: "Stopped"},
		"stopped":                {change: values{"run_strategy": "Halted", "network.hostname": "web"}, want: [][]string{{`Updating virtual server "team/vs" stops it`, "termination_grace_period_seconds"}}},
		"stopped by power":       {change: values{"power_state": "stopped"}, want: [][]string{{`Updating virtual server "team/vs" stops it`}}},
		"started":                {was: values{"run_strategy": "Halted"}, change: values{"run_strategy": "Always", "network.hostname": "web"}, status: "Stopped", want: [][]string{{`Updating virtual server "team/vs" starts it`, `"Halted"`, `wants "Always"`, `power_state = "stopped"`}}},
		"started by power":       {was: values{"power_state": "stopped"}, change: values{"power_state": nil}, status: "Stopped", want: [][]string{{`Updating virtual server "team/vs" starts it`, "does not say so any more"}}},
		"left to others":         {was: values{"run_strategy": "Halted"}, change: values{"run_strategy": "Manual"}, status: "Stopped"},
		"does not run":           {change: values{"network.hostname": "web", "resources.memory": "4Gi", "cloud_init": "a"}, status: "Stopped"},
		"halted":                 {was: values{"run_strategy": "Halted"}, change: values{"run_strategy": "Halted", "network.hostname": "web"}, status: "Stopped"},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			base := with(parse(t, ordinary), c.was)
			prior := tf.created(base)
			if c.status != "" {
				prior = prior.set(t, values{"status": values{"printable_status": c.status}})
			}
			p := tf.plan(prior, with(base, c.change))
			if len(p.errors) > 0 || len(p.effects) != len(c.want) {
				t.Fatal(p.errors, strings.Join(p.effects, "\n---\n"))
			}
			for i, words := range c.want {
				if !acctest.Messages(words...).MatchString(p.effects[i]) {
					t.Errorf("it does not say %q:\n%s", words, p.effects[i])
				}
			}
		})
	}
}
