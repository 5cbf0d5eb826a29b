package virtualserver

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

func (c configuration) checkHardware() {
	c.checkHardwareOfArchitecture()
	c.checkIOThreads()
	c.checkHyperv()
	devices := path.Root("devices")
	if values.IsThere(c.At("devices", "video")) && values.IsOff(c.At("devices", "graphics")) {
		c.Refuse(devices.AtName("video"), "Video without graphics", "graphics = false leaves no place for a video device. Remove one of them.")
	}
	model, action := c.At("devices", "watchdog", "model"), values.Text(c.At("devices", "watchdog", "action"))
	if values.Known(model) && values.Text(model) == "" && action != "" {
		c.Refuse(devices.AtName("watchdog").AtName("action"), "Action without a model", `KubeVirt keeps the action with the model. Write model = "i6300esb" (amd64) or "diag288" (s390x), too.`)
	}
}

// checkHardwareOfArchitecture applies where the architecture is written.
func (c configuration) checkHardwareOfArchitecture() {
	architecture := values.Text(c.At("architecture"))
	devices := path.Root("devices")
	refuse := func(at path.Path, what string) {
		c.Refuse(at, "Not on "+architecture, what)
	}
	video := map[string][]string{
		archAMD64: {"vga", "cirrus", videoVirtio, videoRAMFB, "bochs"},
		archARM64: {videoVirtio, videoRAMFB},
		archS390X: {videoVirtio},
	}[architecture]
	if kind := values.Text(c.At("devices", "video", "type")); kind != "" && video != nil && !slices.Contains(video, kind) {
		refuse(devices.AtName("video").AtName("type"), "Its video devices are "+strings.Join(video, " and ")+". Write one of them.")
	}
	watchdog, model := c.At("devices", "watchdog"), values.Text(c.At("devices", "watchdog", "model"))
	switch {
	case architecture == archARM64 && values.IsThere(watchdog):
		refuse(devices.AtName("watchdog"), "It has no watchdog. Remove watchdog.")
	case architecture == archAMD64 && model == convert.WatchdogDiag288:
		refuse(devices.AtName("watchdog").AtName("model"), `Write "i6300esb", or no model.`)
	case architecture == archS390X && model == convert.WatchdogI6300ESB:
		refuse(devices.AtName("watchdog").AtName("model"), `Write "diag288", or no model.`)
	}
	if architecture != "" && architecture != archAMD64 && values.IsOn(c.At("devices", "legacy")) {
		refuse(devices.AtName("legacy"), "It has neither sata disks nor e1000 interfaces. Remove legacy.")
	}
	if architecture == archARM64 && values.IsThere(c.At("devices", "sound")) {
		refuse(devices.AtName("sound"), "It has no sound card. Remove sound.")
	}
	if architecture == archS390X && values.Count(c.At("devices", "panic_devices")) > 0 {
		refuse(devices.AtName("panic_devices"), "It has no panic devices of your choice. Remove panic_devices.")
	}
}

func (c configuration) checkIOThreads() {
	devices := path.Root("devices")
	policy, threads := c.At("devices", "io_threads_policy"), c.At("devices", "io_threads")
	if !values.Known(policy, threads, c.At("devices")) {
		return
	}
	pool := values.Text(policy) == string(kubevirtv1.IOThreadsPolicySupplementalPool)
	switch {
	case pool && threads == nil:
		c.Refuse(devices.AtName("io_threads_policy"), "Missing number of threads", `The policy "supplementalPool" needs io_threads. Write how many.`)
	case !pool && threads != nil:
		c.Refuse(devices.AtName("io_threads"), "Threads without use", `Only the policy "supplementalPool" has a number of threads. Write io_threads_policy = "supplementalPool", or remove io_threads.`)
	}
}

// checkHyperv finds what KubeVirt would accept and then not start.
func (c configuration) checkHyperv() {
	features := path.Root("features")
	hyperv := features.AtName("hyperv")
	if values.IsOn(c.At("features", "hyperv_passthrough")) && values.IsThere(c.At("features", "hyperv")) {
		c.Refuse(features.AtName("hyperv"), "Two spellings of Hyper-V", "hyperv_passthrough = true takes all enlightenments of the node. Remove one of them.")
	}
	for _, need := range []struct{ name, of string }{
		{"synic", "vpindex"}, {"synictimer", "synic"}, {"tlbflush", "vpindex"}, {"ipi", "vpindex"}, {"evmcs", "vapic"},
	} {
		at := []string{"features", "hyperv", need.name}
		on := values.IsOn(c.At(at...))
		if need.name == "synictimer" || need.name == "tlbflush" {
			on = values.IsThere(c.At(at...)) && values.Known(c.At(append(at, "enabled")...)) && !values.IsOff(c.At(append(at, "enabled")...))
		}
		if on && values.IsOff(c.At("features", "hyperv", need.of)) {
			c.Refuse(hyperv.AtName(need.name), "Needs "+need.of, need.name+" only works with "+need.of+", which is off. Remove "+need.of+" = false, or "+need.name+".")
		}
	}
}
