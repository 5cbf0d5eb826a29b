package virtualserver

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func sourceAttribute() schema.Attribute {
	kinds := map[string]schema.SingleNestedAttribute{
		"http": {
			MarkdownDescription: "Import from an HTTP server.",
			Attributes: map[string]schema.Attribute{
				"url":                  urlAttribute("URL of the image (qcow2, raw, iso; also compressed).", "http", "https"),
				"secret_ref":           objectName("Secret with `accessKeyId` and `secretKey` for basic authentication."),
				"cert_config_map":      objectName("ConfigMap with the server's CA certificates."),
				"extra_headers":        schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "HTTP headers to send, each `Name: value`."},
				"secret_extra_headers": schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Secrets with HTTP headers to send."},
				"checksum":             optional.Text("Checksum of the image, `<algorithm>:<hex digits>`, for example `sha256:...`."),
			},
		},
		"s3": {
			MarkdownDescription: "Import from an S3 bucket.",
			Attributes: map[string]schema.Attribute{
				"url":             urlAttribute("URL of the object, `https://<endpoint>/<bucket>/<key>`.", "http", "https"),
				"secret_ref":      objectName("Secret with `accessKeyId` and `secretKey`. Default: the bucket is public."),
				"cert_config_map": objectName("ConfigMap with the server's CA certificates."),
			},
		},
		"gcs": {
			MarkdownDescription: "Import from a Google Cloud Storage bucket.",
			Attributes: map[string]schema.Attribute{
				"url":        urlAttribute("URL of the object, `gs://<bucket>/<key>`.", "gs", "http", "https"),
				"secret_ref": objectName("Secret with the service account's key file under `creds-gcp.json`. Default: the bucket is public."),
			},
		},
		"imageio": {
			MarkdownDescription: "Import a disk of oVirt through its image I/O API.",
			Attributes: map[string]schema.Attribute{
				"url":                  urlAttribute("URL of the oVirt engine's API, `https://<engine>/ovirt-engine/api`.", "http", "https"),
				"disk_id":              requiredText("ID of the disk."),
				"secret_ref":           requiredName("Secret with `accessKeyId` and `secretKey` of an oVirt user."),
				"cert_config_map":      objectName("ConfigMap with the engine's CA certificates. Required unless `insecure_skip_verify` is set."),
				"insecure_skip_verify": optional.Flag("`true`: the engine's certificate is not verified. Default: `false`."),
			},
		},
		"vddk": {
			MarkdownDescription: "Import a disk of VMware through its virtual disk development kit.",
			Attributes: map[string]schema.Attribute{
				"url":            urlAttribute("URL of the vCenter or ESXi host.", "http", "https"),
				"uuid":           requiredText("UUID of the virtual machine."),
				"backing_file":   requiredText("The disk's file, for example `[datastore1] vm/vm.vmdk`."),
				"thumbprint":     requiredText("Thumbprint of the host's certificate."),
				"secret_ref":     requiredName("Secret with `accessKeyId` and `secretKey` of a VMware user."),
				"init_image_url": optional.Text("Image that holds the kit. Default: what CDI's ConfigMap `v2v-vmware` says."),
				"extra_args":     objectName("ConfigMap with further arguments of the kit."),
			},
		},
		"image": {
			MarkdownDescription: "Clone an image that a DataSource of CDI points to.",
			Attributes: map[string]schema.Attribute{
				"name":      requiredName("The image."),
				"namespace": objectName("Its namespace. Default: the server's."),
				"kind":      optional.OneOf("Kind of the image: `DataSource` (default), the only one that CDI has.", convert.KindDataSource),
			},
		},
		"snapshot": {
			MarkdownDescription: "Clone a VolumeSnapshot.",
			Attributes: map[string]schema.Attribute{
				"name":      requiredName("The snapshot to clone."),
				"namespace": objectName("Its namespace. Default: the server's."),
			},
		},
		"upload": {MarkdownDescription: "A disk that waits until somebody uploads an image into it, for example with `virtctl image-upload dv <root_claim> --no-create`: `upload = {}`. The server starts after that: set `wait = { until = \"created\" }`, so that the apply does not wait for it.", Attributes: map[string]schema.Attribute{}},
		"registry": {
			MarkdownDescription: "Import a container disk from an image registry: either `url` or `image_stream`.",
			Validators:          []validator.Object{validate.ExactlyOne("source", "url", "image_stream")},
			Attributes: map[string]schema.Attribute{
				"url":             optional.Text("The image, `docker://<registry>/<image>:<tag>` or `oci-archive://<path>`.", validate.Text("Invalid URL", validate.URL("docker", "oci-archive"))),
				"image_stream":    objectName("OpenShift image stream, in place of `url`; it needs `pull_method = \"node\"`."),
				"pull_method":     optional.OneOf("`pod` (default) or `node` (the node's container runtime pulls).", "pod", "node"),
				"secret_ref":      objectName("Secret with `accessKeyId` and `secretKey` of the registry."),
				"cert_config_map": objectName("ConfigMap with the registry's CA certificates."),
				"platform":        optional.Nested("Which image of several for different platforms.", map[string]schema.Attribute{"architecture": optional.Text("Architecture of the image, for example `amd64` or `arm64`. Default: the node's.")}),
			},
		},
		"pvc": {
			MarkdownDescription: "Clone a PersistentVolumeClaim.",
			Attributes: map[string]schema.Attribute{
				"name":      requiredName("The claim to clone."),
				"namespace": objectName("Its namespace. Default: the server's."),
			},
		},
		"blank": {MarkdownDescription: "An empty disk: `blank = {}`.", Attributes: map[string]schema.Attribute{}},
		"claim": {
			MarkdownDescription: "Use a claim that exists. It is not deleted with the server.",
			Attributes: map[string]schema.Attribute{
				"name": requiredName("The claim."),
				"kind": optional.OneOf("`PersistentVolumeClaim` (default), or `DataVolume`, whose import the server then waits for.", convert.KindClaim, convert.KindDataVolume),
			},
		},
		"container_disk": {
			MarkdownDescription: "Boot from a container disk. What the guest writes is gone when it stops.",
			Attributes:          containerDiskAttributes(),
		},
	}
	attributes, one := kindsOf(kinds)
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "Where the disk's content comes from: exactly one." + replaced,
		Validators:          []validator.Object{one},
		Attributes:          attributes,
	}
}

// kindsOf makes optional nested attributes, of which validate.ExactlyOne wants one.
func kindsOf(kinds map[string]schema.SingleNestedAttribute) (attributes map[string]schema.Attribute, one validator.Object) {
	attributes = make(map[string]schema.Attribute, len(kinds))
	for name, kind := range kinds {
		kind.Optional = true
		attributes[name] = kind
	}
	return attributes, validate.ExactlyOne("source", slices.Collect(maps.Keys(kinds))...)
}

func urlAttribute(text string, schemes ...string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: text, Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid URL", validate.URL(schemes...))}}
}

func requiredText(text string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: text, Validators: []validator.String{stringvalidator.LengthAtLeast(1)}}
}
