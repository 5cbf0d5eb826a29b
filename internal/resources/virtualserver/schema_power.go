package virtualserver

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
)

// Values of restart_policy and cloud_init_on_change.
const (
	restartManual    = "manual"
	restartAutomatic = "automatic"

	onChangeIgnore  = "ignore"
	onChangeRestart = "restart"
	onChangeReplace = "replace"
)

func powerStateAttribute() schema.Attribute {
	return optional.OneOf("Whether the server is to run now. `running`: it is started when it does not run. `stopped`: it is stopped, and `run_strategy` counts again once it is to run. `paused`: it runs, but its CPUs stand still. "+
		"Default: as `run_strategy` says."+live, convert.PowerRunning, convert.PowerStopped, convert.PowerPaused)
}

func restartPolicyAttribute() schema.Attribute {
	return optional.OneOf("What an apply does about changes that take effect at the next restart. `manual` (default): they wait, `status.pending_changes` names them. `automatic`: the apply restarts the server, once and gracefully, and waits until it is ready."+provider, restartManual, restartAutomatic)
}

func restartTriggersAttribute() schema.Attribute {
	return schema.MapAttribute{
		Optional: true, ElementType: types.StringType,
		MarkdownDescription: "Any values: a change of one restarts the server, gracefully, if it runs: a change in `restart_triggers` is recorded only once the restart is done. Removing all of them does not restart it, nor does it a server that does not run. A server with the run strategy `Once` cannot be restarted." + restarts,
	}
}

func forceDeleteAttribute() schema.Attribute {
	return optional.Flag("`true` gives the guest no time to shut down when the server is destroyed: what it has not written to its disks is lost. Default: `false`, it has `termination_grace_period_seconds`." + provider)
}

func cloudInitOnChangeAttribute() schema.Attribute {
	return optional.OneOf("What an apply does when cloud-init data changes. `ignore` (default): the guest sees it at its next start. `restart`: the server is restarted. `replace`: the server is made anew, **with a new root disk**. "+
		"At a restart cloud-init runs only what it runs at each boot (`bootcmd`, mounts): users, packages and `runcmd` are set up once for each instance, which `replace` makes anew."+provider, onChangeIgnore, onChangeRestart, onChangeReplace)
}
