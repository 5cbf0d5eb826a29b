package datavolume

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// TestCheckOwner: what goes with something else is not imported, and warned of later.
func TestCheckOwner(t *testing.T) {
	owned := &metav1.ObjectMeta{OwnerReferences: []metav1.OwnerReference{{Kind: "VirtualMachine", Name: "web"}}}
	going := &metav1.ObjectMeta{OwnerReferences: owned.OwnerReferences, DeletionTimestamp: &metav1.Time{}}
	imported := &metav1.ObjectMeta{Labels: map[string]string{metadata.LabelCron: "fedora"}}
	for name, c := range map[string]struct {
		obj       metav1.Object
		importing bool
		want      string
	}{
		"nobody's":              {&metav1.ObjectMeta{}, true, ""},
		"a server's":            {owned, true, `Unable to import image "ns/a": It belongs to the VirtualMachine "web", and is deleted with it.`},
		"a server's by now":     {owned, false, `Image "ns/a" is not only its own any more: It belongs to the VirtualMachine "web"`},
		"a server's, going":     {going, false, ""},
		"being deleted":         {going, true, `Unable to import image "ns/a": It is being deleted.`},
		"a schedule's":          {imported, true, `Unable to import image "ns/a": It belongs to the DataImportCron "fedora"`},
		"a schedule's, as ever": {imported, false, ""},
	} {
		said := ""
		for _, d := range CheckOwner(diagnostics.Subject{Thing: "image", Name: "ns/a"}, c.obj, c.importing) {
			said += d.Summary() + ": " + d.Detail()
		}
		if !strings.HasPrefix(said, c.want) || c.want == "" && said != "" {
			t.Errorf("%s: said %q, not %q", name, said, c.want)
		}
	}
}

// TestKept: what is retained is not said to be replaced.
func TestKept(t *testing.T) {
	if text := Kept("disk", true); !strings.Contains(text, "keeps it from being replaced") || strings.Contains(text, "the next apply replaces it") {
		t.Error(text)
	}
	if text := Kept("disk", false); !strings.Contains(text, "the next apply replaces it") {
		t.Error(text)
	}
}
