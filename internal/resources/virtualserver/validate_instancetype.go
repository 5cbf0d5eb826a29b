package virtualserver

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// What an instance type says, always.
var saidByInstanceType = [][]string{
	{"memory"}, {"memory_request"}, {"cpu", "count"}, {"cpu", "cores"}, {"cpu", "sockets"}, {"cpu", "threads"}, {"cpu", "fraction"},
}

// Root disks whose content may carry the labels of an instance type.
var labelledSources = []string{"claim", "pvc", "image"}

func (c configuration) checkInstanceType() {
	for _, name := range []string{"instance_type", "preference"} {
		if v := c.At(name); v != nil && values.Known(v) {
			c.checkReference(name)
		}
	}
	if v := c.At("instance_type"); v == nil || !values.Known(v) || c.ignoresFailure("instance_type") {
		return // resources stand by for an instance type that cannot be inferred
	}
	for _, steps := range saidByInstanceType {
		steps = append([]string{"resources"}, steps...)
		v := c.At(steps...)
		if amount, ok := v.(quantity.Value); ok && !amount.IsSet() {
			continue
		}
		if v != nil && values.Known(v) {
			c.Refuse(values.Path(steps...), "Conflict with the instance type", "The instance type says this already, and KubeVirt takes no second opinion. Remove it, or remove instance_type.")
		}
	}
}

func (c configuration) ignoresFailure(reference string) bool {
	return values.Text(c.At(reference, "infer_from_volume_failure_policy")) == string(kubevirtv1.IgnoreInferFromVolumeFailure)
}

func (c configuration) checkReference(reference string) {
	at := path.Root(reference)
	name, volume, kind, policy := c.At(reference, "name"), c.At(reference, "infer_from_volume"), c.At(reference, "kind"), c.At(reference, "infer_from_volume_failure_policy")
	if !values.Known(name, volume) {
		return
	}
	switch {
	case values.Text(name) == "" && values.Text(volume) == "":
		c.Refuse(at, "Missing name", "Write a name, or infer_from_volume = \"root\" to take the one that the root disk's image suggests.")
	case values.Text(name) != "" && values.Text(volume) != "":
		c.Refuse(at.AtName("infer_from_volume"), "Two names", "The name stands in name already. Remove one of them.")
	case values.Text(volume) != "":
		if values.Text(kind) != "" {
			c.Refuse(at.AtName("kind"), "Kind without name", "The disk names the kind too. Remove kind.")
		}
		c.checkInference(at.AtName("infer_from_volume"), values.Text(volume), c.ignoresFailure(reference) || !values.Known(policy))
	case values.Text(policy) != "":
		c.Refuse(at.AtName("infer_from_volume_failure_policy"), "Policy without use", "Nothing is inferred, since name is given. Remove the policy.")
	}
}

// checkInference checks that the volume exists and can carry labels.
func (c configuration) checkInference(at path.Path, volume string, lenient bool) {
	storage, source := c.At("storage", "root"), c.At("storage", "root", "source")
	rootName := values.Text(c.At("storage", "root", "name"))
	if volume == convert.RootDisk || volume == rootName {
		kinds, ok := source.(types.Object)
		if !ok || lenient || !values.Known(storage, source) {
			return
		}
		ephemeral := values.IsOn(c.At("storage", "root", "ephemeral"))
		for kind, v := range kinds.Attributes() {
			if values.Known(v) && !v.IsNull() && (!slices.Contains(labelledSources, kind) || ephemeral) {
				c.Refuse(at, "Nothing to infer from", "KubeVirt finds no labels behind this root disk: only a claim, a cloned claim or an image can carry them, and no ephemeral one. Write a name instead, or infer_from_volume_failure_policy = \"Ignore\".")
				return
			}
		}
		return
	}
	for _, devices := range []string{"additional_disks", "filesystems"} {
		all := c.At("storage", devices)
		disk := c.At("storage", devices, volume)
		switch {
		case !values.Known(all, disk):
			return
		case disk == nil:
			continue
		case !lenient && c.At("storage", devices, volume, "persistent_volume_claim") == nil && c.At("storage", devices, volume, "data_volume") == nil:
			c.Refuse(at, "Nothing to infer from", "Only a disk of persistent_volume_claim or data_volume can carry labels. Write a name instead, or infer_from_volume_failure_policy = \"Ignore\".")
		}
		return
	}
	if values.Known(c.At("storage"), storage, c.At("storage", "root", "name")) {
		c.Refuse(at, "No such disk", `The server has no disk "`+volume+`". Write "root", or the key of an additional disk.`)
	}
}
