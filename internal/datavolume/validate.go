package datavolume

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// CheckClaim checks the claim of what is imported: one of the two ways to write it,
// with a size and access modes where CDI finds none. thing is what messages call
// the disk.
func CheckClaim(c values.Configuration, thing string, under ...string) {
	at := func(steps ...string) attr.Value { return c.At(slices.Concat(under, steps)...) }
	here := func(steps ...string) []string { return slices.Concat(under, steps) }
	pvc, storage, source := at("pvc"), at("storage"), at("source")
	if !values.Known(pvc, storage, source) {
		return
	}
	claim := "pvc"
	switch {
	case pvc != nil && storage != nil:
		c.Refuse(values.Path(here("storage")...), "Two claims", "Write either pvc or storage.")
		return
	case pvc == nil && storage == nil:
		c.Refuse(values.Path(orName(under)...), "Missing claim", "The "+thing+`'s content needs a claim. Write pvc = { size = "20Gi", access_modes = ["ReadWriteOnce"] }, or storage = { size = "20Gi" } to have the cluster's storage profile choose.`)
		return
	case storage != nil:
		claim = "storage"
	}
	var sized bool // the source has a size
	for _, kind := range []string{"pvc", "snapshot", "image"} {
		sized = sized || at("source", kind) != nil
	}
	size := at(claim, "size")
	if amount, _ := size.(quantity.Value); values.Known(size) && !amount.IsSet() && !(sized && claim == "storage") {
		c.Refuse(values.Path(here(claim, "size")...), "Missing size", "Write how large the "+thing+` is, for example size = "20Gi".`)
	}
	modes := at("pvc", "access_modes")
	switch {
	case claim != "pvc" || !values.Known(modes):
	case values.Count(modes) > 1:
		c.Refuse(values.Path(here("pvc", "access_modes")...), "Several access modes", "CDI makes a claim of one access mode. Keep one.")
	case values.Count(modes) == 0:
		c.Refuse(values.Path(here("pvc", "access_modes")...), "Missing access modes", `Write access_modes = ["ReadWriteOnce"], for example, or write storage in place of pvc to have the cluster's storage profile choose.`)
	}
}

// orName is where something is missing that stands at the top.
func orName(under []string) []string {
	if len(under) == 0 {
		return []string{"name"}
	}
	return under
}

// CheckImport has CDI's rules: where a machine brings the DataVolume along, KubeVirt
// accepts one that breaks them, and the disk is then never made.
func CheckImport(c values.Configuration, under ...string) {
	at := func(steps ...string) attr.Value { return c.At(slices.Concat(under, steps)...) }
	refuse := func(summary, detail string, steps ...string) {
		c.Refuse(values.Path(slices.Concat(under, steps)...), summary, detail)
	}
	if imageio := at("source", "imageio"); values.Known(imageio) && imageio != nil {
		certificates, insecure := at("source", "imageio", "cert_config_map"), at("source", "imageio", "insecure_skip_verify")
		if values.Known(certificates, insecure) && values.Text(certificates) == "" && !values.IsOn(insecure) {
			refuse("Missing certificates", "Name the ConfigMap with the engine's CA certificates, or set insecure_skip_verify = true.", "source", "imageio", "cert_config_map")
		}
	}
	method := at("source", "registry", "pull_method")
	if values.Text(at("source", "registry", "image_stream")) != "" && at("source", "registry", "url") == nil && values.Known(method) && values.Text(method) != "node" {
		refuse("Image stream not pulled by the node", `CDI imports an image stream only with pull_method = "node".`, "source", "registry", "pull_method")
	}
	if values.Text(at("content_type")) != string(cdiv1.DataVolumeArchive) {
		return
	}
	if source := at("source"); values.Known(source) && source == nil {
		refuse("No archive", "Without a source the disk is blank, which is never an archive. Write a source, or remove content_type.", "content_type")
	}
	for _, claim := range []string{"pvc", "storage"} {
		if values.Text(at(claim, "volume_mode")) == string(corev1.PersistentVolumeBlock) {
			refuse("No file system", "The files of an archive are unpacked onto a file system, which a block device has not. Write volume_mode = \"Filesystem\", or remove content_type.", "content_type")
		}
	}
	for _, kind := range []string{"registry", "blank"} {
		if v := at("source", kind); values.Known(v) && v != nil {
			refuse("No archive", "The source "+kind+" is never an archive. Remove content_type.", "content_type")
		}
	}
}
