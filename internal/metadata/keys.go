package metadata

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// privateManaged is the key in private state of the managed keys.
const privateManaged = "managed_keys"

// Keys are the label and annotation keys that this provider wrote: the only
// ones that it ever removes. An imported object has none.
type Keys struct {
	Labels              []string `json:"labels,omitempty"`
	Annotations         []string `json:"annotations,omitempty"`
	TemplateLabels      []string `json:"template_labels,omitempty"`
	TemplateAnnotations []string `json:"template_annotations,omitempty"`
	ServiceLabels       []string `json:"service_labels,omitempty"` // of the Service of a server
	ServiceAnnotations  []string `json:"service_annotations,omitempty"`
}

// PrivateReader is the private state of a request.
type PrivateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

// PrivateWriter is the private state of a response.
type PrivateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// ReadKeys returns the keys that are recorded in private state.
func ReadKeys(ctx context.Context, private PrivateReader) (Keys, diag.Diagnostics) {
	var out Keys
	data, diags := private.GetKey(ctx, privateManaged)
	if len(data) > 0 {
		if err := json.Unmarshal(data, &out); err != nil {
			diags.AddError("Unable to read private state", "The record of managed labels is damaged: "+err.Error())
		}
	}
	return out, diags
}

// IsRecorded tells whether keys were ever recorded: not of an object that was
// imported and not applied since.
func IsRecorded(ctx context.Context, private PrivateReader) (bool, diag.Diagnostics) {
	data, diags := private.GetKey(ctx, privateManaged)
	return len(data) > 0, diags
}

// Write records the keys in private state.
func (k Keys) Write(ctx context.Context, private PrivateWriter) diag.Diagnostics {
	data, err := json.Marshal(k)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to write private state", err.Error())}
	}
	return private.SetKey(ctx, privateManaged, data)
}

// KeysOf are the keys of maps.
func KeysOf(all ...map[string]string) []string { return slices.Sorted(maps.Keys(Merge(all...))) }

// And returns the keys of both.
func (k Keys) And(o Keys) Keys {
	both := func(a, b []string) []string { return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b)))) }
	return Keys{
		Labels: both(k.Labels, o.Labels), Annotations: both(k.Annotations, o.Annotations),
		TemplateLabels: both(k.TemplateLabels, o.TemplateLabels), TemplateAnnotations: both(k.TemplateAnnotations, o.TemplateAnnotations),
		ServiceLabels: both(k.ServiceLabels, o.ServiceLabels), ServiceAnnotations: both(k.ServiceAnnotations, o.ServiceAnnotations),
	}
}

func (k Keys) of(kind Kind) []string {
	switch kind {
	case Labels:
		return k.Labels
	case Annotations:
		return k.Annotations
	case TemplateLabels:
		return k.TemplateLabels
	}
	return k.TemplateAnnotations
}

// Only returns the managed part of m.
func Only(m types.Map, keys []string) types.Map {
	out := map[string]string{}
	for k, v := range StringMap(m) {
		if slices.Contains(keys, k) {
			out[k] = v
		}
	}
	return MapOf(out)
}

// Asked returns plan without the keys that it only has from the state and that
// nobody manages.
func Asked(plan, state types.Map, keys []string) types.Map {
	out := StringMap(plan)
	for k, v := range StringMap(state) {
		if out[k] == v && !slices.Contains(keys, k) {
			delete(out, k)
		}
	}
	return MapOf(out)
}

// LabelCron is how CDI marks what a schedule made, which it deletes in time.
const LabelCron = "cdi.kubevirt.io/dataImportCron"
