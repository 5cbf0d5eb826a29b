package disk_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// everything uses every attribute of the schema that goes with others.
const everything = `{name: data, namespace: team, labels: {a: b}, annotations: {c: d},
  pvc: {size: 20Gi, storage_class_name: fast, access_modes: [ReadWriteOnce], volume_mode: Filesystem, volume_name: pv-1},
  source: {http: {url: "https://example.org/a", secret_ref: s, cert_config_map: c, extra_headers: ["A: b"], secret_extra_headers: [h], checksum: "sha256:0"}},
  preallocation: true, content_type: archive, priority_class_name: low, bind_immediately: true, on_destroy: retain, deletion_protection: true,
  wait: {until: ready, on_timeout: fail, failure_grace: 30s, import_restarts: 5}, timeouts: {create: 10m, read: 1m, update: 10m, delete: 10m}}`

func TestValidate(t *testing.T) {
	tf := acctest.StartOffline(t, "virtualserver_disk")
	const storage = `storage: {size: 1Gi}`
	for name, c := range map[string]struct {
		config string
		want   []string
	}{
		"whole":             {everything, nil},
		"least":             {`{name: a, ` + storage + `}`, nil},
		"absent":            {`{name: a, labels: {}, annotations: {}, storage: {size: 1Gi, storage_class_name: "", access_modes: [], volume_mode: "", volume_name: ""}, content_type: "", priority_class_name: "", on_destroy: "", wait: {}}`, nil},
		"nothing":           {`{}`, []string{"name: Missing Configuration for Required Attribute", "name: Missing claim"}},
		"name":              {`{name: A, ` + storage + `}`, []string{"name: Invalid name"}},
		"two claims":        {`{name: a, ` + storage + `, pvc: {size: 1Gi, access_modes: [ReadWriteOnce]}}`, []string{"storage: Two claims"}},
		"no size":           {`{name: a, storage: {}}`, []string{"storage.size: Missing size"}},
		"no size of upload": {`{name: a, storage: {}, source: {upload: {}}}`, []string{"storage.size: Missing size"}},
		"size of a clone":   {`{name: a, storage: {}, source: {pvc: {name: b}}}`, nil},
		"size of snapshot":  {`{name: a, storage: {}, source: {snapshot: {name: b}}}`, nil},
		"size of an image":  {`{name: a, storage: {}, source: {image: {name: b}}}`, nil},
		"a literal clone":   {`{name: a, pvc: {access_modes: [ReadWriteOnce]}, source: {pvc: {name: b}}}`, []string{"pvc.size: Missing size"}},
		"no modes":          {`{name: a, pvc: {size: 1Gi}}`, []string{"pvc.access_modes: Missing access modes"}},
		"two modes":         {`{name: a, pvc: {size: 1Gi, access_modes: [ReadWriteOnce, ReadWriteMany]}}`, []string{"pvc.access_modes: Several access modes"}},
		"another mode":      {`{name: a, pvc: {size: 1Gi, access_modes: [rwo]}}`, []string{"pvc.access_modes.0: Invalid Attribute Value Match"}},
		"small":             {`{name: a, storage: {size: "8"}}`, []string{"storage.size: Amount too small"}},
		"huge":              {`{name: a, storage: {size: 5Ei}}`, []string{"storage.size: Amount too large"}},
		"negative":          {`{name: a, storage: {size: -1Gi}}`, []string{"storage.size: Invalid quantity"}},
		"no number":         {`{name: a, storage: {size: large}}`, []string{"storage.size: Invalid quantity"}},
		"two sources":       {`{name: a, ` + storage + `, source: {blank: {}, upload: {}}}`, []string{"source: More than one source"}},
		"blank archive":     {`{name: a, ` + storage + `, content_type: archive, source: {blank: {}}}`, []string{"content_type: No archive"}},
		"archive of none":   {`{name: a, ` + storage + `, content_type: archive}`, []string{"content_type: No archive"}},
		"block archive":     {`{name: a, storage: {size: 1Gi, volume_mode: Block}, content_type: archive, source: {http: {url: "https://example.org/a"}}}`, []string{"content_type: No file system"}},
		"url":               {`{name: a, ` + storage + `, source: {http: {url: "ftp://example.org/a"}}}`, []string{"source.http.url: Invalid URL"}},
		"on_destroy":        {`{name: a, ` + storage + `, on_destroy: keep}`, []string{"on_destroy: Invalid Attribute Value Match"}},
		"restarts":          {`{name: a, ` + storage + `, wait: {import_restarts: 0}}`, []string{"wait.import_restarts: Invalid Attribute Value"}},
		"grace":             {`{name: a, ` + storage + `, wait: {failure_grace: soon}}`, []string{"wait.failure_grace: Invalid duration"}},
		"reserved":          {`{name: a, ` + storage + `, annotations: {cdi.kubevirt.io/storage.bind.immediate.requested: "true"}}`, []string{"annotations.cdi.kubevirt.io/storage.bind.immediate.requested: Reserved key"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, tf.Validate(c.config)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknown(t *testing.T) {
	acctest.StartOffline(t, "virtualserver_disk").WithUnknown(everything)
	acctest.StartOffline(t, "virtualserver_disk").WithUnknown(`{name: a, storage: {}, source: {image: {name: a, namespace: b, kind: DataSource}}}`)
}

// TestPlan: what a change does follows from the configuration and the state alone, and
// what is lost with a replacement is said by name.
func TestPlan(t *testing.T) {
	tf := acctest.StartOffline(t, "virtualserver_disk")
	const state = `{name: a, namespace: team, id: team/a, uid: u, storage: {size: 2Gi, storage_class_name: fast}, source: {http: {url: "https://example.org/a"}}, ON_DESTROY
    status: {phase: Succeeded, ready: true, restarts: 0}}`
	lost, protected := `: Replacing disk "team/a" deletes all that is on it`, `deletion_protection: Unable to replace disk "team/a"`
	config := func(parts string) string {
		return `{name: a, ` + parts + `}`
	}
	const http = `, source: {http: {url: "https://example.org/a"}}`
	for name, c := range map[string]struct {
		more, config  string // more of the state
		said, replace []string
	}{
		"no change":      {"", config(`storage: {size: 2Gi, storage_class_name: fast}` + http), nil, nil},
		"spelling":       {"", config(`storage: {size: 2048Mi, storage_class_name: fast}, labels: {}, content_type: "", bind_immediately: false` + http), nil, nil},
		"growth":         {"", config(`storage: {size: 3Gi, storage_class_name: fast}` + http), nil, nil},
		"class left out": {"", config(`storage: {size: 2Gi}` + http), nil, nil},
		"shrunk":         {"", config(`storage: {size: 1Gi, storage_class_name: fast}` + http), []string{`storage.size: Unable to shrink disk "team/a"`}, nil},
		"class":          {"", config(`storage: {size: 2Gi, storage_class_name: slow}` + http), []string{lost}, []string{"storage.storage_class_name"}},
		"source":         {"", config(`storage: {size: 2Gi}, source: {http: {url: "https://example.org/b"}}`), []string{lost}, []string{"source"}},
		"no source":      {"", config(`storage: {size: 2Gi}`), nil, nil}, // nobody recorded what the disk was made with
		"name":           {"", `{name: b, storage: {size: 2Gi}` + http + `}`, []string{lost}, []string{"name"}},
		"namespace":      {"", `{name: a, namespace: b, storage: {size: 2Gi}` + http + `}`, []string{lost}, []string{"namespace"}},
		"smaller anew":   {"", config(`storage: {size: 1Gi, storage_class_name: slow}` + http), []string{lost}, []string{"storage.storage_class_name"}},
		"protected":      {"deletion_protection: true, ", config(`storage: {size: 2Gi, storage_class_name: slow}` + http), []string{protected}, []string{"storage.storage_class_name"}},
		"protected now":  {"", config(`storage: {size: 2Gi, storage_class_name: slow}, deletion_protection: true` + http), []string{protected}, []string{"storage.storage_class_name"}},
		"retained":       {"on_destroy: retain, ", config(`storage: {size: 2Gi, storage_class_name: slow}, on_destroy: retain` + http), []string{`on_destroy: Unable to replace disk "team/a"`}, []string{"storage.storage_class_name"}},
		"retained, elsewhere": {"on_destroy: retain, ", `{name: b, on_destroy: retain, storage: {size: 2Gi}` + http + `}`,
			[]string{`: Replacing disk "team/a" keeps the old one`}, []string{"name"}},
	} {
		t.Run(name, func(t *testing.T) {
			said, replace := tf.PlanSaid(strings.Replace(state, "ON_DESTROY", c.more, 1), c.config)
			if diff := cmp.Diff(c.said, said); diff != "" {
				t.Errorf("said (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.replace, replace); diff != "" {
				t.Errorf("replace (-want +got):\n%s", diff)
			}
		})
	}
}
