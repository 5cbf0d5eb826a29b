package virtualserver_test

import (
	"strings"
	"testing"
)

func TestValidatePower(t *testing.T) {
	power := func(strategy, state string) values { return values{"run_strategy": strategy, "power_state": state} }
	refused := []string{"power_state: A halted server does not run"}
	once := func(attribute, value string) values { return values{"run_strategy": "Once", attribute: value} }
	validates(t, map[string]validation{
		"halted":         {change: power("Halted", "stopped")},
		"halted, empty":  {change: power("Halted", "")},
		"halted running": {power("Halted", "running"), refused},
		"halted paused":  {power("Halted", "paused"), refused},
		"not known":      {change: values{"run_strategy": unknown, "power_state": "running"}},
		"manual":         {change: power("Manual", "paused")},
		"other state":    {power("Always", "Running"), []string{"power_state: Invalid Attribute Value Match"}},

		"paused with a liveness probe":  {values{"power_state": "paused", "liveness_probe": values{"guest_agent_ping": values{}}}, []string{"power_state: A server with a liveness probe cannot be paused"}},
		"running with a liveness probe": {change: values{"power_state": "running", "liveness_probe": values{"guest_agent_ping": values{}}}},
		"paused with a readiness probe": {change: values{"power_state": "paused", "readiness_probe": values{"guest_agent_ping": values{}}}},

		"wait for a stopped server": {values{"power_state": "stopped", "wait": values{"until": "ready"}}, []string{"wait.until: Waiting for a stopped server"}},
		"wait for one import":       {change: values{"power_state": "stopped", "wait": values{"until": "imported"}}},

		"automatic once":        {once("restart_policy", "automatic"), []string{"restart_policy: A server that runs once cannot be restarted"}},
		"manual once":           {change: once("restart_policy", "manual")},
		"restart once":          {once("cloud_init_on_change", "restart"), []string{"cloud_init_on_change: A server that runs once cannot be restarted"}},
		"replace once":          {change: once("cloud_init_on_change", "replace")},
		"another policy":        {values{"restart_policy": "never"}, []string{"restart_policy: Invalid Attribute Value Match"}},
		"another on change":     {values{"cloud_init_on_change": "recreate"}, []string{"cloud_init_on_change: Invalid Attribute Value Match"}},
		"reserved annotation":   {values{"annotations": values{"virtualserver.io/run-strategy": "Always"}}, []string{"annotations.virtualserver.io/run-strategy: Reserved key"}},
		"automatic, whatever":   {change: values{"run_strategy": "Manual", "restart_policy": "automatic", "restart_triggers": values{"a": ""}, "force_delete": true}},
		"unknown trigger value": {change: values{"restart_triggers": values{"a": unknown}}},
	})
}

// TestValidatePowerSays: an error tells what to do about it.
func TestValidatePowerSays(t *testing.T) {
	tf := newOffline(t, nil)
	for want, change := range map[string]values{
		`With the run strategy "Halted" a server cannot be "paused". Choose another run_strategy, or remove power_state.`: {"run_strategy": "Halted", "power_state": "paused"},
		"Remove liveness_probe, or choose another power_state.":                                                           {"power_state": "paused", "liveness_probe": values{"guest_agent_ping": values{}}},
		`so restart_policy cannot be "automatic". Choose another run_strategy, or remove it.`:                             {"run_strategy": "Once", "restart_policy": "automatic"},
	} {
		said := tf.validate(with(parse(t, small), change))
		if len(said) != 1 || !strings.Contains(said[0].Detail, want) {
			t.Errorf("it says %v, not %q", said, want)
		}
	}
}
