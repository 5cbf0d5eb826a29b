package validate

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestChecks(t *testing.T) {
	long := strings.Repeat("a", 64)
	for name, c := range map[string]struct {
		check       func(string) string
		good, bad   []string
		mustExplain string // part of what a bad value is answered
	}{
		"DNS label":     {DNSLabel, []string{"a", "1-a", long[:63]}, []string{"A", "a.b", "-a", "a-", long, "ä"}, "ust "},
		"DNS subdomain": {DNSSubdomain, []string{"a", "a.b-c.1", long}, []string{"A", "a..b", ".a", strings.Repeat("a", 254)}, ""},
		"Service name":  {ServiceName, []string{"a", "a-1"}, []string{"1a", "a.b", "A", long}, "ust "},
		"label key":     {LabelKey, []string{"a", "example.org/A_b.c"}, []string{"a b", "/a", "a/b/c", "A_/b"}, ""},
		"label value":   {LabelValue, []string{"A_b.c", long[:63]}, []string{"a b", "-a", long}, ""},
		"MAC address": {MACAddress, []string{"02:00:00:12:34:56", "FE:FF:00:00:00:00"},
			[]string{"02-00-00-12-34-56", "0200.0012.3456", "02:00:00:12:34", "02:00:00:12:34:56:78:9a", "01:00:00:00:00:00", "x"}, "address"},
		"URL": {URL("http", "https"), []string{"http://a", "HTTPS://a:8080/b?c", "https://[2001:db8::1]/a"},
			[]string{"a", "ftp://a", "http:a", "http://", "http:///a", "https:/a", "//a", "http://a b", "://"}, "http://, https://"},
		"image URL": {URL("docker", "oci-archive"), []string{"docker://quay.io/a:b", "oci-archive:///a/b.tar", "oci-archive://a/b"},
			[]string{"quay.io/a", "docker:quay.io/a", "docker://", "https://quay.io/a"}, "docker://, oci-archive://"},
		"local path":     {LocalPath, []string{"a", "a/b", "..a"}, []string{"/a", "..", "../a", "a/../../b"}, "below the directory"},
		"file path":      {FilePath, []string{"/a", "/a/b.c", "/a/"}, []string{"/", "a", "/a/../b", "/a/./b", "//a"}, "is not an absolute path"},
		"duration":       {Duration, []string{"0s", "30s", "1h30m"}, []string{"30", "-1s", "1 minute", "1d"}, `like "30s"`},
		"IP address":     {IP, []string{"192.0.2.1", "2001:db8::1"}, []string{"192.0.2", "example.org", "fe80::1%eth0", "192.0.2.1/24"}, "is not an IP address"},
		"IPv4 address":   {IPv4, []string{"192.0.2.1"}, []string{"192.0.2", "2001:db8::1", "::ffff:192.0.2.1", "192.0.2.1/24"}, "is not an IPv4 address"},
		"network":        {CIDR, []string{"192.0.2.0/24", "2001:db8::/32", "0.0.0.0/0"}, []string{"192.0.2.1", "192.0.2.1/24", "a/8", "192.0.2.0/33"}, "is not a network"},
		"interface name": {InterfaceName, []string{"a", "1", "A_b-c", "-"}, []string{"a.b", "a b", "ä", "a/b"}, "letters, digits"},
		"PCI address":    {PCIAddress, []string{"0000:81:01.0", "ABCD:ef:1F.7"}, []string{"81:01.0", "0000:81:01.8", "0000:81:01", "0000:81:01.10"}, "is not a PCI address"},
		"network attachment": {NetworkAttachment, []string{"uplink", "network/uplink", "a.b", "a/b.c"},
			[]string{"a/b/c", "/a", "a/", "A", "A/b", "a.b/c"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, value := range c.good {
				if problem := c.check(value); problem != "" {
					t.Errorf("%q is refused: %s", value, problem)
				}
			}
			for _, value := range c.bad {
				problem := c.check(value)
				if !strings.HasSuffix(problem, ".") || !strings.Contains(problem, c.mustExplain) {
					t.Errorf("%q is answered %q", value, problem)
				}
			}
		})
	}
}

// TestURLKeepsPasswords: what a user may have written by mistake is not said
// again.
func TestURLKeepsPasswords(t *testing.T) {
	for _, value := range []string{"https://jane:hunter2@example.org/a", "ftp://jane:hunter2@example.org/a",
		"https://jane:hunter2%zz@example.org", "jane:hunter2@example.org/a", "https:/jane:hunter2@example.org"} {
		problem := URL("https")(value)
		if !strings.Contains(problem, "user name or password") || strings.Contains(problem, "hunter2") {
			t.Errorf("%q is answered %q", value, problem)
		}
	}
}

func TestText(t *testing.T) {
	v := Text("Invalid thing", func(value string) string { return "no " + value })
	for name, c := range map[string]struct {
		value types.String
		want  string
	}{
		"value":   {types.StringValue("x"), "Attribute a: no x"},
		"empty":   {types.StringValue(""), ""},
		"null":    {types.StringNull(), ""},
		"unknown": {types.StringUnknown(), ""},
	} {
		t.Run(name, func(t *testing.T) {
			var resp validator.StringResponse
			v.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("a"), ConfigValue: c.value}, &resp)
			got := ""
			for _, d := range resp.Diagnostics {
				if got = d.Detail(); d.Summary() != "Invalid thing" {
					t.Errorf("the summary is %q", d.Summary())
				}
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	if v.Description(t.Context()) == "" || v.MarkdownDescription(t.Context()) == "" {
		t.Error("it has no description")
	}
}
