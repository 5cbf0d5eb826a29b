package image

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func defaultAttribute(thing, cluster, namespaced string) schema.Attribute {
	return optional.Nested(fmt.Sprintf("The %s of servers that take theirs from a disk made of this image (`infer_from_volume`). Servers that exist keep theirs.", thing)+live, map[string]schema.Attribute{
		"name": optional.RequiredText(fmt.Sprintf("Name of the %s.", thing), stringvalidator.LengthAtLeast(1), validate.Text("Invalid name", validate.LabelValue)),
		"kind": optional.OneOf(fmt.Sprintf("`%s` (default) or `%s`, which is looked up in the namespace of the server.", cluster, namespaced), cluster, namespaced),
	})
}

func scheduleAttribute() schema.Attribute {
	return optional.Nested("When CDI looks for a newer image: a DataImportCron. Each newer one becomes a claim of its own, and the DataSource then leads to that one. The source is `registry` or `pvc`; for a private registry, `secret_ref` and `cert_config_map` must exist under the same names in CDI's own namespace too, where CDI looks. "+
		"Nothing in it can change in place, and what was imported goes and comes back with it. Adding or removing `schedule`, or changing it, **replaces** the image; disks that were cloned from it stay as they are.", map[string]schema.Attribute{
		"cron": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "When to look, as in cron: minute, hour, day of the month, month, day of the week, for example `0 3 * * 1`; or `@daily` and its like. `\"\"` never looks by itself." + replaced,
			Validators:          []validator.String{validate.Text("Invalid schedule", cronText)},
		},
		"garbage_collect":      optional.OneOf("`Outdated` (default): of older imports only `imports_to_keep` are kept. `Never`: all are."+replaced, cdiv1.DataImportCronGarbageCollectOutdated, cdiv1.DataImportCronGarbageCollectNever),
		"imports_to_keep":      optional.Number("How many imports are kept, the newest included. Default: `3`."+replaced, 1, 1000),
		"retention_policy":     optional.OneOf("What becomes of DataSource and imports when the image is destroyed or replaced. `None` (default): they are deleted. `All`: they stay, and a schedule of the same name takes them over."+replaced, cdiv1.DataImportCronRetainNone, cdiv1.DataImportCronRetainAll),
		"service_account_name": optional.ObjectName("ServiceAccount of the namespace that clones, for the source `pvc`. Default: `default`." + replaced),
	})
}

func sharingAttribute() schema.Attribute {
	names := func(text string, checks ...validator.String) schema.ListAttribute {
		return schema.ListAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: text + live,
			Validators: []validator.List{listvalidator.UniqueValues(), listvalidator.ValueStringsAre(append(checks, stringvalidator.LengthAtLeast(1))...)},
		}
	}
	return optional.Nested("Who may clone the image into other namespaces, on top of those who may already: a Role with CDI's right `create` on `datavolumes/source`, and its RoleBinding. "+
		"A server's disks are cloned with the right of its namespace's service account, a disk by itself with that of the user who makes it.", map[string]schema.Attribute{
		"namespaces":       names("Namespaces of which all service accounts may.", validate.Text("Invalid namespace", validate.DNSLabel)),
		"users":            names("Users who may."),
		"groups":           names("Groups of users who may, for example `system:authenticated` for everybody.", validate.Text("Group of a namespace", groupText)),
		"entire_namespace": optional.Flag("Must be `true` with `schedule`, and says that they may clone every claim of the image's namespace: the claims of a schedule get new names, and Kubernetes gives rights by name only. Keep such images in a namespace of their own." + live),
	})
}

func statusAttribute() schema.Attribute {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	return schema.SingleNestedAttribute{
		Computed:            true,
		MarkdownDescription: "What the cluster says of the image. It is read at every refresh and never causes a change. With a schedule it is about the current import.",
		Attributes: map[string]schema.Attribute{
			"phase":              text("CDI's word for it: `Pending`, `ImportScheduled`, `ImportInProgress`, `CSICloneInProgress`, `UploadReady`, `Succeeded` and others."),
			"progress":           text("How much of the content is there, for example `42.00%`; `N/A` where CDI does not tell."),
			"ready":              schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether disks can be cloned from it: its DataSource is ready."},
			"restarts":           schema.Int64Attribute{Computed: true, MarkdownDescription: "How often the import was tried again."},
			"message":            text("Why the content is not there yet, as CDI says it; null when it is."),
			"capacity":           text("Size of the volume, for example `20Gi`; null until it is made."),
			"claim_name":         text("The claim that holds the image: what a CD-ROM drive takes. With a schedule each import has another."),
			"storage_class_name": text("Storage class of the claim."),
			"volume_mode":        text("`Filesystem` or `Block`."),
			"upload_url":         text("Where to upload to, while the image waits for it: `curl -H \"Authorization: Bearer $TOKEN\" -X POST -T image.qcow2 $URL`."),
			"schedule": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "What the schedule did; null without one.",
				Attributes: map[string]schema.Attribute{
					"up_to_date":    schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether the newest image that was found is imported."},
					"message":       text("CDI's word for it, for example `Latest import is up to date` or `No source digest`."),
					"digest":        text("Digest of the current import."),
					"last_import":   text("When something was imported last (RFC 3339)."),
					"last_poll":     text("When CDI looked last (RFC 3339)."),
					"source_format": text("`pvc` or `snapshot`: what CDI keeps imports as."),
				},
			},
		},
	}
}
