package acctest

import "github.com/hashicorp/terraform-plugin-go/tftypes"

// PlanWarned plans as Plan does, a change that the provider may warn of.
func (o Offline) PlanWarned(state, config string, paths ...string) (values, replace []string) {
	o.t.Helper()
	prior := tftypes.NewValue(o.schema.ValueType(), nil)
	if state != "" {
		prior = o.parse(o.schema.ValueType(), state)
	}
	planned, replace, _ := o.plan(prior, o.parse(o.schema.ValueType(), config))
	return valuesAt(planned, paths), replace
}

// valuesAt are the planned values at the paths, "<unknown>" and "<null>" among them.
func valuesAt(planned tftypes.Value, paths []string) (values []string) {
	found := map[string]string{}
	_ = tftypes.Walk(planned, func(at *tftypes.AttributePath, v tftypes.Value) (bool, error) {
		text := ""
		switch {
		case !v.IsKnown():
			text = "<unknown>"
		case v.IsNull():
			text = "<null>"
		case v.Type().Is(tftypes.String):
			_ = v.As(&text)
		}
		found[PathText(at)] = text
		return true, nil
	})
	for _, path := range paths {
		values = append(values, found[path])
	}
	return values
}
