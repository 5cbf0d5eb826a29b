package convert

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

var guestPart = part{
	leaves: map[string]leaf{
		"cloud_init": text("#cloud-config", strings.Repeat("x", 5000)), "cloud_init_wo": untold, "cloud_init_wo_version": number,
		"cloud_init_type": text(NoCloud, ConfigDrive),
	},
	fix: func(m *Server) {
		if m.CloudInit.ValueString() != "" {
			m.CloudInitWOVersion = types.Int64Null()
		}
	},
}
