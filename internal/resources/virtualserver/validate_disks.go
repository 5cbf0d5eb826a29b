package virtualserver

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diskdevice"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// checkDevices refuses a name that a disk and a filesystem share and the root
// disk's name, and checks each disk.
func (c configuration) checkDevices() {
	storage := path.Root("storage")
	disks, filesystems := values.Elements(c.At("storage", "additional_disks")), values.Elements(c.At("storage", "filesystems"))
	if root := values.Text(c.At("storage", "root", "name")); root != "" {
		for _, name := range []string{"additional_disks", "filesystems"} {
			if _, taken := values.Elements(c.At("storage", name))[root]; taken {
				c.Refuse(storage.AtName(name).AtMapKey(root), "Device name used twice", "The root disk has this name already.")
			}
		}
	}
	for _, name := range values.Keys(c.At("storage", "filesystems")) {
		if _, taken := disks[name]; taken {
			c.Refuse(storage.AtName("filesystems").AtMapKey(name), "Device name used twice", "An additional disk has this name already.")
		}
	}
	c.checkBootOrders()
	c.checkServiceAccounts(disks, filesystems)
	c.diskAt("storage", "root").Check()
	for _, name := range values.Keys(c.At("storage", "additional_disks")) {
		d := c.diskAt("storage", "additional_disks", name)
		d.Check()
		d.CheckTarget()
	}
}

// checkBootOrders refuses one that two devices share. It counts among disks and
// interfaces together.
func (c configuration) checkBootOrders() {
	owners := map[int64]string{}
	check := func(at path.Path, v attr.Value, device string) {
		n := values.Number(v)
		if n == 0 {
			return
		}
		if other, taken := owners[n]; taken {
			c.Refuse(at.AtName("boot_order"), "Boot order used twice", fmt.Sprintf("The %s and the %s have the same boot order. Give each its own.", other, device))
			return
		}
		owners[n] = device
	}
	check(path.Root("storage").AtName("root"), c.At("storage", "root", "boot_order"), "root disk")
	for _, list := range []struct{ section, name, device string }{{"storage", "additional_disks", "disk"}, {"network", "interfaces", "interface"}} {
		for _, key := range values.Keys(c.At(list.section, list.name)) {
			check(path.Root(list.section).AtName(list.name).AtMapKey(key), c.At(list.section, list.name, key, "boot_order"), fmt.Sprintf("%s %q", list.device, key))
		}
	}
}

// checkServiceAccounts refuses a second one: the pod runs as one.
func (c configuration) checkServiceAccounts(disks, filesystems map[string]attr.Value) {
	first := ""
	for _, list := range []struct {
		name    string
		devices map[string]attr.Value
	}{{"additional_disks", disks}, {"filesystems", filesystems}} {
		for _, key := range slices.Sorted(maps.Keys(list.devices)) {
			switch v := c.At("storage", list.name, key, "service_account"); {
			case v == nil || !values.Known(v):
			case first != "":
				c.Refuse(path.Root("storage").AtName(list.name).AtMapKey(key).AtName("service_account"), "Several service accounts",
					fmt.Sprintf("%q has one already, and a server has at most one. Remove one of them.", first))
			default:
				first = key
			}
		}
	}
}

// diskAt is one disk of the configuration.
func (c configuration) diskAt(steps ...string) diskdevice.Configuration {
	at := path.Root(steps[0]).AtName(steps[1])
	if len(steps) > 2 {
		at = at.AtMapKey(steps[2])
	}
	return diskdevice.Configuration{
		Configuration: c.Configuration, Steps: steps, Path: at,
		Bus: convert.DefaultBus, CDROMBus: convert.DefaultCDROMBus, LUNBus: convert.DefaultLUNBus,
	}
}
