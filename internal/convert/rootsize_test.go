package convert

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// TestRootSize: the state shows the template's size while the claim has it, and
// what the claim has otherwise.
func TestRootSize(t *testing.T) {
	config := &cdiv1.CDIConfig{Status: cdiv1.CDIConfigStatus{FilesystemOverhead: &cdiv1.FilesystemOverhead{
		Global: "0.06", StorageClass: map[string]cdiv1.Percent{"wide": "0.5", "odd": "much"},
	}}}
	for name, c := range map[string]struct {
		storage bool // not pvc
		size    string
		request string // of the claim; none is made without
		class   string
		block   bool
		config  *cdiv1.CDIConfig
		want    string
	}{
		"not made yet":                  {false, "4Gi", "", "", false, config, "4Gi"},
		"as wanted":                     {false, "4Gi", "4Gi", "", false, config, "4Gi"},
		"spelling stays":                {false, "4096Mi", "4Gi", "", false, config, "4096Mi"},
		"larger":                        {false, "4Gi", "10Gi", "", false, config, "4Gi"},
		"smaller":                       {false, "8Gi", "4Gi", "", false, config, "4Gi"},
		"storage, as CDI makes it":      {true, "4Gi", "4552665334", "", false, config, "4Gi"},
		"storage, rounded":              {true, "4Gi", "4552000000", "", false, config, "4Gi"},
		"storage, grown by others":      {true, "4Gi", "20Gi", "", false, config, "4Gi"},
		"storage without its overhead":  {true, "4Gi", "4Gi", "", false, config, "3864Mi"},
		"storage, half":                 {true, "8Gi", "4552665334", "", false, config, "4Gi"},
		"storage on a block device":     {true, "4Gi", "4Gi", "", true, config, "4Gi"},
		"storage of a class":            {true, "4Gi", "6Gi", "wide", false, config, "4Gi"},
		"storage of a class, smaller":   {true, "4Gi", "3Gi", "wide", false, config, "2Gi"},
		"an overhead that is no number": {true, "4Gi", "4Gi", "odd", false, config, "4Gi"},
		"unknown overhead":              {true, "4Gi", "4Gi", "", false, nil, "4Gi"},
		"unknown overhead, smaller":     {true, "8Gi", "4Gi", "", false, nil, "4Gi"},
	} {
		t.Run(name, func(t *testing.T) {
			m := Server{Name: types.StringValue("vs"), Namespace: types.StringValue("n"), Storage: &Storage{Root: &Root{
				Source: &Source{Imports: Imports{HTTP: &HTTPSource{URL: types.StringValue("https://example.org/disk.img")}}},
			}}}
			wanted := &Claim{Size: quantity.New(c.size)}
			if m.Storage.Root.PVC = wanted; c.storage {
				m.Storage.Root.PVC, m.Storage.Root.Storage = nil, wanted
			}
			o := render(m, "vs-root-abcde")
			o.CDIConfig = c.config
			if !ReadsRootClaim(o.VM, LayoutOf(o.VM, "")) {
				t.Error("the claim is not read")
			}
			if c.request != "" {
				mode := corev1.PersistentVolumeFilesystem
				if c.block {
					mode = corev1.PersistentVolumeBlock
				}
				o.Claim = &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "vs-root-abcde"}, Spec: corev1.PersistentVolumeClaimSpec{
					StorageClassName: ptr.To(c.class), VolumeMode: &mode,
					Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(c.request)}},
				}}
			}
			root := FromObjects(o, &m).Storage.Root
			got := root.PVC
			if c.storage {
				got = root.Storage
			}
			if got.Size.ValueString() != c.want {
				t.Errorf("got %s, want %s", got.Size.ValueString(), c.want)
			}
			if wanted.Size.ValueString() != c.size {
				t.Error("the prior state was changed")
			}
		})
	}
}
