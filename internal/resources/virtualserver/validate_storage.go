package virtualserver

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

func (c configuration) checkRoot() {
	root := values.Path(ofRoot...)
	sourceValue, pvc, storage := c.At("storage", "root", "source"), c.At("storage", "root", "pvc"), c.At("storage", "root", "storage")
	source, ok := sourceValue.(types.Object)
	if !ok || !values.Known(sourceValue, pvc, storage) {
		return
	}
	kinds := source.Attributes()
	set := func(kind string) bool { return kinds[kind] != nil && !kinds[kind].IsNull() }
	if !values.Known(slices.Collect(maps.Values(kinds))...) {
		return
	}
	if set("claim") || set("container_disk") {
		for _, claim := range []string{"pvc", "storage"} {
			if c.At("storage", "root", claim) != nil {
				c.Refuse(root.AtName(claim), "Claim without use", "The root disk's source exists already, so no claim is made for it. Remove "+claim+".")
				break
			}
		}
		c.checkUnused(kinds)
	} else if slices.ContainsFunc(slices.Collect(maps.Keys(kinds)), set) {
		datavolume.CheckClaim(c.Configuration, "root disk", ofRoot...)
	}
	if set("container_disk") && values.IsOn(c.At("storage", "root", "ephemeral")) {
		c.Refuse(root.AtName("ephemeral"), "Container disks are always ephemeral", "Remove ephemeral: what the guest writes to a container disk is gone when it stops.")
	}
	datavolume.CheckImport(c.Configuration, ofRoot...)
}

// checkUnused refuses what says how to import, where nothing is imported.
func (c configuration) checkUnused(kinds map[string]attr.Value) {
	root := path.Root("storage").AtName("root")
	if values.Text(c.At("storage", "root", "on_destroy")) == convert.OnDestroyRetain {
		detail := "The root disk is a claim that exists, which outlives the server in any case. Remove on_destroy."
		if v := kinds["container_disk"]; v != nil && !v.IsNull() {
			detail = "A container disk holds nothing to keep. Remove on_destroy."
		}
		c.Refuse(root.AtName("on_destroy"), "Nothing to retain", detail)
	}
	for _, name := range []string{"preallocation", "content_type", "priority_class_name"} {
		if !values.IsEmpty(c.At("storage", "root", name)) {
			c.Refuse(root.AtName(name), "Nothing to import", "The root disk's source exists already, so nothing is imported. Remove "+name+".")
		}
	}
}
