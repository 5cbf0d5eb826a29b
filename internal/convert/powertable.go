package convert

import kubevirtv1 "kubevirt.io/api/core/v1"

const (
	runAlways = kubevirtv1.RunStrategyAlways
	runRerun  = kubevirtv1.RunStrategyRerunOnFailure
	runOnce   = kubevirtv1.RunStrategyOnce
	runManual = kubevirtv1.RunStrategyManual
	runHalted = kubevirtv1.RunStrategyHalted
)

// PowerRule is what a run strategy and a power state make of a server.
type PowerRule struct {
	Strategy kubevirtv1.VirtualMachineRunStrategy
	State    string // of power_state; "" where it is not written
	// Spec is what the machine's spec has; Strategy is noted beside it when the
	// rule Remembers.
	Spec      kubevirtv1.VirtualMachineRunStrategy
	Remembers bool
	// Operations are what an apply calls, where the guest is not there already.
	Operations []string
	Means      string // for the documentation
	Refused    bool
}

// PowerRules is the table of run_strategy and power_state: what is written, done
// and told of them comes from here.
var PowerRules = []PowerRule{
	{Strategy: runAlways, Spec: runAlways, Means: "runs; KubeVirt starts it again whenever it ends"},
	{Strategy: runAlways, State: PowerRunning, Spec: runAlways, Operations: []string{"unpause"}, Means: "the same; a paused guest is resumed"},
	{Strategy: runAlways, State: PowerStopped, Spec: runHalted, Remembers: true, Means: "stopped; `Always` counts again once `power_state` goes"},
	{Strategy: runAlways, State: PowerPaused, Spec: runAlways, Operations: []string{"pause"}, Means: "runs and is paused"},

	{Strategy: runRerun, Spec: runRerun, Means: "started; KubeVirt starts it again when it fails. A guest that shut itself down stays down"},
	{Strategy: runRerun, State: PowerRunning, Spec: runRerun, Operations: []string{"start", "unpause"}, Means: "the same, and an apply starts a guest that shut itself down"},
	{Strategy: runRerun, State: PowerStopped, Spec: runHalted, Remembers: true, Means: "stopped; `RerunOnFailure` counts again once `power_state` goes, and starts it"},
	{Strategy: runRerun, State: PowerPaused, Spec: runRerun, Operations: []string{"start", "pause"}, Means: "runs and is paused"},

	{Strategy: runOnce, Spec: runOnce, Means: "started once; a guest that has ended stays ended"},
	{Strategy: runOnce, State: PowerRunning, Spec: runOnce, Operations: []string{"unpause"}, Means: "the same: a guest that has ended stays ended, and that is no drift"},
	{Strategy: runOnce, State: PowerStopped, Spec: runHalted, Remembers: true, Means: "stopped; once `power_state` goes it is started anew, and runs to its end"},
	{Strategy: runOnce, State: PowerPaused, Spec: runOnce, Operations: []string{"pause"}, Means: "runs and is paused. A guest that has ended cannot be"},

	{Strategy: runManual, Spec: runManual, Means: "left as it is: others start and stop it"},
	{Strategy: runManual, State: PowerRunning, Spec: runManual, Operations: []string{"start", "unpause"}, Means: "an apply starts it"},
	{Strategy: runManual, State: PowerStopped, Spec: runManual, Operations: []string{"stop"}, Means: "an apply stops it"},
	{Strategy: runManual, State: PowerPaused, Spec: runManual, Operations: []string{"start", "pause"}, Means: "an apply starts and pauses it"},

	{Strategy: runHalted, Spec: runHalted, Means: "stopped"},
	{Strategy: runHalted, State: PowerRunning, Spec: runHalted, Refused: true, Means: "refused: a halted server does not run"},
	{Strategy: runHalted, State: PowerStopped, Spec: runHalted, Means: "stopped"},
	{Strategy: runHalted, State: PowerPaused, Spec: runHalted, Refused: true, Means: "refused: a halted server does not run"},
}

// PowerRuleOf returns the rule of a run strategy and a power state; of a strategy
// that the table does not know, one that writes it as it is.
func PowerRuleOf(strategy kubevirtv1.VirtualMachineRunStrategy, state string) PowerRule {
	for _, rule := range PowerRules {
		if rule.Strategy == strategy && rule.State == state {
			return rule
		}
	}
	return PowerRule{Strategy: strategy, State: state, Spec: strategy}
}

// OperationRule is what an operation, of the provider's actions or of others, does
// to a server with a run strategy.
type OperationRule struct {
	Strategy  kubevirtv1.VirtualMachineRunStrategy
	Operation string
	// Spec and Remembers are as in a PowerRule, after the operation.
	Spec      kubevirtv1.VirtualMachineRunStrategy
	Remembers bool
	Status    kubevirtv1.VirtualMachinePrintableStatus // once it is done
	Refused   string                                   // a part of KubeVirt's answer; then nothing changes
	Of        string                                   // the server that it is called on, where it matters
}

const (
	statusRunning = kubevirtv1.VirtualMachineStatusRunning
	statusPaused  = kubevirtv1.VirtualMachineStatusPaused
	statusStopped = kubevirtv1.VirtualMachineStatusStopped

	runningGuest = "a running guest"
	endedGuest   = "a guest that has ended"
	stoppedGuest = "a stopped guest"
)

// OperationRules is the table of run strategies and operations.
var OperationRules = []OperationRule{
	{Strategy: runAlways, Operation: "start", Of: runningGuest, Spec: runAlways, Status: statusRunning, Refused: "VM is already running"},
	{Strategy: runAlways, Operation: "stop", Spec: runHalted, Remembers: true, Status: statusStopped},
	{Strategy: runAlways, Operation: "restart", Spec: runAlways, Status: statusRunning},
	{Strategy: runAlways, Operation: "pause", Spec: runAlways, Status: statusPaused},
	{Strategy: runAlways, Operation: "unpause", Spec: runAlways, Status: statusRunning},

	{Strategy: runRerun, Operation: "start", Of: endedGuest, Spec: runRerun, Status: statusRunning},
	{Strategy: runRerun, Operation: "start", Of: runningGuest, Spec: runRerun, Status: statusRunning, Refused: "VM is already running"},
	{Strategy: runRerun, Operation: "stop", Spec: runHalted, Remembers: true, Status: statusStopped},
	{Strategy: runRerun, Operation: "restart", Spec: runRerun, Status: statusRunning},
	{Strategy: runRerun, Operation: "pause", Spec: runRerun, Status: statusPaused},
	{Strategy: runRerun, Operation: "unpause", Spec: runRerun, Status: statusRunning},

	{Strategy: runOnce, Operation: "start", Of: runningGuest, Spec: runOnce, Status: statusRunning, Refused: "VM is already running"},
	{Strategy: runOnce, Operation: "start", Of: endedGuest, Spec: runOnce, Status: statusStopped, Refused: "Once does not support manual start requests"},
	{Strategy: runOnce, Operation: "stop", Spec: runHalted, Remembers: true, Status: statusStopped},
	{Strategy: runOnce, Operation: "restart", Spec: runOnce, Status: statusRunning, Refused: "RunStategy Once does not support manual restart requests"},
	{Strategy: runOnce, Operation: "pause", Spec: runOnce, Status: statusPaused},
	{Strategy: runOnce, Operation: "unpause", Spec: runOnce, Status: statusRunning},

	{Strategy: runManual, Operation: "start", Of: stoppedGuest, Spec: runManual, Status: statusRunning},
	{Strategy: runManual, Operation: "start", Of: runningGuest, Spec: runManual, Status: statusRunning, Refused: "VM is already running"},
	{Strategy: runManual, Operation: "stop", Of: runningGuest, Spec: runManual, Status: statusStopped},
	{Strategy: runManual, Operation: "stop", Of: stoppedGuest, Spec: runManual, Status: statusStopped, Refused: "VM is not running"},
	{Strategy: runManual, Operation: "restart", Of: runningGuest, Spec: runManual, Status: statusRunning},
	{Strategy: runManual, Operation: "restart", Of: stoppedGuest, Spec: runManual, Status: statusStopped, Refused: "VM is not running"},
	{Strategy: runManual, Operation: "pause", Spec: runManual, Status: statusPaused},
	{Strategy: runManual, Operation: "unpause", Spec: runManual, Status: statusRunning},

	{Strategy: runHalted, Operation: "start", Spec: runAlways, Status: statusRunning},
	{Strategy: runHalted, Operation: "stop", Spec: runHalted, Status: statusStopped, Refused: "VM is not running"},
	{Strategy: runHalted, Operation: "restart", Spec: runHalted, Status: statusStopped, Refused: "RunStategy Halted does not support manual restart requests"},
	{Strategy: runHalted, Operation: "pause", Spec: runHalted, Status: statusStopped, Refused: "not found"},
	{Strategy: runHalted, Operation: "unpause", Spec: runHalted, Status: statusStopped, Refused: "not found"},
}
