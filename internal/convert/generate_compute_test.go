package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

var computePart = part{
	leaves: map[string]leaf{
		"resources.memory": amount, "resources.memory_request": amount, "resources.memory_limit": amount, "resources.max_memory": amount,
		"resources.hugepages": text("2Mi", "1Gi"), "added_overhead": amount, "mem_lock": text("Required", "NotRequired"), "overcommit_guest_overhead": toggle,
		"count": number, "cores": number, "sockets": number, "threads": number, "max_sockets": number, "model": text("Conroe"),
		"cpu.features": pick("features", MapOf(nil), MapOf(map[string]string{}), MapOf(map[string]string{"vmx": ""}), MapOf(map[string]string{"vmx": "require", "apic": "disable"})),
		"cpu.fraction": text("10%", "100%"), "cpu.request": pick("request", quantity.Null(), quantity.New(""), quantity.New("500m"), quantity.New("0.5")),
		"cpu.limit": pick("limit", quantity.Null(), quantity.New("2"), quantity.New("2000m")), "cpu.dedicated": toggle, "isolate_emulator_thread": toggle, "realtime.mask": text("0-3"),
		"gpu.type": one("nvidia.com/T4"), "device_name": one("nvidia.com/T4", "nvidia.com/A100"), "tag": text("gpu"), "display.enabled": toggle, "ram_fb": toggle,
	},
	fix: func(m *Server) {
		if m.Resources == nil {
			return
		}
		if m.Resources.GPUs != nil {
			m.Resources.GPU = nil
		}
		if cpu := m.Resources.CPU; cpu != nil {
			if !cpu.Count.IsNull() {
				cpu.Cores, cpu.Sockets, cpu.Threads = types.Int64Null(), types.Int64Null(), types.Int64Null()
			}
			if cpu.Fraction.ValueString() != "" {
				cpu.Request = quantity.Null()
			}
		}
	},
}
