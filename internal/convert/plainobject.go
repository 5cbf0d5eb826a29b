package convert

import (
	"reflect"
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// PlainObject is a Kubernetes object that one resource is, and nothing else.
type PlainObject interface {
	metav1.Object
	runtime.Object
}

// ListObject is a list of plain objects.
type ListObject interface {
	metav1.ListInterface
	runtime.Object
}

// bindHead binds what all plain objects have. Name, namespace and scope are the
// object's whole life the same: they are read at import alone.
func bindHead(b binder, h metadata.Head, meta *metav1.ObjectMeta) {
	if b.writing {
		meta.Name = h.Name.ValueString()
		if !h.IsClusterWide() {
			meta.Namespace = h.Namespace.ValueString()
		}
		meta.Labels, meta.Annotations = metadata.Merge(StringMap(*h.Labels)), metadata.Merge(StringMap(*h.Annotations))
		return
	}
	*h.Labels = b.keys(*h.Labels, meta.Labels, metadata.IsReserved)
	*h.Annotations = b.keys(*h.Annotations, meta.Annotations, metadata.IsReserved)
	if b.importing {
		*h.Name, *h.Namespace = types.StringValue(meta.Name), textOrNull(meta.Namespace)
		if h.ClusterWide != nil && meta.Namespace == "" {
			*h.ClusterWide = types.BoolValue(true)
		}
	}
	*h.ID = types.StringValue(metadata.ID(meta.Namespace, meta.Name))
	*h.UID = types.StringValue(string(meta.UID))
}

// attributeOfField returns the attribute of model that renders a field of its
// object, as an API error names it ("spec.cpu.maxSockets"). Attributes have the
// names of fields in snake case, but for those in renamed; of a path that goes
// deeper than the attributes, what they have is the answer.
func attributeOfField(model any, renamed map[string]string, field string) path.Path {
	at, so := path.Empty(), ""
	ty := reflect.TypeOf(model)
	for i, segment := range strings.Split(field, ".") {
		segment, _, indexed := strings.Cut(segment, "[")
		so += "." + segment
		if i == 0 && (segment == "spec" || segment == "metadata") {
			continue
		}
		name := snakeCase(segment)
		if other, ok := renamed[so[1:]]; ok {
			name = other
		}
		next, ok := attributeType(ty, name)
		if !ok {
			break
		}
		at = at.AtName(name)
		if ty = next; indexed {
			break // a list of the object may be a map of the model
		}
	}
	return at
}

func attributeType(ty reflect.Type, name string) (reflect.Type, bool) {
	for ty.Kind() == reflect.Pointer {
		ty = ty.Elem()
	}
	if ty.Kind() != reflect.Struct {
		return nil, false
	}
	for _, field := range reflect.VisibleFields(ty) {
		if field.Tag.Get("tfsdk") == name {
			return field.Type, true
		}
	}
	return nil, false
}

// snakeCase turns KubeVirt's names into those of attributes: dedicatedCPUPlacement
// is dedicated_cpu_placement.
func snakeCase(field string) string {
	runes := []rune(field)
	var out strings.Builder
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
