package convert

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

var serverPart = part{
	leaves: map[string]leaf{
		"name": one("vs", strings.Repeat("long-", 20)+"x"), "namespace": one("default"),
		"labels": keys("app", "tier"), "annotations": keys("example.org/a", "b"), "labels_all": untold,
		"raw_patch": text("{}", `{"spec":{"template":{"spec":{"domain":{"launchSecurity":{"sev":{}}}}}}}`,
			"metadata:\n  annotations: {raw: x}\nspec:\n  template:\n    metadata: {labels: {raw: x}}\n    spec:\n      domain: {launchSecurity: {sev: {policy: {}}}}\n"),
		"run_strategy":        one("Always", "RerunOnFailure", "Manual", "Halted", "Once"),
		"deletion_protection": toggle, "timeouts": untold,
		"power_state": text(PowerRunning, PowerStopped, PowerPaused), "restart_policy": text("automatic"), "restart_triggers": keys("release", "key"),
		"migration_triggers": keys("release", "key"), "reboot_triggers": keys("release", "key"),
		"force_delete": toggle, "cloud_init_on_change": text("restart"),
		"wait.until": text("created"), "wait.on_timeout": text("fail"), "wait.ip_family": text("ipv4"), "wait.failure_grace": text("30s"),
		"id": untold, "uid": untold, "vm_name": untold, "root_claim": untold, "service_name": untold, "cluster_ip": untold, "status": untold,
	},
	fix: func(m *Server) {
		if m.powerRule().Refused {
			m.PowerState = types.StringValue(PowerStopped)
		}
		m.LabelsAll = MapOf(metadata.Merge(map[string]string{"default": "x"}, StringMap(m.Labels)))
	},
}
