package convert

import (
	"encoding/json"
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	kubevirtv1 "kubevirt.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// rootRecord is what a root disk was made with, as the API has it.
type rootRecord struct {
	Volume   kubevirtv1.VolumeSource `json:"volume"`
	Template *cdiv1.DataVolumeSpec   `json:"template,omitempty"`
}

// RecordRoot returns what the root disk was made with, for private state: the
// state itself only holds what the configuration says. It is nil where the
// objects do not tell.
func RecordRoot(o Objects, l Layout) []byte {
	if o.VM.Spec.Template == nil {
		return nil
	}
	volume := volumesByName(o.VM)[l.RootVolume]
	if volume == nil {
		return nil
	}
	record := rootRecord{Volume: volume.VolumeSource, Template: dataVolumeSpecOf(o.VM, l.RootClaim, o.Root)}
	if volume.Ephemeral != nil && record.Template == nil {
		return nil // its DataVolume was not looked up
	}
	data, err := json.Marshal(record)
	if err != nil {
		return nil
	}
	return data
}

// WithRecord returns the server with the immutable attributes of its root disk
// that it does not say, as the disk was made with.
func (m Server) WithRecord(record []byte) Server {
	var made rootRecord
	if len(record) == 0 || json.Unmarshal(record, &made) != nil || m.Storage == nil || m.Storage.Root == nil {
		return m
	}
	vm := &kubevirtv1.VirtualMachine{Spec: kubevirtv1.VirtualMachineSpec{Template: &kubevirtv1.VirtualMachineInstanceTemplateSpec{}}}
	vm.Namespace = m.Namespace.ValueString()
	vm.Spec.Template.Spec.Volumes = []kubevirtv1.Volume{{Name: RootDisk, VolumeSource: made.Volume}}
	claim := claimOf(&vm.Spec.Template.Spec.Volumes[0])
	if made.Template != nil {
		vm.Spec.DataVolumeTemplates = []kubevirtv1.DataVolumeTemplateSpec{{Spec: *made.Template}}
		vm.Spec.DataVolumeTemplates[0].Name = claim
	}
	live := rootFrom(reader{importing: true}, vm, Layout{RootVolume: RootDisk, RootClaim: claim}, nil, nil)
	if live == nil {
		return m
	}
	storage, root := *m.Storage, *m.Storage.Root
	root.Source = withUnsaid(root.Source, live.Source)
	root.dataVolume().fillUnsaid(live.dataVolume())
	storage.Root, m.Storage = &root, &storage
	return m
}

// withUnsaid returns a copy of said with what only made says.
func withUnsaid[M any](said, made *M) *M {
	if said == nil || made == nil {
		return said
	}
	out := *said
	fillUnsaid(reflect.ValueOf(&out).Elem(), reflect.ValueOf(made).Elem())
	return &out
}

func fillUnsaid(said, made reflect.Value) {
	walkCopied(said, made, func(said, made reflect.Value) {
		if value, ok := said.Interface().(attr.Value); ok && saysNothing(value) || !ok && said.IsNil() {
			said.Set(made)
		}
	})
}
