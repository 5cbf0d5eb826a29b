package datavolume

import (
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// CheckContent tells of a claim that somebody deletes, or has deleted, while its DataVolume
// stays: CDI makes another one, which has nothing of what was on it. noted is the uid of
// the claim that there was, as JSON, empty where nobody noted it.
func CheckContent(who diagnostics.Subject, dv *cdiv1.DataVolume, claim *corev1.PersistentVolumeClaim, noted []byte) diag.Diagnostics {
	switch {
	case dv == nil || dv.DeletionTimestamp != nil || claim == nil:
	case len(noted) > 0 && string(noted) != strconv.Quote(string(claim.UID)):
		return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("%s %q has lost its content", who.Title(), who.Name),
			"Somebody deleted its claim, and CDI has made another one for the DataVolume: what was on it is gone, and it is filled again as when it was new.")}
	case claim.DeletionTimestamp != nil:
		return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("%s %q is about to lose its content", who.Title(), who.Name),
			"Somebody has deleted its claim, though not its DataVolume. Kubernetes keeps the claim as long as a server uses it, and cannot bring it back: copy what is on it before that server stops. CDI then makes another one, filled again as when it was new.")}
	}
	return nil
}
