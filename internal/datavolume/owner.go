package datavolume

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// CheckOwner refuses to import what something else owns, as a server does its root disk,
// or a schedule its imports: it goes when its owner does. What was taken over since, which
// KubeVirt does to a disk that a dataVolumeTemplate names, is warned of while it is not
// being deleted.
func CheckOwner(who diagnostics.Subject, obj metav1.Object, importing bool) diag.Diagnostics {
	switch going := obj.GetDeletionTimestamp() != nil; {
	case going && importing:
		return diag.Diagnostics{who.Error("import", &diagnostics.Failure{Cause: "It is being deleted.", Advice: "Nothing brings it back: make a new one when it is gone."})}
	case going:
		return nil
	}
	owner := ""
	if owners := obj.GetOwnerReferences(); len(owners) > 0 {
		owner = fmt.Sprintf("%s %q", owners[0].Kind, owners[0].Name)
	} else if cron := obj.GetLabels()[metadata.LabelCron]; cron != "" && importing {
		owner = fmt.Sprintf("DataImportCron %q", cron)
	}
	if owner == "" {
		return nil
	}
	belongs := "It belongs to the " + owner + ", and is deleted with it."
	if importing {
		return diag.Diagnostics{who.Error("import", &diagnostics.Failure{
			Cause: belongs, Advice: fmt.Sprintf("Manage it with its owner: the root disk of a server is part of that server. Import a %s that nothing owns, or clone this one.", who.Thing),
		})}
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("%s %q is not only its own any more", who.Title(), who.Name),
		belongs+" A virtual machine takes over a disk that its dataVolumeTemplates name. Name it in a volume alone, and remove the owner reference.")}
}
