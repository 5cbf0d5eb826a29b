package convert

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/yaml"
)

// TestSources: each source becomes the DataVolume's, and is read back at import.
func TestSources(t *testing.T) {
	for attributes, want := range map[string]string{
		`{http: {url: "https://a/b", secret_ref: s, cert_config_map: c, extra_headers: ["A: b"], secret_extra_headers: [h], checksum: "sha256:0"}}`: `
			source: {http: {url: "https://a/b", secretRef: s, certConfigMap: c, extraHeaders: ["A: b"], secretExtraHeaders: [h], checksum: "sha256:0"}}`,
		`{s3: {url: "https://s3/b/k", secret_ref: s, cert_config_map: c}}`: `
			source: {s3: {url: "https://s3/b/k", secretRef: s, certConfigMap: c}}`,
		`{gcs: {url: "gs://b/k", secret_ref: s}}`: `
			source: {gcs: {url: "gs://b/k", secretRef: s}}`,
		`{registry: {url: "docker://a/b", pull_method: node, secret_ref: s, cert_config_map: c, platform: {architecture: arm64}}}`: `
			source: {registry: {url: "docker://a/b", pullMethod: node, secretRef: s, certConfigMap: c, platform: {architecture: arm64}}}`,
		`{imageio: {url: "https://e/api", disk_id: "1", secret_ref: s, cert_config_map: c, insecure_skip_verify: true}}`: `
			source: {imageio: {url: "https://e/api", diskId: "1", secretRef: s, certConfigMap: c, insecureSkipVerify: true}}`,
		`{vddk: {url: "https://v", uuid: u, backing_file: "[d] a.vmdk", thumbprint: AA, secret_ref: s, init_image_url: i, extra_args: x}}`: `
			source: {vddk: {url: "https://v", uuid: u, backingFile: "[d] a.vmdk", thumbprint: AA, secretRef: s, initImageURL: i, extraArgs: x}}`,
		`{image: {name: fedora, namespace: images}}`: `
			sourceRef: {kind: DataSource, name: fedora, namespace: images}`,
		`{image: {name: fedora}}`: `
			sourceRef: {kind: DataSource, name: fedora}`,
		`{pvc: {name: a}}`: `
			source: {pvc: {name: a, namespace: team}}`,
		`{snapshot: {name: a, namespace: other}}`: `
			source: {snapshot: {name: a, namespace: other}}`,
		`{upload: {}}`: `
			source: {upload: {}}`,
		`{blank: {}}`: `
			source: {blank: {}}`,
	} {
		t.Run(attributes, func(t *testing.T) {
			m := modelFromYAML(t, []byte(`{name: vs, namespace: team, storage: {root: {storage: {size: 1Gi}, source: `+attributes+`}}}`))
			root := m.Storage.Root
			if !root.Imported() {
				t.Error("it does not count as imported")
			}
			var spec, expected cdiv1.DataVolumeSpec
			root.Source.bind(writer, &spec, "team")
			if err := yaml.UnmarshalStrict([]byte(strings.TrimSpace(want)), &expected); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(expected, spec); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(root.Source, sourceFrom(reader{importing: true}, &spec, "team", nil)); diff != "" {
				t.Errorf("the import reads otherwise (-want +got):\n%s", diff)
			}
		})
	}
}
