package liveupdate

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// others finds the changes of all fields that no rule makes an exception for
// (syncRestartRequired): they wait for a restart.
func (u *update) others() {
	was := u.was.DeepCopy()
	was.Volumes, was.Networks = u.now.Volumes, u.now.Networks
	was.Domain.Devices.Disks, was.Domain.Devices.Interfaces = u.now.Domain.Devices.Disks, u.now.Domain.Devices.Interfaces
	was.NodeSelector, was.Affinity, was.Tolerations = u.now.NodeSelector, u.now.Affinity, u.now.Tolerations
	if !u.cluster.Stage {
		if u.hasCPU() {
			was.Domain.CPU.Sockets = u.now.Domain.CPU.Sockets
		}
		if u.hasMemory() {
			if was.Domain.Memory == nil {
				was.Domain.Memory = &kubevirtv1.Memory{}
			}
			was.Domain.Memory.Guest = u.now.Domain.Memory.Guest
		}
	}
	// KubeVirt notes the uuid of a guest that was started without one in its machine.
	if u.vmi != nil && u.vmi.Spec.Domain.Firmware != nil && u.now.Domain.Firmware != nil && u.vmi.Spec.Domain.Firmware.UUID == u.now.Domain.Firmware.UUID {
		if was.Domain.Firmware == nil {
			was.Domain.Firmware = &kubevirtv1.Firmware{}
		}
		was.Domain.Firmware.UUID = u.now.Domain.Firmware.UUID
	}
	for _, d := range differences(strings.TrimSuffix(template, "."), was, u.now) {
		c := Change{Field: d.field, Removed: d.removed, Landing: Restart}
		if u.cluster.Stage && MayBeLive(d.field) {
			c.Reason = staged
		}
		u.add(c)
	}
}

const staged = "the cluster rolls changes out at a restart (vmRolloutStrategy is Stage)"

// MayBeLive tells of the fields of CPU, memory and placement that change live
// unless the cluster stages changes.
func MayBeLive(field string) bool { return mayBeLive.MatchString(field) }

var mayBeLive = regexp.MustCompile(`^spec\.template\.spec\.(domain\.cpu\.sockets|domain\.memory\.guest|nodeSelector|affinity|tolerations)`)

type difference struct {
	field   string
	removed bool
}

// differences names the fields in which two values differ, in the way that KubeVirt
// compares them (equality.Semantic): quantities by their amount, an empty list as
// none. Elements of lists are matched by name where they have one.
func differences(field string, was, now any) []difference {
	d := differ{}
	d.compare(field, reflect.ValueOf(was), reflect.ValueOf(now))
	return d.found
}

type differ struct{ found []difference }

func (d *differ) compare(field string, was, now reflect.Value) {
	if equality.Semantic.DeepEqual(was.Interface(), now.Interface()) {
		return
	}
	before := len(d.found)
	switch kind, t := was.Kind(), was.Type(); {
	case kind == reflect.Pointer && t.Elem().Kind() == reflect.Struct && !isScalar(t.Elem()):
		d.compareStruct(field, orZero(was, t.Elem()), orZero(now, t.Elem()))
	case kind == reflect.Struct && !isScalar(t):
		d.compareStruct(field, was, now)
	case kind == reflect.Slice:
		d.compareList(field, was, now)
	case t == resourceList:
		d.compareKeys(field, was, now)
	}
	if len(d.found) == before { // nothing below it: it is the field itself
		d.found = append(d.found, difference{field: field, removed: isEmpty(now)})
	}
}

var (
	marshaler    = reflect.TypeFor[json.Marshaler]()
	resourceList = reflect.TypeFor[corev1.ResourceList]()
)

// isScalar tells of a struct that is one value in JSON, as a quantity is.
func isScalar(t reflect.Type) bool { return reflect.PointerTo(t).Implements(marshaler) }

// orZero is what p points to; of nothing, the fields of the other are what differs.
func orZero(p reflect.Value, t reflect.Type) reflect.Value {
	if p.IsNil() {
		return reflect.New(t).Elem()
	}
	return p.Elem()
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

func (d *differ) compareStruct(field string, was, now reflect.Value) {
	t := was.Type()
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		below := field
		if name != "" {
			below += "." + name
		}
		d.compare(below, was.Field(i), now.Field(i))
	}
}

// compareKeys names the resources that differ.
func (d *differ) compareKeys(field string, was, now reflect.Value) {
	before, after := was.Interface().(corev1.ResourceList), now.Interface().(corev1.ResourceList)
	all := maps.Clone(before)
	if all == nil {
		all = corev1.ResourceList{}
	}
	maps.Copy(all, after)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		was, had := before[key]
		now, has := after[key]
		if had != has || was.Cmp(now) != 0 {
			d.found = append(d.found, difference{field: fmt.Sprintf("%s.%s", field, key), removed: !has})
		}
	}
}

// compareList leaves lists whose elements have no names, or only another order, to
// its caller.
func (d *differ) compareList(field string, was, now reflect.Value) {
	before, named := elements(was)
	after, alsoNamed := elements(now)
	if !named || !alsoNamed {
		return
	}
	for i := range now.Len() {
		below, name := fmt.Sprintf("%s[%d]", field, i), nameOf(now.Index(i))
		if j, ok := before[name]; ok {
			d.compareElement(below, was.Index(j), now.Index(i))
		} else {
			d.found = append(d.found, difference{field: below})
		}
	}
	for i := range was.Len() {
		if _, ok := after[nameOf(was.Index(i))]; !ok {
			d.found = append(d.found, difference{field: fmt.Sprintf("%s[%d]", field, i), removed: true})
		}
	}
}

// compareElement compares elements of one name, which may have different indexes:
// what is gone in one is told by the index of what is wanted.
func (d *differ) compareElement(field string, was, now reflect.Value) {
	before := len(d.found)
	d.compare(field, was, now)
	for i := before; i < len(d.found); i++ {
		if d.found[i].removed {
			d.found[i] = difference{field: lastIndex.ReplaceAllString(d.found[i].field, "")}
		}
	}
	d.found = d.found[:before+len(slices.Compact(d.found[before:]))]
}

var lastIndex = regexp.MustCompile(`\[\d+\]$`)

// elements are the indexes of a list's elements by their names; named is false
// where an element has none, or two have the same.
func elements(list reflect.Value) (index map[string]int, named bool) {
	index = map[string]int{}
	for i := range list.Len() {
		name := nameOf(list.Index(i))
		if _, twice := index[name]; twice || name == "" {
			return nil, false
		}
		index[name] = i
	}
	return index, true
}

func nameOf(element reflect.Value) string {
	if element.Kind() != reflect.Struct {
		return ""
	}
	if f := element.FieldByName("Name"); f.IsValid() && f.Kind() == reflect.String {
		return f.String()
	}
	return ""
}
