package convert

import (
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

var guestPart = part{
	leaves: map[string]leaf{
		"cloud_init": text("#cloud-config", "#cloud-config\n# note\npackages: [a]\nusers:\n- default\n- name: other", strings.Repeat("x", 5000)), "cloud_init_wo": untold, "cloud_init_wo_version": number,
		"cloud_init_secret.name": text("theirs"), "network_data_name": text("theirs", "more"),
		"cloud_init_type": text(NoCloud, ConfigDrive),
		"network_data":    text("version: 2", `{"version": 1}`), "network_data_wo": untold, "network_data_wo_version": number,
		"users.password": text("secret: word", "$6$salt$hash"), "users.password_wo": untold, "users.password_wo_version": number, "users.lock_passwd": toggle,
		"users.ssh_authorized_keys": texts("ssh-ed25519 AAAA a", "ssh-rsa BBBB"), "users.groups": texts("sudo", "yes"),
		"users.sudo": text("ALL=(ALL) NOPASSWD:ALL"), "users.shell": text("/bin/bash"),
		"ssh_public_key.secret_name": one("keys"), "user_password.secret_name": one("passwords"), "qemu_guest_agent.users": texts("fedora", "root"),
		"sysprep.config_map": text("unattend"), "sysprep.secret": text("answers"),
		"ignition": text(`{"ignition": {"version": "3.4.0"}}`),
	},
	exclusive: []reflect.Type{reflect.TypeFor[AccessCredential](), reflect.TypeFor[SSHKeyPropagation]()},
	always:    []string{"access_credentials.ssh_public_key.propagation_method"},
	fix:       fixGuest,
}

func fixGuest(m *Server) {
	if m.CloudInit.ValueString() != "" {
		m.CloudInitWOVersion = types.Int64Null()
	}
	if m.NetworkData.ValueString() != "" {
		m.NetworkDataWOVersion = types.Int64Null()
	}
	if !strings.HasPrefix(m.CloudInit.ValueString(), cloudConfig) && len(m.Users) > 0 && m.CloudInit.ValueString() != "" {
		m.CloudInit = types.StringValue(cloudConfig)
	}
	for name, u := range m.Users {
		if u.Password.ValueString() != "" {
			u.PasswordWOVersion = types.Int64Null()
		}
		m.Users[name] = u
	}
	if s := m.CloudInitSecret; s != nil && m.OwnsUserData() {
		s.Name = types.StringNull()
	}
	if s := m.CloudInitSecret; s != nil && m.OwnsNetworkData() {
		s.NetworkDataName = types.StringNull()
	}
	if s := m.Sysprep; s != nil && s.ConfigMap.ValueString() != "" {
		s.Secret = types.StringNull()
	}
}
