package convert

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// podLabel carries the VirtualMachine's name on its pods since KubeVirt 1.7,
// also on those of machines that were made elsewhere.
const podLabel = "vmi.kubevirt.io/id"

// ToService renders the Service that exposes the server's ports; nil when it
// has none.
func ToService(m Server, l Layout) *corev1.Service {
	if !m.Network.HasPorts() {
		return nil
	}
	s := &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: m.Network.ServiceName(l.VMName), Namespace: m.Namespace.ValueString()},
		Spec:       corev1.ServiceSpec{Selector: map[string]string{podLabel: podID(l.VMName)}},
	}
	for _, p := range Int64s(m.Network.TCP) {
		s.Spec.Ports = append(s.Spec.Ports, servicePort(corev1.ProtocolTCP, p))
	}
	for _, p := range Int64s(m.Network.UDP) {
		s.Spec.Ports = append(s.Spec.Ports, servicePort(corev1.ProtocolUDP, p))
	}
	return s
}

// podID is KubeVirt's value of podLabel for a machine.
func podID(vmName string) string {
	if len(vmName) <= maxVMName {
		return vmName
	}
	return vmName[:vmNameStem] + "-" + nameHash(vmName)
}

func servicePort(protocol corev1.Protocol, port int64) corev1.ServicePort {
	return corev1.ServicePort{
		Name:       fmt.Sprintf("%s-%d", strings.ToLower(string(protocol)), port),
		Protocol:   protocol,
		Port:       int32(port), //nolint:gosec // validated to 1..65535
		TargetPort: intstr.FromInt32(int32(port)),
	}
}
