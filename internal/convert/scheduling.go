package convert

import kubevirtv1 "kubevirt.io/api/core/v1"

// Scheduling says which nodes the server may run on.
type Scheduling struct{}

func (m *Server) bindScheduling(_ binder, _ *kubevirtv1.VirtualMachineInstanceSpec) {}
