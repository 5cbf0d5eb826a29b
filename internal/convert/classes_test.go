package convert

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"
	instancetypev1 "kubevirt.io/api/instancetype/v1beta1"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// class is one of the two kinds of classes, as the tests below see them.
type class[M any] struct {
	to   func(M) PlainObject
	from func(PlainObject, *M) M
	head func(*M) metadata.Head
	fix  func(*M) // makes a drawn model one that the schema lets pass
}

var (
	instanceTypes = class[InstanceType]{
		to: ToInstanceType, from: FromInstanceType, head: (*InstanceType).Head,
		fix: func(m *InstanceType) {
			if m.CPU == nil {
				m.CPU = &InstanceTypeCPU{}
			}
			if m.Memory == nil {
				m.Memory = &InstanceTypeMemory{}
			}
		},
	}
	preferences = class[Preference]{to: ToPreference, from: FromPreference, head: (*Preference).Head, fix: func(*Preference) {}}
)

// draw fills a model by the types of its attributes: which values make sense is
// the schema's business, the conversions carry over any.
func draw(t *rapid.T, into reflect.Value, label string) {
	switch into.Interface().(type) {
	case types.String:
		into.Set(reflect.ValueOf(text("a", "b.c")(t)))
		return
	case types.Int64:
		into.Set(reflect.ValueOf(number(t)))
		return
	case types.Bool:
		into.Set(reflect.ValueOf(toggle(t)))
		return
	case types.List:
		into.Set(reflect.ValueOf(texts("a", "b")(t)))
		return
	case types.Map:
		into.Set(reflect.ValueOf(keys("k", "example.org/l")(t)))
		return
	case quantity.Value:
		into.Set(reflect.ValueOf(amount(t)))
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		if rapid.Bool().Draw(t, label) {
			into.Set(reflect.New(into.Type().Elem()))
			draw(t, into.Elem(), label)
		}
	case reflect.Map:
		names := rapid.SampledFrom([][]string{nil, {}, {"a"}, {"b", "a"}}).Draw(t, label)
		if names == nil {
			return
		}
		into.Set(reflect.MakeMap(into.Type()))
		for _, name := range names {
			element := reflect.New(into.Type().Elem()).Elem()
			draw(t, element, label+"."+name)
			into.SetMapIndex(reflect.ValueOf(name), element)
		}
	case reflect.Struct:
		for i := range into.NumField() {
			draw(t, into.Field(i), label+"."+into.Type().Field(i).Name)
		}
	default:
		t.Fatalf("no generator for %s of type %s", label, into.Type())
	}
}

func (c class[M]) draw(t *rapid.T) M {
	var m M
	draw(t, reflect.ValueOf(&m).Elem(), "")
	h := c.head(&m)
	*h.Name, *h.Namespace, *h.ID, *h.UID = types.StringValue("small"), types.StringValue("team"), types.StringValue("team/small"), types.StringValue("")
	if h.IsClusterWide() {
		*h.Namespace, *h.ID = types.StringNull(), types.StringValue("small")
	}
	c.fix(&m)
	return m
}

// stored is what a cluster holds of m.
func (c class[M]) stored(t failer, m M) PlainObject {
	t.Helper()
	rendered := c.to(m)
	data, err := json.Marshal(rendered)
	if err != nil {
		t.Fatalf("%v", err)
	}
	out, _ := reflect.New(reflect.TypeOf(rendered).Elem()).Interface().(PlainObject)
	if err := json.Unmarshal(data, out); err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

func encoded[M any](m M) map[string]any { return encode(reflect.ValueOf(m)).(map[string]any) }

func (c class[M]) checkRoundTrips(t *testing.T) {
	t.Run("model", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			m := c.draw(t)
			wantEqual(t, "the model changes", encoded(m), encoded(c.from(c.stored(t, m), &m)))
		})
	})
	t.Run("object", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			live := c.stored(t, c.draw(t))
			m := c.from(live, nil)
			wantEqual(t, "the object changes", jsonOf(t, live), jsonOf(t, c.to(m)))
			wantEqual(t, "reading again changes the model", encoded(m), encoded(c.from(live, &m)))
		})
	})
	t.Run("others'", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			theirs, m := c.draw(t), *new(M)
			c.fix(&m)
			h, o := c.head(&m), c.head(&theirs)
			*h.Name, *h.Namespace, *h.ClusterWide, *h.ID, *h.UID = *o.Name, *o.Namespace, *o.ClusterWide, *o.ID, *o.UID
			read := c.from(c.stored(t, theirs), &m)
			wantEqual(t, "what nobody manages shows", encoded(m), encoded(read))
		})
	})
	t.Run("drift", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			live := c.stored(t, c.draw(t))
			all := c.from(live, nil)
			empty := c.to(all)
			// Another object of the name that says nothing.
			reflect.ValueOf(empty).Elem().FieldByName("Spec").SetZero()
			read := c.from(empty, &all)
			if got := jsonOf(t, c.to(read)); len(differences(got, jsonOf(t, empty))) > 0 {
				t.Errorf("what is gone still shows: %v", differences(got, jsonOf(t, empty)))
			}
		})
	})
}

func TestRoundTripInstanceTypes(t *testing.T) { instanceTypes.checkRoundTrips(t) }
func TestRoundTripPreferences(t *testing.T)   { preferences.checkRoundTrips(t) }

// checkGolden has one folder per case: model.yaml is what a user writes,
// object.yaml what becomes of it, imported.yaml what an import reads of that.
func (c class[M]) checkGolden(t *testing.T, kind string) {
	models, err := filepath.Glob("testdata/golden-" + kind + "/*/model.yaml")
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
			var m M
			decode(reflect.ValueOf(&m).Elem(), content)
			golden(t, filepath.Join(folder, "object.yaml"), marshal(t, c.to(m)))

			live := c.to(m)
			if err := yaml.UnmarshalStrict(readFile(t, filepath.Join(folder, "object.yaml")), live); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join(folder, "imported.yaml"), marshal(t, encoded(c.from(live, nil))))
		})
	}
}

func TestGoldenInstanceTypes(t *testing.T) { instanceTypes.checkGolden(t, "instancetypes") }
func TestGoldenPreferences(t *testing.T)   { preferences.checkGolden(t, "preferences") }

// TestStatesWithoutValue: KubeVirt takes an empty state for one that is on.
func TestStatesWithoutValue(t *testing.T) {
	spec := instancetypev1.VirtualMachinePreferenceSpec{Features: &instancetypev1.FeaturePreferences{
		PreferredAcpi: &kubevirtv1.FeatureState{}, PreferredSmm: &kubevirtv1.FeatureState{Enabled: new(bool)},
	}}
	m := FromPreference(&instancetypev1.VirtualMachinePreference{Spec: spec}, nil)
	if got := m.Features; !got.PreferredACPI.ValueBool() || got.PreferredSMM.IsNull() || got.PreferredSMM.ValueBool() || !got.PreferredPvspinlock.IsNull() {
		t.Errorf("read %+v", got)
	}
}

// TestReservedKeysOfClasses: labels that tools of KubeVirt write are not read.
func TestReservedKeysOfClasses(t *testing.T) {
	m := FromInstanceType(&instancetypev1.VirtualMachineInstancetype{ObjectMeta: metav1.ObjectMeta{
		Labels: map[string]string{"instancetype.kubevirt.io/vendor": "kubevirt.io", "team": "a"},
	}}, nil)
	wantEqual(t, "labels", map[string]string{"team": "a"}, StringMap(m.Labels))
}

// TestAttributeOfField: every field of the objects is rendered by the attribute
// of its name, so that an admission error points there.
func TestAttributeOfField(t *testing.T) {
	for field, want := range map[string]string{
		"spec.cpu.guest":                        "cpu.guest",
		"spec.cpu.dedicatedCPUPlacement":        "cpu.dedicated_cpu_placement",
		"spec.cpu.numa.guestMappingPassthrough": "cpu.numa.guest_mapping_passthrough",
		"spec.memory.overcommitPercent":         "memory.overcommit_percent",
		"spec.memory.hugepages.pageSize":        "memory.hugepages.page_size",
		"spec.gpus[0].deviceName":               "gpus",
		"spec.ioThreadsPolicy":                  "io_threads_policy",
		"spec.annotations":                      "instance_annotations",
		"spec.annotations.a":                    "instance_annotations",
		"spec.newField":                         "",
		"spec":                                  "",
		"metadata.name":                         "name",
		"metadata.labels":                       "labels",
		"metadata.annotations":                  "annotations",
	} {
		if got := InstanceTypeAttribute(field).String(); got != want {
			t.Errorf("%s is rendered by %q, want %q", field, got, want)
		}
	}
	var walk func(ty reflect.Type, field, attribute string)
	walk = func(ty reflect.Type, field, attribute string) {
		for ty.Kind() == reflect.Pointer {
			ty = ty.Elem()
		}
		if got := PreferenceAttribute(field).String(); field != "spec" && got != attribute {
			t.Errorf("%s is rendered by %q, want %q", field, got, attribute)
		}
		if ty.Kind() != reflect.Struct || !strings.HasPrefix(ty.PkgPath(), "kubevirt.io/api") || ty == reflect.TypeFor[kubevirtv1.FeatureState]() {
			return
		}
		for i := range ty.NumField() {
			name, _, _ := strings.Cut(ty.Field(i).Tag.Get("json"), ",")
			switch {
			case name == "":
				walk(ty.Field(i).Type, field, attribute)
			case field+"."+name == "spec.annotations":
			default:
				walk(ty.Field(i).Type, field+"."+name, strings.TrimPrefix(attribute+"."+snakeCase(name), "."))
			}
		}
	}
	walk(reflect.TypeFor[instancetypev1.VirtualMachinePreferenceSpec](), "spec", "")
}

func FuzzFromClasses(f *testing.F) {
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"spec":{"cpu":{"numa":{}},"gpus":[{"name":"a"},{"name":"a"}],"launchSecurity":{"sev":{}},"clock":{"preferredTimer":{"hpet":{}}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		instanceType, preference := &instancetypev1.VirtualMachineInstancetype{}, &instancetypev1.VirtualMachineClusterPreference{}
		if json.Unmarshal(data, instanceType) == nil {
			m := FromInstanceType(instanceType, nil)
			ToInstanceType(m)
			wantEqual(t, "reading again changes the model", encoded(m), encoded(FromInstanceType(instanceType, &m)))
		}
		if json.Unmarshal(data, preference) == nil {
			m := FromPreference(preference, nil)
			ToPreference(m)
			wantEqual(t, "reading again changes the model", encoded(m), encoded(FromPreference(preference, &m)))
		}
	})
}
