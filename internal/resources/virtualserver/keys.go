package virtualserver

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/attribute"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

const (
	labels              = "labels"
	annotations         = "annotations"
	templateLabels      = "template_labels"
	templateAnnotations = "template_annotations"
)

// privateManaged is the key in private state of the managed keys.
const privateManaged = "managed_keys"

// managedKeys are the label and annotation keys that this provider wrote: the
// only ones that it ever removes. An imported server has none.
type managedKeys struct {
	Labels              []string `json:"labels,omitempty"`
	Annotations         []string `json:"annotations,omitempty"`
	TemplateLabels      []string `json:"template_labels,omitempty"`
	TemplateAnnotations []string `json:"template_annotations,omitempty"`

	ServiceLabels      []string `json:"service_labels,omitempty"`
	ServiceAnnotations []string `json:"service_annotations,omitempty"`
}

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func readManagedKeys(ctx context.Context, private privateReader) (managedKeys, diag.Diagnostics) {
	var out managedKeys
	data, diags := private.GetKey(ctx, privateManaged)
	if len(data) > 0 {
		if err := json.Unmarshal(data, &out); err != nil {
			diags.AddError("Unable to read private state", "The record of managed labels is damaged: "+err.Error())
		}
	}
	return out, diags
}

// writeManagedKeys records the keys that the configuration asks for.
func writeManagedKeys(ctx context.Context, private privateWriter, keys managedKeys) diag.Diagnostics {
	data, err := json.Marshal(keys)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to write private state", err.Error())}
	}
	return private.SetKey(ctx, privateManaged, data)
}

// newManagedKeys are the keys that a configuration and the provider's default
// labels ask for.
func newManagedKeys(config convert.Server, defaultLabels map[string]string) managedKeys {
	sorted := func(all ...map[string]string) []string { return slices.Sorted(maps.Keys(convert.Merge(all...))) }
	keys := managedKeys{
		Labels:              sorted(defaultLabels, convert.StringMap(config.Labels)),
		Annotations:         sorted(convert.StringMap(config.Annotations)),
		TemplateLabels:      sorted(convert.StringMap(config.TemplateLabels)),
		TemplateAnnotations: sorted(convert.StringMap(config.TemplateAnnotations)),
	}
	if n := config.Network; n != nil && n.Service != nil {
		keys.ServiceLabels = sorted(convert.StringMap(n.Service.Labels))
		keys.ServiceAnnotations = sorted(convert.StringMap(n.Service.Annotations))
	}
	return keys
}

// and returns the keys of both.
func (k managedKeys) and(o managedKeys) managedKeys {
	both := func(a, b []string) []string { return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b)))) }
	return managedKeys{
		Labels: both(k.Labels, o.Labels), Annotations: both(k.Annotations, o.Annotations),
		TemplateLabels: both(k.TemplateLabels, o.TemplateLabels), TemplateAnnotations: both(k.TemplateAnnotations, o.TemplateAnnotations),
		ServiceLabels: both(k.ServiceLabels, o.ServiceLabels), ServiceAnnotations: both(k.ServiceAnnotations, o.ServiceAnnotations),
	}
}

// serviceOf returns m without the labels and annotations of its Service that
// nobody manages: an import reads those that others gave it, too.
func (k managedKeys) serviceOf(m convert.Server) convert.Server {
	if m.Network == nil || m.Network.Service == nil {
		return m
	}
	network, service := *m.Network, *m.Network.Service
	service.Labels, service.Annotations = only(service.Labels, k.ServiceLabels), only(service.Annotations, k.ServiceAnnotations)
	network.Service, m.Network = &service, &network
	return m
}

func (k managedKeys) of(kind string) []string {
	switch kind {
	case labels:
		return k.Labels
	case annotations:
		return k.Annotations
	case templateLabels:
		return k.TemplateLabels
	}
	return k.TemplateAnnotations
}

// only returns the managed part of m.
func only(m types.Map, keys []string) types.Map {
	out := map[string]string{}
	for k, v := range convert.StringMap(m) {
		if slices.Contains(keys, k) {
			out[k] = v
		}
	}
	return convert.MapOf(out)
}

// asked returns plan without the keys that it only has from the state and that
// nobody manages.
func asked(plan, state types.Map, keys []string) types.Map {
	out := convert.StringMap(plan)
	for k, v := range convert.StringMap(state) {
		if out[k] == v && !slices.Contains(keys, k) {
			delete(out, k)
		}
	}
	return convert.MapOf(out)
}

// keepUnmanaged plans no change while the configuration is a subset of a state
// whose other keys nobody manages: so an imported server needs no list of
// the labels that others gave it.
type keepUnmanaged struct{ kind string }

func (keepUnmanaged) Description(context.Context) string {
	return "Keys that the configuration does not mention are not managed."
}

func (m keepUnmanaged) MarkdownDescription(ctx context.Context) string { return m.Description(ctx) }

func (m keepUnmanaged) PlanModifyMap(ctx context.Context, req planmodifier.MapRequest, resp *planmodifier.MapResponse) {
	if req.ConfigValue.IsNull() {
		resp.PlanValue = types.MapNull(types.StringType)
	}
	if req.StateValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	managed, diags := readManagedKeys(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	config := req.ConfigValue.Elements()
	for key, value := range req.StateValue.Elements() {
		wanted, ok := config[key]
		if ok && !wanted.Equal(value) || !ok && slices.Contains(managed.of(m.kind), key) {
			return
		}
		delete(config, key)
	}
	if len(config) == 0 {
		resp.PlanValue = req.StateValue
	}
}

// keysValidator checks keys and values of labels or annotations.
type keysValidator struct{ kind string }

func (keysValidator) Description(context.Context) string {
	return "Keys and values follow Kubernetes' rules, and no key is reserved."
}

func (v keysValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v keysValidator) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	isLabels, isReserved := v.kind == labels || v.kind == templateLabels, convert.IsReserved
	if v.kind == templateLabels || v.kind == templateAnnotations {
		isReserved = convert.IsReservedInTemplate
	}
	for key, element := range req.ConfigValue.Elements() {
		at := req.Path.AtMapKey(key)
		if problem := validate.LabelKey(key); problem != "" {
			resp.Diagnostics.Append(attribute.Error(at, "Invalid key", problem))
		}
		if isReserved(key) {
			resp.Diagnostics.Append(attribute.Error(at, "Reserved key", `"`+key+`" belongs to KubeVirt or to this provider and cannot be managed. Remove it.`))
		}
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		if value.IsNull() {
			resp.Diagnostics.Append(attribute.Error(at, "Missing value", "A value cannot be null. Write \"\" for an empty one."))
		} else if problem := validate.LabelValue(value.ValueString()); isLabels && value.ValueString() != "" && problem != "" {
			resp.Diagnostics.Append(attribute.Error(at, "Invalid label value", problem))
		}
	}
}
