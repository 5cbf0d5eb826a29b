package convert

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	"pgregory.net/rapid"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/quantity"
)

// Models are drawn by a walk over their type. Each leaf attribute has a
// generator in leaves, by its path without keys or, for attributes that many
// sections share, by its last name; one without fails every property, so that
// no new attribute goes untested.

type leaf func(*rapid.T) any

func pick(label string, options ...any) leaf {
	return func(t *rapid.T) any { return rapid.SampledFrom(options).Draw(t, label) }
}

// text is absent in all spellings or one of the values; required is one.
func text(values ...string) leaf {
	return pick("text", append([]any{types.StringNull(), types.StringValue("")}, required(values...)...)...)
}

func required(values ...string) []any {
	out := make([]any, 0, len(values))
	for _, v := range values {
		out = append(out, types.StringValue(v))
	}
	return out
}

func one(values ...string) leaf { return pick("required", required(values...)...) }

func texts(values ...string) leaf {
	return pick("texts", types.ListNull(types.StringType), stringList(nil), stringList(values[:1]), stringList(values))
}

func keys(values ...string) leaf {
	return pick("keys", MapOf(nil), MapOf(map[string]string{}), MapOf(map[string]string{values[0]: ""}), MapOf(map[string]string{values[0]: "a", values[1]: "b"}))
}

var (
	number = pick("number", types.Int64Null(), types.Int64Value(1), types.Int64Value(2), types.Int64Value(4))
	toggle = pick("flag", types.BoolNull(), types.BoolValue(false), types.BoolValue(true))
	amount = pick("amount", quantity.Null(), quantity.New(""), quantity.New("1Gi"), quantity.New("1024Mi"), quantity.New("1.5Gi"), quantity.New("2G"))
	ports  = pick("ports", types.ListNull(types.Int64Type), int64List(nil), int64List([]int64{443, 80}), int64List([]int64{22}))
	object = text("a", "b.c")
	untold = func(*rapid.T) any { return nil } // computed, or not the conversion's
)

var leaves = map[string]leaf{
	"name": one("vs", strings.Repeat("long-", 20)+"x"), "namespace": one("default"),
	"labels": keys("app", "tier"), "annotations": keys("example.org/a", "b"), "labels_all": untold,
	"run_strategy":        one("Always", "RerunOnFailure", "Manual", "Halted", "Once"),
	"deletion_protection": toggle, "timeouts": untold,
	"wait.until": text("created"), "wait.on_timeout": text("fail"), "wait.ip_family": text("ipv4"), "wait.failure_grace": text("30s"),
	"cloud_init": text("#cloud-config", strings.Repeat("x", 5000)), "cloud_init_wo": untold, "cloud_init_wo_version": number,
	"cloud_init_type": text(NoCloud, ConfigDrive),
	"id":              untold, "uid": untold, "vm_name": untold, "root_claim": untold, "service_name": untold, "cluster_ip": untold, "status": untold,

	"resources.memory": amount, "resources.memory_request": amount,
	"count": number, "cores": number, "sockets": number, "threads": number, "model": text("Conroe"), "gpu.type": one("nvidia.com/T4"),

	"root.name": text(RootDisk, "system"), "root.ephemeral": toggle, "bus": text("virtio", "scsi"), "serial": text("S"), "boot_order": number, "read_only": toggle,
	"size": amount, "storage_class_name": text("fast"), "access_modes": texts("ReadWriteOnce", "ReadOnlyMany"), "volume_mode": text("Block", "Filesystem"),
	"http.url": one("https://example.org/a"), "registry.url": text("docker://a/b"), "image_stream": text("stream"), "pull_method": text("node"),
	"secret_ref": object, "cert_config_map": object, "extra_headers": texts("A: b", "C: d"), "secret_extra_headers": texts("a", "b"), "checksum": text("md5:0"),
	"source.pvc.name": one("golden"), "source.pvc.namespace": text("images", "default"), "source.claim.name": one("system"), "kind": text(KindClaim, KindDataVolume),
	"image": one("quay.io/a"), "path": text("/disk/a"), "image_pull_secret": object, "image_pull_policy": text("Always"),
	"claim_name": one("claim"), "data_volume.name": one("dv"), "config_map.name": one("cm"), "secret_name": one("secret"), "optional": toggle,
	"service_account_name": one("sa"), "capacity": pick("capacity", quantity.New("1Gi"), quantity.New("1024Mi")),

	"tcp": ports, "udp": ports, "mac_address": text("02:00:00:12:34:56"), "dns_policy": text("ClusterFirst", "None"),
	"nameservers": texts("192.0.2.1", "2001:db8::1"), "searches": texts("a", "b"),
	"options.name": one("ndots", "edns0"), "options.value": text("2"), "service.name": text("public"),
}

// exclusive types have exactly one of their nested attributes; refused ones
// never pass validation.
var (
	exclusive = []reflect.Type{reflect.TypeFor[Source](), reflect.TypeFor[Disk](), reflect.TypeFor[Filesystem]()}
	always    = []string{"storage", "storage.root", "storage.root.source", "storage.additional_disks.ephemeral.persistent_volume_claim"}
	refused   = []string{"storage.filesystems.ephemeral"}
)

func leafOf(path string) leaf {
	for at := path; ; {
		if g, ok := leaves[at]; ok {
			return g
		}
		_, rest, ok := strings.Cut(at, ".")
		if !ok {
			return nil
		}
		at = rest
	}
}

func generate(t *rapid.T, into reflect.Value, path string) {
	if g := leafOf(path); g != nil {
		if value := g(t); value != nil {
			into.Set(reflect.ValueOf(value))
		}
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		if slices.Contains(always, path) || rapid.Bool().Draw(t, path) {
			into.Set(reflect.New(into.Type().Elem()))
			generate(t, into.Elem(), path)
		}
	case reflect.Map:
		names := rapid.SampledFrom([][]string{nil, {}, {"a"}, {"b", "a"}}).Draw(t, path)
		if names == nil {
			return
		}
		into.Set(reflect.MakeMap(into.Type()))
		for _, name := range names {
			element := reflect.New(into.Type().Elem()).Elem()
			generate(t, element, path)
			into.SetMapIndex(reflect.ValueOf(name+"-"+path[len("storage."):len("storage.")+4]), element)
		}
	case reflect.Slice:
		into.Set(reflect.MakeSlice(into.Type(), 0, 2))
		for range rapid.IntRange(0, 2).Draw(t, path) {
			element := reflect.New(into.Type().Elem()).Elem()
			generate(t, element, path)
			into.Set(reflect.Append(into, element))
		}
	case reflect.Struct:
		generateStruct(t, into, path)
	default:
		panic(fmt.Sprintf("the attribute %s has no generator", path))
	}
}

func generateStruct(t *rapid.T, into reflect.Value, path string) {
	var kinds []int
	for i := range into.NumField() {
		at := strings.TrimPrefix(path+"."+into.Type().Field(i).Tag.Get("tfsdk"), ".")
		if slices.Contains(exclusive, into.Type()) && into.Field(i).Kind() == reflect.Pointer {
			if !slices.Contains(refused, at) {
				kinds = append(kinds, i)
			}
			continue
		}
		generate(t, into.Field(i), at)
	}
	if kinds != nil {
		i := rapid.SampledFrom(kinds).Draw(t, path+" kind")
		at := strings.TrimPrefix(path+"."+into.Type().Field(i).Tag.Get("tfsdk"), ".")
		into.Field(i).Set(reflect.New(into.Field(i).Type().Elem()))
		generate(t, into.Field(i).Elem(), at)
	}
}

// TestEveryAttributeHasAGenerator does not depend on what is drawn.
func TestEveryAttributeHasAGenerator(t *testing.T) {
	used := map[string]bool{}
	var walk func(ty reflect.Type, path string)
	walk = func(ty reflect.Type, path string) {
		if g := leafOf(path); g != nil {
			for at := path; ; _, at, _ = strings.Cut(at, ".") {
				if _, ok := leaves[at]; ok {
					used[at] = true
					return
				}
			}
		}
		switch ty.Kind() {
		case reflect.Pointer, reflect.Map, reflect.Slice:
			walk(ty.Elem(), path)
		case reflect.Struct:
			if ty.PkgPath() != reflect.TypeFor[Server]().PkgPath() {
				t.Errorf("the attribute %s has no generator", path)
				return
			}
			for i := range ty.NumField() {
				walk(ty.Field(i).Type, strings.TrimPrefix(path+"."+ty.Field(i).Tag.Get("tfsdk"), "."))
			}
		default:
			t.Errorf("the attribute %s has no generator", path)
		}
	}
	walk(reflect.TypeFor[Server](), "")
	for name := range leaves {
		if !used[name] {
			t.Errorf("no attribute uses the generator %s", name)
		}
	}
}

// servers draws models that pass validation.
func servers() *rapid.Generator[Server] {
	return rapid.Custom(func(t *rapid.T) Server {
		var m Server
		generate(t, reflect.ValueOf(&m).Elem(), "")
		m.LabelsAll = MapOf(Merge(map[string]string{"default": "x"}, StringMap(m.Labels)))
		if m.Resources != nil && m.Resources.CPU != nil && !m.Resources.CPU.Count.IsNull() {
			m.Resources.CPU = &CPU{Count: m.Resources.CPU.Count, Model: m.Resources.CPU.Model}
		}
		if m.CloudInit.ValueString() != "" {
			m.CloudInitWOVersion = types.Int64Null()
		}
		if n := m.Network; n != nil && n.DNSConfig != nil {
			n.DNSConfig.Options = slices.CompactFunc(n.DNSConfig.Options, func(a, b DNSOption) bool { return a.Name.Equal(b.Name) })
		}
		root := m.Storage.Root
		switch {
		case !root.Imported():
			root.PVC, root.Storage = nil, nil
		case root.PVC == nil && root.Storage == nil:
			root.Storage = &Claim{Size: quantity.New("1Gi")}
		case root.PVC != nil:
			root.Storage = nil
		}
		if root.Source.ContainerDisk != nil {
			root.Ephemeral = types.BoolNull()
		}
		return m
	})
}
