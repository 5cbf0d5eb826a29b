package convert

import kubevirtv1 "kubevirt.io/api/core/v1"

// Firmware is what the guest boots with.
type Firmware struct{}

// TPM is a virtual trusted platform module.
type TPM struct{}

func (m *Server) bindFirmware(_ binder, _ *kubevirtv1.VirtualMachineInstanceSpec) {}
