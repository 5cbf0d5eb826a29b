package convert

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
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
	if m.Network.Service != nil {
		service := *m.Network.Service
		bindServiceSettings(writer, &service, s)
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

// PortName is the name of a port that is written as a number.
func PortName(protocol corev1.Protocol, port int64) string {
	return fmt.Sprintf("%s-%d", strings.ToLower(string(protocol)), port)
}

func servicePort(protocol corev1.Protocol, port int64) corev1.ServicePort {
	return corev1.ServicePort{
		Name:       PortName(protocol, port),
		Protocol:   protocol,
		Port:       int32(port), //nolint:gosec // validated to 1..65535
		TargetPort: intstr.FromInt32(int32(port)),
	}
}

// bindService reads the Service, nil when there is none.
func (n *Network) bindService(b binder, service *corev1.Service, l Layout) {
	var own map[string]ServicePort
	if n.Service != nil {
		own = n.Service.Ports
	}
	n.TCP = portsFrom(b.reader, service, corev1.ProtocolTCP, n.TCP, own)
	n.UDP = portsFrom(b.reader, service, corev1.ProtocolUDP, n.UDP, own)
	switch {
	case n.Service == nil && (!b.importing || service == nil):
		return
	case service == nil:
		// It is gone: the ports show that, and the next apply makes it again.
		was := *n.Service
		if was.Ports = nil; len(own) == 0 {
			was.Ports = own
		}
		n.Service = &was
		return
	}
	bindKind(b, &n.Service, &service, bindServiceSettings)
	if !b.importing {
		return
	}
	if service.Name != DefaultServiceName(l.VMName) {
		n.Service.Name = types.StringValue(service.Name)
	}
	if isAbsent(reflect.ValueOf(*n.Service)) {
		n.Service = nil
	}
}

// bindServiceSettings binds all but the name, which is not changed in place.
func bindServiceSettings(b binder, s *Service, f *corev1.Service) {
	bindOpenKeys(b, &s.Labels, &f.Labels)
	bindOpenKeys(b, &s.Annotations, &f.Annotations)
	s.bindPorts(b, &f.Spec)
	bindFilled(b, &s.Type, &f.Spec.Type, corev1.ServiceTypeClusterIP)
	headless := f.Spec.ClusterIP == corev1.ClusterIPNone
	if bindFlag(b, &s.Headless, &headless); b.writing && headless {
		f.Spec.ClusterIP = corev1.ClusterIPNone
	}
	bindTextPointer(b, &s.LoadBalancerClass, &f.Spec.LoadBalancerClass)
	bindTexts(b, &s.LoadBalancerSourceRanges, &f.Spec.LoadBalancerSourceRanges)
	bindFilled(b, &s.ExternalTrafficPolicy, &f.Spec.ExternalTrafficPolicy, corev1.ServiceExternalTrafficPolicyCluster)
	internal := deref(f.Spec.InternalTrafficPolicy)
	if bindFilled(b, &s.InternalTrafficPolicy, &internal, corev1.ServiceInternalTrafficPolicyCluster); b.writing && internal != "" {
		f.Spec.InternalTrafficPolicy = &internal
	}
	bindFilled(b, &s.SessionAffinity, &f.Spec.SessionAffinity, corev1.ServiceAffinityNone)
	if b.writing && f.Spec.SessionAffinity == corev1.ServiceAffinityClientIP {
		// Kubernetes fills it in, and refuses it once the affinity goes.
		timeout := corev1.DefaultClientIPServiceAffinitySeconds
		f.Spec.SessionAffinityConfig = &corev1.SessionAffinityConfig{ClientIP: &corev1.ClientIPConfig{TimeoutSeconds: &timeout}}
	}
	bindFlag(b, &s.PublishNotReadyAddresses, &f.Spec.PublishNotReadyAddresses)
	policy := deref(f.Spec.IPFamilyPolicy)
	if bindFilled(b, &s.IPFamilyPolicy, &policy, corev1.IPFamilyPolicySingleStack); b.writing && policy != "" {
		f.Spec.IPFamilyPolicy = &policy
	}
	if b.importing { // nothing tells families that were asked for from the cluster's own
		s.IPFamilies = types.ListNull(types.StringType)
		return
	}
	bindTexts(b, &s.IPFamilies, &f.Spec.IPFamilies)
}

// bindOpenKeys is bindKeys without the keys that nobody can manage.
func bindOpenKeys(b binder, a *types.Map, f *map[string]string) {
	if b.writing {
		bindKeys(b, a, f)
		return
	}
	*a = b.keys(*a, *f, metadata.IsReserved)
}

// bindFilled binds a string that Kubernetes fills in with fallback.
func bindFilled[T ~string](b binder, a *types.String, f *T, fallback T) {
	if b.writing {
		bindText(b, a, f)
		return
	}
	*a = b.textDefault(*a, string(*f), string(fallback))
}

// bindPorts binds the ports with names. Names that are not in the attribute
// belong to others, or to tcp and udp.
func (s *Service) bindPorts(b binder, f *corev1.ServiceSpec) {
	live := f.Ports
	if b.importing {
		live = slices.DeleteFunc(slices.Clone(live), isShorthand)
	}
	live = slices.Clone(live)
	for i := range live {
		live[i].Name = portName(live[i])
	}
	bindNamed(b, &s.Ports, &live, func(p *corev1.ServicePort) *string { return &p.Name }, bindServicePort)
	if b.writing {
		f.Ports = live
	}
}

func bindServicePort(b binder, p *ServicePort, f *corev1.ServicePort) {
	bindNumber(b, &p.Port, &f.Port)
	bindFilled(b, &p.Protocol, &f.Protocol, corev1.ProtocolTCP)
	bindTextPointer(b, &p.AppProtocol, &f.AppProtocol)
	if b.writing {
		f.Protocol = cmp.Or(f.Protocol, corev1.ProtocolTCP)
		f.TargetPort = intstr.FromInt32(int32(cmp.Or(p.TargetPort.ValueInt64(), p.Port.ValueInt64()))) //nolint:gosec // validated to 1..65535
		bindNumber(b, &p.NodePort, &f.NodePort)
		return
	}
	switch target := int64(f.TargetPort.IntVal); {
	case b.importing && (target == int64(f.Port) || target == 0): // 0: a port's name
		p.TargetPort = types.Int64Null()
	case b.importing || !p.TargetPort.IsNull():
		p.TargetPort = types.Int64Value(target)
	}
	if !b.importing { // nothing tells a port that was chosen from one that Kubernetes gave
		bindNumber(b, &p.NodePort, &f.NodePort)
	}
}

// portName is a port's name; a single port may have none.
func portName(p corev1.ServicePort) string {
	return cmp.Or(p.Name, PortName(cmp.Or(p.Protocol, corev1.ProtocolTCP), int64(p.Port)))
}

// isShorthand tells whether a number in tcp or udp says all of a port.
func isShorthand(p corev1.ServicePort) bool {
	protocol := cmp.Or(p.Protocol, corev1.ProtocolTCP)
	return (protocol == corev1.ProtocolTCP || protocol == corev1.ProtocolUDP) &&
		portName(p) == PortName(protocol, int64(p.Port)) && (p.TargetPort == intstr.FromInt32(p.Port) || p.TargetPort == intstr.IntOrString{}) && deref(p.AppProtocol) == ""
}

// portsFrom reads tcp or udp; it keeps the prior order while the ports are the
// same. own are the ports that have a name of their own.
func portsFrom(r reader, service *corev1.Service, protocol corev1.Protocol, prior types.List, own map[string]ServicePort) types.List {
	if !r.importing && prior.IsNull() {
		return types.ListNull(types.Int64Type)
	}
	was := map[int64]struct{}{}
	for _, p := range Int64s(prior) {
		was[p] = struct{}{}
	}
	live := map[int64]struct{}{}
	if service != nil {
		for _, p := range service.Spec.Ports {
			_, named := own[portName(p)]
			if cmp.Or(p.Protocol, corev1.ProtocolTCP) != protocol || named {
				continue
			}
			// A port of another name was added by somebody else.
			_, ours := was[int64(p.Port)]
			if r.importing {
				ours = isShorthand(p)
			}
			if ours || portName(p) == PortName(protocol, int64(p.Port)) && !r.importing {
				live[int64(p.Port)] = struct{}{}
			}
		}
	}
	switch {
	case !r.importing && maps.Equal(was, live):
		return prior
	case len(live) == 0:
		return types.ListNull(types.Int64Type)
	}
	return int64List(slices.Sorted(maps.Keys(live)))
}

// ReplacesService tells whether the change from base to want is one that
// Kubernetes refuses on the live Service. base may be nil.
func ReplacesService(live, base, want *corev1.Service) bool {
	if base == nil {
		base = &corev1.Service{}
	}
	changes := func(of func(s corev1.ServiceSpec) string) bool {
		now := of(want.Spec)
		return of(base.Spec) != now && of(live.Spec) != now
	}
	headless := func(s corev1.ServiceSpec) string {
		if s.ClusterIP == corev1.ClusterIPNone {
			return s.ClusterIP
		}
		return ""
	}
	class := func(s corev1.ServiceSpec) string { return deref(s.LoadBalancerClass) }
	family := func(s corev1.ServiceSpec) string {
		if len(s.IPFamilies) == 0 {
			return ""
		}
		return string(s.IPFamilies[0])
	}
	balanced := live.Spec.Type == corev1.ServiceTypeLoadBalancer && want.Spec.Type == corev1.ServiceTypeLoadBalancer
	return changes(headless) || balanced && changes(class) || len(want.Spec.IPFamilies) > 0 && changes(family)
}

// isBalanced tells whether a load balancer is asked for.
func (n *Network) isBalanced() bool {
	return n.HasPorts() && n.Service != nil && n.Service.Type.ValueString() == string(corev1.ServiceTypeLoadBalancer)
}

// ChangesIngress tells whether a change of the Service makes or removes a load
// balancer, whose addresses the status tells.
func ChangesIngress(state, plan Server) bool {
	return state.Network.isBalanced() || plan.Network.isBalanced()
}

// KeepFamilies makes absent IP families leave the Service as it is: Kubernetes
// chooses them when it is made, and takes none away by itself.
func KeepFamilies(base, want *corev1.Service) {
	if want.Spec.IPFamilies == nil {
		base.Spec.IPFamilies = nil
	}
	if want.Spec.IPFamilyPolicy == nil {
		base.Spec.IPFamilyPolicy = nil
	}
}

// IsHeadless tells whether a Service without an address of its own is asked for.
func (n *Network) IsHeadless() bool {
	return n.HasPorts() && n.Service != nil && n.Service.Headless.ValueBool()
}
