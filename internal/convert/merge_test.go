package convert

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kubevirtv1 "kubevirt.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/merge"
)

// TestMergedRoundTrip updates a server from one model to another as the
// provider does, by merging the change into the live machine: what is then read
// is the other model, also where live lists keep their order.
func TestMergedRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		was, now := servers().Draw(t, "was"), servers().Draw(t, "now")
		keepImmutable(was, &now)
		read := updated(t, was, now)
		wantEqual(t, "the updated server reads otherwise", managed(now), managed(read))
		wantEqual(t, "reading again changes the model", attributes(read), attributes(FromObjects(updatedObjects(t, was, now), &read)))
	})
}

func updated(t failer, was, now Server) Server {
	return FromObjects(updatedObjects(t, was, now), &now)
}

func updatedObjects(t failer, was, now Server) Objects {
	o := stored(t, was)
	l := LayoutOf(o.VM, was.RootVolume())
	next := l
	if was.Network.WithoutPodNetwork() && !now.Network.WithoutPodNetwork() && l.PodNetwork == "" {
		next.PodNetwork = PodNetwork
	}
	before, after := ToVirtualMachine(was.WithoutChosen(now), l), ToVirtualMachine(now, next)
	TakeWhole(before, after, o.VM)
	o.VM = machineOf(mergeOf(o.VM, before, after))
	o.VMI = guestOf(now, o.VM)
	data, err := now.GuestData()
	if err != nil {
		t.Fatalf("%v", err)
	}
	o.Secret = through(t, ToSecret(now, next, data))
	live, wasService, nowService := o.Service, ToService(was, l), ToService(now, next)
	o.Service = through(t, nowService)
	if live != nil && nowService != nil && !ReplacesService(live, wasService, nowService) {
		merged := merge.Objects(jsonOf(t, live), jsonOf(t, wasService), jsonOf(t, nowService))
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(merged, o.Service); err != nil {
			t.Fatalf("%v", err)
		}
	}
	return o
}

// keepImmutable gives now what an update never changes.
func keepImmutable(was Server, now *Server) {
	now.Name, now.Namespace = was.Name, was.Namespace
	from, to := was.Storage.Root, now.Storage.Root
	to.Name, to.Ephemeral, to.PVC, to.Storage, to.Source = from.Name, from.Ephemeral, from.PVC, from.Storage, from.Source
	to.Preallocation, to.ContentType, to.PriorityClassName = from.Preallocation, from.ContentType, from.PriorityClassName
}

// TestNamedListDrift: an element keeps its place and what the state does not say
// of it, wherever the machine has it.
func TestNamedListDrift(t *testing.T) {
	option := func(name, value string) corev1.PodDNSConfigOption {
		if value == "" {
			return corev1.PodDNSConfigOption{Name: name}
		}
		return corev1.PodDNSConfigOption{Name: name, Value: &value}
	}
	for name, c := range map[string]struct {
		prior, want string
		live        []corev1.PodDNSConfigOption
	}{
		"another order":          {"[{name: c}, {name: a, value: '1'}]", "[{name: c}, {name: a, value: '1'}]", []corev1.PodDNSConfigOption{option("a", "1"), option("c", "")}},
		"another value":          {"[{name: c}, {name: a, value: '1'}]", "[{name: c}, {name: a, value: '2'}]", []corev1.PodDNSConfigOption{option("a", "2"), option("c", "")}},
		"a value nobody manages": {"[{name: c}, {name: a, value: '1'}]", "[{name: c}, {name: a, value: '1'}]", []corev1.PodDNSConfigOption{option("a", "1"), option("c", "3")}},
		"one gone":               {"[{name: c}, {name: b, value: ''}, {name: a, value: '1'}]", "[{name: b, value: ''}, {name: a, value: '1'}]", []corev1.PodDNSConfigOption{option("a", "1"), option("b", "")}},
		"one of others":          {"[{name: c}, {name: a, value: '1'}]", "[{name: c}, {name: a, value: '1'}, {name: b, value: '3'}]", []corev1.PodDNSConfigOption{option("b", "3"), option("a", "1"), option("c", "")}},
		"all gone":               {"[{name: c}]", "", nil},
		"a name twice":           {"[{name: a, value: '1'}, {name: a, value: '2'}]", "[{name: a, value: '2'}, {name: a, value: '1'}]", []corev1.PodDNSConfigOption{option("a", "2"), option("a", "1")}},
		"a name twice there":     {"[{name: a, value: '1'}, {name: c, value: '2'}]", "[{name: a, value: '2'}, {name: a, value: '1'}]", []corev1.PodDNSConfigOption{option("a", "2"), option("a", "1")}},
	} {
		t.Run(name, func(t *testing.T) {
			model := func(options string) Server {
				if options == "" {
					return modelFromYAML(t, []byte("{name: vs, namespace: default, run_strategy: Always, network: {dns_config: {}}}"))
				}
				return modelFromYAML(t, []byte("{name: vs, namespace: default, run_strategy: Always, network: {dns_config: {options: "+options+"}}}"))
			}
			prior := model(c.prior)
			before := managed(model(c.prior))
			o := render(prior, "")
			o.VM.Spec.Template.Spec.DNSConfig.Options = c.live
			wantEqual(t, "the list reads otherwise", managed(model(c.want)), managed(FromObjects(o, &prior)))
			if diff := cmp.Diff(before, managed(prior)); diff != "" {
				t.Errorf("reading changes the state:\n%s", diff)
			}
		})
	}
}

// mergeOf carries the difference of two renderings over to a live machine.
func mergeOf(live, before, after *kubevirtv1.VirtualMachine) map[string]any {
	return merge.Objects(contentOf(live), contentOf(before), contentOf(after))
}
