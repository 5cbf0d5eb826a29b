package virtualserver_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlanCreate(t *testing.T) {
	tf := newOffline(t, values{"namespace": "provider", "default_labels": values{"app": "default", "team": "a"}})
	long := strings.Repeat("a", 64)
	for name, c := range map[string]struct {
		change values
		want   values // planned attributes; unknown is one
	}{
		"names": {want: values{"id": "provider/vs", "namespace": "provider", "vm_name": "vs", "run_strategy": "Always",
			"uid": unknown, "root_claim": unknown, "status": unknown, "labels": nil, "annotations": nil,
			"labels_all": values{"app": "default", "team": "a"}}},
		"own namespace and labels": {values{"namespace": "own", "labels": values{"app": "web"}},
			values{"id": "own/vs", "namespace": "own", "labels": values{"app": "web"}, "labels_all": values{"app": "web", "team": "a"}}},
		"long name": {values{"name": long},
			values{"id": "provider/" + long, "vm_name": strings.Repeat("a", 54) + "-0098ba82"}},
		"unknown name":      {values{"name": unknown}, values{"name": unknown, "id": unknown, "vm_name": unknown, "namespace": "provider"}},
		"unknown namespace": {values{"namespace": unknown}, values{"namespace": unknown, "id": unknown, "vm_name": "vs"}},
		"unknown labels":    {values{"labels": unknown}, values{"labels": unknown, "labels_all": unknown}},
		"unknown label":     {values{"labels": values{"a": unknown}}, values{"labels_all": unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			p := tf.plan(nil, with(parse(t, small), c.change))
			if len(p.errors)+len(p.warnings)+len(p.replace) > 0 {
				t.Error(p.errors, p.warnings, p.replace)
			}
			for attribute, want := range c.want {
				got := objectOf(t, p.value)[attribute]
				if want := valueOf(t, got.Type(), want); !got.Equal(want) {
					t.Errorf("%s is planned as %v, want %v", attribute, got, want)
				}
			}
		})
	}
}

// TestPlanNothing: the same server, written otherwise where a state says the
// same, is no change.
func TestPlanNothing(t *testing.T) {
	tf := newOffline(t, values{})
	absent := values{
		"labels": values{}, "annotations": values{}, "cloud_init": "", "cloud_init_type": "", "resources.cpu": values{},
		"network":                  values{"tcp": []any{}, "udp": []any{}, "mac_address": "", "dns_policy": "", "dns_config": values{}, "service": values{}},
		"storage.additional_disks": values{}, "storage.filesystems": values{}, "storage.root.ephemeral": false,
		"storage.root.bus": "", "storage.root.storage.access_modes": []any{}, "storage.root.storage.volume_mode": "",
	}
	for name, c := range map[string]struct {
		base        string
		was, change values
	}{
		"small":             {base: small},
		"large":             {base: large},
		"absent spellings":  {base: small, was: absent},
		"memory":            {large, nil, values{"resources.memory": "1024Mi", "resources.memory_request": "0.5Gi"}},
		"memory in bytes":   {large, nil, values{"resources.memory": "1073741824"}},
		"size":              {large, nil, values{"storage.root.pvc.size": "4096Mi"}},
		"capacity":          {small, values{"storage.additional_disks.empty": values{"empty_disk": values{"capacity": "1Gi"}}}, values{"storage.additional_disks.empty.empty_disk.capacity": "1024Mi"}},
		"namespace left":    {large, nil, values{"namespace": nil}},
		"strategy left":     {large, nil, values{"run_strategy": nil}},
		"write-only secret": {small, values{"cloud_init_wo": "a", "cloud_init_wo_version": 1.0}, values{"cloud_init_wo": "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			base := with(parse(t, c.base), c.was)
			prior := tf.created(base)
			p := tf.plan(prior, with(base, c.change))
			if len(p.errors)+len(p.warnings)+len(p.replace) > 0 || !p.value.Equal(prior.value) {
				t.Errorf("it plans to change %v, %v %v %v", changed(t, prior, p), p.replace, p.warnings, p.errors)
			}
		})
	}
}

// TestPlanChange: what changes in place, and which computed values become
// unknown with it.
func TestPlanChange(t *testing.T) {
	tf := newOffline(t, values{})
	prior := tf.created(parse(t, large)).set(t, values{"service_name": "web"})
	warnings := map[string][]string{"cloud-init gone": {`Updating virtual server "team/vs" removes its cloud-init user data`}}
	for name, c := range map[string]struct {
		change values
		want   []string
	}{
		"memory":            {values{"resources.memory": "2Gi"}, []string{"resources", "status?"}},
		"cpu":               {values{"resources.cpu.sockets": 2.0}, []string{"resources", "status?"}},
		"strategy":          {values{"run_strategy": "Halted"}, []string{"run_strategy", "status?"}},
		"size":              {values{"storage.root.pvc.size": "5Gi"}, []string{"status?", "storage"}},
		"serial":            {values{"storage.root.serial": "S"}, []string{"status?", "storage"}},
		"bus":               {values{"storage.root.bus": "sata"}, []string{"status?", "storage"}},
		"disk":              {values{"storage.additional_disks.new": values{"data_volume": values{"name": "n"}}}, []string{"status?", "storage"}},
		"disk gone":         {values{"storage.additional_disks.claim": nil}, []string{"status?", "storage"}},
		"cloud-init":        {values{"cloud_init": "#cloud-config\n"}, []string{"cloud_init", "status?"}},
		"dns":               {values{"network.dns_config.searches": []any{"a"}}, []string{"network", "status?"}},
		"label":             {values{"labels": values{"app": "db"}}, []string{"labels", "labels_all"}},
		"labels gone":       {values{"labels": nil}, []string{"labels", "labels_all"}},
		"annotation":        {values{"annotations": values{"a": "b"}}, []string{"annotations"}},
		"ports":             {values{"network.tcp": []any{80.0, 443.0}}, []string{"network"}},
		"ports gone":        {values{"network.tcp": nil, "network.udp": nil}, []string{"cluster_ip", "network", "service_name"}},
		"service name":      {values{"network.service.name": "other"}, []string{"cluster_ip?", "network", "service_name"}},
		"protection":        {values{"deletion_protection": true}, []string{"deletion_protection"}},
		"wait":              {values{"wait": nil}, []string{"wait"}},
		"timeouts":          {values{"timeouts": values{"create": "11m"}}, []string{"timeouts"}},
		"an absent network": {values{"network": values{"tcp": []any{80.0}, "udp": []any{53.0}, "service": values{"name": "web"}}}, []string{"network", "status?"}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			p := tf.plan(prior, with(parse(t, large), c.change))
			if diff := cmp.Diff(warnings[name], p.warnings); diff != "" || len(p.errors)+len(p.replace) > 0 {
				t.Error(p.errors, diff, p.replace)
			}
			if diff := cmp.Diff(c.want, changed(t, prior, p)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlanUserDataGone: generated configurations hold null for sensitive
// values, so that losing user data is worth a warning.
func TestPlanUserDataGone(t *testing.T) {
	tf := newOffline(t, values{})
	prior := tf.created(parse(t, large))
	p := tf.plan(prior, with(parse(t, large), values{"cloud_init": nil, "cloud_init_type": nil}))
	if diff := cmp.Diff([]string{`Updating virtual server "team/vs" removes its cloud-init user data`}, p.warnings); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"cloud_init", "cloud_init_type", "status?"}, changed(t, prior, p)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPlanSpellings: absent, written otherwise, is never more than a change of
// the state: the server is not touched.
func TestPlanSpellings(t *testing.T) {
	tf := newOffline(t, values{})
	for path, empty := range map[string]any{
		"labels": values{}, "annotations": values{}, "cloud_init": "", "cloud_init_type": "", "resources.cpu": values{},
		"resources.memory_request": "", "network": values{}, "network.tcp": []any{}, "network.mac_address": "", "network.dns_policy": "",
		"network.dns_config": values{}, "network.dns_config.options": []any{}, "network.service": values{"name": ""},
		"storage.additional_disks": values{}, "storage.filesystems": values{}, "storage.root.ephemeral": false,
		"storage.root.name": "", "storage.root.bus": "", "storage.root.serial": "", "storage.root.storage.access_modes": []any{},
		"storage.root.storage.storage_class_name": "", "storage.root.storage.volume_mode": "",
		"storage.root.source.http.secret_ref": "", "storage.root.source.http.extra_headers": []any{}, "deletion_protection": false,
	} {
		t.Run(path, func(t *testing.T) {
			tf := tf
			tf.t = t
			absent, written := parse(t, small), with(parse(t, small), values{path: empty})
			top, _, _ := strings.Cut(path, ".")
			for from, to := range map[string]string{"absent": "written", "written": "absent"} {
				configs := map[string]values{"absent": absent, "written": written}
				prior := tf.created(configs[from])
				p := tf.plan(prior, configs[to])
				if got := changed(t, prior, p); len(p.errors)+len(p.warnings)+len(p.replace) > 0 || slices.ContainsFunc(got, func(a string) bool { return a != top }) {
					t.Errorf("from %s to %s it plans to change %v, %v %v %v", from, to, got, p.replace, p.warnings, p.errors)
				}
			}
		})
	}
}

func TestPlanDestroy(t *testing.T) {
	tf := newOffline(t, values{})
	for protection, want := range map[any][]string{
		nil: nil, false: nil, true: {`deletion_protection: Unable to destroy virtual server "default/vs"`},
	} {
		p := tf.plan(tf.created(with(parse(t, small), values{"deletion_protection": protection})), nil)
		if diff := cmp.Diff(want, p.errors); diff != "" || !p.value.IsNull() {
			t.Errorf("%v: %s", protection, diff)
		}
	}
}

// TestPlanUnconfigured: a plan is made even when the provider is not
// configured, or not known yet.
func TestPlanUnconfigured(t *testing.T) {
	for name, block := range map[string]values{"not at all": nil, "unknown host": {"host": unknown, "namespace": "default"},
		"unknown labels": {"default_labels": unknown, "namespace": "default"}, "unknown namespace": {"namespace": unknown}} {
		t.Run(name, func(t *testing.T) {
			configured := newOffline(t, values{})
			tf := newOffline(t, block)
			if p := tf.plan(nil, parse(t, small)); len(p.errors)+len(p.warnings) > 0 {
				t.Error(p.errors, p.warnings)
			}
			prior := configured.created(parse(t, large))
			if p := tf.plan(prior, parse(t, large)); len(p.errors)+len(p.replace) > 0 || slices.ContainsFunc(changed(t, prior, p), func(a string) bool { return a != "labels_all?" }) {
				t.Error(changed(t, prior, p), p.errors, p.replace)
			}
		})
	}
}
