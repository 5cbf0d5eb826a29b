package virtualserver_test

import (
	"strings"
	"testing"
)

// withUnknown has any single value of a configuration, leaf or container, be
// known only after apply.
func withUnknown(t *testing.T, tf offline, check func(tf offline, path string, config values)) {
	t.Helper()
	base := parse(t, large)
	for _, path := range pathsOf(base) {
		t.Run(path, func(t *testing.T) {
			tf := tf
			tf.t = t
			check(tf, path, with(base, values{path: unknown}))
		})
	}
}

// TestValidateUnknown: what is not known yet is not wrong.
func TestValidateUnknown(t *testing.T) {
	withUnknown(t, newOffline(t, nil), func(tf offline, _ string, config values) {
		if got := said(tf.validate(config)); len(got) > 0 {
			tf.t.Error(got)
		}
	})
}

// TestPlanUnknown: a plan with an unknown value is made, and replaces the
// server only for a value that would.
func TestPlanUnknown(t *testing.T) {
	tf := newOffline(t, values{})
	prior := tf.created(parse(t, large))
	withUnknown(t, tf, func(tf offline, path string, config values) {
		if p := tf.plan(nil, config); len(p.errors)+len(p.warnings)+len(p.replace) > 0 {
			tf.t.Error(p.errors, p.warnings, p.replace)
		}
		p := tf.plan(prior, config)
		if len(p.errors) > 0 {
			tf.t.Error(p.errors)
		}
		for _, replaced := range p.replace {
			if !strings.HasPrefix(path, replaced) && !strings.HasPrefix(replaced, path) {
				tf.t.Errorf("%s is replaced", replaced)
			}
		}
		if len(p.replace) == 0 && len(p.warnings) > 0 {
			tf.t.Error(p.warnings)
		}
	})
}
