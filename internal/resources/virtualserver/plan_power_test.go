package virtualserver_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pendingState is a state whose status says that changes wait for a restart.
func pendingState(t *testing.T, tf offline, config values, pending ...any) *state {
	t.Helper()
	status := values{"printable_status": "Running", "run_strategy": "Always", "ready": true, "restart_required": len(pending) == 0, "pending_changes": pending, "load_balancer_ingress": []any{}}
	return tf.created(config).set(t, values{"status": status})
}

// TestPlanPower: what changes of power and restarts plan.
func TestPlanPower(t *testing.T) {
	tf := newOffline(t, values{})
	triggers := func(release string) values { return values{"restart_triggers": values{"release": release}} }
	for name, c := range map[string]struct {
		was, change values
		want        []string
		errors      []string
	}{
		"power state":         {nil, values{"power_state": "stopped"}, []string{"power_state", "status?"}, nil},
		"power state gone":    {values{"power_state": "stopped"}, values{"power_state": nil}, []string{"power_state", "status?"}, nil},
		"power state paused":  {values{"power_state": "running"}, values{"power_state": "paused"}, []string{"power_state", "status?"}, nil},
		"empty":               {nil, values{"power_state": ""}, []string{"power_state"}, nil},
		"manual":              {values{"run_strategy": "Manual"}, values{"power_state": "running"}, []string{"power_state", "status?"}, nil},
		"strategy of stopped": {values{"power_state": "stopped"}, values{"run_strategy": "Once"}, []string{"run_strategy", "status?"}, nil},

		"first trigger":         {nil, triggers("1"), []string{"restart_triggers", "status?"}, nil},
		"trigger":               {triggers("1"), triggers("2"), []string{"restart_triggers", "status?"}, nil},
		"one trigger more":      {triggers("1"), values{"restart_triggers.key": "a"}, []string{"restart_triggers", "status?"}, nil},
		"no trigger any more":   {triggers("1"), values{"restart_triggers": nil}, []string{"restart_triggers"}, nil},
		"triggers emptied":      {triggers("1"), values{"restart_triggers": values{}}, []string{"restart_triggers"}, nil},
		"trigger of a stopped":  {values{"run_strategy": "Halted", "restart_triggers": values{"release": "1"}}, triggers("2"), []string{"restart_triggers", "status?"}, nil},
		"trigger that once":     {values{"run_strategy": "Once", "restart_triggers": values{"release": "1"}}, triggers("2"), nil, []string{`restart_triggers: Unable to restart virtual server "default/vs"`}},
		"trigger becoming once": {triggers("1"), values{"run_strategy": "Once", "restart_triggers.release": "2"}, nil, []string{`restart_triggers: Unable to restart virtual server "default/vs"`}},
		"stopped once":          {values{"run_strategy": "Once", "power_state": "stopped", "restart_triggers": values{"release": "1"}}, triggers("2"), []string{"restart_triggers", "status?"}, nil},
		"once recorded":         {values{"run_strategy": "Once", "restart_triggers": values{"release": "1"}}, values{"restart_triggers": nil}, []string{"restart_triggers"}, nil},

		"first migration":       {nil, values{"migration_triggers": values{"node": "1"}}, []string{"migration_triggers", "status?"}, nil},
		"migration":             {values{"migration_triggers": values{"node": "1"}}, values{"migration_triggers.node": "2"}, []string{"migration_triggers", "status?"}, nil},
		"no migration any more": {values{"migration_triggers": values{"node": "1"}}, values{"migration_triggers": nil}, []string{"migration_triggers"}, nil},
		"migration that once":   {values{"run_strategy": "Once"}, values{"migration_triggers": values{"node": "1"}}, []string{"migration_triggers", "status?"}, nil},
		"first reboot":          {nil, values{"reboot_triggers": values{"boot": "1"}}, []string{"reboot_triggers"}, nil},
		"reboot":                {values{"reboot_triggers": values{"boot": "1"}}, values{"reboot_triggers.boot": "2"}, []string{"reboot_triggers"}, nil},
		"no reboot any more":    {values{"reboot_triggers": values{"boot": "1"}}, values{"reboot_triggers": nil}, []string{"reboot_triggers"}, nil},

		"policy":       {nil, values{"restart_policy": "automatic"}, []string{"restart_policy"}, nil},
		"force delete": {nil, values{"force_delete": true}, []string{"force_delete"}, nil},
		"on change":    {nil, values{"cloud_init_on_change": "restart"}, []string{"cloud_init_on_change"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			base := with(parse(t, small), c.was)
			prior := tf.created(base)
			p := tf.plan(prior, with(base, c.change))
			if diff := cmp.Diff(c.errors, p.errors); diff != "" || len(p.warnings)+len(p.replace) > 0 {
				t.Error(p.warnings, p.replace, diff)
			}
			if diff := cmp.Diff(c.want, changed(t, prior, p)); c.want != nil && diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlanImportedTriggers: an import cannot read triggers, and the first ones
// do nothing to the guest.
func TestPlanImportedTriggers(t *testing.T) {
	tf := newOffline(t, values{})
	prior, release := tf.created(parse(t, small)), values{"release": "1"}
	for name, c := range map[string]struct {
		private []byte
		want    []string
	}{
		"imported": {nil, []string{"migration_triggers", "reboot_triggers", "restart_triggers"}},
		"applied":  {prior.private, []string{"migration_triggers", "reboot_triggers", "restart_triggers", "status?"}},
	} {
		p := tf.plan(&state{value: prior.value, private: c.private}, with(parse(t, small), values{"restart_triggers": release, "migration_triggers": release, "reboot_triggers": release}))
		if diff := cmp.Diff(c.want, changed(t, prior, p)); diff != "" || len(p.errors) > 0 {
			t.Errorf("%s: %v (-want +got):\n%s", name, p.errors, diff)
		}
	}
}

// TestPlanPending: a configuration that wants restarts plans one for what the state
// says is waiting, though nothing else changes.
func TestPlanPending(t *testing.T) {
	tf := newOffline(t, values{})
	automatic, onChange := values{"restart_policy": "automatic"}, values{"cloud_init_on_change": "restart"}
	due := []string{"status?"}
	for name, c := range map[string]struct {
		was, change values
		pending     []any
		want        []string
	}{
		"manual":                     {nil, nil, []any{"resources.cpu.cores"}, []string{}},
		"automatic":                  {automatic, nil, []any{"resources.cpu.cores"}, due},
		"KubeVirt's word alone":      {automatic, nil, nil, []string{}},
		"automatic from now on":      {nil, automatic, []any{"template_labels"}, []string{"restart_policy", "status?"}},
		"not automatic any more":     {automatic, values{"restart_policy": "manual"}, []any{"template_labels"}, []string{"restart_policy"}},
		"cloud-init":                 {onChange, nil, []any{"resources.cpu", "cloud_init"}, due},
		"cloud-init, write-only":     {onChange, nil, []any{"cloud_init_wo"}, due},
		"a user":                     {onChange, nil, []any{"users.jane"}, due},
		"other than cloud-init":      {onChange, nil, []any{"resources.cpu", "cloud_init_type"}, []string{}},
		"cloud-init, not restarting": {values{"cloud_init_on_change": "ignore"}, nil, []any{"cloud_init"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			base := with(parse(t, small), c.was)
			prior := pendingState(t, tf, base, c.pending...)
			p := tf.plan(prior, with(base, c.change))
			if diff := cmp.Diff(c.want, changed(t, prior, p)); diff != "" || len(p.errors)+len(p.warnings)+len(p.replace) > 0 {
				t.Errorf("%v %v %v (-want +got):\n%s", p.errors, p.warnings, p.replace, diff)
			}
		})
	}
	prior := tf.created(with(parse(t, small), automatic))
	if got := changed(t, prior, tf.plan(prior, with(parse(t, small), automatic))); len(got) > 0 {
		t.Errorf("though nothing pends, it plans to change %v", got)
	}
}

// TestPlanReplaceForData: cloud_init_on_change = "replace" makes the server anew
// when what cloud-init gets changes, and says which disk is lost.
func TestPlanReplaceForData(t *testing.T) {
	tf := newOffline(t, values{})
	const jane = "#cloud-config\nusers:\n- default\n- name: jane\n"
	base := values{"cloud_init_on_change": "replace", "cloud_init": jane}
	secret := values{"cloud_init": nil, "cloud_init_secret": values{"name": "a"}}
	for name, c := range map[string]struct {
		was, change values
		want        []string
	}{
		"nothing":              {nil, nil, nil},
		"memory":               {nil, values{"resources.memory": "2Gi"}, nil},
		"user data":            {nil, values{"cloud_init": "#cloud-config"}, []string{"cloud_init"}},
		"user data gone":       {nil, values{"cloud_init": nil}, []string{"cloud_init"}},
		"user data not known":  {nil, values{"cloud_init": unknown}, []string{"cloud_init"}},
		"a user more":          {nil, values{"users": values{"joe": values{}}}, []string{"users"}},
		"a user not known":     {nil, values{"users": values{"joe": unknown}}, []string{"users"}},
		"first network data":   {nil, values{"network_data": "version: 2"}, []string{"network_data"}},
		"network data":         {values{"network_data": "version: 1"}, values{"network_data": "version: 2"}, []string{"network_data"}},
		"absent network data":  {nil, values{"network_data": ""}, nil},
		"write-only user data": {values{"cloud_init": nil, "cloud_init_wo": "a", "cloud_init_wo_version": 1.0}, values{"cloud_init_wo_version": 2.0}, []string{"cloud_init_wo_version"}},
		"only the value":       {values{"cloud_init": nil, "cloud_init_wo": "a", "cloud_init_wo_version": 1.0}, values{"cloud_init_wo": "b"}, nil},
		"write-only network":   {values{"network_data_wo": "a", "network_data_wo_version": 1.0}, values{"network_data_wo_version": 2.0}, []string{"network_data_wo_version"}},
		"password":             {values{"users": values{"joe": values{"password_wo": "a", "password_wo_version": 1.0}}}, values{"users.joe.password_wo_version": 2.0}, []string{"users"}},
		"secret":               {secret, values{"cloud_init_secret.name": "b"}, []string{"cloud_init_secret"}},
		"restart instead":      {nil, values{"cloud_init": "#cloud-config", "cloud_init_on_change": "restart"}, nil},
		"from now on":          {values{"cloud_init_on_change": nil}, values{"cloud_init_on_change": "replace"}, nil},
		"from now on, changed": {values{"cloud_init_on_change": nil}, values{"cloud_init_on_change": "replace", "cloud_init": "#cloud-config"}, []string{"cloud_init"}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			was := with(with(parse(t, small), base), c.was)
			prior := tf.created(was)
			p := tf.plan(prior, with(was, c.change))
			var warnings []string
			if c.want != nil {
				warnings = []string{`Replacing virtual server "default/vs" deletes its root disk "vs-root-abcde"`}
			}
			if diff := cmp.Diff(c.want, p.replace) + cmp.Diff(warnings, p.warnings); diff != "" || len(p.errors) > 0 {
				t.Errorf("%v (-want +got):\n%s", p.errors, diff)
			}
			protected := maps.Clone(c.change)
			if c.want == nil || protected == nil {
				return
			}
			protected["deletion_protection"] = true
			p = tf.plan(prior.set(t, values{"deletion_protection": true}), with(was, protected))
			if diff := cmp.Diff([]string{`deletion_protection: Unable to replace virtual server "default/vs"`}, p.errors); diff != "" {
				t.Errorf("protected (-want +got):\n%s", diff)
			}
		})
	}
}
