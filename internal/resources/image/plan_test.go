package image_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const httpImage = `{name: ubuntu, source: {http: {url: "https://images.invalid/u.img"}}, storage: {size: 1Gi}%s}`

// TestValidate: what cannot work is refused offline, at the attribute.
func TestValidate(t *testing.T) {
	o := acctest.StartOffline(t, "virtualserver_image")
	registry := `{name: ubuntu, source: {registry: {url: "docker://a/b:c"}}, storage: {size: 1Gi}%s}`
	upload := `{name: ubuntu, source: {upload: {%s}}, storage: {size: 1Gi}}`
	for name, c := range map[string]struct{ config, want string }{
		"fine":                  {fmt.Sprintf(httpImage, ""), ""},
		"no source":             {`{name: ubuntu, storage: {size: 1Gi}}`, "source: Missing Configuration"},
		"no claim":              {`{name: ubuntu, source: {http: {url: "https://a"}}}`, "name: Missing claim"},
		"no size":               {`{name: ubuntu, source: {http: {url: "https://a"}}, storage: {}}`, "storage.size: Missing size"},
		"size of the source":    {`{name: ubuntu, source: {pvc: {name: a}}, storage: {}}`, ""},
		"blank":                 {`{name: ubuntu, source: {}, storage: {size: 1Gi}}`, "source: "},
		"schedule":              {fmt.Sprintf(registry, `, schedule: {cron: "0 3 * * 1"}`), ""},
		"never":                 {fmt.Sprintf(registry, `, schedule: {cron: ""}`), ""},
		"schedule of http":      {fmt.Sprintf(httpImage, `, schedule: {cron: "@daily"}`), "source.http: Source without a schedule"},
		"bad schedule":          {fmt.Sprintf(registry, `, schedule: {cron: "daily"}`), "schedule.cron: Invalid schedule"},
		"schedule, content":     {fmt.Sprintf(registry, `, schedule: {cron: "@daily"}, content_type: kubevirt`), "content_type: Content type with a schedule"},
		"schedule, long name":   {strings.Replace(fmt.Sprintf(registry, `, schedule: {cron: "@daily"}`), "ubuntu", strings.Repeat("a", 64), 1), "name: Name too long"},
		"shared":                {fmt.Sprintf(httpImage, `, shared_with: {namespaces: [a]}`), ""},
		"shared with nobody":    {fmt.Sprintf(httpImage, `, shared_with: {users: []}`), "shared_with: Shared with nobody"},
		"shared too much":       {fmt.Sprintf(httpImage, `, shared_with: {users: [a], entire_namespace: true}`), "shared_with.entire_namespace: Sharing more than the image"},
		"shared, schedule":      {fmt.Sprintf(registry, `, schedule: {cron: "@daily"}, shared_with: {users: [a]}`), "shared_with.entire_namespace: Sharing an image with a schedule"},
		"shared as group":       {fmt.Sprintf(httpImage, `, shared_with: {groups: ["system:serviceaccounts:a"]}`), "shared_with.groups.0: Group of a namespace"},
		"upload by others":      {fmt.Sprintf(upload, ""), ""},
		"hash of nothing":       {fmt.Sprintf(upload, "sha256: "+strings.Repeat("a", 64)), "source.upload.sha256: Hash of nothing"},
		"bad hash":              {fmt.Sprintf(upload, "path: a, sha256: A"), "source.upload.sha256: Invalid SHA-256"},
		"bad authority":         {fmt.Sprintf(upload, "path: a, proxy: {ca_certificate: a}"), "source.upload.proxy.ca_certificate: Invalid certificate"},
		"cdrom of archive":      {fmt.Sprintf(httpImage, `, cdrom: true, content_type: archive`), "content_type: No CD-ROM"},
		"default without name":  {fmt.Sprintf(httpImage, `, default_preference: {kind: VirtualMachinePreference}`), "default_preference"},
		"label of the defaults": {fmt.Sprintf(httpImage, `, labels: {"instancetype.kubevirt.io/default-instancetype": a}`), "Reserved key"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(o.Validate(c.config), "; ")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestPlanUnknown: a configuration of which any one value is known only after the apply is
// valid and planned.
func TestPlanUnknown(t *testing.T) {
	o := acctest.StartOffline(t, "virtualserver_image")
	for _, config := range []string{
		`{name: a, namespace: b, labels: {c: d}, storage: {size: 1Gi, storage_class_name: e}, source: {http: {url: "https://a"}}, cdrom: true, default_instance_type: {name: f, kind: VirtualMachineInstancetype}}`,
		`{name: a, pvc: {size: 1Gi, access_modes: [ReadWriteOnce]}, source: {upload: {path: a, sha256: "` + strings.Repeat("a", 64) + `", proxy: {url: "https://a", insecure_skip_verify: true}}}, shared_with: {namespaces: [a], users: [b]}}`,
		`{name: a, storage: {size: 1Gi}, source: {registry: {url: "docker://a/b"}}, schedule: {cron: "@daily", imports_to_keep: 2}, shared_with: {groups: [c], entire_namespace: true}}`,
	} {
		o.WithUnknown(config)
	}
}

// TestPlanReplacements: what replaces an image, and what does not.
func TestPlanReplacements(t *testing.T) {
	o := acctest.StartOffline(t, "virtualserver_image")
	const state = `{name: ubuntu, namespace: team, id: team/ubuntu, uid: u, data_source: ubuntu, %s}`
	imported := `source: {http: {url: "https://images.invalid/u.img"}}, storage: {size: 1Gi}`
	scheduled := `source: {registry: {url: "docker://a/b:c"}}, storage: {size: 1Gi}, schedule: {cron: "@daily"}`
	for name, c := range map[string]struct {
		before, after string
		want          []string
	}{
		"nothing":           {imported, imported, nil},
		"spelling":          {imported, strings.Replace(imported, "1Gi", "1024Mi", 1), nil},
		"url":               {imported, strings.Replace(imported, "u.img", "v.img", 1), []string{"source"}},
		"size":              {imported, strings.Replace(imported, "1Gi", "2Gi", 1), nil},
		"defaults":          {imported, imported + ", default_instance_type: {name: a}, cdrom: true, shared_with: {users: [a]}", nil},
		"class":             {strings.Replace(imported, "size: 1Gi", "size: 1Gi, storage_class_name: slow", 1), strings.Replace(imported, "size: 1Gi", "size: 1Gi, storage_class_name: fast", 1), []string{"storage.storage_class_name"}},
		"schedule off":      {scheduled, strings.Replace(scheduled, `, schedule: {cron: "@daily"}`, "", 1), []string{"schedule"}},
		"schedule on":       {strings.Replace(scheduled, `, schedule: {cron: "@daily"}`, "", 1), scheduled, []string{"schedule"}},
		"other schedule":    {scheduled, strings.Replace(scheduled, "@daily", "@weekly", 1), []string{"schedule"}},
		"default retention": {scheduled, strings.Replace(scheduled, `"@daily"`, `"@daily", retention_policy: None, garbage_collect: Outdated`, 1), nil},
		"retention":         {scheduled, strings.Replace(scheduled, `"@daily"`, `"@daily", retention_policy: All`, 1), []string{"schedule"}},
		"size of imports":   {scheduled, strings.Replace(scheduled, "1Gi", "2Gi", 1), []string{"storage.size"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, replace := o.PlanWarned(fmt.Sprintf(state, c.before), "{name: ubuntu, "+c.after+"}")
			if !slices.Equal(replace, c.want) {
				t.Errorf("replaced because of %v, not %v", replace, c.want)
			}
		})
	}
}

// TestPlanRetained: a retained image keeps its name, so nothing replaces it under that.
func TestPlanRetained(t *testing.T) {
	o := acctest.StartOffline(t, "virtualserver_image")
	const state = `{name: a, namespace: team, id: team/a, uid: u, data_source: a, on_destroy: retain, source: {http: {url: "https://images.invalid/u.img"}}, storage: {size: 1Gi, storage_class_name: slow}}`
	for name, want := range map[string]string{
		"a": `on_destroy: Unable to replace image "team/a"`,
		"b": `: Replacing image "team/a" keeps the old one`,
	} {
		said, _ := o.PlanSaid(state, `{name: `+name+`, on_destroy: retain, source: {http: {url: "https://images.invalid/u.img"}}, storage: {size: 1Gi, storage_class_name: fast}}`)
		if !slices.Equal(said, []string{want}) {
			t.Errorf("said %q, not %q", said, want)
		}
	}
}

// TestPlanUpload: the planned hash follows from the file, which is read only where it
// looks different.
func TestPlanUpload(t *testing.T) {
	o := acctest.StartOffline(t, "virtualserver_image")
	name := filepath.Join(t.TempDir(), "a.img")
	if err := os.WriteFile(name, []byte("test"), 0o600); err != nil {
		t.Fatal(err)
	}
	const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" // of "test"
	other := strings.Repeat("0", 64)
	state := func(hash, phase string) string {
		if hash != "null" {
			hash = strconv.Quote(hash)
		}
		return fmt.Sprintf(`{name: a, namespace: team, id: team/a, uid: u, data_source: a, storage: {size: 1Gi}, source: {upload: {path: %q, sha256: %s}}, status: {phase: %s}}`, name, hash, phase)
	}
	config := func(parts string) string {
		return fmt.Sprintf(`{name: a, storage: {size: 1Gi}, source: {upload: {%s}}}`, parts)
	}
	path := fmt.Sprintf("path: %q", name)
	for name, c := range map[string]struct {
		state, config string
		want          string
		replaced      bool
	}{
		"new":               {"", config(path), "<unknown>", false},
		"new, hash given":   {"", config(path + ", sha256: '" + hash + "'"), hash, false},
		"new, by others":    {"", config(""), "<null>", false},
		"same":              {state(hash, "Succeeded"), config(path), hash, false},
		"changed":           {state(other, "Succeeded"), config(path), "<unknown>", true},
		"given, same":       {state(hash, "Succeeded"), config(path + ", sha256: '" + hash + "'"), hash, false},
		"given, other":      {state(hash, "Succeeded"), config(path + ", sha256: '" + other + "'"), other, true},
		"given, not read":   {state(other, "Succeeded"), config("path: /nowhere, sha256: '" + other + "'"), other, false},
		"file is away":      {state(hash, "Succeeded"), config("path: /nowhere"), hash, false},
		"nobody knows":      {state("null", "Succeeded"), config(path), "<null>", false},
		"nobody knew":       {state("null", "Succeeded"), config(path + ", sha256: '" + hash + "'"), hash, false},
		"waits for it":      {state("null", "UploadReady"), config(path), "<unknown>", false},
		"by others, filled": {state(hash, "Succeeded"), config(""), hash, false},
	} {
		t.Run(name, func(t *testing.T) {
			values, replace := o.PlanWarned(c.state, c.config, "source.upload.sha256")
			if values[0] != c.want || (len(replace) > 0) != c.replaced {
				t.Errorf("planned %s, replaced because of %v; want %s, %t", values[0], replace, c.want, c.replaced)
			}
		})
	}
}
