package virtualserver

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

func (c configuration) checkRoot() {
	root := path.Root("storage").AtName("root")
	sourceValue, pvc, storage := c.at("storage", "root", "source"), c.at("storage", "root", "pvc"), c.at("storage", "root", "storage")
	source, ok := sourceValue.(types.Object)
	if !ok || !known(sourceValue, pvc, storage) {
		return
	}
	kinds := source.Attributes()
	set := func(kind string) bool { return kinds[kind] != nil && !kinds[kind].IsNull() }
	for _, kind := range kinds {
		if isUnknown(kind) {
			return
		}
	}
	claim, given := "pvc", pvc != nil
	if storage != nil {
		if given {
			c.refuse(root.AtName("storage"), "Two claims", "Write either pvc or storage.")
			return
		}
		claim, given = "storage", true
	}
	existing := set("claim") || set("container_disk")
	imported := set("http") || set("registry") || set("pvc") || set("blank")
	switch {
	case existing && given:
		c.refuse(root.AtName(claim), "Claim without use", "The root disk's source exists already, so no claim is made for it. Remove "+claim+".")
	case imported && !given:
		c.refuse(root, "Missing claim", `The root disk's content needs a claim. Write pvc = { size = "20Gi", access_modes = ["ReadWriteOnce"] }, or storage = { size = "20Gi" } to have the cluster's storage profile choose.`)
	case imported:
		size := c.at("storage", "root", claim, "size")
		if amount, _ := size.(quantity.Value); known(size) && !amount.IsSet() && !set("pvc") {
			c.refuse(root.AtName(claim).AtName("size"), "Missing size", "Write how large the root disk is, for example size = \"20Gi\".")
		}
		if modes := c.at("storage", "root", "pvc", "access_modes"); claim == "pvc" && known(modes) && countOf(modes) == 0 {
			c.refuse(root.AtName("pvc").AtName("access_modes"), "Missing access modes", `Write access_modes = ["ReadWriteOnce"], for example, or write storage in place of pvc to have the cluster's storage profile choose.`)
		}
	}
	if ephemeral, _ := c.at("storage", "root", "ephemeral").(types.Bool); set("container_disk") && ephemeral.ValueBool() {
		c.refuse(root.AtName("ephemeral"), "Container disks are always ephemeral", "Remove ephemeral: what the guest writes to a container disk is gone when it stops.")
	}
}

// checkDevices refuses a name that a disk and a filesystem share, the root
// disk's name, and boot orders that two disks share.
func (c configuration) checkDevices() {
	storage := path.Root("storage")
	disks, filesystems := elementsOf(c.at("storage", "additional_disks")), elementsOf(c.at("storage", "filesystems"))
	if root := textOf(c.at("storage", "root", "name")); root != "" {
		for name, devices := range map[string]map[string]attr.Value{"additional_disks": disks, "filesystems": filesystems} {
			if _, taken := devices[root]; taken {
				c.refuse(storage.AtName(name).AtMapKey(root), "Device name used twice", "The root disk has this name already.")
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(filesystems)) {
		if _, taken := disks[name]; taken {
			c.refuse(storage.AtName("filesystems").AtMapKey(name), "Device name used twice", "An additional disk has this name already.")
		}
	}
	orders := map[int64]string{}
	order := func(v attr.Value) int64 {
		n, _ := v.(types.Int64)
		return n.ValueInt64()
	}
	if n := order(c.at("storage", "root", "boot_order")); n > 0 {
		orders[n] = convert.RootDisk
	}
	for _, name := range slices.Sorted(maps.Keys(disks)) {
		n := order(c.at("storage", "additional_disks", name, "boot_order"))
		if n == 0 {
			continue
		}
		if other, taken := orders[n]; taken {
			c.refuse(storage.AtName("additional_disks").AtMapKey(name).AtName("boot_order"), "Boot order used twice",
				"The disks \""+other+"\" and \""+name+"\" have the same boot order. Give each its own.")
		}
		orders[n] = name
	}
}

// refuseEphemeral refuses ephemeral filesystems.
type refuseEphemeral struct{}

func (refuseEphemeral) Description(context.Context) string {
	return "Ephemeral filesystems are not possible."
}

func (v refuseEphemeral) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (refuseEphemeral) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() {
		return
	}
	resp.Diagnostics.Append(attribute.Error(req.Path, "Ephemeral filesystem",
		"KubeVirt has no ephemeral filesystem: it accepts one, but writes what the guest writes to the claim itself. Use persistent_volume_claim for that, or an additional disk with ephemeral, whose writes are gone when the server stops."))
}
