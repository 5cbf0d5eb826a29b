package convert

import "testing"

// TestWithRecord: what the configuration left out of the root disk is known from
// what the disk was made with; what it says stands.
func TestWithRecord(t *testing.T) {
	const rest = `name: vs, namespace: default, run_strategy: Always, resources: {memory: 1Gi}`
	for name, c := range map[string]struct{ made, said, want string }{
		"left out": {
			made: `preallocation: true, content_type: archive, priority_class_name: low, pvc: {size: 1Gi, storage_class_name: fast, access_modes: [ReadWriteOnce], volume_mode: Block},
				source: {registry: {url: "docker://a", secret_ref: s, platform: {architecture: amd64}}}`,
			said: `pvc: {size: 2Gi}, source: {registry: {url: "docker://a", secret_ref: ""}}`,
			want: `preallocation: true, content_type: archive, priority_class_name: low, pvc: {size: 2Gi, storage_class_name: fast, access_modes: [ReadWriteOnce], volume_mode: Block},
				source: {registry: {url: "docker://a", secret_ref: s, platform: {architecture: amd64}}}`,
		},
		"said":           {made: `storage: {size: 1Gi, storage_class_name: fast}, source: {http: {url: "https://a.example.org"}}`, said: `storage: {size: 1Gi, storage_class_name: slow}, source: {http: {url: "https://b.example.org"}}`, want: `storage: {size: 1Gi, storage_class_name: slow}, source: {http: {url: "https://b.example.org"}}`},
		"container disk": {made: `source: {container_disk: {image: a, path: /disk/a}}`, said: `source: {container_disk: {image: a}}`, want: `source: {container_disk: {image: a, path: /disk/a}}`},
		"ephemeral":      {made: `ephemeral: true, storage: {size: 1Gi, volume_mode: Block}, source: {blank: {}}`, said: `ephemeral: true, storage: {size: 1Gi}, source: {blank: {}}`, want: `ephemeral: true, storage: {size: 1Gi, volume_mode: Block}, source: {blank: {}}`},
	} {
		t.Run(name, func(t *testing.T) {
			server := func(root string) Server {
				return modelFromYAML(t, []byte(`{`+rest+`, storage: {root: {`+root+`}}}`))
			}
			said := server(c.said)
			before := managed(said)
			l := NewLayout(said, "vs-root-abcde")
			record := RecordRoot(render(server(c.made), "vs-root-abcde"), l)
			wantEqual(t, "the record tells otherwise", managed(server(c.want)), managed(said.WithRecord(record)))
			wantEqual(t, "the server itself changes", before, managed(said))
			wantEqual(t, "no record changes something", before, managed(said.WithRecord(nil)))
		})
	}
}
