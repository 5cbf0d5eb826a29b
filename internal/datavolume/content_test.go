package datavolume

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
)

// TestCheckContent: a claim that goes without its DataVolume is told of.
func TestCheckContent(t *testing.T) {
	now := metav1.Now()
	claim := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{UID: "1"}}
	going := &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{UID: "1", DeletionTimestamp: &now}}
	whole, deleted := &cdiv1.DataVolume{}, &cdiv1.DataVolume{ObjectMeta: metav1.ObjectMeta{DeletionTimestamp: &now}}
	for name, c := range map[string]struct {
		dv    *cdiv1.DataVolume
		claim *corev1.PersistentVolumeClaim
		noted string
		want  string
	}{
		"as it was":            {whole, claim, `"1"`, ""},
		"nobody noted it":      {whole, claim, "", ""},
		"not there yet":        {whole, nil, "", ""},
		"another one":          {whole, claim, `"2"`, `Disk "ns/a" has lost its content`},
		"going":                {whole, going, `"1"`, `Disk "ns/a" is about to lose its content`},
		"going with its DV":    {deleted, going, `"1"`, ""},
		"only a claim is left": {nil, going, `"1"`, ""},
	} {
		said := ""
		for _, d := range CheckContent(diagnostics.Subject{Thing: "disk", Name: "ns/a"}, c.dv, c.claim, []byte(c.noted)) {
			said += d.Summary()
		}
		if said != c.want {
			t.Errorf("%s: said %q, not %q", name, said, c.want)
		}
	}
}
