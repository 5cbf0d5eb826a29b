package convert

import kubevirtv1 "kubevirt.io/api/core/v1"

// Devices are the guest's devices that are neither disks nor interfaces.
type Devices struct{}

func (m *Server) bindDevices(_ binder, _ *kubevirtv1.VirtualMachineInstanceSpec) {}
