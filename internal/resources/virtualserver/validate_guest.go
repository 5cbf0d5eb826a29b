package virtualserver

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

func (c configuration) checkGuest() {
	c.checkSpellings("cloud_init", "user data")
	c.checkSpellings("network_data", "network data")
	c.checkCloudInitSecret()
	c.checkUsers()
	c.checkDataSize()
	c.checkAccessCredentials()
	c.checkSysprep()
}

// checkSpellings checks name, name_wo and name_wo_version.
func (c configuration) checkSpellings(name, what string) {
	writeOnlyName, versionName := name+"_wo", name+"_wo_version"
	plain, writeOnly, version := c.At(name), c.At(writeOnlyName), c.At(versionName)
	if !values.Known(plain, writeOnly, version) {
		return
	}
	if plain != nil && (writeOnly != nil || version != nil) {
		c.Refuse(path.Root(name), "Two spellings of "+what, "Write either "+name+", or "+writeOnlyName+" with "+versionName+".")
	}
	if writeOnly != nil && version == nil {
		c.Refuse(path.Root(writeOnlyName), "Missing version", "Write "+versionName+" = 1, and change it whenever "+writeOnlyName+" is to be written again.")
	}
	if writeOnly == nil && version != nil {
		c.Refuse(path.Root(versionName), "Version without "+what, "Write "+writeOnlyName+", or remove "+versionName+".")
	}
}

// checkCloudInitSecret refuses data that comes from two places.
func (c configuration) checkCloudInitSecret() {
	for _, secret := range []struct {
		name   string
		others []string
	}{
		{"name", []string{"cloud_init", "cloud_init_wo", "users"}},
		{"network_data_name", []string{"network_data", "network_data_wo"}},
	} {
		if values.Text(c.At("cloud_init_secret", secret.name)) == "" {
			continue
		}
		for _, other := range secret.others {
			if v := c.At(other); values.Known(v) && (values.Text(v) != "" || len(values.Elements(v)) > 0) {
				c.Refuse(path.Root("cloud_init_secret").AtName(secret.name), "Two sources of cloud-init data", "The Secret excludes "+other+". Write one of the two.")
			}
		}
	}
}

// checkUsers checks that users can be merged into the user data.
func (c configuration) checkUsers() {
	users := values.Elements(c.At("users"))
	for _, name := range values.Keys(c.At("users")) {
		at := path.Root("users").AtMapKey(name)
		password, writeOnly, version := c.At("users", name, "password"), c.At("users", name, "password_wo"), c.At("users", name, "password_wo_version")
		if !values.Known(password, writeOnly, version) {
			continue
		}
		if password != nil && (writeOnly != nil || version != nil) {
			c.Refuse(at.AtName("password"), "Two spellings of a password", "Write either password, or password_wo with password_wo_version.")
		}
		if writeOnly != nil && version == nil {
			c.Refuse(at.AtName("password_wo"), "Missing version", "Write password_wo_version = 1, and change it whenever password_wo is to be written again.")
		}
		if writeOnly == nil && version != nil {
			c.Refuse(at.AtName("password_wo_version"), "Version without a password", "Write password_wo, or remove password_wo_version.")
		}
	}
	document := c.either("cloud_init_wo", "cloud_init")
	if len(users) == 0 || !values.Known(document) {
		return
	}
	names := map[string]convert.User{}
	for name := range users {
		if name != convert.DefaultUser { // has an error of its own
			names[name] = convert.User{}
		}
	}
	if _, err := convert.MergeUsers(values.Text(document), names); err != nil {
		c.Diags.Append(usersError(err))
	}
}

// usersError says why users cannot be merged into the user data, which is
// never quoted.
func usersError(err error) diag.Diagnostic {
	var taken *convert.UserTakenError
	if errors.As(err, &taken) {
		return attribute.Error(path.Root("users").AtMapKey(taken.Name), "User listed twice", "The cloud-init document lists this user itself. Remove the user here or there.")
	}
	return attribute.Error(path.Root("users"), "Users without a place in the user data", "They cannot be added to the cloud-init user data: "+err.Error()+
		". Write user data that is one #cloud-config document with a list of users or none, or list the users in the user data itself.")
}

func (c configuration) either(a, b string) attr.Value {
	if v := c.At(a); v != nil {
		return v
	}
	return c.At(b)
}

// checkDataSize holds what the server's Secret gets to a Secret's limit.
func (c configuration) checkDataSize() {
	user, network := c.either("cloud_init_wo", "cloud_init"), c.either("network_data_wo", "network_data")
	if !values.Known(user, network) {
		return
	}
	if size := len(values.Text(user)) + len(values.Text(network)); size > corev1.MaxSecretSize {
		larger := "cloud_init"
		if len(values.Text(network)) > len(values.Text(user)) {
			larger = "network_data"
		}
		if c.At(larger) == nil {
			larger += "_wo"
		}
		c.Refuse(path.Root(larger), "Too much cloud-init data", fmt.Sprintf("User data and network data have %d bytes together, and a Secret holds %d at most. Have the guest fetch the rest, with #include for example.", size, corev1.MaxSecretSize))
	}
}

// checkAccessCredentials checks that the disk is there by which cloud-init is
// to find keys.
func (c configuration) checkAccessCredentials() {
	list, ok := c.At("access_credentials").(types.List)
	kind := c.At("cloud_init_type")
	if !ok || !values.Known(kind) {
		return
	}
	has := false
	for _, name := range []string{"cloud_init", "cloud_init_wo", "network_data", "network_data_wo", "users", "cloud_init_secret"} {
		v := c.At(name)
		if !values.Known(v) || name == "cloud_init_secret" && !values.Known(c.At(name, "name"), c.At(name, "network_data_name")) {
			return
		}
		has = has || values.Text(v) != "" || len(values.Elements(v)) > 0 || values.Text(c.At(name, "name")) != "" || values.Text(c.At(name, "network_data_name")) != ""
	}
	configured := values.Text(kind)
	if configured == "" {
		configured = convert.NoCloud
	}
	for i, element := range list.Elements() {
		object, _ := element.(types.Object)
		method := values.Tree{Root: object}
		for _, way := range []struct{ name, needed string }{{"no_cloud", convert.NoCloud}, {"config_drive", convert.ConfigDrive}} {
			name, needed := way.name, way.needed
			if v := method.At("ssh_public_key", "propagation_method", name); v == nil || !values.Known(v) || has && configured == needed {
				continue
			}
			c.Refuse(path.Root("access_credentials").AtListIndex(i).AtName("ssh_public_key").AtName("propagation_method").AtName(name), "No cloud-init disk for the keys",
				"The guest finds these keys on a cloud-init disk of the type "+needed+`. Write cloud_init_type = "`+needed+`" and user data such as cloud_init = "#cloud-config".`)
		}
	}
}

func (c configuration) checkSysprep() {
	sysprep := c.At("sysprep")
	configMap, secret := c.At("sysprep", "config_map"), c.At("sysprep", "secret")
	if sysprep == nil || !values.Known(sysprep, configMap, secret) {
		return
	}
	switch a, b := values.Text(configMap), values.Text(secret); {
	case a != "" && b != "":
		c.Refuse(path.Root("sysprep"), "More than one source", "Write either config_map or secret.")
	case a == "" && b == "":
		c.Refuse(path.Root("sysprep"), "Missing source", "Write config_map or secret, or remove sysprep.")
	}
}

// userNameValidator checks names of users, also the empty one.
type userNameValidator struct{}

func (userNameValidator) Description(context.Context) string { return "It is a name for an account." }
func (v userNameValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (userNameValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	problem := accountName(req.ConfigValue.ValueString())
	if req.ConfigValue.ValueString() == convert.DefaultUser {
		problem = "This name stands for the distribution's own account. It is kept unless cloud_init lists users itself; to change it, list it there."
	}
	if problem != "" {
		resp.Diagnostics.Append(attribute.Error(req.Path, "Invalid user name", problem))
	}
}

var account = regexp.MustCompile(`^[^-\s:,/[:cntrl:]][^\s:,/[:cntrl:]]*$`)

func accountName(value string) string {
	if !account.MatchString(value) {
		return fmt.Sprintf("%q is no name for an account: it must not be empty, start with -, or hold blanks or any of : , /", value)
	}
	return ""
}

// oneLine never quotes the value, which may be a secret.
func oneLine(value string) string {
	if strings.ContainsAny(value, "\r\n\x00") {
		return "The value must be one line. Remove the line break; trimspace() takes one off the end of a file."
	}
	return ""
}

// sshKey checks a line of authorized_keys: options, a type, a key of that type
// in base64, a comment.
func sshKey(value string) string {
	const example = `A key is one line such as "ssh-ed25519 AAAA... jane@example.org"`
	if strings.Contains(value, "PRIVATE KEY") {
		return "This is a private key, which must stay where it is. Write the public one, often in a file that ends with .pub."
	}
	if problem := oneLine(strings.TrimSpace(value)); problem != "" {
		return example + ". Write several keys as several elements of the list."
	}
	fields := strings.Fields(value)
	for i := 0; i+1 < len(fields); i++ {
		key, err := base64.StdEncoding.DecodeString(fields[i+1])
		if parts := keyParts(key); err == nil && len(parts) > 1 && parts[0] == fields[i] {
			return ""
		}
	}
	return example + ": a type, and a key of that type in base64. This one is not, or is cut off."
}

// keyParts takes a key apart, of which the first part is its type; nil when it
// is cut off.
func keyParts(key []byte) (parts []string) {
	const lengthSize = 4
	for len(key) > 0 {
		if len(key) < lengthSize {
			return nil
		}
		size := uint64(binary.BigEndian.Uint32(key))
		if key = key[lengthSize:]; uint64(len(key)) < size {
			return nil
		}
		parts, key = append(parts, string(key[:size])), key[size:]
	}
	return parts
}

// ignitionConfig checks what KubeVirt and the guest would ignore silently.
func ignitionConfig(value string) string {
	if limit := maxAnnotations - len(kubevirtv1.IgnitionAnnotation); len(value) > limit {
		return fmt.Sprintf("The configuration has %d bytes, and an annotation holds %d at most. Have Ignition fetch the rest, with ignition.config.merge.", len(value), limit)
	}
	var config map[string]json.RawMessage
	if json.Unmarshal([]byte(value), &config) != nil || config["ignition"] == nil {
		return `The value is no JSON object with the key "ignition". Butane's YAML must be translated first.`
	}
	return ""
}

// maxAnnotations is what the annotations of one object may hold.
const maxAnnotations = 256 * 1024
