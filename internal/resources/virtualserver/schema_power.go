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
	return optional.OneOf("What the server is to do now, whatever its run strategy. `running`: an apply starts it when it does not run, and resumes it when it is paused; a guest with the run strategy `Once` that has ended stays ended. `stopped`: it is shut down gracefully, and its run strategy is remembered. `paused`: it runs, but its CPUs stand still; excludes `liveness_probe`. "+
		"What others do to it shows as drift. Not possible with `Halted`, but for `stopped`. Default: as `run_strategy` says; removing it starts a stopped server and resumes a paused one. The guide \"Run strategy, power and restarts\" has the whole table."+live, convert.PowerRunning, convert.PowerStopped, convert.PowerPaused)
}

func restartPolicyAttribute() schema.Attribute {
	return optional.OneOf("What an apply does about changes that take effect at the next restart. `manual` (default): they wait, `status.pending_changes` names them. `automatic`: the apply restarts the server, once and gracefully, and waits until it is ready and nothing waits any more; Not possible with the run strategy `Once`. Changing it to `automatic` **restarts** a server for which changes wait.", restartManual, restartAutomatic)
}

func restartTriggersAttribute() schema.Attribute {
	return triggersAttribute("Any values: a change of one restarts the server, once and gracefully, if it runs and the same apply does not start or stop it anyway. A change is recorded once the restart is done: when that fails, the next apply tries again. Removing all of them restarts nothing, nor do the first ones of an imported server. A server with the run strategy `Once` cannot be restarted." + restarts)
}

func migrationTriggersAttribute() schema.Attribute {
	return triggersAttribute("Any values: a change of one moves the running guest to another node by a live migration, where `scheduling` allows, and the apply waits until it is there. A server that does not run, or that the same apply starts, stops or restarts anyway, is not moved. A change is recorded once the guest has moved: when that fails, the next apply tries again. Removing all of them moves nothing, nor do the first ones of an imported server." + migrates)
}

func rebootTriggersAttribute() schema.Attribute {
	return triggersAttribute("Any values: a change of one asks the running guest to reboot by itself, through its agent or ACPI; nothing tells whether it does. The instance stays, so that no change that waits for a restart takes effect. A server that does not run, or that the same apply starts, stops or restarts anyway, is not asked. A change is recorded once the guest was asked: when that fails, the next apply tries again. Removing all of them reboots nothing, nor do the first ones of an imported server." + reboots)
}

func triggersAttribute(text string) schema.Attribute {
	return schema.MapAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: text}
}

func forceDeleteAttribute() schema.Attribute {
	return optional.Flag("`true` gives the guest no time to shut down when the server is destroyed or replaced: what it has not written to its disks is lost. Default: `false`, it has `termination_grace_period_seconds`." + provider)
}

func cloudInitOnChangeAttribute() schema.Attribute {
	return optional.OneOf("What an apply does when cloud-init data changes. `ignore` (default): the guest sees it at its next start. `restart`: the server is restarted. `replace`: the server is made anew, **with a new root disk**, for another version of write-only data too. Data that is only written otherwise is no change. "+
		"At a restart cloud-init runs only what it runs at each boot (`bootcmd`, mounts): users, packages and `runcmd` are set up once for each instance, which `replace` makes anew."+provider, onChangeIgnore, onChangeRestart, onChangeReplace)
}
