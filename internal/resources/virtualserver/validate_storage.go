package virtualserver

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

func (c configuration) checkRoot() {
	root := path.Root("storage").AtName("root")
	sourceValue, pvc, storage := c.At("storage", "root", "source"), c.At("storage", "root", "pvc"), c.At("storage", "root", "storage")
	source, ok := sourceValue.(types.Object)
	if !ok || !values.Known(sourceValue, pvc, storage) {
		return
	}
	kinds := source.Attributes()
	set := func(kind string) bool { return kinds[kind] != nil && !kinds[kind].IsNull() }
	for _, kind := range kinds {
		if values.IsUnknown(kind) {
			return
		}
	}
	claim, given := "pvc", pvc != nil
	if storage != nil {
		if given {
			c.Refuse(root.AtName("storage"), "Two claims", "Write either pvc or storage.")
			return
		}
		claim, given = "storage", true
	}
	existing := set("claim") || set("container_disk")
	imported := len(kinds) > 0 && !existing && slices.ContainsFunc(slices.Collect(maps.Keys(kinds)), set)
	sized := set("pvc") || set("snapshot") || set("image")
	switch {
	case existing && given:
		c.Refuse(root.AtName(claim), "Claim without use", "The root disk's source exists already, so no claim is made for it. Remove "+claim+".")
	case imported && !given:
		c.Refuse(root, "Missing claim", `The root disk's content needs a claim. Write pvc = { size = "20Gi", access_modes = ["ReadWriteOnce"] }, or storage = { size = "20Gi" } to have the cluster's storage profile choose.`)
	case imported:
		size := c.At("storage", "root", claim, "size")
		if amount, _ := size.(quantity.Value); values.Known(size) && !amount.IsSet() && !(sized && claim == "storage") {
			c.Refuse(root.AtName(claim).AtName("size"), "Missing size", "Write how large the root disk is, for example size = \"20Gi\".")
		}
		modes := c.At("storage", "root", "pvc", "access_modes")
		switch {
		case claim != "pvc" || !values.Known(modes):
		case values.Count(modes) > 1:
			c.Refuse(root.AtName("pvc").AtName("access_modes"), "Several access modes", "CDI makes a claim of one access mode. Keep one.")
		case values.Count(modes) == 0:
			c.Refuse(root.AtName("pvc").AtName("access_modes"), "Missing access modes", `Write access_modes = ["ReadWriteOnce"], for example, or write storage in place of pvc to have the cluster's storage profile choose.`)
		}
	}
	if set("container_disk") && values.IsOn(c.At("storage", "root", "ephemeral")) {
		c.Refuse(root.AtName("ephemeral"), "Container disks are always ephemeral", "Remove ephemeral: what the guest writes to a container disk is gone when it stops.")
	}
	if existing {
		c.checkUnused(kinds)
	}
	c.checkImport()
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

// checkImport has CDI's rules: KubeVirt accepts a machine that breaks them, and
// its root disk is then never made.
func (c configuration) checkImport() {
	root, source := path.Root("storage").AtName("root"), path.Root("storage").AtName("root").AtName("source")
	at := func(steps ...string) attr.Value {
		return c.At(append([]string{"storage", "root", "source"}, steps...)...)
	}
	if imageio := at("imageio"); values.Known(imageio) && imageio != nil {
		insecure := at("imageio", "insecure_skip_verify")
		if certificates := at("imageio", "cert_config_map"); values.Known(certificates) && values.Text(certificates) == "" && values.Known(insecure) && !values.IsOn(insecure) {
			c.Refuse(source.AtName("imageio").AtName("cert_config_map"), "Missing certificates", "Name the ConfigMap with the engine's CA certificates, or set insecure_skip_verify = true.")
		}
	}
	method := at("registry", "pull_method")
	if values.Text(at("registry", "image_stream")) != "" && at("registry", "url") == nil && values.Known(method) && values.Text(method) != "node" {
		c.Refuse(source.AtName("registry").AtName("pull_method"), "Image stream not pulled by the node", `CDI imports an image stream only with pull_method = "node".`)
	}
	if values.Text(c.At("storage", "root", "content_type")) == string(cdiv1.DataVolumeArchive) {
		for _, kind := range []string{"registry", "blank"} {
			if v := at(kind); values.Known(v) && v != nil {
				c.Refuse(root.AtName("content_type"), "No archive", "The source "+kind+" is never an archive. Remove content_type.")
			}
		}
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
