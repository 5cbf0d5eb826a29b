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
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
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
	c := configuration{ctx: ctx, config: req.Config, diags: &resp.Diagnostics}
	c.checkMemory()
	c.checkRoot()
	c.checkDevices()
	c.checkDNS()
	c.checkServiceName()
}

// configuration reads single attributes of a configuration that may hold
// unknown values.
type configuration struct {
	ctx    context.Context //nolint:containedctx // lives as long as one validation
	config tfsdk.Config
	diags  *diag.Diagnostics
}

func get[T any](c configuration, p path.Path) T {
	var out T
	c.diags.Append(c.config.GetAttribute(c.ctx, p, &out)...)
	return out
}

// known tells whether the attributes and all that they are nested in are
// known: below an unknown object everything reads as null.
func (c configuration) known(attributes ...path.Path) bool {
	for _, p := range attributes {
		for ; len(p.Steps()) > 0; p = p.ParentPath() {
			if v := get[attr.Value](c, p); v != nil && v.IsUnknown() {
				return false
			}
		}
	}
	return true
}

func (c configuration) checkMemory() {
	p := path.Root("resources")
	if !c.known(p.AtName("memory"), p.AtName("memory_request")) {
		return
	}
	memory, request := get[quantity.Value](c, p.AtName("memory")), get[quantity.Value](c, p.AtName("memory_request"))
	if !memory.IsSet() && !request.IsSet() {
		c.diags.Append(attribute.Error(p.AtName("memory"), "Missing memory", `A server needs memory. Write resources = { memory = "2Gi" }, for example.`))
	}
	if memory.IsSet() && request.IsSet() {
		guest, errGuest := memory.Amount()
		wanted, errWanted := request.Amount()
		if errGuest == nil && errWanted == nil && wanted.Cmp(guest) > 0 {
			c.diags.Append(attribute.Error(p.AtName("memory_request"), "Memory request too large",
				"The server would reserve more memory ("+request.ValueString()+") than its guest gets ("+memory.ValueString()+"). Lower memory_request or remove it."))
		}
	}
}

func (c configuration) checkRoot() {
	root := path.Root("storage").AtName("root")
	if !c.known(root.AtName("source"), root.AtName("pvc"), root.AtName("storage")) {
		return
	}
	source := get[types.Object](c, root.AtName("source"))
	if source.IsNull() {
		return
	}
	for _, kind := range source.Attributes() {
		if kind.IsUnknown() {
			return
		}
	}
	set := func(kind string) bool {
		v := source.Attributes()[kind]
		return v != nil && !v.IsNull()
	}
	pvc, storage := get[types.Object](c, root.AtName("pvc")), get[types.Object](c, root.AtName("storage"))
	claim, given := "pvc", !pvc.IsNull()
	if !storage.IsNull() {
		claim, given = "storage", true
	}
	existing := set("claim") || set("container_disk")
	imported := set("http") || set("registry") || set("pvc") || set("blank")
	switch {
	case existing && given:
		c.diags.Append(attribute.Error(root.AtName(claim), "Claim without use", "The root disk's source exists already, so no claim is made for it. Remove "+claim+"."))
	case imported && !given:
		c.diags.Append(attribute.Error(root, "Missing claim", `The root disk's content needs a claim. Write pvc = { size = "20Gi", access_modes = ["ReadWriteOnce"] }, or storage = { size = "20Gi" } to have the cluster's storage profile choose.`))
	case imported:
		size := get[quantity.Value](c, root.AtName(claim).AtName("size"))
		if !size.IsUnknown() && !size.IsSet() && !set("pvc") {
			c.diags.Append(attribute.Error(root.AtName(claim).AtName("size"), "Missing size", "Write how large the root disk is, for example size = \"20Gi\"."))
		}
		if modes := get[types.List](c, root.AtName("pvc").AtName("access_modes")); claim == "pvc" && !modes.IsUnknown() && len(modes.Elements()) == 0 {
			c.diags.Append(attribute.Error(root.AtName("pvc").AtName("access_modes"), "Missing access modes", `Write access_modes = ["ReadWriteOnce"], for example, or write storage in place of pvc to have the cluster's storage profile choose.`))
		}
	}
	if set("container_disk") && get[types.Bool](c, root.AtName("ephemeral")).ValueBool() {
		c.diags.Append(attribute.Error(root.AtName("ephemeral"), "Container disks are always ephemeral", "Remove ephemeral: what the guest writes to a container disk is gone when it stops."))
	}
}

// checkDevices refuses a name that a disk and a filesystem share, the root
// disk's name, and boot orders that two disks share.
func (c configuration) checkDevices() {
	storage := path.Root("storage")
	disks, filesystems := get[types.Map](c, storage.AtName("additional_disks")), get[types.Map](c, storage.AtName("filesystems"))
	root := get[types.String](c, storage.AtName("root").AtName("name"))
	for _, devices := range []struct {
		name   string
		values types.Map
	}{{"additional_disks", disks}, {"filesystems", filesystems}} {
		if _, taken := devices.values.Elements()[root.ValueString()]; taken && root.ValueString() != "" {
			c.diags.Append(attribute.Error(storage.AtName(devices.name).AtMapKey(root.ValueString()), "Device name used twice", "The root disk has this name already."))
		}
	}
	for name := range filesystems.Elements() {
		if _, taken := disks.Elements()[name]; taken {
			c.diags.Append(attribute.Error(storage.AtName("filesystems").AtMapKey(name), "Device name used twice", "An additional disk has this name already."))
		}
	}
	orders := map[int64]string{}
	if order := get[types.Int64](c, storage.AtName("root").AtName("boot_order")); order.ValueInt64() > 0 {
		orders[order.ValueInt64()] = convert.RootDisk
	}
	for _, name := range slices.Sorted(maps.Keys(disks.Elements())) {
		at := storage.AtName("additional_disks").AtMapKey(name).AtName("boot_order")
		order := get[types.Int64](c, at)
		if order.ValueInt64() == 0 {
			continue
		}
		if other, taken := orders[order.ValueInt64()]; taken {
			c.diags.Append(attribute.Error(at, "Boot order used twice", "The disks \""+other+"\" and \""+name+"\" have the same boot order. Give each its own."))
		}
		orders[order.ValueInt64()] = name
	}
}

func (c configuration) checkDNS() {
	network := path.Root("network")
	if !c.known(network.AtName("dns_policy"), network.AtName("dns_config").AtName("nameservers")) {
		return
	}
	policy := get[types.String](c, network.AtName("dns_policy"))
	servers := get[types.List](c, network.AtName("dns_config").AtName("nameservers"))
	if policy.ValueString() == string(corev1.DNSNone) && len(servers.Elements()) == 0 {
		c.diags.Append(attribute.Error(network.AtName("dns_policy"), "Missing name servers", `The policy "None" takes nothing from the cluster: write dns_config = { nameservers = [...] }.`))
	}
}

// checkServiceName refuses ports on a server whose name cannot be a Service's.
func (c configuration) checkServiceName() {
	network := path.Root("network")
	if !c.known(path.Root("name"), network.AtName("service").AtName("name")) {
		return
	}
	name, service := get[types.String](c, path.Root("name")), get[types.String](c, network.AtName("service").AtName("name"))
	tcp, udp := get[types.List](c, network.AtName("tcp")), get[types.List](c, network.AtName("udp"))
	if service.ValueString() != "" || len(tcp.Elements())+len(udp.Elements()) == 0 {
		return
	}
	if problem := validate.ServiceName(convert.VMName(name.ValueString())); problem != "" && name.ValueString() != "" {
		c.diags.Append(attribute.Error(network, "Invalid Service name",
			"The server's ports are exposed by a Service of its name, and \""+convert.VMName(name.ValueString())+"\" cannot be one: "+problem+` Write network = { service = { name = "..." } }.`))
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
