package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

func (m *Server) bindAccessCredentials(b binder, spec *kubevirtv1.VirtualMachineInstanceSpec) {
	bindList(b, &m.AccessCredentials, &spec.AccessCredentials, bindAccessCredential)
}

func bindAccessCredential(b binder, a *AccessCredential, f *kubevirtv1.AccessCredential) {
	bindKind(b, &a.SSHPublicKey, &f.SSHPublicKey, bindSSHPublicKey)
	bindKind(b, &a.UserPassword, &f.UserPassword, bindUserPassword)
}

func bindSSHPublicKey(b binder, a *SSHPublicKey, f *kubevirtv1.SSHPublicKeyAccessCredential) {
	bindSecretName(b, &a.SecretName, &f.Source.Secret)
	method := &f.PropagationMethod
	if bindKind(b, &a.PropagationMethod, &method, bindPropagation); b.writing {
		f.PropagationMethod = *method
	}
}

func bindPropagation(b binder, a *SSHKeyPropagation, f *kubevirtv1.SSHPublicKeyAccessCredentialPropagationMethod) {
	bindKind(b, &a.QemuGuestAgent, &f.QemuGuestAgent, func(b binder, a *AgentUsers, f *kubevirtv1.QemuGuestAgentSSHPublicKeyAccessCredentialPropagation) {
		bindTexts(b, &a.Users, &f.Users)
	})
	bindKind(b, &a.ConfigDrive, &f.ConfigDrive, bindNothing)
	bindKind(b, &a.NoCloud, &f.NoCloud, bindNothing)
}

// bindUserPassword binds a password, which KubeVirt brings into the guest in
// one way only.
func bindUserPassword(b binder, a *UserPassword, f *kubevirtv1.UserPasswordAccessCredential) {
	bindSecretName(b, &a.SecretName, &f.Source.Secret)
	if b.writing {
		f.PropagationMethod.QemuGuestAgent = &kubevirtv1.QemuGuestAgentUserPasswordAccessCredentialPropagation{}
	}
}

// bindSecretName binds the one kind of source that a credential has.
func bindSecretName(b binder, a *types.String, f **kubevirtv1.AccessCredentialSecretSource) {
	out := deref(*f)
	if bindText(b, a, &out.SecretName); b.writing {
		*f = &out
	}
}
