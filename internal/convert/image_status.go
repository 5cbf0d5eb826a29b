package convert

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// ImageScheduleStatusTypes are the attribute types of what a schedule did.
var ImageScheduleStatusTypes = map[string]attr.Type{
	"up_to_date":    types.BoolType,
	"message":       types.StringType,
	"digest":        types.StringType,
	"last_import":   types.StringType,
	"last_poll":     types.StringType,
	"source_format": types.StringType,
}

// ImageStatusTypes are the attribute types of an image's status.
var ImageStatusTypes = map[string]attr.Type{
	"phase":              types.StringType,
	"progress":           types.StringType,
	"ready":              types.BoolType,
	"restarts":           types.Int64Type,
	"message":            types.StringType,
	"capacity":           types.StringType,
	"claim_name":         types.StringType,
	"storage_class_name": types.StringType,
	"volume_mode":        types.StringType,
	"upload_url":         types.StringType,
	"schedule":           types.ObjectType{AttrTypes: ImageScheduleStatusTypes},
}

// ImageStatus reads what the cluster says of an image.
func ImageStatus(o ImageObjects) types.Object {
	values := map[string]attr.Value{
		"phase": types.StringNull(), "progress": types.StringNull(), "restarts": types.Int64Value(0), "message": types.StringNull(),
		"ready":      types.BoolValue(ImageReady(o)),
		"claim_name": textOrNull(o.claimName()),
		"capacity":   types.StringNull(), "storage_class_name": types.StringNull(), "volume_mode": types.StringNull(),
		"upload_url": types.StringNull(),
		"schedule":   types.ObjectNull(ImageScheduleStatusTypes),
	}
	switch dv := o.DataVolume; {
	case dv != nil:
		values["phase"], values["progress"] = textOrNull(string(dv.Status.Phase)), textOrNull(string(dv.Status.Progress))
		values["restarts"] = types.Int64Value(int64(dv.Status.RestartCount))
		if dv.Status.Phase != cdiv1.Succeeded {
			for _, c := range dv.Status.Conditions {
				if c.Type == cdiv1.DataVolumeRunning && c.Status != corev1.ConditionTrue {
					values["message"] = textOrNull(c.Message)
				}
			}
		}
		if dv.Status.Phase == cdiv1.UploadReady {
			values["upload_url"] = textOrNull(UploadURL("", o.CDIConfig))
		}
	case o.Claim != nil:
		values["phase"] = types.StringValue(string(cdiv1.Succeeded))
	}
	if c := o.Claim; c != nil {
		if capacity, ok := c.Status.Capacity[corev1.ResourceStorage]; ok {
			values["capacity"] = types.StringValue(capacity.String())
		}
		values["storage_class_name"], values["volume_mode"] = textOrNull(deref(c.Spec.StorageClassName)), textOrNull(string(deref(c.Spec.VolumeMode)))
	}
	if o.Cron != nil {
		values["schedule"] = scheduleStatus(o.Cron)
	}
	return types.ObjectValueMust(ImageStatusTypes, values)
}

func scheduleStatus(cron *cdiv1.DataImportCron) types.Object {
	upToDate, message := CronUpToDate(cron)
	digest := ""
	if imports := cron.Status.CurrentImports; len(imports) > 0 {
		digest = imports[0].Digest
	}
	return types.ObjectValueMust(ImageScheduleStatusTypes, map[string]attr.Value{
		"up_to_date":  types.BoolValue(upToDate),
		"message":     textOrNull(message),
		"digest":      textOrNull(digest),
		"last_import": timeOrNull(cron.Status.LastImportTimestamp), "last_poll": timeOrNull(cron.Status.LastExecutionTimestamp),
		"source_format": textOrNull(string(deref(cron.Status.SourceFormat))),
	})
}

// CronUpToDate is what CDI says of the newest import.
func CronUpToDate(cron *cdiv1.DataImportCron) (is bool, message string) {
	for _, c := range cron.Status.Conditions {
		if c.Type == cdiv1.DataImportCronUpToDate {
			return c.Status == corev1.ConditionTrue, c.Message
		}
	}
	return false, ""
}

func timeOrNull(t *metav1.Time) types.String {
	if t == nil || t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// uploadPath is where CDI's proxy takes uploads. It answers when all has come, and goes
// on by itself.
const uploadPath = "/v1beta1/upload-async"

// UploadURL is where to upload to: at a proxy, by default the one that CDI knows, whose
// configuration names its host alone. It is "" where nobody knows one.
func UploadURL(proxy string, config *cdiv1.CDIConfig) string {
	if proxy == "" && config != nil {
		proxy = deref(config.Status.UploadProxyURL)
	}
	if proxy == "" {
		return ""
	}
	if !strings.Contains(proxy, "://") {
		proxy = "https://" + proxy
	}
	return strings.TrimSuffix(proxy, "/") + uploadPath
}
