package convert

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// CloudInitSecret names Secrets that the user made.
type CloudInitSecret struct {
	Name            types.String `tfsdk:"name"`
	NetworkDataName types.String `tfsdk:"network_data_name"`
}

// User is an account that cloud-init makes in the guest.
type User struct {
	Password          types.String `tfsdk:"password"`
	PasswordWO        types.String `tfsdk:"password_wo"`
	PasswordWOVersion types.Int64  `tfsdk:"password_wo_version"`
	LockPasswd        types.Bool   `tfsdk:"lock_passwd"`
	SSHAuthorizedKeys types.List   `tfsdk:"ssh_authorized_keys"`
	Groups            types.List   `tfsdk:"groups"`
	Sudo              types.String `tfsdk:"sudo"`
	Shell             types.String `tfsdk:"shell"`
}

// AccessCredential is exactly one kind of credential that KubeVirt brings
// into the guest.
type AccessCredential struct {
	SSHPublicKey *SSHPublicKey `tfsdk:"ssh_public_key"`
	UserPassword *UserPassword `tfsdk:"user_password"`
}

// SSHPublicKey is a Secret whose values are SSH public keys.
type SSHPublicKey struct {
	SecretName        types.String       `tfsdk:"secret_name"`
	PropagationMethod *SSHKeyPropagation `tfsdk:"propagation_method"`
}

// SSHKeyPropagation is how keys reach the guest: exactly one is set.
type SSHKeyPropagation struct {
	QemuGuestAgent *AgentUsers `tfsdk:"qemu_guest_agent"`
	ConfigDrive    *Nothing    `tfsdk:"config_drive"`
	NoCloud        *Nothing    `tfsdk:"no_cloud"`
}

// AgentUsers are the accounts whose keys the guest agent writes.
type AgentUsers struct {
	Users types.List `tfsdk:"users"`
}

// UserPassword is a Secret of passwords by account, which the guest agent sets.
type UserPassword struct {
	SecretName types.String `tfsdk:"secret_name"`
}

// Sysprep is where the answer file of a Windows guest stands.
type Sysprep struct {
	ConfigMap types.String `tfsdk:"config_map"`
	Secret    types.String `tfsdk:"secret"`
}
