package image

import (
	"context"
	"crypto/x509"
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// ValidateConfig checks the rules that span attributes. Values may be unknown:
// each rule applies once what it needs is known.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	t, diags := values.TreeOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := values.Configuration{Tree: t, Diags: &resp.Diagnostics}
	datavolume.CheckClaim(c, "image")
	datavolume.CheckImport(c)
	checkUpload(c)
	checkSchedule(c)
	checkSharing(c)
	if values.IsOn(c.At("cdrom")) && values.Text(c.At("content_type")) == "archive" {
		c.Refuse(path.Root("content_type"), "No CD-ROM", "An archive is unpacked, and is no CD-ROM. Remove content_type or cdrom.")
	}
}

func checkUpload(c values.Configuration) {
	upload := c.At("source", "upload")
	if !values.Known(upload) || upload == nil {
		return
	}
	if at, hash := c.At("source", "upload", "path"), c.At("source", "upload", "sha256"); values.Known(at) && values.Text(at) == "" && hash != nil {
		c.Refuse(values.Path("source", "upload", "sha256"), "Hash of nothing", "Without path somebody else uploads, and nothing is compared with it. Write path, or remove sha256.")
	}
	if values.IsOn(c.At("source", "upload", "proxy", "insecure_skip_verify")) && values.Text(c.At("source", "upload", "proxy", "ca_certificate")) != "" {
		c.Refuse(values.Path("source", "upload", "proxy", "ca_certificate"), "Certificate that nothing is verified with", "insecure_skip_verify = true verifies nothing. Remove one of the two.")
	}
}

// checkSchedule has CDI's rules of DataImportCrons.
func checkSchedule(c values.Configuration) {
	schedule := c.At("schedule")
	if !values.Known(schedule) || schedule == nil {
		return
	}
	if source := c.At("source"); values.IsThere(source) {
		for _, kind := range []string{"http", "s3", "gcs", "imageio", "vddk", "image", "snapshot", "upload"} {
			if values.IsThere(c.At("source", kind)) {
				c.Refuse(values.Path("source", kind), "Source without a schedule", "CDI looks for newer images in a registry or a claim alone. Write the source registry or pvc, or remove schedule.")
			}
		}
	}
	if values.Text(c.At("content_type")) != "" {
		c.Refuse(path.Root("content_type"), "Content type with a schedule", "CDI imports disk images alone by a schedule. Remove content_type.")
	}
	if name := values.Text(c.At("name")); len(name) > maxScheduledName {
		c.Refuse(path.Root("name"), "Name too long", fmt.Sprintf("With a schedule, a name has at most %d characters, and this has %d.", maxScheduledName, len(name)))
	}
}

// maxScheduledName is CDI's limit of the name of a DataImportCron and its DataSource.
const maxScheduledName = 63

func checkSharing(c values.Configuration) {
	sharing, schedule, entire := c.At("shared_with"), c.At("schedule"), c.At("shared_with", "entire_namespace")
	if !values.Known(sharing, schedule, entire) || sharing == nil {
		return
	}
	switch {
	case schedule != nil && !values.IsOn(entire):
		c.Refuse(values.Path("shared_with", "entire_namespace"), "Sharing an image with a schedule",
			"Each import has a claim of another name, and Kubernetes gives rights by name only: who may clone the image may then clone every claim of its namespace. Write entire_namespace = true if that is fine, or remove schedule.")
	case schedule == nil && values.IsOn(entire):
		c.Refuse(values.Path("shared_with", "entire_namespace"), "Sharing more than the image", "Without a schedule the image alone is shared. Remove entire_namespace.")
	}
	for _, name := range []string{"namespaces", "users", "groups"} {
		if names := c.At("shared_with", name); !values.Known(names) || values.Count(names) > 0 {
			return
		}
	}
	c.Refuse(path.Root("shared_with"), "Shared with nobody", "Write namespaces, users or groups, or remove shared_with.")
}

func sha256Text(value string) string {
	if !hexDigits.MatchString(value) {
		return fmt.Sprintf("%q is not a SHA-256: write 64 hex digits in lower case, as sha256sum prints them.", value)
	}
	return ""
}

var hexDigits = regexp.MustCompile(`^[0-9a-f]{64}$`)

func pemText(value string) string {
	if !x509.NewCertPool().AppendCertsFromPEM([]byte(value)) {
		return "There is no certificate in it: write PEM, which starts with -----BEGIN CERTIFICATE-----."
	}
	return ""
}

// cronText finds what is no schedule at first sight; the cluster looks closer.
func cronText(value string) string {
	if value == "" || strings.HasPrefix(value, "@") || len(strings.Fields(value)) == cronFields {
		return ""
	}
	return fmt.Sprintf("%q is not a schedule: write minute, hour, day of the month, month and day of the week, for example \"0 3 * * 1\".", value)
}

const cronFields = 5

func groupText(value string) string {
	if strings.HasPrefix(value, "system:serviceaccounts:") {
		return "Write the namespace in namespaces, which means this group."
	}
	return ""
}
