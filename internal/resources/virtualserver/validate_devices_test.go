package virtualserver_test

import "testing"

func TestValidateHardware(t *testing.T) {
	on := func(architecture string, devices values) values {
		return values{"architecture": architecture, "devices": devices}
	}
	checkRules(t, map[string]ruleCase{
		"absent spellings": {change: values{"devices": values{"inputs": values{}, "panic_devices": []any{}, "io_threads_policy": ""}}},
		"all there":        {change: values{"devices": values{"rng": values{}, "watchdog": values{}, "sound": values{}, "inputs": values{"a": values{}}, "downward_metrics": values{}, "client_passthrough": values{}}}},
		"unknown":          {change: values{"devices": values{"io_threads_policy": unknown, "io_threads": 1.0, "video": values{"type": unknown}, "graphics": unknown, "watchdog": values{"model": unknown, "action": "reset"}}}},
		"watchdog model":   {values{"devices.watchdog": values{"model": "ib700"}}, []string{"devices.watchdog.model: Invalid Attribute Value Match"}},
		"watchdog action":  {values{"devices.watchdog": values{"model": "i6300esb", "action": "sleep"}}, []string{"devices.watchdog.action: Invalid Attribute Value Match"}},
		"action of what":   {values{"devices.watchdog": values{"action": "reset"}}, []string{"devices.watchdog.action: Action without a model"}},
		"input name":       {values{"devices.inputs": values{"A": values{}}}, []string{"devices.inputs.A: Invalid device name"}},
		"input type":       {values{"devices.inputs": values{"a": values{"type": "mouse"}}}, []string{"devices.inputs.a.type: Invalid Attribute Value Match"}},
		"input bus":        {values{"devices.inputs": values{"a": values{"bus": "ps2"}}}, []string{"devices.inputs.a.bus: Invalid Attribute Value Match"}},
		"video type":       {values{"devices.video": values{"type": "qxl"}}, []string{"devices.video.type: Invalid Attribute Value Match"}},
		"video unseen":     {values{"devices": values{"video": values{"type": "vga"}, "graphics": false}}, []string{"devices.video: Video without graphics"}},
		"sound model":      {values{"devices.sound": values{"model": "sb16"}}, []string{"devices.sound.model: Invalid Attribute Value Match"}},
		"panic model":      {values{"devices.panic_devices": []any{values{"model": "x"}}}, []string{"devices.panic_devices.0.model: Invalid Attribute Value Match"}},
		"threads":          {change: values{"devices": values{"io_threads_policy": "supplementalPool", "io_threads": 2.0}}},
		"threads policy":   {values{"devices.io_threads_policy": "many"}, []string{"devices.io_threads_policy: Invalid Attribute Value Match"}},
		"threads missing":  {values{"devices.io_threads_policy": "supplementalPool"}, []string{"devices.io_threads_policy: Missing number of threads"}},
		"threads unused":   {values{"devices": values{"io_threads_policy": "auto", "io_threads": 2.0}}, []string{"devices.io_threads: Threads without use"}},
		"threads none":     {values{"devices": values{"io_threads_policy": "supplementalPool", "io_threads": 0.0}}, []string{"devices.io_threads: Invalid Attribute Value"}},

		"amd64":          {change: on("amd64", values{"video": values{"type": "cirrus"}, "watchdog": values{"model": "i6300esb", "action": "poweroff"}, "sound": values{}})},
		"amd64 watchdog": {on("amd64", values{"watchdog": values{"model": "diag288"}}), []string{"devices.watchdog.model: Not on amd64"}},
		"arm64 watchdog": {on("arm64", values{"watchdog": values{}}), []string{"devices.watchdog: Not on arm64"}},
		"arm64 sound":    {on("arm64", values{"sound": values{}}), []string{"devices.sound: Not on arm64"}},
		"arm64 video":    {on("arm64", values{"video": values{"type": "vga"}}), []string{"devices.video.type: Not on arm64"}},
		"s390x watchdog": {on("s390x", values{"watchdog": values{"model": "i6300esb"}}), []string{"devices.watchdog.model: Not on s390x"}},
		"s390x video":    {on("s390x", values{"video": values{"type": "ramfb"}}), []string{"devices.video.type: Not on s390x"}},
		"legacy":         {change: on("amd64", values{"legacy": true})},
		"arm64 legacy":   {on("arm64", values{"legacy": true}), []string{"devices.legacy: Not on arm64"}},
		"s390x panic":    {on("s390x", values{"panic_devices": []any{values{}}}), []string{"devices.panic_devices: Not on s390x"}},
	})
}

func TestValidateFeatures(t *testing.T) {
	hyperv := func(content values) values { return values{"features.hyperv": content} }
	checkRules(t, map[string]ruleCase{
		"absent spellings": {change: values{"features": values{"hyperv": values{}, "hyperv_passthrough": false}}},
		"hyperv":           {change: hyperv(values{"vpindex": true, "synic": true, "synictimer": values{"direct": true}, "tlbflush": values{}, "ipi": true, "vapic": true, "evmcs": true})},
		"passthrough too":  {values{"features": values{"hyperv_passthrough": true, "hyperv": values{"relaxed": true}}}, []string{"features.hyperv: Two spellings of Hyper-V"}},
		"synic":            {hyperv(values{"synic": true, "vpindex": false}), []string{"features.hyperv.synic: Needs vpindex"}},
		"synictimer":       {hyperv(values{"synictimer": values{}, "synic": false}), []string{"features.hyperv.synictimer: Needs synic"}},
		"synictimer off":   {change: hyperv(values{"synictimer": values{"enabled": false}, "synic": false})},
		"tlbflush":         {hyperv(values{"tlbflush": values{}, "vpindex": false}), []string{"features.hyperv.tlbflush: Needs vpindex"}},
		"ipi":              {hyperv(values{"ipi": true, "vpindex": false}), []string{"features.hyperv.ipi: Needs vpindex"}},
		"evmcs":            {hyperv(values{"evmcs": true, "vapic": false}), []string{"features.hyperv.evmcs: Needs vapic"}},
		"unknown":          {change: hyperv(values{"ipi": unknown, "vpindex": false, "evmcs": true, "vapic": unknown, "tlbflush": values{"enabled": unknown}})},
		"retries":          {hyperv(values{"spinlocks": values{"retries": 4095.0}}), []string{"features.hyperv.spinlocks.retries: Invalid Attribute Value"}},
		"vendor":           {hyperv(values{"vendorid": values{"vendorid": "thirteen char"}}), []string{"features.hyperv.vendorid.vendorid: Invalid Attribute Value Length"}},
	})
}
