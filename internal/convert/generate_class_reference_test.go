package convert

import "github.com/hashicorp/terraform-plugin-framework/types"

var instanceTypePart = part{
	leaves: map[string]leaf{
		"instance_type.name": text("u1.medium"), "instance_type.kind": text(KindInstanceType, KindClusterInstanceType),
		"preference.name": text("fedora"), "preference.kind": text(KindPreference, KindClusterPreference),
		"infer_from_volume": text(RootDisk, "data"), "infer_from_volume_failure_policy": text("Ignore", "Reject"),
	},
	fix: func(m *Server) {
		for _, r := range []*InstanceTypeRef{m.InstanceType, m.Preference} {
			switch {
			case r == nil:
			case r.infers():
				r.Name, r.Kind = types.StringNull(), types.StringNull()
			case r.Name.ValueString() == "":
				r.Name = types.StringValue("small")
			}
		}
	},
}
