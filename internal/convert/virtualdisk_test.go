package convert

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// disks draws models that pass validation. The parts that a disk has in common with
// the root disk of a server are drawn by the same generators; another attribute
// without a generator here fails.
func disks() *rapid.Generator[VirtualDisk] {
	here := map[string]leaf{
		"name": one("data"), "namespace": one("default"), "labels": keys("app", "tier"), "annotations": keys("example.org/a", "b"),
		"preallocation": toggle, "content_type": text("kubevirt", "archive"), "priority_class_name": text("low"), "bind_immediately": toggle,
		"on_destroy": text(OnDestroyRetain), "deletion_protection": toggle, "timeouts": untold, "wait": untold,
		"id": untold, "uid": untold, "status": untold,
	}
	return rapid.Custom(func(t *rapid.T) VirtualDisk {
		var m VirtualDisk
		model := reflect.ValueOf(&m).Elem()
		for _, field := range fieldsOf(model.Type()) {
			name, into := field.Tag.Get("tfsdk"), model.FieldByIndex(field.Index)
			switch g, ok := here[name]; {
			case ok:
				if value := g(t); value != nil {
					into.Set(reflect.ValueOf(value))
				}
			case name == "pvc" || name == "storage" || name == "source":
				if rapid.Bool().Draw(t, name) {
					into.Set(reflect.New(field.Type.Elem()))
					generateStruct(t, into.Elem(), name)
				}
			default:
				t.Fatalf("the attribute %s has no generator", name)
			}
		}
		switch {
		case m.PVC != nil:
			m.Storage = nil
		case m.Storage == nil:
			m.Storage = &Claim{Size: quantity.New("1Gi")}
		}
		return m
	})
}

// storedDisk is what a cluster holds of m, with what CDI adds.
func storedDisk(t failer, m VirtualDisk) DiskObjects {
	dv := through(t, ToDataVolume(m))
	dv.UID = "uid-1"
	dv.Annotations = metadata.Merge(dv.Annotations, map[string]string{"cdi.kubevirt.io/storage.usePopulator": "true"})
	return DiskObjects{DataVolume: dv}
}

// managedDisk is the YAML form of what a user writes.
func managedDisk(m VirtualDisk) map[string]any {
	out := encoded(m)
	for _, name := range []string{"id", "uid", "status"} {
		delete(out, name)
	}
	return out
}

// TestDiskRoundTrip: model -> API -> model is identity in every spelling, and API ->
// model -> API changes nothing.
func TestDiskRoundTrip(t *testing.T) {
	t.Run("model", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			m := disks().Draw(t, "model")
			wantEqual(t, "the model changes", managedDisk(m), managedDisk(FromDisk(storedDisk(t, m), &m)))
		})
	})
	t.Run("object", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			o := storedDisk(t, disks().Draw(t, "model"))
			if ref := o.DataVolume.Spec.SourceRef; ref != nil && deref(ref.Namespace) == o.DataVolume.Namespace {
				ref.Namespace = nil // the same, and what is written
			}
			m := FromDisk(o, nil)
			again := ToDataVolume(m)
			wantEqual(t, "the object's spec changes", jsonOf(t, o.DataVolume)["spec"], jsonOf(t, through(t, again))["spec"])
			if got := differences(jsonOf(t, again), jsonOf(t, o.DataVolume)); len(got) > 0 {
				t.Fatalf("the model says otherwise than the object: %v", got)
			}
			wantEqual(t, "reading again changes the model", encoded(m), encoded(FromDisk(o, &m)))
		})
	})
	t.Run("others'", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			m := disks().Draw(t, "model")
			o := storedDisk(t, m)
			before := FromDisk(o, &m)
			o.DataVolume.Labels = metadata.Merge(o.DataVolume.Labels, map[string]string{"theirs": "x"})
			o.DataVolume.Annotations = metadata.Merge(o.DataVolume.Annotations, map[string]string{"theirs": "x"})
			o.DataVolume.Spec.Checkpoints = []cdiv1.DataVolumeCheckpoint{{Current: "x"}}
			wantEqual(t, "what nobody manages shows", encoded(before), encoded(FromDisk(o, &before)))
		})
	})
}

// TestDiskRecord: what a configuration leaves out, the record of how the disk was made
// still says; without one nobody knows.
func TestDiskRecord(t *testing.T) {
	whole := VirtualDisk{Name: types.StringValue("data"), Namespace: types.StringValue("team"), ContentType: types.StringValue("archive"),
		PVC:    &Claim{Size: quantity.New("1Gi"), StorageClassName: types.StringValue("fast"), AccessModes: stringList([]string{"ReadWriteOnce"})},
		Source: &Imports{HTTP: &HTTPSource{URL: types.StringValue("https://example.org/a"), Checksum: types.StringValue("md5:0")}}}
	said := VirtualDisk{Name: whole.Name, Namespace: whole.Namespace, PVC: &Claim{Size: quantity.New("1Gi")}, Source: &Imports{HTTP: &HTTPSource{URL: types.StringValue("https://example.org/a")}}}
	made, ok := said.WithRecord(RecordDisk(storedDisk(t, whole)))
	if !ok {
		t.Fatal("there is no record")
	}
	wantEqual(t, "what the disk was made with", managedDisk(FromDisk(storedDisk(t, whole), nil)), managedDisk(made))
	if !said.PVC.StorageClassName.IsNull() {
		t.Error("the state itself has changed")
	}
	if _, ok := said.WithRecord(nil); ok {
		t.Error("there is a record of a disk that nobody recorded")
	}
}

// TestGoldenDisks has one folder per case: model.yaml is what a user writes,
// object.yaml what becomes of it, imported.yaml what an import reads of that.
func TestGoldenDisks(t *testing.T) {
	models, err := filepath.Glob("testdata/golden-disks/*/model.yaml")
	if err != nil || len(models) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range models {
		folder := filepath.Dir(file)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			var content map[string]any
			if err := yaml.UnmarshalStrict(readFile(t, file), &content); err != nil {
				t.Fatal(err)
			}
			var m VirtualDisk
			decode(reflect.ValueOf(&m).Elem(), content)
			rendered := jsonOf(t, ToDataVolume(m))
			delete(rendered, "status")
			golden(t, filepath.Join(folder, "object.yaml"), marshal(t, rendered))

			live := &cdiv1.DataVolume{}
			if err := yaml.UnmarshalStrict(readFile(t, filepath.Join(folder, "object.yaml")), live); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join(folder, "imported.yaml"), marshal(t, managedDisk(FromDisk(DiskObjects{DataVolume: live}, nil))))
		})
	}
}

func boundClaim(request string, mode corev1.PersistentVolumeMode, modes ...corev1.PersistentVolumeAccessMode) *corev1.PersistentVolumeClaim {
	class := "fast"
	return &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "data", UID: "uid-2"},
		Spec: corev1.PersistentVolumeClaimSpec{AccessModes: modes, StorageClassName: &class, VolumeMode: &mode,
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(request)}}},
		Status: corev1.PersistentVolumeClaimStatus{Phase: corev1.ClaimBound, Capacity: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(request)}},
	}
}

// TestDiskSize: the size shows where the claim is smaller than what is written; with a
// filesystem's overhead taken off where CDI adds it.
func TestDiskSize(t *testing.T) {
	config := &cdiv1.CDIConfig{Status: cdiv1.CDIConfigStatus{FilesystemOverhead: &cdiv1.FilesystemOverhead{Global: "0.06"}}}
	rwo := corev1.ReadWriteOnce
	for name, c := range map[string]struct {
		size  string // written in storage; "" is none
		claim *corev1.PersistentVolumeClaim
		want  string
	}{
		"as written":                 {"1Gi", boundClaim("1138166334", corev1.PersistentVolumeFilesystem, rwo), "1Gi"},
		"another spelling":           {"1024Mi", boundClaim("1138166334", corev1.PersistentVolumeFilesystem, rwo), "1024Mi"},
		"a block device as written":  {"1Gi", boundClaim("1Gi", corev1.PersistentVolumeBlock, rwo), "1Gi"},
		"not grown yet":              {"2Gi", boundClaim("1138166334", corev1.PersistentVolumeFilesystem, rwo), "1Gi"},
		"grown by somebody":          {"1Gi", boundClaim("3Gi", corev1.PersistentVolumeFilesystem, rwo), "1Gi"},
		"no claim yet":               {"1Gi", nil, "1Gi"},
		"the size of the source":     {"", boundClaim("3Gi", corev1.PersistentVolumeFilesystem, rwo), ""},
		"a block device that is not": {"2Gi", boundClaim("1Gi", corev1.PersistentVolumeBlock, rwo), "1Gi"},
	} {
		t.Run(name, func(t *testing.T) {
			m := VirtualDisk{Name: types.StringValue("data"), Namespace: types.StringValue("team"), Storage: &Claim{Size: quantity.Null()}}
			if c.size != "" {
				m.Storage.Size = quantity.New(c.size)
			}
			o := storedDisk(t, m)
			o.Claim, o.CDIConfig = c.claim, config
			if got := FromDisk(o, &m).Storage.Size.ValueString(); got != c.want {
				t.Errorf("the size is %q, want %q", got, c.want)
			}
			o.DataVolume = nil // collected
			if o.Claim == nil {
				return
			}
			if got := FromDisk(o, &m).Storage.Size.ValueString(); got != c.want {
				t.Errorf("without its DataVolume the size is %q, want %q", got, c.want)
			}
		})
	}
}

// TestDiskOfClaim: a claim without a DataVolume is read literally, unless CDI has no
// literal spelling of it.
func TestDiskOfClaim(t *testing.T) {
	plain := FromDisk(DiskObjects{Claim: boundClaim("1Gi", corev1.PersistentVolumeFilesystem, corev1.ReadWriteOnce)}, nil)
	wantEqual(t, "plain", map[string]any{"size": "1Gi", "storage_class_name": "fast", "volume_mode": "Filesystem", "access_modes": []any{"ReadWriteOnce"}}, encoded(plain)["pvc"])
	shared := FromDisk(DiskObjects{Claim: boundClaim("1Gi", corev1.PersistentVolumeBlock, corev1.ReadWriteOnce, corev1.ReadWriteMany)}, nil)
	if shared.PVC != nil || shared.Storage == nil {
		t.Errorf("a claim of two access modes is %v", encoded(shared))
	}
	if !DiskReady(DiskObjects{Claim: boundClaim("1Gi", corev1.PersistentVolumeBlock)}, true) || plain.UID.ValueString() != "uid-2" {
		t.Error("it is not ready, or not itself")
	}
}

// TestDiskStatus: what a status says of a disk that is being filled, and of one that
// grows.
func TestDiskStatus(t *testing.T) {
	claim := boundClaim("2147483648", corev1.PersistentVolumeFilesystem, corev1.ReadWriteOnce)
	claim.Status.Conditions = []corev1.PersistentVolumeClaimCondition{{Type: corev1.PersistentVolumeClaimFileSystemResizePending, Status: corev1.ConditionTrue, Message: "Waiting."}}
	dv := &cdiv1.DataVolume{Status: cdiv1.DataVolumeStatus{Phase: cdiv1.ImportInProgress, Progress: "42.00%", RestartCount: 2, Conditions: []cdiv1.DataVolumeCondition{
		{Type: cdiv1.DataVolumeRunning, Status: corev1.ConditionFalse, Message: "404"}, {Type: cdiv1.DataVolumeBound, Status: corev1.ConditionFalse, Message: "PVC pending"}}}}
	want := map[string]any{"phase": "ImportInProgress", "progress": "42.00%", "ready": false, "restarts": int64(2), "message": "404", "capacity": "2Gi", "resize": "FileSystemResizePending: Waiting.",
		"claim_phase": "Bound", "storage_class_name": "fast", "access_modes": []any{"ReadWriteOnce"}, "volume_mode": "Filesystem"}
	wantEqual(t, "the status", want, encodeAttribute(DiskStatus(DiskObjects{DataVolume: dv, Claim: claim})))
}

// TestDiskAttribute: CDI's admission names fields in its own way.
func TestDiskAttribute(t *testing.T) {
	for field, want := range map[string]string{
		"spec.PVC.resources.requests.size":     "pvc.size",
		"spec.Storage.resources.requests.size": "storage.size",
		"spec.PVC.accessModes":                 "pvc.access_modes",
		"spec.pvc.resources.requests.storage":  "pvc.size",
		"spec.source.PVC.namespace":            "source.pvc.namespace",
		"spec.source.http":                     "source.http",
		"spec.sourceRef.Name":                  "source",
		"spec.contentType":                     "content_type",
		"metadata.name":                        "name",
	} {
		if got := DiskAttribute(field).String(); got != want {
			t.Errorf("%s is written by %q, want %q", field, got, want)
		}
	}
}

func FuzzFromDisk(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"spec":{"source":{"pvc":{}},"sourceRef":{},"pvc":{},"storage":{"resources":{"requests":{"storage":"9999999999999Ei"}}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		dv := &cdiv1.DataVolume{}
		if yaml.Unmarshal(data, dv) != nil {
			return
		}
		o := DiskObjects{DataVolume: dv, Claim: boundClaim("1Gi", corev1.PersistentVolumeFilesystem)}
		m := FromDisk(o, nil)
		ToDataVolume(m)
		wantEqual(t, "reading again changes the model", encoded(m), encoded(FromDisk(o, &m)))
	})
}
