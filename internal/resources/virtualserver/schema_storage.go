package virtualserver

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const maxSerial = 256

func storageAttribute() schema.Attribute {
	deviceNames := []validator.Map{mapvalidator.KeysAre(
		validate.Text("Invalid device name", validate.DNSLabel),
		stringvalidator.NoneOf(convert.RootDisk, convert.CloudInitDisk, convert.SysprepDisk),
	)}
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "Disks and filesystems of the server.",
		Attributes: map[string]schema.Attribute{
			"root": rootAttribute(),
			"additional_disks": schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Additional disks by name. A name is a DNS label, but not `root`, `cloudinit` or `sysprep`. New disks come after the existing ones; the guest's device names (`/dev/vdb`) are not reliable, a `serial` is. Each has exactly one source." + restart,
				Validators:          deviceNames,
				NestedObject:        diskObject(),
			},
			"filesystems": schema.MapNestedAttribute{
				Optional:            true,
				MarkdownDescription: "virtiofs filesystems by name, which the guest mounts with `mount -t virtiofs <name> <directory>`. Each has exactly one source." + restart,
				Validators:          deviceNames,
				NestedObject:        filesystemObject(),
			},
		},
	}
}

func rootAttribute() schema.Attribute {
	claim := func(text string, modesText string) schema.SingleNestedAttribute {
		return schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: text,
			Attributes: map[string]schema.Attribute{
				"size":               amount(false, "Size of the disk, for example `20Gi`. It can grow, **live**, where the storage class can expand; it cannot shrink. Required unless the source is a claim to clone."),
				"storage_class_name": schema.StringAttribute{Optional: true, MarkdownDescription: "Storage class. Default: the cluster's." + replaced},
				"access_modes": schema.ListAttribute{
					Optional: true, ElementType: types.StringType,
					MarkdownDescription: modesText + replaced,
					Validators: []validator.List{listvalidator.UniqueValues(), listvalidator.ValueStringsAre(stringvalidator.OneOf(
						string(corev1.ReadWriteOnce), string(corev1.ReadOnlyMany), string(corev1.ReadWriteMany), string(corev1.ReadWriteOncePod)))},
				},
				"volume_mode": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "`Filesystem` or `Block`. Default: `Filesystem`, or what the storage profile says." + replaced,
					Validators:          []validator.String{stringvalidator.OneOf("", string(corev1.PersistentVolumeFilesystem), string(corev1.PersistentVolumeBlock))},
				},
			},
		}
	}
	return schema.SingleNestedAttribute{
		Required:            true,
		MarkdownDescription: "The disk that the server boots from. It is made with the server and deleted with it, unless its source is an existing `claim`.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of the disk's volume; for imported machines, whose root disk may have any. Default: `root`." + replaced,
				Validators:          []validator.String{validate.Text("Invalid volume name", validate.DNSLabel), stringvalidator.NoneOf(convert.CloudInitDisk, convert.SysprepDisk)},
			},
			"ephemeral": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "`true`: the disk is only read, and what the guest writes is gone when it stops. Default: `false`." + replaced,
			},
			"pvc":     claim("The claim, literally as written.", "Access modes, at least one."),
			"storage": claim("The claim, completed by CDI: access modes and volume mode come from the cluster's storage profile, and a filesystem's overhead is added to the size.", "Access modes. Default: what the storage profile says."),
			"source":  sourceAttribute(),
			"bus":     busAttribute(),
			"boot_order": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Place in the boot order, from 1. Without any, the server boots from this disk." + restart,
				Validators:          []validator.Int64{int64validator.AtLeast(1)},
			},
			"serial": serialAttribute(),
		},
	}
}

func sourceAttribute() schema.Attribute {
	kinds := map[string]schema.SingleNestedAttribute{
		"http": {
			MarkdownDescription: "Import from an HTTP server.",
			Attributes: map[string]schema.Attribute{
				"url":                  schema.StringAttribute{Required: true, MarkdownDescription: "URL of the image (qcow2, raw, iso; also compressed).", Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid URL", validate.URL("http", "https"))}},
				"secret_ref":           objectName("Secret with `accessKeyId` and `secretKey` for basic authentication."),
				"cert_config_map":      objectName("ConfigMap with the server's CA certificates."),
				"extra_headers":        schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "HTTP headers to send, each `Name: value`."},
				"secret_extra_headers": schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Secrets with HTTP headers to send."},
				"checksum":             schema.StringAttribute{Optional: true, MarkdownDescription: "Checksum of the image, `<algorithm>:<hex digits>`, for example `sha256:...`."},
			},
		},
		"registry": {
			MarkdownDescription: "Import a container disk from an image registry: either `url` or `image_stream`.",
			Validators:          []validator.Object{validate.ExactlyOne("url", "image_stream")},
			Attributes: map[string]schema.Attribute{
				"url":             schema.StringAttribute{Optional: true, MarkdownDescription: "The image, `docker://<registry>/<image>:<tag>` or `oci-archive://<path>`.", Validators: []validator.String{validate.Text("Invalid URL", validate.URL("docker", "oci-archive"))}},
				"image_stream":    objectName("OpenShift image stream, in place of `url`."),
				"pull_method":     schema.StringAttribute{Optional: true, MarkdownDescription: "`pod` (default) or `node` (the node's container runtime pulls).", Validators: []validator.String{stringvalidator.OneOf("", "pod", "node")}},
				"secret_ref":      objectName("Secret with `accessKeyId` and `secretKey` of the registry."),
				"cert_config_map": objectName("ConfigMap with the registry's CA certificates."),
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
				"kind": schema.StringAttribute{Optional: true, MarkdownDescription: "`PersistentVolumeClaim` (default), or `DataVolume`, whose import the server then waits for.", Validators: []validator.String{stringvalidator.OneOf("", convert.KindClaim, convert.KindDataVolume)}},
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
	return attributes, validate.ExactlyOne(slices.Collect(maps.Keys(kinds))...)
}

func diskObject() schema.NestedAttributeObject {
	kinds := volumeKinds()
	kinds["data_volume"] = schema.SingleNestedAttribute{MarkdownDescription: "A DataVolume; the server waits for its import.", Attributes: map[string]schema.Attribute{"name": requiredName("The DataVolume.")}}
	kinds["ephemeral"] = schema.SingleNestedAttribute{MarkdownDescription: "A claim that is only read; what the guest writes is gone when it stops.", Attributes: map[string]schema.Attribute{"persistent_volume_claim": requiredClaim()}}
	kinds["container_disk"] = schema.SingleNestedAttribute{MarkdownDescription: "A disk image in a container registry; what the guest writes is gone when it stops.", Attributes: containerDiskAttributes()}
	kinds["empty_disk"] = schema.SingleNestedAttribute{MarkdownDescription: "An empty disk that is gone when the server stops.", Attributes: map[string]schema.Attribute{"capacity": amount(true, "Size of the disk, for example `2Gi`.")}}
	out, one := kindsOf(kinds)
	out["serial"] = serialAttribute()
	out["bus"] = busAttribute()
	out["boot_order"] = schema.Int64Attribute{Optional: true, MarkdownDescription: "Place in the boot order, from 1.", Validators: []validator.Int64{int64validator.AtLeast(1)}}
	out["read_only"] = schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the guest may only read the disk. Default: `false`."}
	return schema.NestedAttributeObject{Attributes: out, Validators: []validator.Object{one}}
}

func filesystemObject() schema.NestedAttributeObject {
	kinds := volumeKinds()
	out, _ := kindsOf(kinds)
	one := validate.ExactlyOneUnless("ephemeral", slices.Collect(maps.Keys(kinds))...)
	out["ephemeral"] = schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Not possible: KubeVirt would accept it, but what the guest writes would go to the claim. It exists to say so at plan time.",
		Validators:          []validator.Object{refuseEphemeral{}},
		Attributes:          map[string]schema.Attribute{"persistent_volume_claim": requiredClaim()},
	}
	return schema.NestedAttributeObject{Attributes: out, Validators: []validator.Object{one}}
}

// volumeKinds are the sources that both disks and filesystems have.
func volumeKinds() map[string]schema.SingleNestedAttribute {
	optional := schema.BoolAttribute{Optional: true, MarkdownDescription: "Whether the server starts without it. Default: `false`."}
	return map[string]schema.SingleNestedAttribute{
		"persistent_volume_claim": {MarkdownDescription: "A PersistentVolumeClaim.", Attributes: map[string]schema.Attribute{"claim_name": requiredName("The claim.")}},
		"config_map":              {MarkdownDescription: "A ConfigMap: each key is a file.", Attributes: map[string]schema.Attribute{"name": requiredName("The ConfigMap."), "optional": optional}},
		"secret":                  {MarkdownDescription: "A Secret: each key is a file.", Attributes: map[string]schema.Attribute{"secret_name": requiredName("The Secret."), "optional": optional}},
		"service_account":         {MarkdownDescription: "A ServiceAccount's `ca.crt`, `namespace` and `token`.", Attributes: map[string]schema.Attribute{"service_account_name": requiredName("The ServiceAccount.")}},
	}
}

func containerDiskAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"image":             schema.StringAttribute{Required: true, MarkdownDescription: "The image, for example `quay.io/containerdisks/fedora:42`.", Validators: []validator.String{stringvalidator.LengthAtLeast(1)}},
		"path":              schema.StringAttribute{Optional: true, MarkdownDescription: "Path of the disk in the image. Default: the file in `/disk`."},
		"image_pull_secret": objectName("Secret to pull the image with."),
		"image_pull_policy": schema.StringAttribute{Optional: true, MarkdownDescription: "`Always`, `IfNotPresent` or `Never`. Default: `Always` for the tag `latest`, else `IfNotPresent`.", Validators: []validator.String{stringvalidator.OneOf("", string(corev1.PullAlways), string(corev1.PullIfNotPresent), string(corev1.PullNever))}},
	}
}

func requiredClaim() schema.Attribute {
	return schema.SingleNestedAttribute{Required: true, MarkdownDescription: "The claim.", Attributes: map[string]schema.Attribute{"claim_name": requiredName("Its name.")}}
}

func requiredName(text string) schema.StringAttribute {
	return schema.StringAttribute{Required: true, MarkdownDescription: text, Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid name", validate.DNSSubdomain)}}
}

func objectName(text string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: text, Validators: []validator.String{validate.Text("Invalid name", validate.DNSSubdomain)}}
}

func serialAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Serial number that the guest sees, to find the disk by; on the bus `virtio` a guest sees its first 20 characters. Default: a new one at each start." + restart,
		Validators:          []validator.String{stringvalidator.LengthAtMost(maxSerial), validate.Text("Invalid serial number", validate.Serial)},
	}
}

func busAttribute() schema.StringAttribute {
	buses := []string{"", string(kubevirtv1.DiskBusVirtio), string(kubevirtv1.DiskBusSCSI), string(kubevirtv1.DiskBusSATA), string(kubevirtv1.DiskBusUSB)}
	return schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Bus of the disk: `" + strings.Join(buses[1:], "`, `") + "`. Default: `virtio`." + restart,
		Validators:          []validator.String{stringvalidator.OneOf(buses...)},
	}
}
