package storageclass

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

func class(name, annotation string, age time.Duration) storagev1.StorageClass {
	return storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{annotation: "true"}, CreationTimestamp: metav1.NewTime(time.Unix(1e9, 0).Add(-age))}}
}

// TestDefault: the default for virtual machines comes before the cluster's, and of
// several the newest, as CDI chooses.
func TestDefault(t *testing.T) {
	const cluster, virtual = "storageclass.kubernetes.io/is-default-class", "storageclass.kubevirt.io/is-default-virt-class"
	for name, c := range map[string]struct {
		classes []storagev1.StorageClass
		want    string
	}{
		"none":        {[]storagev1.StorageClass{class("a", "other", 0)}, ""},
		"cluster's":   {[]storagev1.StorageClass{class("a", "other", 0), class("b", cluster, time.Hour)}, "b"},
		"virtual":     {[]storagev1.StorageClass{class("a", cluster, 0), class("b", virtual, time.Hour)}, "b"},
		"the newest":  {[]storagev1.StorageClass{class("a", cluster, 2*time.Hour), class("b", cluster, time.Hour), class("c", cluster, 3*time.Hour)}, "b"},
		"of one time": {[]storagev1.StorageClass{class("a", cluster, 0), class("b", cluster, 0)}, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := defaultOf(c.classes).ValueString(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestWithoutProfiles: a user who may not list profiles, and a cluster without CDI,
// still see the classes.
func TestWithoutProfiles(t *testing.T) {
	kind := schema.GroupResource{Group: "cdi.kubevirt.io", Resource: "storageprofiles"}
	missing := apierrors.NewNotFound(kind, "")
	missing.ErrStatus.Details.Causes = []metav1.StatusCause{{Type: metav1.CauseTypeUnexpectedServerResponse}}
	if diags := withoutProfiles(missing); len(diags) > 0 {
		t.Error(diags)
	}
	if diags := withoutProfiles(apierrors.NewForbidden(kind, "", errors.New("no"))); len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning || !strings.Contains(diags[0].Detail(), "list on storageprofiles") {
		t.Error(diags)
	}
	if diags := withoutProfiles(errors.New("broken")); !diags.HasError() {
		t.Error(diags)
	}
}
