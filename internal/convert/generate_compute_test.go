package convert

var computePart = part{
	leaves: map[string]leaf{
		"resources.memory": amount, "resources.memory_request": amount,
		"count": number, "cores": number, "sockets": number, "threads": number, "model": text("Conroe"), "gpu.type": one("nvidia.com/T4"),
	},
	fix: func(m *Server) {
		if m.Resources != nil && m.Resources.CPU != nil && !m.Resources.CPU.Count.IsNull() {
			m.Resources.CPU = &CPU{Count: m.Resources.CPU.Count, Model: m.Resources.CPU.Model}
		}
	},
}
