package convert

import (
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// TestGuestDriftShows is TestDriftShows for the guest's configuration.
func TestGuestDriftShows(t *testing.T) {
	const base = "testdata/golden/31-guest-secrets/model.yaml"
	for name, drift := range map[string]func(m *Server){
		"network data":      func(m *Server) { m.NetworkData = types.StringValue("other") },
		"network data gone": func(m *Server) { m.NetworkData = types.StringNull() },
		"Secret":            func(m *Server) { m.CloudInitSecret.Name = types.StringValue("other") },
		"type":              func(m *Server) { m.CloudInitType = types.StringNull() },
		"agent's users": func(m *Server) {
			m.AccessCredentials[0].SSHPublicKey.PropagationMethod.QemuGuestAgent.Users = stringList([]string{"root"})
		},
		"way of keys": func(m *Server) {
			m.AccessCredentials[1].SSHPublicKey.PropagationMethod = &SSHKeyPropagation{NoCloud: &Nothing{}}
		},
		"kind of credential": func(m *Server) {
			m.AccessCredentials[1] = AccessCredential{UserPassword: &UserPassword{SecretName: types.StringValue("p")}}
		},
		"Secret of passwords": func(m *Server) { m.AccessCredentials[2].UserPassword.SecretName = types.StringValue("other") },
		"credential gone":     func(m *Server) { m.AccessCredentials = m.AccessCredentials[:1] },
		"credentials gone":    func(m *Server) { m.AccessCredentials = nil },
		"sysprep":             func(m *Server) { m.Sysprep = &Sysprep{ConfigMap: types.StringValue("c")} },
		"sysprep gone":        func(m *Server) { m.Sysprep = nil },
		"ignition":            func(m *Server) { m.Ignition = types.StringValue(`{"ignition": {}}`) },
		"ignition gone":       func(m *Server) { m.Ignition = types.StringNull() },
	} {
		t.Run(name, func(t *testing.T) {
			prior, want := modelFromYAML(t, readFile(t, base)), modelFromYAML(t, readFile(t, base))
			drift(&want)
			if reflect.DeepEqual(managed(prior), managed(want)) {
				t.Fatal("it does not drift")
			}
			got := managed(FromObjects(render(want, "vs-root-abcde"), &prior))
			expected := managed(want)
			if name == "type" { // null is the default, which a read spells out for one that was set
				expected["cloud_init_type"] = NoCloud
			}
			wantEqual(t, "the drift reads otherwise", expected, got)
		})
	}
}
