package virtualserver

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// ValidateConfig checks the rules that span attributes. Values may be unknown:
// each rule applies once what it needs is known.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	t, diags := treeOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := configuration{tree: t, diags: &resp.Diagnostics}
	c.checkCompute()
	c.checkRoot()
	c.checkDevices()
	c.checkDNS()
	c.checkServiceName()
	c.checkCloudInit()
}

// configuration is what the rules read and where they report.
type configuration struct {
	tree
	diags *diag.Diagnostics
}

func (c configuration) refuse(at path.Path, summary, detail string) {
	c.diags.Append(attribute.Error(at, summary, detail))
}

func (c configuration) checkCompute() {
	p := path.Root("resources")
	cpu := p.AtName("cpu")
	if count := c.at("resources", "cpu", "count"); count != nil && known(count) {
		for _, other := range []string{"cores", "sockets", "threads"} {
			if n := c.at("resources", "cpu", other); n != nil && known(n) {
				c.refuse(cpu.AtName("count"), "Two spellings of the CPU", "count excludes "+other+". Write either a count, or cores, sockets and threads.")
			}
		}
	}
	memory, request := c.at("resources", "memory"), c.at("resources", "memory_request")
	if !known(memory, request) {
		return
	}
	guest, _ := memory.(quantity.Value)
	reserved, _ := request.(quantity.Value)
	switch {
	case !guest.IsSet() && !reserved.IsSet():
		c.refuse(p.AtName("memory"), "Missing memory", `A server needs memory. Write resources = { memory = "2Gi" }, for example.`)
	case guest.IsSet() && reserved.IsSet():
		has, errHas := guest.Amount()
		wants, errWants := reserved.Amount()
		if errHas == nil && errWants == nil && wants.Cmp(has) > 0 {
			c.refuse(p.AtName("memory_request"), "Memory request too large",
				"The server would reserve more memory ("+reserved.ValueString()+") than its guest gets ("+guest.ValueString()+"). Lower memory_request or remove it.")
		}
	}
}

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

func (c configuration) checkDNS() {
	servers := c.at("network", "dns_config", "nameservers")
	if textOf(c.at("network", "dns_policy")) == string(corev1.DNSNone) && known(servers) && countOf(servers) == 0 {
		c.refuse(path.Root("network").AtName("dns_policy"), "Missing name servers", `The policy "None" takes nothing from the cluster: write dns_config = { nameservers = [...] }.`)
	}
}

// checkServiceName refuses ports on a server whose name cannot be a Service's.
func (c configuration) checkServiceName() {
	name, service := c.at("name"), c.at("network", "service", "name")
	ports := countOf(c.at("network", "tcp")) + countOf(c.at("network", "udp"))
	if !known(name, service) || textOf(name) == "" || textOf(service) != "" || ports == 0 {
		return
	}
	vmName := convert.VMName(textOf(name))
	if problem := validate.ServiceName(vmName); problem != "" {
		c.refuse(path.Root("network"), "Invalid Service name",
			"The server's ports are exposed by a Service of its name, and \""+vmName+"\" cannot be one: "+problem+` Write network = { service = { name = "..." } }.`)
	}
}

func (c configuration) checkCloudInit() {
	plain, writeOnly, version := c.at("cloud_init"), c.at("cloud_init_wo"), c.at("cloud_init_wo_version")
	if !known(plain, writeOnly, version) {
		return
	}
	if plain != nil && (writeOnly != nil || version != nil) {
		c.refuse(path.Root("cloud_init"), "Two spellings of user data", "Write either cloud_init, or cloud_init_wo with cloud_init_wo_version.")
	}
	if writeOnly != nil && version == nil {
		c.refuse(path.Root("cloud_init_wo"), "Missing version", "Write cloud_init_wo_version = 1, and change it whenever cloud_init_wo is to be written again.")
	}
	if writeOnly == nil && version != nil {
		c.refuse(path.Root("cloud_init_wo_version"), "Version without user data", "Write cloud_init_wo, or remove cloud_init_wo_version.")
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
