package convert

import kubevirtv1 "kubevirt.io/api/core/v1"

// Clock is the guest's clock.
type Clock struct{}

func (m *Server) bindClock(_ binder, _ *kubevirtv1.VirtualMachineInstanceSpec) {}
