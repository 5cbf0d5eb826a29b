package virtualserver_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const (
	keyA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f a@example.org"
	keyB = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f b@example.org"
)

// secretHolds checks all that a Secret holds.
func secretHolds(n *acctest.Namespace, name string, want map[string]string) resource.TestCheckFunc {
	encoded := map[string]any{}
	for key, value := range want {
		encoded[key] = base64.StdEncoding.EncodeToString([]byte(value))
	}
	return n.Check(func() error {
		return acctest.Match(n.Get("secret", name), acctest.Fields{"data": encoded})
	})
}

// oneDocument is why users are not imported.
var oneDocument = map[string]string{
	"cloud_init": "an import reads the whole document into it",
	"users":      "an import reads the whole document into cloud_init",
}

// TestAccUsers: users, user data and network data share one Secret, which
// follows each of them.
func TestAccUsers(t *testing.T) {
	n := acctest.Start(t)
	const name, secret, volume = "users", "users-cloudinit", "spec.template.spec.volumes[cloudinit].cloudInitNoCloud"
	const document = "cloud_init = \"#cloud-config\\n# note\\npackages: [vim]\\n\"\n"
	const network = "network_data = \"version: 2\\n\"\n"
	users := func(key string) string {
		return fmt.Sprintf(`users = {
    jane = { password = "$6$salt$hash", ssh_authorized_keys = [%q], groups = ["sudo"], sudo = "ALL=(ALL) NOPASSWD:ALL", shell = "/bin/bash" }
    adam = { password = "plain" }
  }
`, key)
	}
	config := func(parts ...string) string { return server(n, name, append(parts, memory, containerDisk, halted)...) }
	list := func(key string) string {
		return `users:
  - default
  - name: "adam"
    lock_passwd: false
    plain_text_passwd: "plain"
  - name: "jane"
    groups:
      - "sudo"
    shell: "/bin/bash"
    sudo: "ALL=(ALL) NOPASSWD:ALL"
    lock_passwd: false
    hashed_passwd: "$6$salt$hash"
    ssh_authorized_keys:
      - "` + key + `"
`
	}
	const head = "#cloud-config\n# note\npackages: [vim]\n"
	refers := map[string]any{"name": secret}
	n.Run(acctest.Case{
		Steps: []resource.TestStep{
			apply(config(document, network, users(keyA)),
				secretHolds(n, secret, map[string]string{"userdata": head + list(keyA), "networkdata": "version: 2\n"}),
				n.Has("vm", name, acctest.Fields{volume: map[string]any{"secretRef": refers, "networkDataSecretRef": refers}})),
			inPlace(apply(config(document, network, users(keyB)),
				secretHolds(n, secret, map[string]string{"userdata": head + list(keyB), "networkdata": "version: 2\n"}))),
			// Somebody changes and removes what the document says.
			before(func() { n.Patch("secret", secret, `{"stringData": {"userdata": "#cloud-config\nusers: [default]\n"}}`) },
				inPlace(apply(config(document, network, users(keyB)), secretHolds(n, secret, map[string]string{"userdata": head + list(keyB), "networkdata": "version: 2\n"})))),
			inPlace(apply(config(document, users(keyB)),
				secretHolds(n, secret, map[string]string{"userdata": head + list(keyB)}),
				n.Has("vm", name, acctest.Fields{volume: map[string]any{"secretRef": refers}}))),
			before(func() { n.Delete("secret", secret) },
				inPlace(apply(config(document, users(keyB)), secretHolds(n, secret, map[string]string{"userdata": head + list(keyB)})))),
			inPlace(apply(config(network), secretHolds(n, secret, map[string]string{"networkdata": "version: 2\n"}),
				n.Has("vm", name, acctest.Fields{volume: map[string]any{"networkDataSecretRef": refers}}))),
			inPlace(apply(config(), n.Lacks("secret", secret), n.Has("vm", name, acctest.Fields{"spec.template.spec.volumes[cloudinit]": nil}))),
			inPlace(apply(config(`users = { eve = {} }`), secretHolds(n, secret, map[string]string{"userdata": "#cloud-config\nusers:\n  - default\n  - name: \"eve\"\n"}))),
		},
		Unverified: oneDocument,
	})
}

// TestAccUsersWriteOnly: write-only values reach the Secret and nothing else.
func TestAccUsersWriteOnly(t *testing.T) {
	n := acctest.Start(t)
	const name, secret = "users-wo", "users-wo-cloudinit"
	config := func(document, password, network string, versions ...any) string {
		return server(n, name, memory, containerDisk, halted, fmt.Sprintf(`cloud_init_wo = %q
  users = { jane = { password_wo = %q, password_wo_version = %d } }
  network_data_wo = %q
  network_data_wo_version = %d
  cloud_init_wo_version = %d`, document, password, versions[0], network, versions[1], versions[2]))
	}
	holds := func(document, password, network string) resource.TestCheckFunc {
		return secretHolds(n, secret, map[string]string{"networkdata": network, "userdata": document +
			"users:\n  - default\n  - name: \"jane\"\n    lock_passwd: false\n    plain_text_passwd: \"" + password + "\"\n"})
	}
	const one, two = "#cloud-config\na: 1\n", "#cloud-config\na: 2\n"
	n.Run(acctest.Case{
		Needs: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_11_0)},
		Steps: []resource.TestStep{
			apply(config(one, "first", "version: 1", 1, 1, 1), holds(one, "first", "version: 1"),
				resource.TestCheckNoResourceAttr(acctest.Address, "users.jane.password_wo"), resource.TestCheckNoResourceAttr(acctest.Address, "network_data_wo")),
			apply(config(two, "second", "version: 2", 1, 1, 1), holds(one, "first", "version: 1")),
			inPlace(apply(config(two, "second", "version: 2", 1, 2, 1), holds(one, "first", "version: 2"))),
			inPlace(apply(config(two, "second", "version: 2", 2, 2, 1), holds(two, "second", "version: 2"))),
			before(func() { n.Delete("secret", secret) }, inPlace(apply(config(two, "third", "version: 2", 2, 2, 1), holds(two, "third", "version: 2")))),
		},
		Unverified: map[string]string{
			"cloud_init": oneDocument["cloud_init"], "users": oneDocument["users"],
			"network_data": "write-only network data is not in the state, but an import reads it from the Secret",
		},
	})
}

// theirSecrets are the user's own.
const theirSecrets = `
apiVersion: v1
kind: Secret
metadata: {name: theirs}
stringData: {userdata: "#cloud-config", networkdata: "version: 2"}
---
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData: {a: ssh-ed25519}
`

// TestAccCloudInitSecret: Secrets of the user are referred to and nothing else.
func TestAccCloudInitSecret(t *testing.T) {
	n := acctest.Start(t)
	n.Create(theirSecrets)
	const name, volume = "their-secret", "spec.template.spec.volumes[cloudinit].cloudInitNoCloud"
	config := func(parts ...string) string { return server(n, name, append(parts, memory, containerDisk, halted)...) }
	theirs, own := map[string]any{"name": "theirs"}, map[string]any{"name": name + "-cloudinit"}
	var was acctest.Object
	untouched := n.Check(func() error {
		if changed := acctest.Changed(was, n.Get("secret", "theirs")); len(changed) > 0 {
			return fmt.Errorf("the user's Secret changed: %v", changed)
		}
		return nil
	})
	n.Run(acctest.Case{Steps: []resource.TestStep{
		before(func() { was = n.Get("secret", "theirs") },
			apply(config(`cloud_init_secret = { name = "theirs", network_data_name = "theirs" }`), untouched, n.Lacks("secret", name+"-cloudinit"),
				n.Has("vm", name, acctest.Fields{volume: map[string]any{"secretRef": theirs, "networkDataSecretRef": theirs}}))),
		inPlace(apply(config(`cloud_init_secret = { name = "theirs" }`, `network_data = "version: 1"`), untouched,
			secretHolds(n, name+"-cloudinit", map[string]string{"networkdata": "version: 1"}),
			n.Has("vm", name, acctest.Fields{volume: map[string]any{"secretRef": theirs, "networkDataSecretRef": own}}))),
		inPlace(apply(config(`cloud_init = "#cloud-config"`, `network_data = "version: 1"`), untouched,
			secretHolds(n, name+"-cloudinit", map[string]string{"userdata": "#cloud-config", "networkdata": "version: 1"}),
			n.Has("vm", name, acctest.Fields{volume: map[string]any{"secretRef": own, "networkDataSecretRef": own}}))),
		inPlace(apply(config(`cloud_init_secret = { name = "theirs" }`), untouched, n.Lacks("secret", name+"-cloudinit"),
			n.Has("vm", name, acctest.Fields{volume: map[string]any{"secretRef": theirs}}))),
	}})
	if err := untouched(nil); err != nil {
		t.Error(err)
	}
}

// TestAccGuest: credentials, sysprep and Ignition pass admission, change and go.
func TestAccGuest(t *testing.T) {
	n := acctest.Start(t)
	const name, spec = "guest", "spec.template.spec."
	config := func(parts ...string) string {
		return server(n, name, append(parts, memory, containerDisk, halted, `cloud_init = "#cloud-config"`)...)
	}
	agent := `{ ssh_public_key = { secret_name = "keys", propagation_method = { qemu_guest_agent = { users = ["fedora", "root"] } } } }`
	cloud := `{ ssh_public_key = { secret_name = "keys", propagation_method = { no_cloud = {} } } }`
	password := `{ user_password = { secret_name = "passwords" } }`
	const ignition = "kubevirt.io/ignitiondata"
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config(`access_credentials = [`+agent+`, `+cloud+`, `+password+`]`, `sysprep = { config_map = "answers" }`,
			`ignition = jsonencode({ ignition = { version = "3.4.0" } })`),
			n.Has("vm", name, acctest.Fields{
				spec + "accessCredentials[0].sshPublicKey.propagationMethod.qemuGuestAgent.users": []string{"fedora", "root"},
				spec + "accessCredentials[0].sshPublicKey.source.secret.secretName":               "keys",
				spec + "accessCredentials[1].sshPublicKey.propagationMethod":                      map[string]any{"noCloud": map[string]any{}},
				spec + "accessCredentials[2].userPassword.source.secret.secretName":               "passwords",
				spec + "volumes[sysprep].sysprep.configMap.name":                                  "answers",
				devices + "disks[sysprep].cdrom.bus":                                              "sata",
				"spec.template.metadata.annotations[" + ignition + "]":                            `{"ignition":{"version":"3.4.0"}}`,
			}),
			deviceNames(n, name, "root", "sysprep", "cloudinit")),
		inPlace(apply(config(`access_credentials = [`+password+`]`, `sysprep = { secret = "answers" }`, `ignition = jsonencode({ ignition = { version = "3.5.0" } })`),
			n.Has("vm", name, acctest.Fields{
				spec + "accessCredentials[0].userPassword.propagationMethod": map[string]any{"qemuGuestAgent": map[string]any{}},
				spec + "accessCredentials[1]":                                nil,
				spec + "volumes[sysprep].sysprep":                            map[string]any{"secret": map[string]any{"name": "answers"}},
				"spec.template.metadata.annotations[" + ignition + "]":       `{"ignition":{"version":"3.5.0"}}`,
			}))),
		inPlace(apply(config(),
			n.Has("vm", name, acctest.Fields{
				spec + "accessCredentials": nil, spec + "volumes[sysprep]": nil, devices + "disks[sysprep]": nil,
				"spec.template.metadata.annotations[" + ignition + "]": nil,
			}))),
	}})
}

// TestAccGuestRestart: what KubeVirt says of changes to a server that runs. It
// sees the specification; Secrets and annotations wait silently.
func TestAccGuestRestart(t *testing.T) {
	n := acctest.Start(t)
	n.Create(theirSecrets)
	const name = "guest-restart"
	config := func(user, version, secret string) string {
		return server(n, name, memory, containerDisk, fmt.Sprintf(`users = { %s = {} }
  network_data = "version: 2"
  ignition = jsonencode({ ignition = { version = %q } })
  access_credentials = [{ ssh_public_key = { secret_name = %q, propagation_method = { no_cloud = {} } } }]`, user, version, secret))
	}
	restart := func(required bool) resource.TestCheckFunc {
		return attribute("status.restart_required", fmt.Sprint(required))
	}
	n.Run(acctest.Case{
		Steps: []resource.TestStep{
			apply(config("jane", "3.4.0", "keys"), running(n, name)),
			inPlace(apply(config("eve", "3.4.0", "keys"), restart(false))),
			inPlace(apply(config("eve", "3.5.0", "keys"), restart(false))),
			inPlace(apply(config("eve", "3.5.0", "theirs"), restart(true))),
		},
		Unverified: oneDocument,
	})
}

// TestAccSysprepTaken: a volume of somebody else is not taken over.
func TestAccSysprepTaken(t *testing.T) {
	n := acctest.Start(t)
	const name = "sysprep-taken"
	config := func(parts ...string) string { return server(n, name, append(parts, memory, containerDisk, halted)...) }
	n.Run(acctest.Case{Steps: []resource.TestStep{
		apply(config()),
		before(func() {
			n.PatchJSON("vm", name, `[
				{"op": "add", "path": "/spec/template/spec/volumes/-", "value": {"name": "sysprep", "sysprep": {"secret": {"name": "theirs"}}}},
				{"op": "add", "path": "/spec/template/spec/domain/devices/disks/-", "value": {"name": "sysprep", "cdrom": {"bus": "sata"}}}]`)
		}, resource.TestStep{Config: config(`sysprep = { config_map = "answers" }`), ExpectError: messages("Unable to update virtual server", "sysprep", "belongs to somebody else")}),
		apply(config(), n.Has("vm", name, acctest.Fields{"spec.template.spec.volumes[sysprep].sysprep.secret.name": "theirs"})),
	}, Unverified: map[string]string{"sysprep": "an import reads what somebody else added"}})
}

// TestAccImportNetworkData: a machine with user data in itself and network data
// in a Secret is imported as it is; what changes moves to a Secret of the server.
func TestAccImportNetworkData(t *testing.T) {
	n := acctest.Start(t)
	n.Create(theirSecrets)
	const name = "foreign-network"
	n.Create(`
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: ` + name + `}
spec:
  runStrategy: Halted
  template:
    spec:
      domain:
        memory: {guest: 1Gi}
        devices:
          disks:
          - {name: root, disk: {bus: virtio}}
          - {name: init, cdrom: {bus: sata}}
      volumes:
      - {name: root, containerDisk: {image: "` + smallImage + `"}}
      - name: init
        cloudInitNoCloud:
          userDataBase64: ` + base64.StdEncoding.EncodeToString([]byte("#cloud-config")) + `
          networkDataSecretRef: {name: theirs}
`)
	n.Disown("vm", name)
	n.Wait("vm", name, "to be known to KubeVirt", known)
	config := func(parts string) string {
		return server(n, name, memory, halted, `storage = { root = { source = { container_disk = { image = "`+smallImage+`" } } } }`, parts)
	}
	const volume = "spec.template.spec.volumes[init].cloudInitNoCloud"
	imported := config("cloud_init = \"#cloud-config\"\n  cloud_init_secret = { network_data_name = \"theirs\" }")
	var was acctest.Object
	n.Run(acctest.Case{Steps: []resource.TestStep{
		{Config: imported, ResourceName: acctest.Address, ImportState: true, ImportStatePersist: true, ImportStateId: n.Name + "/" + name},
		{Config: imported, PlanOnly: true},
		before(func() { was = n.Get("vm", name) }, planning(plancheck.ResourceActionUpdate, apply(config("cloud_init = \"#cloud-config\"\n  network_data = \"version: 1\""),
			secretHolds(n, name+"-cloudinit", map[string]string{"networkdata": "version: 1"}),
			n.Check(func() error {
				now := n.Get("vm", name)
				changed := acctest.Changed(was, now)
				if !slices.Equal(changed, []string{"spec.template.spec.volumes[1].cloudInitNoCloud.networkDataSecretRef.name"}) {
					return fmt.Errorf("the update changed %v", changed)
				}
				return errors.Join(acctest.Match(now, acctest.Fields{volume + ".networkDataSecretRef.name": name + "-cloudinit"}))
			})))),
		inPlace(apply(config("users = { jane = {} }\n  network_data = \"version: 1\""),
			n.Has("vm", name, acctest.Fields{volume: map[string]any{
				"secretRef": map[string]any{"name": name + "-cloudinit"}, "networkDataSecretRef": map[string]any{"name": name + "-cloudinit"}}}))),
	}, Unverified: oneDocument})
}
