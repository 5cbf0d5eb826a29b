package virtualserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// ruleCase is a change of the smallest server, and what is said of it as
// "path: summary"; nothing when it is valid.
type ruleCase struct {
	change values
	want   []string
}

func checkRules(t *testing.T, cases map[string]ruleCase) {
	t.Helper()
	tf := newOffline(t, nil)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, acctest.Said(tf.validate(with(parse(t, small), c.change)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestValidateMemory(t *testing.T) {
	checkRules(t, map[string]ruleCase{
		"absent spellings": {change: values{"resources.memory_limit": "", "resources.max_memory": "", "resources.hugepages": "", "resources.reserved_overhead": values{"mem_lock": ""}, "resources.gpus": values{}, "resources.host_devices": values{}}},
		"limit only":       {change: values{"resources": values{"memory_limit": "1Gi"}}},
		"limit of memory":  {values{"resources.memory_limit": "1023Mi"}, []string{"resources.memory_limit: Memory limit too small"}},
		"limit of request": {values{"resources": values{"memory_request": "2Gi", "memory_limit": "1Gi"}}, []string{"resources.memory_limit: Memory limit too small"}},
		"limit unknown":    {change: values{"resources.memory_limit": unknown, "resources.max_memory": unknown, "resources.hugepages": unknown}},
		"most":             {change: values{"resources.max_memory": "4Gi"}},
		"most too little":  {values{"resources.max_memory": "512Mi"}, []string{"resources.max_memory: Maximum below memory"}},
		"most of a small guest": {values{"resources.memory": "512Mi", "resources.max_memory": "4Gi"},
			[]string{"resources.max_memory: Guest too small for max_memory"}},
		"most of a request":  {values{"resources": values{"memory_request": "512Mi", "max_memory": "4Gi"}}, []string{"resources.max_memory: Guest too small for max_memory"}},
		"most not whole":     {values{"resources.max_memory": "4097Mi"}, []string{"resources.max_memory: Memory not in whole blocks"}},
		"most of huge pages": {values{"resources.max_memory": "1026Mi", "resources.hugepages": "1Gi"}, []string{"resources.max_memory: Memory not in whole blocks"}},
		"most elsewhere":     {values{"resources.max_memory": "4Gi", "architecture": "s390x"}, []string{"resources.max_memory: No memory while it runs"}},
		"most with numa": {values{"resources.max_memory": "4Gi", "resources.hugepages": "2Mi", "resources.cpu": values{"dedicated": true, "numa": values{}}},
			[]string{"resources.max_memory: No memory while it runs"}},
		"huge pages":           {change: values{"resources.hugepages": "2Mi"}},
		"huge pages no size":   {values{"resources.hugepages": "big"}, []string{"resources.hugepages: Invalid page size"}},
		"huge pages none":      {values{"resources.hugepages": "0"}, []string{"resources.hugepages: Invalid page size"}},
		"huge pages not whole": {values{"resources.hugepages": "1Gi", "resources.memory": "1.5Gi"}, []string{"resources.hugepages: Memory not in whole pages"}},
		"huge pages of a request": {values{"resources.hugepages": "2Mi", "resources.memory": "4Mi", "resources.memory_request": "3Mi"},
			[]string{"resources.hugepages: Memory not in whole pages"}},
		"memory lock": {values{"resources.reserved_overhead": values{"mem_lock": "yes"}}, []string{"resources.reserved_overhead.mem_lock: Invalid Attribute Value Match"}},
	})
}

func TestValidateCPU(t *testing.T) {
	cpu := func(content values) values { return values{"resources.cpu": content} }
	pinned := func(content values) values {
		content["dedicated"] = true
		return values{"resources.cpu": content}
	}
	checkRules(t, map[string]ruleCase{
		"absent spellings": {change: cpu(values{"fraction": "", "request": "", "limit": "", "features": values{}, "model": ""})},
		"unknown":          {change: cpu(values{"count": unknown, "fraction": unknown, "limit": unknown, "dedicated": unknown, "isolate_emulator_thread": true, "max_sockets": unknown})},
		"most sockets":     {change: cpu(values{"sockets": 2.0, "max_sockets": 2.0})},
		"too few sockets":  {cpu(values{"sockets": 3.0, "max_sockets": 2.0}), []string{"resources.cpu.max_sockets: Maximum below the sockets"}},
		"too few for all":  {cpu(values{"count": 3.0, "max_sockets": 2.0}), []string{"resources.cpu.max_sockets: Maximum below the sockets"}},
		"feature":          {change: cpu(values{"features": values{"vmx": "", "apic": "disable"}})},
		"feature policy":   {cpu(values{"features": values{"vmx": "maybe"}}), []string{"resources.cpu.features.vmx: Invalid Attribute Value Match"}},
		"fraction":         {change: cpu(values{"count": 4.0, "fraction": "25%", "limit": "1"})},
		"fraction none":    {cpu(values{"fraction": "0%"}), []string{"resources.cpu.fraction: Invalid fraction"}},
		"fraction more":    {cpu(values{"fraction": "101%"}), []string{"resources.cpu.fraction: Invalid fraction"}},
		"fraction number":  {cpu(values{"fraction": "0.5"}), []string{"resources.cpu.fraction: Invalid fraction"}},
		"two requests":     {cpu(values{"fraction": "10%", "request": "1"}), []string{"resources.cpu.fraction: Two spellings of the CPU request"}},
		"fraction too large": {cpu(values{"sockets": 2.0, "cores": 2.0, "fraction": "50%", "limit": "1900m"}),
			[]string{"resources.cpu.fraction: CPU request too large"}},
		"request too large": {cpu(values{"request": "2", "limit": "1"}), []string{"resources.cpu.request: CPU request too large"}},
		"request negative":  {cpu(values{"request": "-1"}), []string{"resources.cpu.request: Invalid quantity"}},

		"emulator thread":       {cpu(values{"isolate_emulator_thread": true}), []string{"resources.cpu.isolate_emulator_thread: Needs dedicated CPUs"}},
		"numa":                  {cpu(values{"numa": values{}}), []string{"resources.cpu.numa: Needs dedicated CPUs"}},
		"numa of what pages":    {pinned(values{"numa": values{}}), []string{"resources.cpu.numa: Needs huge pages"}},
		"realtime":              {cpu(values{"realtime": values{}}), []string{"resources.cpu.realtime: Needs dedicated CPUs"}},
		"realtime without numa": {pinned(values{"realtime": values{}}), []string{"resources.cpu.realtime: Needs numa"}},
		"all of them":           {change: values{"resources.hugepages": "2Mi", "resources.cpu": values{"count": 2.0, "dedicated": true, "isolate_emulator_thread": true, "numa": values{}, "realtime": values{"mask": "0-1"}}}},

		"dedicated":               {change: pinned(values{"count": 2.0, "request": "2", "limit": "2000m"})},
		"dedicated threads":       {pinned(values{"threads": 3.0}), []string{"resources.cpu.threads: Too many threads"}},
		"dedicated parts":         {pinned(values{"request": "1500m"}), []string{"resources.cpu.request: Not a whole number of CPUs"}},
		"dedicated fraction":      {pinned(values{"count": 2.0, "fraction": "10%"}), []string{"resources.cpu.fraction: Not a whole number of CPUs"}},
		"dedicated fraction all":  {change: pinned(values{"count": 2.0, "fraction": "100%"})},
		"dedicated limit":         {pinned(values{"limit": "1.5"}), []string{"resources.cpu.limit: Not a whole number of CPUs"}},
		"dedicated unequal":       {pinned(values{"request": "1", "limit": "2"}), []string{"resources.cpu.limit: Request and limit differ"}},
		"dedicated other":         {pinned(values{"count": 2.0, "request": "3"}), []string{"resources.cpu.request: Other than the number of CPUs"}},
		"dedicated other limit":   {pinned(values{"cores": 2.0, "limit": "3"}), []string{"resources.cpu.limit: Other than the number of CPUs"}},
		"dedicated memory":        {values{"resources": values{"memory_request": "1Gi", "memory_limit": "2Gi", "cpu": values{"dedicated": true}}}, []string{"resources.memory_limit: Request and limit differ"}},
		"dedicated arm64 threads": {values{"architecture": "arm64", "resources.cpu": values{"dedicated": true, "threads": 2.0}}, []string{"resources.cpu.threads: Threads on arm64"}},
		"model on arm64":          {values{"architecture": "arm64", "resources.cpu": values{"model": "Conroe"}}, []string{"resources.cpu.model: CPU model on arm64"}},
	})
}

func TestValidateGPUs(t *testing.T) {
	display := func(content values) values {
		return values{"device_name": "a/b", "virtual_gpu_options": values{"display": content}}
	}
	checkRules(t, map[string]ruleCase{
		"both":                {values{"resources.gpu": values{"type": "a/b"}, "resources.gpus": values{"x": values{"device_name": "a/b"}}}, []string{"resources.gpus: Two spellings of the GPUs"}},
		"one of them empty":   {change: values{"resources.gpu": values{"type": "a/b"}, "resources.gpus": values{}}},
		"name":                {values{"resources.gpus": values{"X": values{"device_name": "a/b"}}}, []string{"resources.gpus.X: Invalid device name"}},
		"no device":           {values{"resources.gpus": values{"x": values{}}}, []string{"resources.gpus.x.device_name: Missing device_name"}},
		"device":              {values{"resources.gpus": values{"x": values{"device_name": "a b"}}}, []string{"resources.gpus.x.device_name: Invalid device name"}},
		"host device":         {values{"resources.host_devices": values{"x": values{"device_name": "a b"}}}, []string{"resources.host_devices.x.device_name: Invalid device name"}},
		"host device no name": {values{"resources.host_devices": values{"x": values{}}}, []string{"resources.host_devices.x.device_name: Missing device_name"}},
		"two framebuffers": {values{"resources.gpus": values{"x": display(values{}), "y": display(values{"ram_fb": true})}},
			[]string{"resources.gpus.y.virtual_gpu_options.display: Two framebuffers"}},
		"one framebuffer": {change: values{"resources.gpus": values{"x": display(values{}), "y": display(values{"ram_fb": false}), "z": display(values{"enabled": false}), "u": display(values{"ram_fb": unknown})}}},
	})
}
