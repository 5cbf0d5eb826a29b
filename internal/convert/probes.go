package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// Probe says how the cluster sees whether the guest is well, by exactly one
// of its handlers.
type Probe struct {
	HTTPGet        *HTTPGet   `tfsdk:"http_get"`
	TCPSocket      *TCPSocket `tfsdk:"tcp_socket"`
	Exec           *Exec      `tfsdk:"exec"`
	GuestAgentPing *Nothing   `tfsdk:"guest_agent_ping"`

	InitialDelaySeconds types.Int64 `tfsdk:"initial_delay_seconds"`
	TimeoutSeconds      types.Int64 `tfsdk:"timeout_seconds"`
	PeriodSeconds       types.Int64 `tfsdk:"period_seconds"`
	SuccessThreshold    types.Int64 `tfsdk:"success_threshold"`
	FailureThreshold    types.Int64 `tfsdk:"failure_threshold"`
}

// HTTPGet is a request that the guest must answer.
type HTTPGet struct {
	Path        types.String `tfsdk:"path"`
	Port        types.String `tfsdk:"port"`
	Host        types.String `tfsdk:"host"`
	Scheme      types.String `tfsdk:"scheme"`
	HTTPHeaders []HTTPHeader `tfsdk:"http_headers"`
}

// HTTPHeader is a header of a request.
type HTTPHeader struct {
	Name  types.String `tfsdk:"name"`
	Value types.String `tfsdk:"value"`
}

// TCPSocket is a port that must accept connections.
type TCPSocket struct {
	Port types.String `tfsdk:"port"`
	Host types.String `tfsdk:"host"`
}

// Exec is a command that must succeed in the guest.
type Exec struct {
	Command types.List `tfsdk:"command"`
}

func (m *Server) bindProbes(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec) {
	bindSection(b, &m.LivenessProbe, &spec.LivenessProbe, bindProbe)
	bindSection(b, &m.ReadinessProbe, &spec.ReadinessProbe, bindProbe)
}

func bindProbe(b binder, a *Probe, f *kubevirtv1.Probe) {
	bindKind(b, &a.HTTPGet, &f.HTTPGet, func(b binder, a *HTTPGet, f *corev1.HTTPGetAction) {
		bindText(b, &a.Path, &f.Path)
		bindPort(b, &a.Port, &f.Port)
		bindText(b, &a.Host, &f.Host)
		bindText(b, &a.Scheme, &f.Scheme)
		bindNamedList(b, &a.HTTPHeaders, &f.HTTPHeaders, func(f *corev1.HTTPHeader) string { return f.Name }, func(b binder, a *HTTPHeader, f *corev1.HTTPHeader) {
			bindText(b, &a.Name, &f.Name)
			bindText(b, &a.Value, &f.Value)
		})
	})
	bindKind(b, &a.TCPSocket, &f.TCPSocket, func(b binder, a *TCPSocket, f *corev1.TCPSocketAction) {
		bindPort(b, &a.Port, &f.Port)
		bindText(b, &a.Host, &f.Host)
	})
	bindKind(b, &a.Exec, &f.Exec, func(b binder, a *Exec, f *corev1.ExecAction) {
		bindTexts(b, &a.Command, &f.Command)
	})
	bindKind(b, &a.GuestAgentPing, &f.GuestAgentPing, bindNothing)
	bindNumber(b, &a.InitialDelaySeconds, &f.InitialDelaySeconds)
	bindNumber(b, &a.TimeoutSeconds, &f.TimeoutSeconds)
	bindNumber(b, &a.PeriodSeconds, &f.PeriodSeconds)
	bindNumber(b, &a.SuccessThreshold, &f.SuccessThreshold)
	bindNumber(b, &a.FailureThreshold, &f.FailureThreshold)
}

// bindPort binds a port's number or name.
func bindPort(b binder, a *types.String, f *intstr.IntOrString) {
	if b.writing {
		*f = intstr.Parse(a.ValueString())
		return
	}
	*a = b.text(*a, f.String())
}
