package convert

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	instancetypeapi "kubevirt.io/api/instancetype"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// KindDataImportCron is the kind of an image's schedule.
const KindDataImportCron = "DataImportCron"

const (
	// AnnotationCDROM marks images that are CD-ROMs.
	AnnotationCDROM = "virtualserver.io/cdrom"
	// AnnotationSHA256 is the hash of the file that was uploaded, once it was.
	AnnotationSHA256 = "virtualserver.io/sha256"
)

// ImageObjects are the live objects of an image. With a schedule, DataVolume and Claim
// are those of its current import.
type ImageObjects struct {
	Cron       *cdiv1.DataImportCron
	DataVolume *cdiv1.DataVolume
	Claim      *corev1.PersistentVolumeClaim
	DataSource *cdiv1.DataSource

	Role        *rbacv1.Role
	RoleBinding *rbacv1.RoleBinding
	CDIConfig   *cdiv1.CDIConfig
}

// Anchor is the object that stands for the image; nil when there is none.
func (o ImageObjects) Anchor() metav1.Object {
	switch {
	case o.Cron != nil:
		return o.Cron
	case o.DataVolume != nil:
		return o.DataVolume
	case o.Claim != nil:
		return o.Claim
	}
	return nil
}

// spec is what the image was made with; nil where nobody knows.
func (o ImageObjects) spec() *cdiv1.DataVolumeSpec {
	switch {
	case o.Cron != nil:
		return &o.Cron.Spec.Template.Spec
	case o.DataVolume != nil:
		return &o.DataVolume.Spec
	}
	return nil
}

// ToImageDataVolume renders the DataVolume of an image without a schedule.
func ToImageDataVolume(m Image) *cdiv1.DataVolume {
	dv := &cdiv1.DataVolume{
		TypeMeta: metav1.TypeMeta{APIVersion: cdiv1.SchemeGroupVersion.String(), Kind: KindDataVolume},
		Spec:     m.spec(),
	}
	dv.ObjectMeta = m.anchorMeta()
	// Nobody uses an image itself: nothing else would bind its claim.
	dv.Annotations = metadata.Merge(dv.Annotations, map[string]string{annotationKeep: "false", AnnotationBindImmediately: "true"})
	return dv
}

// ToDataImportCron renders the schedule of an image. CDI makes the DataSource.
func ToDataImportCron(m Image) *cdiv1.DataImportCron {
	cron := &cdiv1.DataImportCron{TypeMeta: metav1.TypeMeta{APIVersion: cdiv1.SchemeGroupVersion.String(), Kind: KindDataImportCron}}
	cron.ObjectMeta = m.anchorMeta()
	cron.Spec.Template.Spec = m.spec()
	cron.Spec.ManagedDataSource = m.Name.ValueString()
	deref(m.Schedule).bindCopy(writer, &cron.Spec)
	return cron
}

func (m *Image) spec() cdiv1.DataVolumeSpec {
	imports := m.Source.imports()
	return m.dataVolume().spec(&imports, m.Namespace.ValueString())
}

// anchorMeta renders what both kinds of anchor have.
func (m *Image) anchorMeta() metav1.ObjectMeta {
	var meta metav1.ObjectMeta
	bindHead(writer, m.Head(), &meta)
	marks := m.Marks()
	meta.Labels, meta.Annotations = metadata.Merge(meta.Labels, marks.Labels), metadata.Merge(meta.Annotations, marks.Annotations)
	return meta
}

// Marks are what every object that holds the image, or leads to it, says of it: CDI
// copies the labels from one to the next, but takes none away.
func (m *Image) Marks() metav1.ObjectMeta {
	marks := metav1.ObjectMeta{Labels: m.defaultLabels()}
	if m.CDROM.ValueBool() {
		marks.Annotations = map[string]string{AnnotationCDROM: "true"}
	}
	return marks
}

// bindCopy binds a copy of the schedule and returns it.
func (s ImageSchedule) bindCopy(b binder, f *cdiv1.DataImportCronSpec) *ImageSchedule {
	bindText(b, &s.Cron, &f.Schedule)
	if !b.writing && f.Schedule == "" {
		s.Cron = types.StringValue("") // says that nothing is polled
	}
	bindTextPointer(b, &s.GarbageCollect, &f.GarbageCollect)
	bindNumberPointer(b, &s.ImportsToKeep, &f.ImportsToKeep)
	// CDI's own default leaves behind what the image was made of.
	policy := deref(f.RetentionPolicy)
	if b.writing {
		policy = cdiv1.DataImportCronRetentionPolicy(s.RetentionPolicy.ValueString())
		if policy == "" {
			policy = cdiv1.DataImportCronRetainNone
		}
		f.RetentionPolicy = &policy
	} else {
		if policy == "" {
			policy = cdiv1.DataImportCronRetainAll
		}
		s.RetentionPolicy = b.textDefault(s.RetentionPolicy, string(policy), string(cdiv1.DataImportCronRetainNone))
	}
	bindTextPointer(b, &s.ServiceAccountName, &f.ServiceAccountName)
	return &s
}

// The labels by which KubeVirt infers instance type and preference.
var defaultLabelKeys = []string{
	instancetypeapi.DefaultInstancetypeLabel, instancetypeapi.DefaultInstancetypeKindLabel,
	instancetypeapi.DefaultPreferenceLabel, instancetypeapi.DefaultPreferenceKindLabel,
}

// defaultLabels renders the default instance type and preference.
func (m *Image) defaultLabels() map[string]string {
	out := map[string]string{}
	for i, r := range []*DefaultReference{m.DefaultInstanceType, m.DefaultPreference} {
		if r == nil {
			continue
		}
		for j, value := range []types.String{r.Name, r.Kind} {
			if value.ValueString() != "" {
				out[defaultLabelKeys[2*i+j]] = value.ValueString()
			}
		}
	}
	return out
}

func (m *Image) defaultsFrom(b binder, labels map[string]string) {
	for i, r := range []**DefaultReference{&m.DefaultInstanceType, &m.DefaultPreference} {
		name, kind := labels[defaultLabelKeys[2*i]], labels[defaultLabelKeys[2*i+1]]
		var live *DefaultReference
		if name != "" || kind != "" {
			live = &DefaultReference{}
		}
		bindPresence(b, r, &live, func(b binder, a, _ *DefaultReference) {
			bindText(b, &a.Name, &name)
			bindReferenceKind(b, &a.Kind, &kind, []string{KindClusterInstanceType, KindClusterPreference}[i])
		})
	}
}

// FromImage reads the model of an image. prior is its state, nil at import: then
// everything that an attribute can say is read.
func FromImage(o ImageObjects, prior *Image) Image {
	b := binder{reader: reader{importing: prior == nil}}
	var m Image
	if prior != nil {
		m = *prior
		m.PVC, m.Storage = onlySaid(m.PVC, m.PVC), onlySaid(m.Storage, m.Storage) // copies: the size changes
	}
	meta := metaOf(o.Anchor())
	switch spec := o.spec(); {
	case spec != nil:
		m.dataVolume().bind(b, spec)
		m.contentFrom(b.reader, spec, &meta, prior)
	case prior == nil && o.Claim != nil:
		m.dataVolume().bind(b, specOfClaim(o.Claim))
	}
	if o.Cron != nil && (prior == nil || prior.Schedule != nil) {
		m.Schedule = deref(m.Schedule).bindCopy(b, &o.Cron.Spec)
	}
	uid := m.UID
	bindHead(b, m.Head(), &meta)
	if prior != nil {
		m.UID = uid // that of the DataVolume, also once only its claim is there
	}
	cdrom := meta.Annotations[AnnotationCDROM] == "true"
	bindFlag(b, &m.CDROM, &cdrom)
	m.defaultsFrom(b, meta.Labels)
	m.sharingFrom(b, o)
	if o.Cron == nil {
		m.claimSizeFrom(b.reader, o, prior)
	}
	m.DataSource = types.StringNull()
	switch {
	case o.Cron != nil: // CDI makes it, and makes it again
		m.DataSource = textOrNull(o.Cron.Spec.ManagedDataSource)
	case o.DataSource != nil && o.isSourceOfOurs():
		m.DataSource = types.StringValue(o.DataSource.Name)
	}
	m.Status = ImageStatus(o)
	return m
}

func metaOf(anchor metav1.Object) metav1.ObjectMeta {
	if anchor == nil {
		return metav1.ObjectMeta{}
	}
	return metav1.ObjectMeta{
		Name: anchor.GetName(), Namespace: anchor.GetNamespace(), UID: anchor.GetUID(),
		Labels: anchor.GetLabels(), Annotations: anchor.GetAnnotations(),
	}
}

func (m *Image) contentFrom(r reader, spec *cdiv1.DataVolumeSpec, meta *metav1.ObjectMeta, prior *Image) {
	var was *ImageContent
	if prior != nil {
		was = prior.Source
	}
	imports := was.imports()
	imports.bind(binder{reader: r}, spec, meta.Namespace)
	var upload *Upload
	if was != nil {
		upload = was.Upload
	}
	if m.Source = contentOfImports(imports, upload); m.Source != nil && m.Source.Upload != nil {
		m.Source.Upload.SHA256 = textOrNull(meta.Annotations[AnnotationSHA256])
	}
}

// claimSizeFrom reads the size of the claim: the DataVolume only says how large it was
// made.
func (m *Image) claimSizeFrom(r reader, o ImageObjects, prior *Image) {
	claim := m.Claim()
	if claim == nil {
		return
	}
	if prior == nil {
		if given, order := m.dataVolume().given(o.Claim, o.CDIConfig); order > 0 {
			claim.Size = r.amount(claim.Size, &given)
		}
	} else if was := prior.Claim(); was != nil {
		claim.Size = was.Size
	}
	m.dataVolume().sizeFrom(r, o.Claim, o.CDIConfig)
}

// imageRecord is what an image was made with.
type imageRecord struct {
	Spec     cdiv1.DataVolumeSpec      `json:"spec"`
	Schedule *cdiv1.DataImportCronSpec `json:"schedule,omitempty"` // without its template
}

// RecordImage returns what the image was made with, for private state: the state itself
// only holds what the configuration says. It is nil where nobody knows.
func RecordImage(o ImageObjects) []byte {
	spec := o.spec()
	if spec == nil {
		return nil
	}
	record := imageRecord{Spec: *spec}
	if o.Cron != nil {
		schedule := o.Cron.Spec
		schedule.Template = cdiv1.DataVolume{}
		record.Schedule = &schedule
	}
	data, err := json.Marshal(record)
	if err != nil {
		return nil
	}
	return data
}

// WithRecord returns the image with the immutable attributes that it does not say, as it
// was made with; ok is false where there is no record.
func (m Image) WithRecord(record []byte) (made Image, ok bool) {
	var was imageRecord
	if len(record) == 0 || json.Unmarshal(record, &was) != nil {
		return m, false
	}
	o := ImageObjects{DataVolume: &cdiv1.DataVolume{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace.ValueString()}, Spec: was.Spec}}
	if was.Schedule != nil {
		o = ImageObjects{Cron: &cdiv1.DataImportCron{ObjectMeta: o.DataVolume.ObjectMeta, Spec: *was.Schedule}}
		o.Cron.Spec.Template.Spec = was.Spec
	}
	live := FromImage(o, nil)
	m.Source = withUnsaid(m.Source, live.Source)
	m.Schedule = withUnsaid(m.Schedule, live.Schedule)
	m.dataVolume().fillUnsaid(live.dataVolume())
	return m, true
}

// ImageAttribute returns the attribute that renders a field of the DataVolume or of the
// schedule, the empty path when none does.
func ImageAttribute(field string) path.Path {
	return attributeOfField(Image{}, map[string]string{
		"spec.sourceRef": "source", "spec.pvc.resources": "size", "spec.storage.resources": "size",
		"spec.Schedule": "schedule", "spec.ImportsToKeep": "schedule", "spec.GarbageCollect": "schedule", "spec.ManagedDataSource": "name", "spec.Template": "source",
	}, field)
}
