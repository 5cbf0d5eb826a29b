package convert

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

const (
	coveragePage = "../../templates/guides/coverage.md.tmpl"
	unattributed = "testdata/coverage.txt"
)

// TestCoverage: every field of a VirtualMachine's spec has an attribute, or is
// classified in testdata/coverage.txt.
func TestCoverage(t *testing.T) {
	reasons := readReasons(t)
	used := map[string]bool{}
	rows := map[string][][2]string{}
	for _, field := range apiFields(reflect.TypeFor[kubevirtv1.VirtualMachineSpec](), "spec") {
		attributes := attributesOf(field)
		reason, pattern := reasonFor(reasons, field)
		used[pattern] = true
		switch {
		case len(attributes) > 0 && pattern != "" && reasons[pattern].exact:
			t.Errorf("%s has an attribute (%s) and stands in %s", field, attributes[0], unattributed)
		case len(attributes) == 0 && pattern == "":
			t.Errorf("%s has no attribute: give it one, or say in %s why not", field, unattributed)
		}
		text := reason
		if len(attributes) > 0 {
			text = "`" + strings.Join(attributes, "`, `") + "`"
		}
		section := sectionOf(field)
		rows[section] = append(rows[section], [2]string{field, text})
	}
	for field := range fieldsTable {
		is := func(known string) bool { // the presence of an object counts, too
			return known == field || strings.HasPrefix(known, field+".") || known == field+"[]" || isQuantities(known) && strings.HasPrefix(field, known+".")
		}
		if !slices.ContainsFunc(slices.Collect(maps.Keys(knownFields)), is) {
			t.Errorf("%s is written and is not a field", field)
		}
	}
	for pattern := range reasons {
		if !used[pattern] {
			t.Errorf("%s: %s matches no field", unattributed, pattern)
		}
	}
	golden(t, coveragePage, coverageText(rows))
}

// attributesOf returns the attributes of a field, or of the keys below it.
func attributesOf(field string) []string {
	out := slices.Clone(fieldsTable[field])
	for _, at := range slices.Sorted(maps.Keys(fieldsTable)) {
		if strings.HasPrefix(at, field+".") && isQuantities(field) {
			out = append(out, fieldsTable[at]...)
		}
	}
	return out
}

// isQuantities tells whether a field is a map of quantities, each with a meaning
// of its own.
func isQuantities(field string) bool {
	return strings.HasSuffix(field, ".requests") || strings.HasSuffix(field, ".limits")
}

func coverageText(rows map[string][][2]string) []byte {
	var out bytes.Buffer
	fields, attributes, patch, none := 0, 0, 0, 0
	for _, section := range rows {
		for _, row := range section {
			fields++
			switch {
			case strings.HasPrefix(row[1], "`raw_patch`"):
				patch++
			case strings.HasPrefix(row[1], "`"):
				attributes++
			default:
				none++
			}
		}
	}
	fmt.Fprintf(&out, `---
page_title: "Coverage of KubeVirt's API"
description: |-
  Every field of a VirtualMachine's spec, and the attribute that writes it.
---

# Coverage of KubeVirt's API

A VirtualMachine's spec has %d fields in KubeVirt's API %s, down to the last
leaf. %d have an attribute of `+"`virtualserver`"+`; %d can be set with `+"`raw_patch`"+`; %d
are not for users, for the reason given. `+"`*`"+` stands for a name of yours.

The table is generated from what the provider does, not written by hand.
`, fields, APIVersion, attributes, patch, none)
	for _, section := range slices.Sorted(maps.Keys(rows)) {
		fmt.Fprintf(&out, "\n## `%s`\n\n| Field | Attribute |\n|---|---|\n", section)
		for _, row := range rows[section] {
			fmt.Fprintf(&out, "| `%s` | %s |\n", strings.TrimPrefix(strings.TrimPrefix(row[0], section), "."), row[1])
		}
	}
	return out.Bytes()
}

// sectionOf groups fields for reading.
func sectionOf(field string) string {
	for _, section := range []string{
		"spec.template.spec.domain.devices.disks[]", "spec.template.spec.domain.devices.interfaces[]", "spec.template.spec.domain.devices",
		"spec.template.spec.domain.features", "spec.template.spec.domain.firmware", "spec.template.spec.domain.clock", "spec.template.spec.domain",
		"spec.template.spec.volumes[]", "spec.template.spec.networks[]", "spec.template.spec.affinity", "spec.template.spec.livenessProbe",
		"spec.template.spec.readinessProbe", "spec.template.spec", "spec.template", "spec.dataVolumeTemplates[]",
	} {
		if strings.HasPrefix(field, section+".") {
			return section
		}
	}
	return "spec"
}

type reason struct {
	text  string
	exact bool // a field, not a whole subtree
}

// readReasons reads the fields without attribute: one in each line, with the
// reason; one that ends with ".**" stands for all below it.
func readReasons(t *testing.T) map[string]reason {
	t.Helper()
	out := map[string]reason{}
	for line := range strings.Lines(string(readFile(t, unattributed))) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pattern, text, _ := strings.Cut(line, " ")
		if text = strings.TrimSpace(text); text == "" {
			t.Errorf("%s: %s has no reason", unattributed, pattern)
		}
		if rest, ok := strings.CutPrefix(text, "raw_patch"); ok {
			text = "`raw_patch`" + rest
		}
		out[pattern] = reason{text: text, exact: !strings.HasSuffix(pattern, ".**")}
	}
	return out
}

func reasonFor(reasons map[string]reason, field string) (text, pattern string) {
	if r, ok := reasons[field]; ok {
		return r.text, field
	}
	for at := field; ; {
		i := strings.LastIndex(at, ".")
		if i < 0 {
			return "", ""
		}
		at = at[:i]
		if r, ok := reasons[at+".**"]; ok {
			return r.text, at + ".**"
		}
	}
}

// apiFields lists the leaves of a type. Empty objects, whose presence says
// something, are leaves too.
func apiFields(t reflect.Type, at string) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case reflect.TypeFor[resource.Quantity](), reflect.TypeFor[metav1.Time](), reflect.TypeFor[metav1.Duration](), reflect.TypeFor[intstr.IntOrString]():
		return []string{at}
	case reflect.TypeFor[metav1.ObjectMeta]():
		return []string{at + ".name", at + ".namespace", at + ".labels", at + ".annotations", at + ".*"}
	}
	switch t.Kind() {
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return []string{at}
		}
		return apiFields(t.Elem(), at+"[]")
	case reflect.Struct:
		fields := jsonFields(t)
		if len(fields) == 0 {
			return []string{at}
		}
		var out []string
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			out = append(out, apiFields(fields[name], at+"."+name)...)
		}
		return out
	}
	return []string{at}
}
