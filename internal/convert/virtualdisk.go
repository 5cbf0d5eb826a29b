package convert

import (
	"encoding/json"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// VirtualDisk is the model of a virtualserver_disk.
type VirtualDisk struct {
	Name        types.String `tfsdk:"name"`
	Namespace   types.String `tfsdk:"namespace"`
	Labels      types.Map    `tfsdk:"labels"`
	Annotations types.Map    `tfsdk:"annotations"`

	PVC               *Claim       `tfsdk:"pvc"`
	Storage           *Claim       `tfsdk:"storage"`
	Source            *Imports     `tfsdk:"source"`
	Preallocation     types.Bool   `tfsdk:"preallocation"`
	ContentType       types.String `tfsdk:"content_type"`
	PriorityClassName types.String `tfsdk:"priority_class_name"`
	BindImmediately   types.Bool   `tfsdk:"bind_immediately"`

	OnDestroy          types.String   `tfsdk:"on_destroy"`
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Wait               *DiskWait      `tfsdk:"wait"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`

	ID     types.String `tfsdk:"id"`
	UID    types.String `tfsdk:"uid"`
	Status types.Object `tfsdk:"status"`
}

// DiskWait says what an apply waits for.
type DiskWait struct {
	Until          types.String `tfsdk:"until"`
	OnTimeout      types.String `tfsdk:"on_timeout"`
	FailureGrace   types.String `tfsdk:"failure_grace"`
	ImportRestarts types.Int64  `tfsdk:"import_restarts"`
}

// Failures is how long a failing import is borne; null where nothing is written.
func (w *DiskWait) Failures() (grace types.String, restarts types.Int64) {
	if w == nil {
		return grace, restarts
	}
	return w.FailureGrace, w.ImportRestarts
}

// AnnotationBindImmediately has CDI bind a claim whose class waits for a consumer.
const AnnotationBindImmediately = "cdi.kubevirt.io/storage.bind.immediate.requested"

// annotationKeep has CDI keep a DataVolume that is done, which older versions
// delete.
const annotationKeep = "cdi.kubevirt.io/storage.deleteAfterCompletion"

// DiskObjects are the live objects of a disk. The DataVolume is nil where CDI or
// somebody removed it, or the disk never had one; the claim where it is not made yet.
type DiskObjects struct {
	DataVolume *cdiv1.DataVolume
	Claim      *corev1.PersistentVolumeClaim
	CDIConfig  *cdiv1.CDIConfig
}

// Object is the one that stands for the disk; nil when there is none.
func (o DiskObjects) Object() metav1.Object {
	switch {
	case o.DataVolume != nil:
		return o.DataVolume
	case o.Claim != nil:
		return o.Claim
	}
	return nil
}

func (m *VirtualDisk) dataVolume() dataVolume {
	return dataVolume{&m.PVC, &m.Storage, &m.Preallocation, &m.ContentType, &m.PriorityClassName}
}

// Head are the attributes that every object has.
func (m *VirtualDisk) Head() metadata.Head {
	return metadata.Head{Name: &m.Name, Namespace: &m.Namespace, Labels: &m.Labels, Annotations: &m.Annotations, ID: &m.ID, UID: &m.UID}
}

// Claim is how the disk's claim is written.
func (m *VirtualDisk) Claim() *Claim { return m.dataVolume().claim() }

// ToDataVolume renders the DataVolume of a disk. Without a source it is blank.
func ToDataVolume(m VirtualDisk) *cdiv1.DataVolume {
	imports := m.Source
	if imports == nil || *imports == (Imports{}) {
		imports = &Imports{Blank: &Nothing{}}
	}
	dv := &cdiv1.DataVolume{
		TypeMeta: metav1.TypeMeta{APIVersion: cdiv1.SchemeGroupVersion.String(), Kind: KindDataVolume},
		Spec:     m.dataVolume().spec(imports, m.Namespace.ValueString()),
	}
	bindHead(writer, m.Head(), &dv.ObjectMeta)
	own := map[string]string{annotationKeep: "false"}
	if m.BindImmediately.ValueBool() {
		own[AnnotationBindImmediately] = "true"
	}
	dv.Annotations = metadata.Merge(dv.Annotations, own)
	return dv
}

// FromDisk reads the model of a disk. prior is its state, nil at import: then
// everything that an attribute can say is read.
func FromDisk(o DiskObjects, prior *VirtualDisk) VirtualDisk {
	b := binder{reader: reader{importing: prior == nil}}
	var m VirtualDisk
	if prior != nil {
		m = *prior
		m.PVC, m.Storage = onlySaid(m.PVC, m.PVC), onlySaid(m.Storage, m.Storage) // copies: the size changes
	}
	meta := metav1.ObjectMeta{}
	switch {
	case o.DataVolume != nil:
		meta = o.DataVolume.ObjectMeta
		m.dataVolume().bind(b, &o.DataVolume.Spec)
		m.sourceFrom(b.reader, o.DataVolume, prior)
	case o.Claim != nil:
		meta = o.Claim.ObjectMeta
		if prior == nil {
			m.dataVolume().bind(b, specOfClaim(o.Claim))
		}
	}
	uid := m.UID
	bindHead(b, m.Head(), &meta)
	if prior != nil {
		m.UID = uid // that of the DataVolume, also once only its claim is there
	}
	bind := meta.Annotations[AnnotationBindImmediately] == "true"
	bindFlag(b, &m.BindImmediately, &bind)
	m.sizeFrom(b.reader, o, prior)
	m.Status = DiskStatus(o)
	return m
}

// sizeFrom reads the size of the claim: the DataVolume only says how large it was
// made.
func (m *VirtualDisk) sizeFrom(r reader, o DiskObjects, prior *VirtualDisk) {
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

func (m *VirtualDisk) sourceFrom(r reader, dv *cdiv1.DataVolume, prior *VirtualDisk) {
	spec := &dv.Spec
	var was *Imports
	if prior != nil {
		was = prior.Source
	}
	if was == nil && (!r.importing || spec.Source != nil && spec.Source.Blank != nil) {
		m.Source = nil // a blank disk names no source
		return
	}
	out := deref(was)
	out.bind(binder{reader: r}, spec, dv.Namespace)
	m.Source = &out
}

// specOfClaim is what a disk without a DataVolume is made of. CDI takes a literal
// claim of one access mode alone.
func specOfClaim(claim *corev1.PersistentVolumeClaim) *cdiv1.DataVolumeSpec {
	requests := corev1.VolumeResourceRequirements{Requests: claim.Spec.Resources.Requests}
	if len(claim.Spec.AccessModes) > 1 {
		return &cdiv1.DataVolumeSpec{Storage: &cdiv1.StorageSpec{
			AccessModes: claim.Spec.AccessModes, StorageClassName: claim.Spec.StorageClassName, VolumeMode: claim.Spec.VolumeMode, Resources: requests,
		}}
	}
	return &cdiv1.DataVolumeSpec{PVC: &corev1.PersistentVolumeClaimSpec{
		AccessModes: claim.Spec.AccessModes, StorageClassName: claim.Spec.StorageClassName, VolumeMode: claim.Spec.VolumeMode, Resources: requests,
	}}
}

// RecordDisk returns what a disk was made with, for private state: the state itself
// only holds what the configuration says. It is nil where nobody knows.
func RecordDisk(o DiskObjects) []byte {
	if o.DataVolume == nil {
		return nil
	}
	data, err := json.Marshal(o.DataVolume.Spec)
	if err != nil {
		return nil
	}
	return data
}

// WithRecord returns the disk with the immutable attributes that it does not say, as
// it was made with; ok is false where there is no record.
func (m VirtualDisk) WithRecord(record []byte) (made VirtualDisk, ok bool) {
	var spec cdiv1.DataVolumeSpec
	if len(record) == 0 || json.Unmarshal(record, &spec) != nil {
		return m, false
	}
	live := FromDisk(DiskObjects{DataVolume: &cdiv1.DataVolume{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace.ValueString()}, Spec: spec}}, nil)
	m.Source = withUnsaid(m.Source, live.Source)
	m.dataVolume().fillUnsaid(live.dataVolume())
	return m, true
}

// DiskStatusTypes are the attribute types of a disk's status.
var DiskStatusTypes = map[string]attr.Type{
	"phase":              types.StringType,
	"progress":           types.StringType,
	"ready":              types.BoolType,
	"restarts":           types.Int64Type,
	"message":            types.StringType,
	"capacity":           types.StringType,
	"claim_phase":        types.StringType,
	"resize":             types.StringType,
	"storage_class_name": types.StringType,
	"access_modes":       types.ListType{ElemType: types.StringType},
	"volume_mode":        types.StringType,
}

// DiskStatus reads what the cluster says of a disk.
func DiskStatus(o DiskObjects) types.Object {
	phase, progress, message, restarts := string(cdiv1.Succeeded), "", "", int64(0)
	if o.DataVolume != nil {
		phase, progress, restarts = string(o.DataVolume.Status.Phase), string(o.DataVolume.Status.Progress), int64(o.DataVolume.Status.RestartCount)
		for _, c := range o.DataVolume.Status.Conditions {
			told := c.Type == cdiv1.DataVolumeRunning || c.Type == cdiv1.DataVolumeBound && message == ""
			if told && c.Status != corev1.ConditionTrue && c.Message != "" && phase != string(cdiv1.Succeeded) {
				message = c.Message
			}
		}
	}
	values := map[string]attr.Value{
		"phase": textOrNull(phase), "progress": textOrNull(progress), "message": textOrNull(message), "restarts": types.Int64Value(restarts),
		"ready":       types.BoolValue(DiskReady(o, false)),
		"capacity":    types.StringNull(),
		"resize":      types.StringNull(),
		"claim_phase": types.StringNull(), "storage_class_name": types.StringNull(), "volume_mode": types.StringNull(),
		"access_modes": stringList(nil),
	}
	if c := o.Claim; c != nil {
		if capacity, ok := c.Status.Capacity[corev1.ResourceStorage]; ok {
			values["capacity"] = types.StringValue(sizeText(capacity))
		}
		var modes []string
		for _, mode := range c.Spec.AccessModes {
			modes = append(modes, string(mode))
		}
		values["resize"] = textOrNull(resizeOf(c))
		values["claim_phase"], values["storage_class_name"] = textOrNull(string(c.Status.Phase)), textOrNull(deref(c.Spec.StorageClassName))
		values["volume_mode"], values["access_modes"] = textOrNull(string(deref(c.Spec.VolumeMode))), stringList(modes)
	}
	return types.ObjectValueMust(DiskStatusTypes, values)
}

// sizeText writes a size in Kubernetes' canonical form: what made a volume may have
// written all its bytes.
func sizeText(q resource.Quantity) string {
	if q.Value()%1024 != 0 {
		return q.String()
	}
	return resource.NewQuantity(q.Value(), resource.BinarySI).String()
}

// resizeOf is how far a claim is that grows; "" for one that does not.
func resizeOf(claim *corev1.PersistentVolumeClaim) string {
	for _, c := range claim.Status.Conditions {
		switch c.Type {
		case corev1.PersistentVolumeClaimResizing, corev1.PersistentVolumeClaimFileSystemResizePending,
			corev1.PersistentVolumeClaimControllerResizeError, corev1.PersistentVolumeClaimNodeResizeError:
			if c.Status == corev1.ConditionTrue {
				return strings.TrimSuffix(string(c.Type)+": "+c.Message, ": ")
			}
		}
	}
	return ""
}

// DiskReady tells whether a disk can be used: it holds what it is to hold, or waits
// for the first server that uses it. bound asks for a volume that is there.
func DiskReady(o DiskObjects, bound bool) bool {
	if o.DataVolume == nil {
		return o.Claim != nil && (!bound || o.Claim.Status.Phase == corev1.ClaimBound)
	}
	switch o.DataVolume.Status.Phase {
	case cdiv1.Succeeded:
		return true
	case cdiv1.WaitForFirstConsumer, cdiv1.PendingPopulation:
		return !bound
	}
	return false
}

// DiskAttribute returns the attribute that renders a field of the DataVolume, the
// empty path when none does.
func DiskAttribute(field string) path.Path {
	return attributeOfField(VirtualDisk{}, map[string]string{
		"spec.sourceRef": "source", "spec.pvc.resources": "size", "spec.storage.resources": "size",
		"spec.PVC.resources": "size", "spec.Storage.resources": "size", // CDI's admission writes them so
	}, field)
}
