package convert

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/merge"
)

func TestParseRawPatchRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{`:                                   "neither JSON nor YAML",
		"a: b: c":                             "neither JSON nor YAML",
		"spec: {}\nspec: {}":                  "neither JSON nor YAML",
		"spec: {}\n---\nspec: {}":             "several YAML documents",
		"- a":                                 "must be an object",
		"text":                                "must be an object",
		"status: {}":                          `the field "status" cannot be set`,
		"kind: VirtualMachine":                `the field "kind" cannot be set`,
		"metadata: {name: other}":             `the field "metadata.name" cannot be set`,
		"spec: {running: true}":               "use run_strategy",
		"spec: {template: null}":              `the field "spec.template" is null`,
		"spec: {dataVolumeTemplates: [null]}": `the field "spec.dataVolumeTemplates[0]" is null`,
		"spec: {templat: {}}":                 `has no field "spec.templat"`,
		"spec: {template: {spec: {domain: {cpu: {corse: 1}}}}}":       `has no field "spec.template.spec.domain.cpu.corse"`,
		"spec: {template: {spec: {domain: {cpu: {cores: x}}}}}":       "does not fit",
		"spec: {template: {spec: {domain: {memory: {guest: 1 GB}}}}}": "does not fit",

		"metadata: {labels: {kubevirt.io/vm: x}}":                              `the field "metadata.labels[kubevirt.io/vm]" cannot be set`,
		"metadata: {annotations: {a: b, virtualserver.io/name: x}}":            `the field "metadata.annotations[virtualserver.io/name]" cannot be set`,
		"metadata: {annotations: {attachment.virtualserver.io/a: uid/disk}}":   `the field "metadata.annotations[attachment.virtualserver.io/a]" cannot be set`,
		"spec: {template: {metadata: {labels: {kubevirt.io/created-by: x}}}}":  `the field "spec.template.metadata.labels[kubevirt.io/created-by]" cannot be set`,
		"spec: {template: {metadata: {annotations: {virtualserver.io/a: x}}}}": `the field "spec.template.metadata.annotations[virtualserver.io/a]" cannot be set`,
	} {
		if _, err := ParseRawPatch(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	for _, text := range []string{"", "{}", "---\nspec: {}", "# nothing", "metadata: {labels: {a: b}, annotations: {example.org/x: '1'}}", "spec: {template: {metadata: {labels: {kubevirt.io/domain: x}}}}"} {
		if _, err := ParseRawPatch(text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

const patchedServer = `{name: vs, namespace: default, run_strategy: Always, resources: {memory: 1Gi}, storage: {root: {pvc: {size: 1Gi}, source: {blank: {}}}}}`

func withRawPatch(t *testing.T, text string) Server {
	t.Helper()
	m := modelFromYAML(t, []byte(patchedServer))
	m.RawPatch = types.StringValue(text)
	return m
}

func TestRawPatchConflict(t *testing.T) {
	for text, want := range map[string]string{
		"spec: {template: {spec: {domain: {cpu: {cores: 2}}}}}":                                                               "",
		"spec: {template: {spec: {domain: {memory: {guest: 1024Mi}}}}}":                                                       "",
		"spec: {template: {spec: {domain: {memory: {guest: 2Gi}}}}}":                                                          "spec.template.spec.domain.memory.guest",
		"spec: {runStrategy: Halted}":                                                                                         "spec.runStrategy",
		"spec: {template: {spec: {domain: {devices: {disks: [{name: root, io: native}]}}}}}":                                  "",
		"spec: {template: {spec: {domain: {devices: {disks: [{name: root, disk: {bus: sata}}]}}}}}":                           "spec.template.spec.domain.devices.disks[root].disk.bus",
		"spec: {template: {spec: {volumes: [{name: root, dataVolume: {name: other}}]}}}":                                      "spec.template.spec.volumes[root].dataVolume.name",
		"spec: {template: {spec: {volumes: [{name: more, containerDisk: {image: a}}]}}}":                                      "",
		"spec: {template: {spec: {domain: {devices: {interfaces: [{name: default, ports: [{port: 80}], masquerade: {}}]}}}}}": "",
	} {
		if got := RawPatchConflict(withRawPatch(t, text), newLayout("vs", "vs-root-abcde")); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// TestRawPatchUpdate: what a fragment no longer has goes, what others wrote stays.
func TestRawPatchUpdate(t *testing.T) {
	l := newLayout("vs", "vs-root-abcde")
	content := func(text string) map[string]any { return contentOf(ToVirtualMachine(withRawPatch(t, text), l)) }
	base := content(`{"spec":{"template":{"spec":{"domain":{"launchSecurity":{"sev":{}},"chassis":{"asset":"x"}},"volumes":[{"name":"extra","containerDisk":{"image":"a"}}]}}}}`)
	want := content("spec: {template: {spec: {domain: {chassis: {asset: z}}}}}")
	live := merge.Objects(base, nil, map[string]any{"spec": map[string]any{"template": map[string]any{"spec": map[string]any{"hostname": "theirs"}}}})
	vm := machineOf(merge.Objects(live, base, want))
	spec := &vm.Spec.Template.Spec
	if spec.Domain.LaunchSecurity != nil || len(spec.Volumes) != 1 || spec.Domain.Chassis.Asset != "z" || spec.Hostname != "theirs" {
		t.Errorf("the update gives %+v", spec)
	}
}

func TestRawPatchDrift(t *testing.T) {
	const fragment = "spec:\n  template:\n    spec:\n      domain:\n        chassis: {asset: x}\n        memory: {maxGuest: 4096Mi}\n      volumes: [{name: extra, containerDisk: {image: a}}]\n"
	m := withRawPatch(t, fragment)
	read := func(change func(spec *kubevirtv1.VirtualMachineInstanceSpec)) string {
		vm := ToVirtualMachine(m, newLayout("vs", "vs-root-abcde"))
		change(&vm.Spec.Template.Spec)
		return FromObjects(Objects{VM: vm}, &m).RawPatch.ValueString()
	}
	if got := read(func(spec *kubevirtv1.VirtualMachineInstanceSpec) {
		spec.Domain.Chassis.Serial, spec.Hostname = "theirs", "theirs"
	}); got != fragment {
		t.Errorf("what others write shows: %s", got)
	}
	got := read(func(spec *kubevirtv1.VirtualMachineInstanceSpec) {
		spec.Domain.Chassis.Asset = "y"
		spec.Volumes = spec.Volumes[:1]
	})
	if want := "spec:\n  template:\n    spec:\n      domain:\n        chassis:\n          asset: \"y\"\n        memory:\n          maxGuest: 4Gi\n"; got != want {
		t.Errorf("the drift reads as %q", got)
	}
	if m.RawPatch = types.StringValue(`{"spec":{"template":{"spec":{"domain":{"chassis":{"asset":"x"}}}}}}`); read(func(spec *kubevirtv1.VirtualMachineInstanceSpec) {
		spec.Domain.Chassis.Asset = "y"
	}) != `{"spec":{"template":{"spec":{"domain":{"chassis":{"asset":"y"}}}}}}` {
		t.Error("JSON does not stay JSON")
	}
}

func FuzzRawPatch(f *testing.F) {
	f.Add("spec: {template: {spec: {domain: {cpu: {cores: 2}}, volumes: [{name: root}]}}}")
	f.Add(`{"metadata":{"labels":{"a":"b"}},"spec":{"dataVolumeTemplates":[{"metadata":{"name":"x"}}]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		m := modelFromYAML(t, []byte(patchedServer))
		m.RawPatch = types.StringValue(text)
		l := newLayout("vs", "vs-root-abcde")
		RawPatchConflict(m, l)
		vm := ToVirtualMachine(m, l)
		read := FromObjects(Objects{VM: vm}, &m)
		if _, err := ParseRawPatch(text); err == nil && read.RawPatch != m.RawPatch {
			t.Errorf("%q reads as %q", text, read.RawPatch.ValueString())
		}
	})
}

func TestAPIVersion(t *testing.T) {
	if !strings.Contains(string(readFile(t, "../../go.mod")), "\tkubevirt.io/api "+APIVersion+"\n") {
		t.Errorf("go.mod requires another version of KubeVirt's API than %s", APIVersion)
	}
}
