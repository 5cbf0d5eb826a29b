package convert

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"go.yaml.in/yaml/v3"
)

const cloudConfig = "#cloud-config"

// DefaultUser stands for the distribution's own account in cloud-init's list.
const DefaultUser = "default"

// userData is a `#cloud-config` document as it was written.
type userData struct {
	header string // its first line
	notes  string // comments of a document that says nothing
	root   *yaml.Node
}

// MergeUsers returns the `#cloud-config` document with the users appended to
// its list, by name; a document without a list keeps the distribution's own
// account. Without users nothing is parsed and document returned as it is.
// Errors never quote the document.
func MergeUsers(document string, users map[string]User) (string, error) {
	if len(users) == 0 {
		return document, nil
	}
	d, err := parseUserData(document)
	if err != nil {
		return document, err
	}
	before, err := d.meaning()
	if err != nil {
		return document, err
	}
	list := d.users()
	switch {
	case list == nil:
		list = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{scalar(DefaultUser)}}
		d.set("users", list)
	case list.Kind != yaml.SequenceNode:
		return document, errors.New("its users are not a list")
	}
	for _, name := range slices.Sorted(maps.Keys(users)) {
		if slices.ContainsFunc(list.Content, func(n *yaml.Node) bool { return nameOfUser(n) == name }) {
			return document, &UserTakenError{Name: name}
		}
		list.Content = append(list.Content, users[name].node(name))
	}
	merged, err := d.text()
	if err != nil {
		return document, err
	}
	// The rest of the document must mean what it meant.
	again, err := parseUserData(merged)
	if err != nil {
		return document, err
	}
	if after, err := again.meaning(); err != nil || !reflect.DeepEqual(before, after) {
		return document, errors.New("it cannot be written again without changing it")
	}
	return merged, nil
}

// UserTakenError says that a document lists a user itself.
type UserTakenError struct{ Name string }

func (e *UserTakenError) Error() string { return "it lists the user " + e.Name + " itself" }

func parseUserData(document string) (userData, error) {
	header, body, _ := strings.Cut(strings.TrimLeft(strings.ReplaceAll(document, "\r\n", "\n"), " \t\n"), "\n")
	d := userData{header: header}
	if !utf8.ValidString(document) {
		return d, errors.New("it is no text in UTF-8")
	}
	if document == "" {
		d.header = cloudConfig
	} else if words := strings.Fields(header); len(words) == 0 || !strings.EqualFold(words[0], cloudConfig) {
		return d, errors.New("it is no " + cloudConfig + " document")
	}
	decoder := yaml.NewDecoder(strings.NewReader(body))
	var node, more yaml.Node
	switch err := decoder.Decode(&node); {
	case errors.Is(err, io.EOF):
		d.notes = body
		d.root = &yaml.Node{Kind: yaml.MappingNode}
		return d, nil
	case err != nil:
		return d, invalidYAML(err)
	}
	if err := decoder.Decode(&more); !errors.Is(err, io.EOF) {
		return d, errors.New("it holds more than one YAML document")
	}
	if len(node.Content) == 1 && node.Content[0].Tag == "!!null" {
		node.Content[0] = &yaml.Node{Kind: yaml.MappingNode}
	}
	if len(node.Content) != 1 || node.Content[0].Kind != yaml.MappingNode {
		return d, errors.New("it is no YAML mapping")
	}
	d.root = &node
	return d, nil
}

var lineNumber = regexp.MustCompile(`line (\d+)`)

// invalidYAML says where the error is, but not what stands there: it may be a
// secret. The header was line 1.
func invalidYAML(err error) error {
	var line int
	if match := lineNumber.FindStringSubmatch(err.Error()); match != nil {
		if _, err := fmt.Sscan(match[1], &line); err == nil {
			return fmt.Errorf("it is no valid YAML, at line %d", line+1)
		}
	}
	return errors.New("it is no valid YAML")
}

// mapping is the document's outermost mapping.
func (d userData) mapping() *yaml.Node {
	if d.root.Kind == yaml.DocumentNode {
		return d.root.Content[0]
	}
	return d.root
}

// users is the document's list of users, nil when it has none.
func (d userData) users() *yaml.Node {
	content := d.mapping().Content
	for i := 0; i+1 < len(content); i += 2 {
		if content[i].Value == "users" && content[i+1].Tag != "!!null" {
			return content[i+1]
		}
	}
	return nil
}

// set sets a key; nil removes it.
func (d userData) set(key string, value *yaml.Node) {
	m := d.mapping()
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value != key {
			continue
		}
		if value == nil {
			m.Content = slices.Delete(m.Content, i, i+2)
		} else {
			m.Content[i+1] = value
		}
		return
	}
	if value != nil {
		m.Content = append(m.Content, scalar(key), value)
	}
}

// meaning is all that the document says but for its users.
func (d userData) meaning() (map[string]any, error) {
	out := map[string]any{}
	if err := d.mapping().Decode(&out); err != nil {
		return nil, invalidYAML(err)
	}
	delete(out, "users")
	return out, nil
}

func (d userData) text() (string, error) {
	var out strings.Builder
	out.WriteString(d.header + "\n")
	if d.notes != "" {
		out.WriteString(strings.TrimRight(d.notes, "\n") + "\n")
	}
	if len(d.mapping().Content) == 0 {
		return out.String(), nil
	}
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(d.root); err != nil {
		return "", errors.New("it cannot be written again")
	}
	return out.String(), encoder.Close()
}

func nameOfUser(n *yaml.Node) string {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == "name" {
				return n.Content[i+1].Value
			}
		}
	}
	return ""
}

func scalar(value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
}

// quoted is a string that YAML 1.1, which cloud-init reads, takes for nothing else.
func quoted(value string) *yaml.Node {
	n := scalar(value)
	n.Style = yaml.DoubleQuotedStyle
	return n
}

func quotedList(values []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, v := range values {
		n.Content = append(n.Content, quoted(v))
	}
	return n
}

// Keys of cloud-init's users.
const (
	userName      = "name"
	userGroups    = "groups"
	userShell     = "shell"
	userSudo      = "sudo"
	userLock      = "lock_passwd"
	userPlain     = "plain_text_passwd"
	userHashed    = "hashed_passwd"
	userOldHashed = "passwd"
	userKeys      = "ssh_authorized_keys"
)

// node is cloud-init's entry of the user.
func (u User) node(name string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	add := func(key string, value *yaml.Node) { n.Content = append(n.Content, scalar(key), value) }
	add(userName, quoted(name))
	if values := Strings(u.Groups); len(values) > 0 {
		add(userGroups, quotedList(values))
	}
	if v := u.Shell.ValueString(); v != "" {
		add(userShell, quoted(v))
	}
	if v := u.Sudo.ValueString(); v != "" {
		add(userSudo, quoted(v))
	}
	password := either(u.PasswordWO, u.Password)
	// cloud-init locks passwords unless told not to.
	if locked := u.LockPasswd; !locked.IsNull() || password != "" {
		add(userLock, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(locked.ValueBool())})
	}
	switch {
	case strings.HasPrefix(password, "$"):
		add(userHashed, quoted(password))
	case password != "":
		add(userPlain, quoted(password))
	}
	if values := Strings(u.SSHAuthorizedKeys); len(values) > 0 {
		add(userKeys, quotedList(values))
	}
	return n
}

// splitUsers reads cloud_init and users from live user data. What means the
// same as prior stays as it is spelled there.
func splitUsers(r reader, live string, prior *Server) (types.String, map[string]User) {
	written, err := prior.GuestData()
	if err == nil && live == written.User {
		return prior.CloudInit, prior.Users
	}
	now, users, okNow := extractUsers(live, prior.Users)
	was, _, okWas := extractUsers(written.User, prior.Users)
	switch {
	case err != nil || !okNow || !okWas:
		return r.text(prior.CloudInit, live), nil // no document that can be taken apart
	case now == was || !prior.CloudInitWOVersion.IsNull():
		return prior.CloudInit, users
	case prior.CloudInit.IsNull():
		return prior.CloudInit, nil // the document was the users' alone
	}
	return r.text(prior.CloudInit, now), users
}

// extractUsers takes prior's users out of a document; ok is false when it is
// no document with a list. A user whose entry cannot be told in attributes is
// left out.
func extractUsers(document string, prior map[string]User) (rest string, users map[string]User, ok bool) {
	d, err := parseUserData(document)
	if err != nil {
		return "", nil, false
	}
	list := d.users()
	if list == nil || list.Kind != yaml.SequenceNode {
		return document, nil, list == nil
	}
	list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool {
		name := nameOfUser(n)
		was, ours := prior[name]
		if !ours {
			return false
		}
		if u, ok := userFrom(n, name, was); ok {
			if users == nil {
				users = map[string]User{}
			}
			users[name] = u
		}
		return true
	})
	if len(list.Content) == 1 && nameOfUser(list.Content[0]) == DefaultUser {
		d.set("users", nil) // the same as no list
	}
	rest, err = d.text()
	return rest, users, err == nil
}

// userFrom reads an entry; ok is false when attributes cannot say it.
func userFrom(n *yaml.Node, name string, was User) (u User, ok bool) {
	var entry map[string]any
	if n.Decode(&entry) != nil {
		return u, false
	}
	writeOnly := !was.PasswordWOVersion.IsNull()
	u = was
	u.Groups = listFrom(was.Groups, entry[userGroups])
	u.SSHAuthorizedKeys = listFrom(was.SSHAuthorizedKeys, entry[userKeys])
	u.Shell, u.Sudo = textFrom(was.Shell, entry[userShell]), textFrom(was.Sudo, entry[userSudo])
	if writeOnly {
		for _, key := range []string{userPlain, userHashed, userOldHashed} {
			delete(entry, key) // nothing tells what it should be
		}
	} else {
		password := entry[userPlain]
		if hashed, ok := entry[userHashed]; ok {
			password = hashed
		}
		u.Password = textFrom(was.Password, password)
	}
	if locked, ok := entry[userLock].(bool); !ok {
		u.LockPasswd = types.BoolNull()
	} else if was.LockPasswd.IsNull() && !locked && (writeOnly || u.Password.ValueString() != "") {
		u.LockPasswd = was.LockPasswd
		if writeOnly {
			delete(entry, userLock) // comes with the password
		}
	} else {
		u.LockPasswd = types.BoolValue(locked)
	}
	var said map[string]any
	err := u.node(name).Decode(&said)
	return u, err == nil && reflect.DeepEqual(said, entry)
}

func textFrom(was types.String, live any) types.String {
	if text, _ := live.(string); text != was.ValueString() {
		return textOrNull(text)
	}
	return was
}

func listFrom(was types.List, live any) types.List {
	list, _ := live.([]any)
	texts := make([]string, 0, len(list))
	for _, e := range list {
		text, _ := e.(string)
		texts = append(texts, text)
	}
	switch {
	case slices.Equal(texts, Strings(was)):
		return was
	case len(texts) == 0:
		return types.ListNull(types.StringType)
	}
	return stringList(texts)
}
