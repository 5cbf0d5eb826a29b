package virtualserver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

// guest uses all of the guest's configuration, what excludes each other apart.
const guest = small + `
cloud_init: "#cloud-config"
cloud_init_type: nocloud
network_data: "version: 2"
users:
  jane: {password: secret, lock_passwd: false, ssh_authorized_keys: ["` + key + `"], groups: [sudo], sudo: ALL, shell: /bin/bash}
  adam: {password: $6$salt$hash}
access_credentials:
- ssh_public_key: {secret_name: keys, propagation_method: {qemu_guest_agent: {users: [fedora]}}}
- ssh_public_key: {secret_name: keys, propagation_method: {no_cloud: {}}}
- user_password: {secret_name: passwords}
sysprep: {config_map: answers}
ignition: '{"ignition": {}}'
`

// guestSecrets are the rest.
const guestSecrets = small + `
cloud_init_secret: {name: theirs, network_data_name: theirs}
sysprep: {secret: answers}
`

// guestWriteOnly are the write-only spellings.
const guestWriteOnly = small + `
cloud_init_wo: "#cloud-config"
cloud_init_wo_version: 1
network_data_wo: "version: 2"
network_data_wo_version: 1
users: {jane: {password_wo: secret, password_wo_version: 1}}
`

// TestValidateGuest has one case per rule.
func TestValidateGuest(t *testing.T) {
	tf := newOffline(t, nil)
	user := func(content values) values { return values{"users.jane": content} }
	ssh := func(method values) values {
		return values{"access_credentials": []any{values{"ssh_public_key": values{"secret_name": "keys", "propagation_method": method}}}}
	}
	const method = "access_credentials.0.ssh_public_key.propagation_method"
	for name, c := range map[string]struct {
		change values
		want   []string
	}{
		"absent spellings": {change: values{
			"network_data": "", "users": values{}, "access_credentials": []any{}, "ignition": "", "cloud_init_secret": values{"name": "", "network_data_name": ""},
		}},
		"empty user": {change: user(values{"password": "", "ssh_authorized_keys": []any{}, "groups": []any{}, "sudo": "", "shell": ""})},

		"network data twice":              {values{"network_data": "a", "network_data_wo": "b", "network_data_wo_version": 1.0}, []string{"network_data: Two spellings of network data"}},
		"network data wo without version": {values{"network_data_wo": "b"}, []string{"network_data_wo: Missing version"}},
		"network data version alone":      {values{"network_data_wo_version": 1.0}, []string{"network_data_wo_version: Version without network data"}},
		"network data version 0":          {values{"network_data_wo": "b", "network_data_wo_version": 0.0}, []string{"network_data_wo_version: Invalid Attribute Value"}},

		"secret and cloud-init":      {values{"cloud_init_secret.name": "a", "cloud_init": "b"}, []string{"cloud_init_secret.name: Two sources of cloud-init data"}},
		"secret and cloud-init wo":   {values{"cloud_init_secret.name": "a", "cloud_init_wo": "b", "cloud_init_wo_version": 1.0}, []string{"cloud_init_secret.name: Two sources of cloud-init data"}},
		"secret and users":           {values{"cloud_init_secret.name": "a", "users.jane": values{}}, []string{"cloud_init_secret.name: Two sources of cloud-init data"}},
		"secret and network data":    {change: values{"cloud_init_secret.name": "a", "network_data": "b"}},
		"network secret, cloud-init": {change: values{"cloud_init_secret.network_data_name": "a", "cloud_init": "b"}},
		"network secret and network data": {values{"cloud_init_secret.network_data_name": "a", "network_data": "b"},
			[]string{"cloud_init_secret.network_data_name: Two sources of cloud-init data"}},
		"secret name": {values{"cloud_init_secret.name": "A"}, []string{"cloud_init_secret.name: Invalid name"}},

		"user named default":     {values{"users.default": values{}}, []string{"users.default: Invalid user name"}},
		"user named nothing":     {values{"users": values{"": values{}}}, []string{"users.: Invalid user name"}},
		"user with a blank":      {values{"users": values{"a b": values{}}}, []string{"users.a b: Invalid user name"}},
		"user with a colon":      {values{"users": values{"a:b": values{}}}, []string{"users.a:b: Invalid user name"}},
		"user with a line break": {values{"users": values{"a\nb": values{}}}, []string{"users.a\nb: Invalid user name"}},
		"user like an option":    {values{"users": values{"-a": values{}}}, []string{"users.-a: Invalid user name"}},
		"user of a domain":       {change: values{"users": values{`jane.doe@example.org`: values{}}}},
		"password twice":         {user(values{"password": "a", "password_wo": "b", "password_wo_version": 1.0}), []string{"users.jane.password: Two spellings of a password"}},
		"password wo alone":      {user(values{"password_wo": "b"}), []string{"users.jane.password_wo: Missing version"}},
		"password version alone": {user(values{"password_wo_version": 1.0}), []string{"users.jane.password_wo_version: Version without a password"}},
		"password of two lines":  {user(values{"password": "a\n"}), []string{"users.jane.password: Invalid password"}},
		"key":                    {change: user(values{"ssh_authorized_keys": []any{`no-pty,command="a b" ` + key + " jane doe", key + "\n"}})},
		"key cut off":            {user(values{"ssh_authorized_keys": []any{key[:40]}}), []string{"users.jane.ssh_authorized_keys.0: Invalid SSH public key"}},
		"key of another type":    {user(values{"ssh_authorized_keys": []any{strings.Replace(key, "ssh-ed25519", "ssh-rsa", 1)}}), []string{"users.jane.ssh_authorized_keys.0: Invalid SSH public key"}},
		"key that is private":    {user(values{"ssh_authorized_keys": []any{"-----BEGIN OPENSSH PRIVATE KEY-----"}}), []string{"users.jane.ssh_authorized_keys.0: Invalid SSH public key"}},
		"keys in one":            {user(values{"ssh_authorized_keys": []any{key, key + "\n" + key}}), []string{"users.jane.ssh_authorized_keys.1: Invalid SSH public key"}},
		"key that is empty":      {user(values{"ssh_authorized_keys": []any{""}}), []string{"users.jane.ssh_authorized_keys.0: Invalid Attribute Value Length"}},
		"group":                  {user(values{"groups": []any{"a,b"}}), []string{"users.jane.groups.0: Invalid group name"}},
		"sudo":                   {user(values{"sudo": "a\nb"}), []string{"users.jane.sudo: Invalid sudo rule"}},
		"shell":                  {user(values{"shell": "a\nb"}), []string{"users.jane.shell: Invalid shell"}},
		"users and a script":     {values{"users.jane": values{}, "cloud_init": "#!/bin/sh"}, []string{"users: Users without a place in the user data"}},
		"users and a script, wo": {values{"users.jane": values{}, "cloud_init_wo": "#!/bin/sh", "cloud_init_wo_version": 1.0}, []string{"users: Users without a place in the user data"}},
		"users and no YAML":      {values{"users.jane": values{}, "cloud_init": "#cloud-config\na: [\n"}, []string{"users: Users without a place in the user data"}},
		"no users and no YAML":   {change: values{"users": values{}, "cloud_init": "#cloud-config\na: [\n"}},
		"user listed twice":      {values{"users.jane": values{}, "cloud_init": "#cloud-config\nusers: [{name: jane}]"}, []string{"users.jane: User listed twice"}},

		"too much user data":    {values{"cloud_init": strings.Repeat("x", 1<<20+1)}, []string{"cloud_init: Too much cloud-init data"}},
		"too much of both":      {values{"cloud_init": strings.Repeat("x", 1<<19), "network_data": strings.Repeat("x", 1<<19+1)}, []string{"network_data: Too much cloud-init data"}},
		"too much, write-only":  {values{"cloud_init_wo": strings.Repeat("x", 1<<20+1), "cloud_init_wo_version": 1.0}, []string{"cloud_init_wo: Too much cloud-init data"}},
		"as much as a Secret":   {change: values{"cloud_init": strings.Repeat("x", 1<<20)}},
		"too much for Ignition": {values{"ignition": `{"ignition": {}, "x": "` + strings.Repeat("x", 256*1024) + `"}`}, []string{"ignition: Invalid Ignition configuration"}},
		"Ignition as YAML":      {values{"ignition": "ignition: {}"}, []string{"ignition: Invalid Ignition configuration"}},
		"Ignition of another":   {values{"ignition": `{"version": 3}`}, []string{"ignition: Invalid Ignition configuration"}},

		"credential of no kind":     {values{"access_credentials": []any{values{}}}, []string{"access_credentials.0: Missing credential"}},
		"credential of both kinds":  {values{"access_credentials": []any{values{"user_password": values{"secret_name": "a"}, "ssh_public_key": values{"secret_name": "a", "propagation_method": values{"qemu_guest_agent": values{"users": []any{"a"}}}}}}}, []string{"access_credentials.0: More than one credential"}},
		"credential without Secret": {values{"access_credentials": []any{values{"user_password": values{"secret_name": ""}}}}, []string{"access_credentials.0.user_password.secret_name: Invalid Attribute Value Length"}},
		"keys in no way":            {ssh(values{}), []string{method + ": Missing propagation method"}},
		"keys in two ways":          {with(ssh(values{"no_cloud": values{}, "qemu_guest_agent": values{"users": []any{"a"}}}), values{"cloud_init": "a"}), []string{method + ": More than one propagation method"}},
		"keys for nobody":           {ssh(values{"qemu_guest_agent": values{"users": []any{}}}), []string{method + ".qemu_guest_agent.users: Invalid Attribute Value"}},
		"keys without a disk":       {ssh(values{"no_cloud": values{}}), []string{method + ".no_cloud: No cloud-init disk for the keys"}},
		"keys on the wrong disk":    {with(ssh(values{"config_drive": values{}}), values{"cloud_init": "a"}), []string{method + ".config_drive: No cloud-init disk for the keys"}},
		"keys on the config drive":  {change: with(ssh(values{"config_drive": values{}}), values{"cloud_init": "a", "cloud_init_type": "configdrive"})},
		"keys beside users":         {change: with(ssh(values{"no_cloud": values{}}), values{"users": values{"jane": values{}}})},
		"keys beside a Secret":      {change: with(ssh(values{"no_cloud": values{}}), values{"cloud_init_secret": values{"name": "a"}})},

		"sysprep of nothing":    {values{"sysprep": values{}}, []string{"sysprep: Missing source"}},
		"sysprep of both":       {values{"sysprep": values{"config_map": "a", "secret": "b"}}, []string{"sysprep: More than one source"}},
		"sysprep name":          {values{"sysprep": values{"config_map": "A"}}, []string{"sysprep.config_map: Invalid name"}},
		"disk named sysprep":    {values{"storage.additional_disks.sysprep": values{"persistent_volume_claim": values{"claim_name": "a"}}}, []string{"storage.additional_disks.sysprep: Invalid Attribute Value Match"}},
		"root named as sysprep": {values{"storage.root.name": "sysprep"}, []string{"storage.root.name: Invalid Attribute Value Match"}},
	} {
		t.Run(name, func(t *testing.T) {
			diagnostics := tf.validate(with(parse(t, small), c.change))
			if diff := cmp.Diff(c.want, acctest.Said(diagnostics)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestValidateGuestKeepsSecrets: no message says what may be a secret.
func TestValidateGuestKeepsSecrets(t *testing.T) {
	tf := newOffline(t, nil)
	for name, change := range map[string]values{
		"password":  {"users.jane": values{"password": "hunter2\n"}},
		"key":       {"users.jane": values{"ssh_authorized_keys": []any{"hunter2", "PRIVATE KEY hunter2"}}},
		"user data": {"users.jane": values{}, "cloud_init": "#cloud-config\na: *hunter2\n"},
		"a script":  {"users.jane": values{}, "cloud_init": "hunter2"},
		"ignition":  {"ignition": "hunter2"},
		"too much":  {"cloud_init": strings.Repeat("hunter2", 1<<18)},
	} {
		t.Run(name, func(t *testing.T) {
			diagnostics := tf.validate(with(parse(t, small), change))
			if len(diagnostics) == 0 {
				t.Error("nothing is wrong")
			}
			for _, d := range diagnostics {
				if strings.Contains(d.Summary+d.Detail, "hunter2") {
					t.Errorf("a message gives it away: %s", d.Detail)
				}
			}
		})
	}
}

// TestGuestUnknown: what is not known yet is not wrong, and any plan is made.
func TestGuestUnknown(t *testing.T) {
	for name, base := range map[string]string{"values": guest, "secrets": guestSecrets, "write-only": guestWriteOnly} {
		config := parse(t, base)
		tf := newOffline(t, values{})
		if got := acctest.Said(tf.validate(config)); len(got) > 0 {
			t.Error(got)
		}
		prior := tf.created(config)
		for _, path := range pathsOf(config) {
			if strings.HasPrefix(path, "name") || strings.HasPrefix(path, "storage") || strings.HasPrefix(path, "resources") {
				continue
			}
			t.Run(name+"/"+path, func(t *testing.T) {
				tf := tf
				tf.t = t
				changed := with(config, values{path: unknown})
				if got := acctest.Said(tf.validate(changed)); len(got) > 0 {
					t.Error(got)
				}
				for _, before := range []*state{nil, prior} {
					if p := tf.plan(before, changed); len(p.errors)+len(p.warnings)+len(p.replace) > 0 {
						t.Error(p.errors, p.warnings, p.replace)
					}
				}
			})
		}
	}
}

// TestPlanGuest: what changes in place, and what is no change of the server.
func TestPlanGuest(t *testing.T) {
	tf := newOffline(t, values{})
	merged := "#cloud-config\nusers:\n  - default\n  - name: \"jane\"\n"
	for name, c := range map[string]struct {
		base          string
		was, change   values
		want, warning []string
	}{
		"nothing":               {base: guest, want: []string{}},
		"write-only values":     {base: guestWriteOnly, change: values{"cloud_init_wo": "#cloud-config\na: 1", "network_data_wo": "b", "users.jane.password_wo": "c"}, want: []string{}},
		"their versions":        {base: guestWriteOnly, change: values{"users.jane.password_wo_version": 2.0}, want: []string{"status?", "users"}},
		"network version":       {base: guestWriteOnly, change: values{"network_data_wo_version": 2.0}, want: []string{"network_data_wo_version", "status?"}},
		"key":                   {base: guest, change: values{"users.jane.ssh_authorized_keys": []any{key + " other"}}, want: []string{"status?", "users"}},
		"network data":          {base: guest, change: values{"network_data": "version: 1"}, want: []string{"network_data", "status?"}},
		"credentials":           {base: guest, change: values{"access_credentials": nil}, want: []string{"access_credentials", "status?"}},
		"sysprep":               {base: guest, change: values{"sysprep": nil}, want: []string{"status?", "sysprep"}},
		"ignition":              {base: guest, change: values{"ignition": nil}, want: []string{"ignition", "status?"}},
		"Secret":                {base: guestSecrets, change: values{"cloud_init_secret.name": "other"}, want: []string{"cloud_init_secret", "status?"}},
		"Secret to user data":   {base: guestSecrets, change: values{"cloud_init_secret.name": nil, "cloud_init": "a"}, want: []string{"cloud_init", "cloud_init_secret", "status?"}},
		"document to users":     {base: small, was: values{"cloud_init": merged}, change: values{"cloud_init": nil, "users": values{"jane": values{}}}, want: []string{"cloud_init", "users"}},
		"an empty user":         {base: small, was: values{"users.jane": values{}}, change: values{"users.jane": values{"sudo": "", "groups": []any{}, "password": ""}}, want: []string{"users"}},
		"absent":                {base: small, change: values{"network_data": "", "users": values{}, "access_credentials": []any{}, "ignition": "", "cloud_init_secret": values{}}, want: []string{"access_credentials", "cloud_init_secret", "ignition", "network_data", "users"}},
		"user data gone":        {base: guestWriteOnly, change: values{"cloud_init_wo": nil, "cloud_init_wo_version": nil, "users": nil}, want: []string{"cloud_init_wo_version", "status?", "users"}, warning: []string{`Updating virtual server "default/vs" removes its cloud-init user data`}},
		"network data gone":     {base: guest, change: values{"network_data": nil}, want: []string{"network_data", "status?"}, warning: []string{`Updating virtual server "default/vs" removes its cloud-init network data`}},
		"users without the doc": {base: guest, change: values{"cloud_init": nil}, want: []string{"cloud_init"}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			base := with(parse(t, c.base), c.was)
			prior := tf.created(base)
			p := tf.plan(prior, with(base, c.change))
			if diff := cmp.Diff(c.warning, p.warnings); diff != "" || len(p.errors)+len(p.replace) > 0 {
				t.Error(p.errors, p.replace, diff)
			}
			if diff := cmp.Diff(c.want, changed(t, prior, p)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
