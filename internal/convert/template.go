package convert

import kubevirtv1 "kubevirt.io/api/core/v1"

// bindTemplate binds labels and annotations of the instance and its pods.
func (m *Server) bindTemplate(_ binder, _ *kubevirtv1.VirtualMachineInstanceTemplateSpec) {}
