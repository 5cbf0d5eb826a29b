package convert

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

// imageYAML is how the objects of an image stand in golden files.
type imageYAML struct {
	Cron        *cdiv1.DataImportCron `json:"dataImportCron,omitempty"`
	DataVolume  *cdiv1.DataVolume     `json:"dataVolume,omitempty"`
	DataSource  *cdiv1.DataSource     `json:"dataSource,omitempty"`
	Role        *rbacv1.Role          `json:"role,omitempty"`
	RoleBinding *rbacv1.RoleBinding   `json:"roleBinding,omitempty"`
}

// renderImage returns the objects that a create makes of m.
func renderImage(m Image) ImageObjects {
	var o ImageObjects
	if m.Schedule != nil {
		o.Cron = ToDataImportCron(m)
	} else {
		o.DataVolume = ToImageDataVolume(m)
		if u := m.UploadOf(); u != nil && u.SHA256.ValueString() != "" { // once it is uploaded
			o.DataVolume.Annotations[AnnotationSHA256] = u.SHA256.ValueString()
		}
		o.DataSource = ToDataSource(m, o)
	}
	o.Role, o.RoleBinding = ToCloneRole(m, o), ToCloneRoleBinding(m, o)
	return o
}

func written(o ImageObjects) imageYAML {
	return imageYAML{o.Cron, o.DataVolume, o.DataSource, o.Role, o.RoleBinding}
}

func contentOfYAML(t *rapid.T, o imageYAML) map[string]any {
	data, err := yaml.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := yaml.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// withoutProvider leaves out what only the provider knows.
func withoutProvider(m Image) map[string]any {
	if u := m.UploadOf(); u != nil {
		content, upload := *m.Source, *u
		upload.Path, upload.Proxy = types.StringNull(), nil
		content.Upload = &upload
		m.Source = &content
	}
	out := encoded(m)
	for _, name := range []string{"status", "on_destroy", "deletion_protection", "wait", "timeouts", "data_source"} {
		delete(out, name)
	}
	return out
}

// TestGoldenImages has one folder per case: model.yaml is what a user writes,
// objects.yaml what becomes of it, imported.yaml what an import reads of that.
func TestGoldenImages(t *testing.T) {
	models, err := filepath.Glob("testdata/golden-images/*/model.yaml")
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
			var m Image
			decode(reflect.ValueOf(&m).Elem(), content)
			o := renderImage(m)
			golden(t, filepath.Join(folder, "objects.yaml"), marshal(t, written(o)))

			var live imageYAML
			if err := yaml.UnmarshalStrict(readFile(t, filepath.Join(folder, "objects.yaml")), &live); err != nil {
				t.Fatal(err)
			}
			read := FromImage(ImageObjects{Cron: live.Cron, DataVolume: live.DataVolume, DataSource: live.DataSource, Role: live.Role, RoleBinding: live.RoleBinding}, nil)
			golden(t, filepath.Join(folder, "imported.yaml"), marshal(t, withoutProvider(read)))
		})
	}
}

// drawImage draws an image that the schema lets pass.
func drawImage(t *rapid.T) Image {
	var m Image
	v := reflect.ValueOf(&m).Elem()
	for _, name := range []string{
		"Labels", "Annotations", "PVC", "Storage", "Preallocation", "ContentType", "PriorityClassName", "CDROM", "DefaultInstanceType", "DefaultPreference", "Schedule", "SharedWith",
	} {
		draw(t, v.FieldByName(name), name)
	}
	if m.PVC != nil {
		m.Storage = nil
	}
	content := ImageContent{}
	kind := rapid.IntRange(0, reflect.TypeOf(content).NumField()-1).Draw(t, "kind")
	field := reflect.ValueOf(&content).Elem().Field(kind)
	field.Set(reflect.New(field.Type().Elem()))
	draw(t, field.Elem(), "content")
	if content.Upload != nil {
		m.Schedule = nil // CDI has no such
		content.Upload.SHA256 = rapid.SampledFrom([]types.String{types.StringNull(), types.StringValue("9f86")}).Draw(t, "sha256")
	}
	m.Source = &content
	m.Name, m.Namespace, m.ID, m.UID = types.StringValue("ubuntu"), types.StringValue("team"), types.StringValue("team/ubuntu"), types.StringValue("")
	for _, r := range []*DefaultReference{m.DefaultInstanceType, m.DefaultPreference} {
		if r != nil {
			r.Name = types.StringValue("small") // is required
		}
	}
	if s := m.Schedule; s != nil {
		s.Cron = types.StringValue("@daily")
		s.RetentionPolicy = rapid.SampledFrom([]types.String{types.StringNull(), types.StringValue("None"), types.StringValue("All")}).Draw(t, "retention")
	}
	if s := m.SharedWith; s != nil {
		s.EntireNamespace = types.BoolNull()
		if m.Schedule != nil {
			s.EntireNamespace = types.BoolValue(true)
		}
	}
	return m
}

// TestRoundTripImages: model -> API -> model, with the model as prior, changes nothing,
// and what an import reads is written as it was.
func TestRoundTripImages(t *testing.T) {
	t.Run("model", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			m := drawImage(t)
			wantEqual(t, "the model changes", withoutProvider(m), withoutProvider(FromImage(renderImage(m), &m)))
		})
	})
	t.Run("objects", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			o := renderImage(drawImage(t))
			read := FromImage(o, nil)
			again := renderImage(read)
			wantEqual(t, "an object changes", contentOfYAML(t, written(o)), contentOfYAML(t, written(again)))
			wantEqual(t, "reading again changes the model", withoutProvider(read), withoutProvider(FromImage(o, &read)))
		})
	})
	t.Run("others'", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			theirs := drawImage(t)
			m := Image{Name: theirs.Name, Namespace: theirs.Namespace, ID: theirs.ID, UID: theirs.UID, Source: theirs.Source}
			if m.Storage = (&Claim{}); theirs.PVC != nil { // one of the two is always written
				m.PVC, m.Storage = m.Storage, nil
			}
			if theirs.Storage == nil && theirs.PVC == nil {
				m.Storage = nil
			}
			read := FromImage(renderImage(theirs), &m)
			wantEqual(t, "what nobody manages shows", withoutProvider(m), withoutProvider(read))
		})
	})
}

// TestImageRecord: what an image was made with comes back into a state that leaves it out.
func TestImageRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawImage(t)
		o := renderImage(m)
		whole := FromImage(o, nil)
		bare := whole
		bare.Preallocation, bare.ContentType, bare.PriorityClassName = types.BoolNull(), types.StringNull(), types.StringNull()
		made, ok := bare.WithRecord(RecordImage(o))
		if !ok {
			t.Fatal("there is no record")
		}
		wantEqual(t, "what it was made with", withoutProvider(whole), withoutProvider(made))
	})
}

// TestImageStatus: what CDI says of an image in words of the status.
func TestImageStatus(t *testing.T) {
	proxy := "upload.invalid"
	ready := &cdiv1.DataSource{ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	ready.Spec.Source.PVC = &cdiv1.DataVolumeSourcePVC{Name: "a"}
	ready.Status.Conditions = []cdiv1.DataSourceCondition{{Type: cdiv1.DataSourceReady, ConditionState: cdiv1.ConditionState{Status: corev1.ConditionTrue}}}
	elsewhere := ready.DeepCopy()
	elsewhere.Spec.Source.PVC.Name = "b"
	waits := &cdiv1.DataVolume{Status: cdiv1.DataVolumeStatus{Phase: cdiv1.UploadReady}}
	for name, c := range map[string]struct {
		o         ImageObjects
		attribute string
		want      string
	}{
		"ready":            {ImageObjects{DataVolume: &cdiv1.DataVolume{}, DataSource: ready}, "ready", "true"},
		"leads elsewhere":  {ImageObjects{DataVolume: &cdiv1.DataVolume{}, DataSource: elsewhere}, "ready", "false"},
		"no source":        {ImageObjects{DataVolume: &cdiv1.DataVolume{}}, "ready", "false"},
		"waits for upload": {ImageObjects{DataVolume: waits, CDIConfig: &cdiv1.CDIConfig{Status: cdiv1.CDIConfigStatus{UploadProxyURL: &proxy}}}, "upload_url", `"https://upload.invalid/v1beta1/upload-async"`},
		"no proxy":         {ImageObjects{DataVolume: waits}, "upload_url", "<null>"},
		"only a claim":     {ImageObjects{Claim: &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Name: "a"}}}, "claim_name", `"a"`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := ImageStatus(c.o).Attributes()[c.attribute].String(); got != c.want {
				t.Errorf("%s is %s, not %s", c.attribute, got, c.want)
			}
		})
	}
}

// TestImageOfOthers: what was made by others is read as what the configuration can say.
func TestImageOfOthers(t *testing.T) {
	dv := func(spec cdiv1.DataVolumeSpec) ImageObjects {
		return ImageObjects{DataVolume: &cdiv1.DataVolume{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "i", UID: "1"}, Spec: spec}}
	}
	own := FromImage(dv(cdiv1.DataVolumeSpec{Source: &cdiv1.DataVolumeSource{PVC: &cdiv1.DataVolumeSourcePVC{Namespace: "ns", Name: "c"}}}), nil)
	if own.Source.PVC == nil || !own.Source.PVC.Namespace.IsNull() {
		t.Errorf("a clone of its own namespace is read as %v", own.Source.PVC)
	}
	if blank := FromImage(dv(cdiv1.DataVolumeSpec{Source: &cdiv1.DataVolumeSource{Blank: &cdiv1.DataVolumeBlankImage{}}}), nil); blank.Source == nil || blank.Source.Upload == nil {
		t.Errorf("a blank disk that was filled is read as %v", blank.Source)
	}
	cron := FromImage(ImageObjects{Cron: &cdiv1.DataImportCron{Spec: cdiv1.DataImportCronSpec{ManagedDataSource: "other"}}}, nil)
	if cron.DataSource.ValueString() != "other" {
		t.Errorf("the DataSource that CDI is to make again is %s", cron.DataSource)
	}
}

// TestSharingOfClaim: the right to clone an image that is only a claim belongs to it, and
// one that somebody else gave is not the image's.
func TestSharingOfClaim(t *testing.T) {
	m := Image{Name: types.StringValue("i"), Namespace: types.StringValue("ns"), SharedWith: &ImageSharing{Users: stringList([]string{"a"})}}
	o := ImageObjects{Claim: &corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "i", UID: "1"}}}
	o.Role, o.RoleBinding = ToCloneRole(m, o), ToCloneRoleBinding(m, o)
	if owner := o.Role.OwnerReferences; len(owner) != 1 || owner[0].Kind != "PersistentVolumeClaim" || owner[0].APIVersion != "v1" || owner[0].UID != "1" {
		t.Errorf("the Role belongs to %v", owner)
	}
	if now := FromImage(o, &m); now.SharedWith == nil || !now.SharedWith.Users.Equal(m.SharedWith.Users) {
		t.Errorf("it is shared with %v", now.SharedWith)
	}
	altered := o
	altered.Role = o.Role.DeepCopy()
	altered.Role.Rules[0].Verbs = append(altered.Role.Rules[0].Verbs, "delete")
	if now := FromImage(altered, &m); now.SharedWith == nil || len(Strings(now.SharedWith.Users)) > 0 {
		t.Errorf("what somebody altered is read as %v: an apply neither restores it nor takes it away", now.SharedWith)
	}
	altered.Role = nil
	if now := FromImage(altered, &m); now.SharedWith == nil {
		t.Error("a binding without its Role is forgotten")
	}
	o.Role.OwnerReferences, o.RoleBinding.OwnerReferences = nil, nil
	if now := FromImage(o, nil); now.SharedWith != nil {
		t.Errorf("what somebody else gave is read as %v", now.SharedWith)
	}
}
