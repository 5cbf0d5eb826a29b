package convert

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const jane = "  - name: \"jane\"\n"

// TestMergeUsers: the user's document stays as it is but for the list.
func TestMergeUsers(t *testing.T) {
	one := map[string]User{"jane": {}}
	for name, c := range map[string]struct {
		document string
		users    map[string]User
		want     string
	}{
		"no users":           {"#!/bin/sh", nil, "#!/bin/sh"},
		"no users, no YAML":  {"#cloud-config\n{", map[string]User{}, "#cloud-config\n{"},
		"no document":        {"", one, "#cloud-config\nusers:\n  - default\n" + jane},
		"empty":              {"#cloud-config", one, "#cloud-config\nusers:\n  - default\n" + jane},
		"comments alone":     {"#cloud-config\n# note\n\n", one, "#cloud-config\n# note\nusers:\n  - default\n" + jane},
		"null":               {"#cloud-config\n~\n", one, "#cloud-config\nusers:\n  - default\n" + jane},
		"header in capitals": {"\n #Cloud-Config now\na: 1", one, "#Cloud-Config now\na: 1\nusers:\n  - default\n" + jane},
		"CRLF":               {"#cloud-config\r\na: |\r\n  b\r\n  c\r\n", one, "#cloud-config\na: |\n  b\n  c\nusers:\n  - default\n" + jane},
		"a list":             {"#cloud-config\nusers:\n# note\n- name: eve\n  uid: 0o17\nb: yes", one, "#cloud-config\nusers:\n  # note\n  - name: eve\n    uid: 0o17\n" + jane + "b: yes\n"},
		"an empty list":      {"#cloud-config\nusers: []\n", one, "#cloud-config\nusers: [{name: \"jane\"}]\n"},
		"a list of nothing":  {"#cloud-config\nb: 1\nusers:\na: 2\n", one, "#cloud-config\nb: 1\nusers:\n  - default\n" + jane + "a: 2\n"},
		"JSON":               {`#cloud-config` + "\n" + `{"b": [1], "a": "x"}`, one, "#cloud-config\n" + `{"b": [1], "a": "x", users: [default, {name: "jane"}]}` + "\n"},
		"anchors":            {"#cloud-config\na: &x {b: 1}\nc:\n  <<: *x\n", one, "#cloud-config\na: &x {b: 1}\nc:\n  !!merge <<: *x\nusers:\n  - default\n" + jane},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := MergeUsers(c.document, c.users)
			if err != nil || got != c.want {
				t.Error(err, cmp.Diff(c.want, got))
			}
			if again, err := MergeUsers(c.document, c.users); err != nil || again != got {
				t.Error("once more it gives something else")
			}
		})
	}
}

// TestMergeUsersRefuses: errors say what is wrong and never what stands there.
func TestMergeUsersRefuses(t *testing.T) {
	for name, c := range map[string]struct{ document, want string }{
		"script":        {"#!/bin/sh\nhunter2", "it is no #cloud-config document"},
		"archive":       {"#cloud-config-archive\n- hunter2", "it is no #cloud-config document"},
		"template":      {"## template: jinja\n#cloud-config\nhunter2: 1", "it is no #cloud-config document"},
		"MIME":          {"Content-Type: multipart/mixed; boundary=\"x\"\n", "it is no #cloud-config document"},
		"base64":        {"I2Nsb3VkLWNvbmZpZwo=", "it is no #cloud-config document"},
		"not UTF-8":     {"#cloud-config\na: \xff\n", "it is no text in UTF-8"},
		"blank":         {" \n", "it is no #cloud-config document"},
		"no YAML":       {"#cloud-config\na: 1\nb: [hunter2\n", "it is no valid YAML, at line"},
		"unknown alias": {"#cloud-config\na: *hunter2\n", "it is no valid YAML"},
		"key twice":     {"#cloud-config\nhunter2: 1\nb: 1\nhunter2: 2\n", "it is no valid YAML, at line 4"},
		"a list":        {"#cloud-config\n- hunter2\n", "it is no YAML mapping"},
		"two":           {"#cloud-config\na: 1\n---\nhunter2: 2\n", "it holds more than one YAML document"},
		"users as text": {"#cloud-config\nusers: hunter2, other\n", "its users are not a list"},
		"users alias":   {"#cloud-config\na: &u [x]\nusers: *u\n", "its users are not a list"},
		"taken":         {"#cloud-config\nusers:\n- name: jane\n", "it lists the user jane itself"},
		"taken by name": {"#cloud-config\nusers: [jane]\n", "it lists the user jane itself"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := MergeUsers(c.document, map[string]User{"jane": {Password: types.StringValue("hunter2")}})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "hunter2") || got != c.document {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// FuzzMergeUsers: no document panics, and what is merged is YAML that says all
// it said before.
func FuzzMergeUsers(f *testing.F) {
	for _, seed := range []string{"#cloud-config\na: 1 # b\n", "#cloud-config\nusers:\n- x\n- &a {name: y}\n", "#cloud-config\n? [a]\n: b\n", "#cloud-config\n%YAML 1.1\n---\na: >+\n  b\n\n...\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, document string) {
		users := map[string]User{"jane": {Sudo: types.StringValue("ALL=(ALL) NOPASSWD:ALL")}}
		merged, err := MergeUsers(document, users)
		if err != nil {
			return
		}
		if _, read, ok := extractUsers(merged, users); !ok || !read["jane"].Sudo.Equal(users["jane"].Sudo) {
			t.Fatalf("%q becomes %q, which reads %v", document, merged, read)
		}
	})
}

// TestUsersDrift: what somebody changes in the document shows where it belongs.
func TestUsersDrift(t *testing.T) {
	const base = `{name: vs, namespace: default, run_strategy: Always, resources: {memory: 1Gi}, storage: {root: {source: {container_disk: {image: a}}}},
		cloud_init: "#cloud-config\na: 1\n", users: {jane: {sudo: ALL, ssh_authorized_keys: [k1], groups: []}, adam: {password: p}}}`
	with := func(cloudInit, users string) string {
		head, _, _ := strings.Cut(base, "cloud_init:")
		return head + cloudInit + users + "}"
	}
	const document = `cloud_init: "#cloud-config\na: 1\n", `
	for name, c := range map[string]struct{ old, new, want string }{
		"nothing":          {"", "", base},
		"spelled":          {"sudo: \"ALL\"", "sudo: ALL   # who", base},
		"key":              {"k1", "k2", with(document, `users: {jane: {sudo: ALL, ssh_authorized_keys: [k2], groups: []}, adam: {password: p}}`)},
		"password hashed":  {`plain_text_passwd: "p"`, `hashed_passwd: "$6$a"`, with(document, `users: {jane: {sudo: ALL, ssh_authorized_keys: [k1], groups: []}, adam: {password: $6$a}}`)},
		"password locked":  {"lock_passwd: false", "lock_passwd: true", with(document, `users: {jane: {sudo: ALL, ssh_authorized_keys: [k1], groups: []}, adam: {password: p, lock_passwd: true}}`)},
		"group":            {"sudo: \"ALL\"", "sudo: ALL\n    groups: [g]", with(document, `users: {jane: {sudo: ALL, ssh_authorized_keys: [k1], groups: [g]}, adam: {password: p}}`)},
		"what users lack":  {"sudo: \"ALL\"", "sudo: ALL\n    uid: 7", with(document, `users: {adam: {password: p}}`)},
		"user gone":        {"  - name: \"adam\"\n    lock_passwd: false\n    plain_text_passwd: \"p\"\n", "", with(document, `users: {jane: {sudo: ALL, ssh_authorized_keys: [k1], groups: []}}`)},
		"user more":        {"  - default\n", "  - default\n  - name: eve\n", with(`cloud_init: "#cloud-config\na: 1\nusers:\n  - default\n  - name: eve\n", `, `users: {jane: {sudo: ALL, ssh_authorized_keys: [k1], groups: []}, adam: {password: p}}`)},
		"default gone":     {"  - default\n", "", with(`cloud_init: "#cloud-config\na: 1\nusers: []\n", `, `users: {jane: {sudo: ALL, ssh_authorized_keys: [k1], groups: []}, adam: {password: p}}`)},
		"the rest":         {"a: 1", "a: 2", with(`cloud_init: "#cloud-config\na: 2\n", `, `users: {jane: {sudo: ALL, ssh_authorized_keys: [k1], groups: []}, adam: {password: p}}`)},
		"no document left": {"#cloud-config", "#!/bin/sh", with(`cloud_init: "#!/bin/sh\n`+strings.ReplaceAll(strings.ReplaceAll(rendered(t, base), "\n", `\n`), `"`, `\"`)+`"`, "")},
	} {
		t.Run(name, func(t *testing.T) {
			prior := modelFromYAML(t, []byte(base))
			o := render(prior, "vs-root-abcde")
			text := string(o.Secret.Data[UserDataKey])
			if !strings.Contains(text, c.old) {
				t.Fatalf("there is no %q in %s", c.old, text)
			}
			o.Secret.Data[UserDataKey] = []byte(strings.Replace(text, c.old, c.new, 1))
			want := modelFromYAML(t, []byte(c.want))
			wantEqual(t, "the drift reads otherwise", managed(want), managed(FromObjects(o, &prior)))
		})
	}
}

// rendered is the rest of a document after its header.
func rendered(t *testing.T, model string) string {
	t.Helper()
	m := modelFromYAML(t, []byte(model))
	data, err := m.GuestData()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(data.User, cloudConfig+"\n")
}

// TestUsersDriftAlone: without cloud_init the document is the users' alone, and
// what else is in it is written over.
func TestUsersDriftAlone(t *testing.T) {
	prior := Server{Users: map[string]User{"jane": {}}}
	for live, want := range map[string]bool{
		"#cloud-config\nusers:\n  - default\n  - name: jane\n":       true,
		"#cloud-config\nusers:\n  - default\n  - name: jane\na: 1\n": false,
		"#cloud-config\nusers:\n  - name: jane\n":                    false,
		"#!/bin/sh\n": false,
		"":            false,
	} {
		cloudInit, users := userDataFrom(reader{}, live, &prior)
		if got := len(users) == 1; got != want || !cloudInit.IsNull() {
			t.Errorf("%q reads %v, %v", live, cloudInit, users)
		}
	}
}

// TestUsersDriftWriteOnly: passwords that nobody knows are not compared.
func TestUsersDriftWriteOnly(t *testing.T) {
	prior := Server{CloudInitWOVersion: types.Int64Value(1), Users: map[string]User{"jane": {PasswordWOVersion: types.Int64Value(2), Sudo: types.StringValue("ALL")}}}
	written := prior.WithWriteOnly(Server{CloudInitWO: types.StringValue("#cloud-config\na: 1"), Users: map[string]User{"jane": {PasswordWO: types.StringValue("hunter2")}}})
	data, err := written.GuestData()
	if err != nil || !strings.Contains(data.User, `plain_text_passwd: "hunter2"`) || !strings.Contains(data.User, "a: 1") {
		t.Fatal(data.User, err)
	}
	for _, c := range []struct {
		old, new string
		same     bool
	}{
		{"", "", true}, {"hunter2", "other", true}, {"a: 1", "a: 2", true},
		{`"ALL"`, `"NONE"`, false}, {"jane", "eve", false}, {"lock_passwd: false", "lock_passwd: true", false},
	} {
		_, users := userDataFrom(reader{}, strings.Replace(data.User, c.old, c.new, 1), &prior)
		u, found := users["jane"]
		if same := found && u.Sudo.Equal(types.StringValue("ALL")) && u.LockPasswd.IsNull() && u.PasswordWOVersion.ValueInt64() == 2; same != c.same {
			t.Errorf("with %q for %q it reads %v", c.new, c.old, users)
		}
	}
}
