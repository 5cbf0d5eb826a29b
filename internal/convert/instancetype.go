package convert

import kubevirtv1 "kubevirt.io/api/core/v1"

// InstanceTypeRef names an instance type or a preference.
type InstanceTypeRef struct{}

func (m *Server) bindInstanceType(_ binder, _ *kubevirtv1.VirtualMachineSpec) {}
