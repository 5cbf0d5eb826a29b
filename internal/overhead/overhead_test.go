package overhead_test

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/overhead"
)

// TestAdd holds the request to what CDI 1.65 makes of sizes.
func TestAdd(t *testing.T) {
	for size, want := range map[string]int64{"4Gi": 4552665334, "1Gi": 1138166334, "50Mi": 55574528, "51Mi": 56686019, "1": 1111491} {
		claim := &corev1.PersistentVolumeClaim{}
		config := &cdiv1.CDIConfig{Status: cdiv1.CDIConfigStatus{FilesystemOverhead: &cdiv1.FilesystemOverhead{Global: "0.06"}}}
		got := overhead.Add(resource.MustParse(size), overhead.Of(config, claim))
		if got.Value() != want {
			t.Errorf("%s: got %d, want %d", size, got.Value(), want)
		}
	}
}
