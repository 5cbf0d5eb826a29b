// Package validate holds the offline checks of attribute values.
package validate

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
)

// Text returns a validator for strings. check returns what is wrong with a
// value, "" when it is fine; an empty value is absent and not checked.
func Text(summary string, check func(value string) string) validator.String {
	return text{summary: summary, check: check}
}

type text struct {
	summary string
	check   func(string) string
}

func (t text) Description(context.Context) string             { return t.summary }
func (t text) MarkdownDescription(ctx context.Context) string { return t.Description(ctx) }

func (t text) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if value := req.ConfigValue.ValueString(); value != "" {
		if problem := t.check(value); problem != "" {
			resp.Diagnostics.Append(attribute.Error(req.Path, t.summary, problem))
		}
	}
}

// DNSLabel checks names of devices, namespaces and Services.
func DNSLabel(value string) string { return join(validation.IsDNS1123Label(value)) }

// DNSSubdomain checks names of most Kubernetes objects.
func DNSSubdomain(value string) string { return join(validation.IsDNS1123Subdomain(value)) }

// ServiceName checks names of Services: they must start with a letter.
func ServiceName(value string) string { return join(validation.IsDNS1035Label(value)) }

// LabelKey checks keys of labels and annotations.
func LabelKey(value string) string { return join(validation.IsQualifiedName(value)) }

// LabelValue checks values of labels.
func LabelValue(value string) string { return join(validation.IsValidLabelValue(value)) }

// MACAddress checks a 48-bit address with colons, as KubeVirt wants it.
func MACAddress(value string) string {
	mac, err := net.ParseMAC(value)
	if err != nil || len(mac) != 6 || strings.ContainsAny(value, ".-") {
		return quoted(value) + ` is not a MAC address like "02:00:00:12:34:56".`
	}
	if mac[0]&1 == 1 {
		return quoted(value) + " is a multicast address; a network interface needs a unicast one, whose first octet is even."
	}
	return ""
}

var serial = regexp.MustCompile(`^[A-Za-z0-9_.+-]+$`)

// Serial checks serial numbers of disks by KubeVirt's rule.
func Serial(value string) string {
	if !serial.MatchString(value) {
		return quoted(value) + " may only hold letters, digits and the characters _ . + -"
	}
	return ""
}

// URL returns a check for absolute URLs with one of the schemes.
func URL(schemes ...string) func(string) string {
	return func(value string) string {
		u, err := url.Parse(value)
		if err == nil && u.User != nil {
			return "The URL holds a user name or password, which anybody who may read the object could see. Put them into a Secret and name it in secret_ref."
		}
		if err != nil || u.Opaque != "" || u.Host == "" && (u.Path == "" || strings.HasPrefix(strings.ToLower(u.Scheme), "http")) || !slices.Contains(schemes, strings.ToLower(u.Scheme)) {
			form := " is not a URL that starts with " + strings.Join(schemes, "://, ") + "://."
			if strings.Contains(value, "@") {
				return "The value" + form + " It is not shown, as it may hold a user name or password."
			}
			return quoted(value) + form
		}
		return ""
	}
}

// LocalPath checks the path of a file below a directory.
func LocalPath(value string) string {
	if clean := path.Clean(value); path.IsAbs(value) || clean == ".." || strings.HasPrefix(clean, "../") {
		return quoted(value) + ` is not a path below the directory, like "a/b".`
	}
	return ""
}

// FilePath checks the path of a file from the root of a Linux filesystem.
func FilePath(value string) string {
	if value == "/" || path.Join("/", value) != strings.TrimSuffix(value, "/") {
		return quoted(value) + ` is not an absolute path of a file without "." and "..", like "/a/b".`
	}
	return ""
}

// Duration checks a Go duration.
func Duration(value string) string {
	d, err := time.ParseDuration(value)
	if err != nil || d < 0 {
		return quoted(value) + ` is not a duration like "30s", "5m" or "1h30m".`
	}
	return ""
}

// IP checks an IPv4 or IPv6 address.
func IP(value string) string {
	if net.ParseIP(value) == nil {
		return quoted(value) + " is not an IP address."
	}
	return ""
}

// IPv4 checks IPv4 addresses.
func IPv4(value string) string {
	if a, err := netip.ParseAddr(value); err != nil || !a.Is4() {
		return quoted(value) + " is not an IPv4 address."
	}
	return ""
}

// CIDR checks networks.
func CIDR(value string) string {
	if p, err := netip.ParsePrefix(value); err != nil || p != p.Masked() {
		return quoted(value) + ` is not a network like "192.0.2.0/24".`
	}
	return ""
}

var (
	interfaceName = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	pciAddress    = regexp.MustCompile(`^[\da-fA-F]{4}:[\da-fA-F]{2}:[\da-fA-F]{2}\.[0-7]$`)
)

// InterfaceName checks names of network interfaces by KubeVirt's rule.
func InterfaceName(value string) string {
	if !interfaceName.MatchString(value) {
		return quoted(value) + " may only hold letters, digits, - and _."
	}
	return ""
}

// PCIAddress checks PCI addresses by KubeVirt's rule.
func PCIAddress(value string) string {
	if !pciAddress.MatchString(value) {
		return quoted(value) + ` is not a PCI address like "0000:81:01.0".`
	}
	return ""
}

// NetworkAttachment checks names of NetworkAttachmentDefinitions, with or
// without a namespace.
func NetworkAttachment(value string) string {
	namespace, name, ok := strings.Cut(value, "/")
	if !ok {
		return DNSSubdomain(value)
	}
	if problem := DNSLabel(namespace); problem != "" {
		return "The namespace is not valid: " + problem
	}
	return DNSSubdomain(name)
}

func quoted(s string) string { return `"` + s + `"` }

func join(problems []string) string {
	if len(problems) == 0 {
		return ""
	}
	return strings.ToUpper(problems[0][:1]) + problems[0][1:] + "."
}
