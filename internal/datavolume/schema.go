// Package datavolume is what resources have in common that are filled by CDI: the
// root disk of a server, a disk, an image. A DataVolume says where its content
// comes from, and makes the claim that holds it.
package datavolume

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

// Sources are the sources that CDI imports, of which one is written. thing is what
// descriptions call the resource; uploading says what upload does for it.
func Sources(thing, uploading string) map[string]schema.SingleNestedAttribute {
	beside := "in the namespace of the " + thing + ","
	return map[string]schema.SingleNestedAttribute{
		"http": {
			MarkdownDescription: "Import from an HTTP server.",
			Attributes: map[string]schema.Attribute{
				"url":                  urlAttribute("URL of the image (qcow2, raw, iso; also compressed).", "http", "https"),
				"secret_ref":           optional.ObjectName("Secret " + beside + " with `accessKeyId` and `secretKey` for basic authentication."),
				"cert_config_map":      optional.ObjectName("ConfigMap " + beside + " with the server's CA certificates."),
				"extra_headers":        schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "HTTP headers to send, each `Name: value`."},
				"secret_extra_headers": schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Secrets " + beside + " with HTTP headers to send."},
				"checksum":             optional.Text("Checksum of the image, `<algorithm>:<hex digits>`, the algorithm being `md5`, `sha1`, `sha256` or `sha512`. It needs CDI 1.65 or later."),
			},
		},
		"s3": {
			MarkdownDescription: "Import from an S3 bucket.",
			Attributes: map[string]schema.Attribute{
				"url":             urlAttribute("URL of the object, `https://<endpoint>/<bucket>/<key>`.", "http", "https"),
				"secret_ref":      optional.ObjectName("Secret " + beside + " with `accessKeyId` and `secretKey`. Default: the bucket is public."),
				"cert_config_map": optional.ObjectName("ConfigMap " + beside + " with the server's CA certificates."),
			},
		},
		"gcs": {
			MarkdownDescription: "Import from a Google Cloud Storage bucket.",
			Attributes: map[string]schema.Attribute{
				"url":        urlAttribute("URL of the object, `gs://<bucket>/<key>`.", "gs", "http", "https"),
				"secret_ref": optional.ObjectName("Secret " + beside + " with the service account's key file under `creds-gcp.json`. Default: the bucket is public."),
			},
		},
		"imageio": {
			MarkdownDescription: "Import a disk of oVirt through its image I/O API.",
			Attributes: map[string]schema.Attribute{
				"url":                  urlAttribute("URL of the oVirt engine's API, `https://<engine>/ovirt-engine/api`.", "http", "https"),
				"disk_id":              optional.RequiredText("ID of the disk."),
				"secret_ref":           optional.RequiredName("Secret " + beside + " with `accessKeyId` and `secretKey` of an oVirt user."),
				"cert_config_map":      optional.ObjectName("ConfigMap " + beside + " with the engine's CA certificates. Required unless `insecure_skip_verify` is set."),
				"insecure_skip_verify": optional.Flag("`true`: the engine's certificate is not verified. Default: `false`."),
			},
		},
		"vddk": {
			MarkdownDescription: "Import a disk of VMware through its virtual disk development kit.",
			Attributes: map[string]schema.Attribute{
				"url":            urlAttribute("URL of the vCenter or ESXi host.", "http", "https"),
				"uuid":           optional.RequiredText("UUID of the virtual machine."),
				"backing_file":   optional.RequiredText("The disk's file, for example `[datastore1] vm/vm.vmdk`."),
				"thumbprint":     optional.RequiredText("Thumbprint of the host's certificate."),
				"secret_ref":     optional.RequiredName("Secret " + beside + " with `accessKeyId` and `secretKey` of a VMware user."),
				"init_image_url": optional.Text("Image that holds the kit. Default: what CDI's ConfigMap `v2v-vmware` says."),
				"extra_args":     optional.ObjectName("ConfigMap " + beside + " with further arguments of the kit."),
			},
		},
		"image": {
			MarkdownDescription: "Clone an image that a DataSource of CDI points to.",
			Attributes: map[string]schema.Attribute{
				"name":      optional.RequiredName("The image."),
				"namespace": optional.ObjectName("Its namespace. Default: that of the " + thing + "."),
				"kind":      optional.OneOf("Kind of the image: `DataSource` (default), the only one that CDI has.", cdiv1.DataVolumeDataSource),
			},
		},
		"snapshot": {
			MarkdownDescription: "Clone a VolumeSnapshot.",
			Attributes: map[string]schema.Attribute{
				"name":      optional.RequiredName("The snapshot to clone."),
				"namespace": optional.ObjectName("Its namespace. Default: that of the " + thing + "."),
			},
		},
		"upload": {MarkdownDescription: uploading, Attributes: map[string]schema.Attribute{}},
		"registry": {
			MarkdownDescription: "Import a container disk from an image registry: either `url` or `image_stream`.",
			Validators:          []validator.Object{validate.ExactlyOne("source", "url", "image_stream")},
			Attributes: map[string]schema.Attribute{
				"url":             optional.Text("The image, `docker://<registry>/<image>:<tag>` or `oci-archive://<path>`.", validate.Text("Invalid URL", validate.URL("docker", "oci-archive"))),
				"image_stream":    optional.ObjectName("OpenShift image stream, in place of `url`; it needs `pull_method = \"node\"`."),
				"pull_method":     optional.OneOf("`pod` (default) or `node` (the node's container runtime pulls).", "pod", "node"),
				"secret_ref":      optional.ObjectName("Secret " + beside + " with `accessKeyId` and `secretKey` of the registry."),
				"cert_config_map": optional.ObjectName("ConfigMap " + beside + " with the registry's CA certificates."),
				"platform":        optional.Nested("Which image of several for different platforms.", map[string]schema.Attribute{"architecture": optional.Text("Architecture of the image, for example `amd64` or `arm64`. Default: the node's.")}),
			},
		},
		"pvc": {
			MarkdownDescription: "Clone a PersistentVolumeClaim.",
			Attributes: map[string]schema.Attribute{
				"name":      optional.RequiredName("The claim to clone."),
				"namespace": optional.ObjectName("Its namespace. Default: that of the " + thing + "."),
			},
		},
		"blank": {MarkdownDescription: "An empty disk: `blank = {}`.", Attributes: map[string]schema.Attribute{}},
	}
}

// maxSize leaves room for a filesystem's overhead: Kubernetes counts bytes to 8Ei.
const maxSize = "4Ei"

// Grows is what descriptions say of a size that changes in place.
const Grows = " It can grow, **live**, where the storage class can expand; it cannot shrink."

// Claims are the two ways to write a claim, of which one is written. grows and replaced
// are what descriptions say of the size, and of attributes that cannot change.
func Claims(grows, replaced string) map[string]schema.Attribute {
	size := optional.Amount("Size of the disk, for example `20Gi`. An imported image needs its virtual size at least (`qemu-img info`)." + grows +
		" Required for all but `storage` with the source `image`, `pvc` or `snapshot`, whose size is the default.")
	size.Validators = append(size.Validators, quantity.AtMost(maxSize))
	claim := func(text, class, modes, mode string) schema.SingleNestedAttribute {
		return optional.Nested(text, map[string]schema.Attribute{
			"size":               size,
			"storage_class_name": optional.Text("Storage class. Default: " + class + replaced),
			"access_modes": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: modes + replaced,
				Validators: []validator.List{listvalidator.UniqueValues(), listvalidator.ValueStringsAre(stringvalidator.OneOf(
					string(corev1.ReadWriteOnce), string(corev1.ReadOnlyMany), string(corev1.ReadWriteMany), string(corev1.ReadWriteOncePod)))},
			},
			"volume_mode": optional.OneOf("`Filesystem` or `Block`. Default: "+mode+replaced, corev1.PersistentVolumeFilesystem, corev1.PersistentVolumeBlock),
			"volume_name": optional.ObjectName("PersistentVolume to bind. Default: Kubernetes finds or makes one." + replaced),
		})
	}
	return map[string]schema.Attribute{
		"pvc": claim("The claim, literally as written.", "the cluster's.", "Access mode, exactly one.", "`Filesystem`."),
		"storage": claim("The claim, completed by CDI: access modes and volume mode come from the cluster's storage profile, and a filesystem's overhead is added to the size.",
			"the cluster's for virtual machines, else the cluster's.", "Access modes. Default: what the storage profile says.", "what the storage profile says."),
	}
}

// Options are what a DataVolume says beside source and claim.
func Options(replaced string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"preallocation":       optional.Flag("Whether CDI writes the whole disk, also what is empty in the image. Default: what CDI's configuration says." + replaced),
		"content_type":        optional.OneOf("`kubevirt` (default): the source is a disk image. `archive`: it is a tar archive, whose files are unpacked onto a filesystem."+replaced, cdiv1.DataVolumeKubeVirt, cdiv1.DataVolumeArchive),
		"priority_class_name": optional.ObjectName("PriorityClass of the pods that import. Default: none." + replaced),
	}
}

func urlAttribute(text string, schemes ...string) schema.StringAttribute {
	return optional.RequiredText(text, validate.Text("Invalid URL", validate.URL(schemes...)))
}
