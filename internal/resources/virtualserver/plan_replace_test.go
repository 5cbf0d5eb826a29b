package virtualserver_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const losesDisk = `Replacing virtual server "team/vs" deletes its root disk "vs-root-abcde"`

// TestPlanReplace has every attribute whose change replaces the server.
func TestPlanReplace(t *testing.T) {
	tf := newOffline(t, values{})
	prior := tf.created(parse(t, large))
	protected := prior.set(t, values{"deletion_protection": true})
	root := func(attribute string, value any) values { return values{"storage.root." + attribute: value} }
	otherSource := func(source values) values { return root("source", source) }
	for name, c := range map[string]struct {
		change values
		want   []string
	}{
		"name":                {values{"name": "other"}, []string{"name"}},
		"namespace":           {values{"namespace": "other"}, []string{"namespace"}},
		"root name":           {root("name", "other"), []string{"storage.root.name"}},
		"ephemeral":           {root("ephemeral", true), []string{"storage.root.ephemeral"}},
		"storage class":       {root("pvc.storage_class_name", "slow"), []string{"storage.root.pvc.storage_class_name"}},
		"access modes":        {root("pvc.access_modes", []any{"ReadWriteMany"}), []string{"storage.root.pvc.access_modes"}},
		"volume mode":         {root("pvc.volume_mode", "Block"), []string{"storage.root.pvc.volume_mode"}},
		"volume name":         {root("pvc.volume_name", "pv-1"), []string{"storage.root.pvc.volume_name"}},
		"content type":        {root("content_type", "archive"), []string{"storage.root.content_type"}},
		"preallocation":       {root("preallocation", true), []string{"storage.root.preallocation"}},
		"priority class":      {root("priority_class_name", "low"), []string{"storage.root.priority_class_name"}},
		"an image":            {otherSource(values{"image": values{"name": "fedora"}}), []string{"storage.root.source"}},
		"url":                 {root("source.http.url", "https://example.org/b"), []string{"storage.root.source"}},
		"checksum":            {root("source.http.checksum", "md5:1"), []string{"storage.root.source"}},
		"headers":             {root("source.http.extra_headers", []any{"A: c"}), []string{"storage.root.source"}},
		"another kind":        {otherSource(values{"registry": values{"url": "docker://a/b"}}), []string{"storage.root.source"}},
		"blank":               {otherSource(values{"blank": values{}}), []string{"storage.root.source"}},
		"a clone":             {otherSource(values{"pvc": values{"name": "a"}}), []string{"storage.root.source"}},
		"storage for pvc":     {values{"storage.root.pvc": nil, "storage.root.storage": values{"size": "4Gi"}}, nil},
		"name and namespace":  {values{"name": "other", "namespace": "other"}, []string{"name", "namespace"}},
		"smaller and renamed": {values{"name": "other", "storage.root.pvc.size": "1Gi"}, []string{"name"}},
		"unknown name":        {values{"name": unknown}, []string{"name"}},
		"unknown url":         {root("source.http.url", unknown), []string{"storage.root.source"}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			config := with(parse(t, large), c.change)
			p := tf.plan(prior, config)
			if diff := cmp.Diff(c.want, p.replace); c.want != nil && diff != "" || len(p.replace) == 0 {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]string{losesDisk}, p.warnings); diff != "" || len(p.errors) > 0 {
				t.Errorf("%v (-want +got):\n%s", p.errors, diff)
			}

			p = tf.plan(protected, with(config, values{"deletion_protection": true}))
			if diff := cmp.Diff([]string{`deletion_protection: Unable to replace virtual server "team/vs"`}, p.errors); diff != "" {
				t.Errorf("protected (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlanReplaceRetains: a disk that is retained is not said to be lost. What
// was applied before counts.
func TestPlanReplaceRetains(t *testing.T) {
	tf := newOffline(t, values{})
	prior := tf.created(parse(t, large))
	retain := values{"storage.root.on_destroy": "retain"}
	moved := with(parse(t, large), values{"storage.root.source.http.url": "https://example.org/b", "storage.root.on_destroy": "retain"})
	for name, c := range map[string]struct {
		prior *state
		want  string
	}{
		"applied":  {tf.created(with(parse(t, large), retain)), `Replacing virtual server "team/vs" keeps its root disk "vs-root-abcde"`},
		"too late": {prior, losesDisk},
	} {
		t.Run(name, func(t *testing.T) {
			tf := tf
			tf.t = t
			if diff := cmp.Diff([]string{c.want}, tf.plan(c.prior, moved).warnings); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPlanReplaceKeepsDisks: a disk that is not the server's own is not lost.
func TestPlanReplaceKeepsDisks(t *testing.T) {
	tf := newOffline(t, values{})
	for name, source := range map[string]values{
		"claim":          {"claim": values{"name": "system"}},
		"container disk": {"container_disk": values{"image": "a"}},
	} {
		base := with(parse(t, small), values{"storage.root.storage": nil, "storage.root.source": source})
		p := tf.plan(tf.created(base), with(base, values{"name": "other"}))
		if len(p.warnings)+len(p.errors) > 0 || !slices.Equal(p.replace, []string{"name"}) {
			t.Errorf("%s: %v %v %v", name, p.replace, p.warnings, p.errors)
		}
	}
}

func TestPlanShrink(t *testing.T) {
	tf := newOffline(t, values{})
	for name, c := range map[string]struct {
		base, attribute string
	}{"pvc": {large, "storage.root.pvc.size"}, "storage": {small, "storage.root.storage.size"}} {
		prior := tf.created(parse(t, c.base))
		for size, fails := range map[string]bool{"3Gi": true, "4095Mi": true, "4Gi": false, "4096Mi": false, "5Gi": false} {
			p := tf.plan(prior, with(parse(t, c.base), values{c.attribute: size}))
			if got := len(p.errors) == 1 && strings.HasPrefix(p.errors[0], c.attribute+": Unable to shrink the root disk of"); got != fails || len(p.replace) > 0 {
				t.Errorf("%s to %s: %v %v", name, size, p.errors, p.replace)
			}
		}
	}
}

// TestPlanLabels: only managed keys are the configuration's.
func TestPlanLabels(t *testing.T) {
	live := values{"app": "web", "theirs": "x"}
	for name, c := range map[string]struct {
		state, config any // labels
		managed       []string
		want          any // labels planned
	}{
		"imported, all written":       {live, live, nil, live},
		"imported, a subset":          {live, values{"app": "web"}, nil, live},
		"imported, none written":      {live, nil, nil, live},
		"imported, empty":             {live, values{}, nil, live},
		"imported, another value":     {live, values{"app": "db"}, nil, values{"app": "db"}},
		"imported, another key":       {live, values{"app": "web", "b": "c"}, nil, values{"app": "web", "b": "c"}},
		"managed key removed":         {live, values{"theirs": "x"}, []string{"app"}, values{"theirs": "x"}},
		"all managed keys removed":    {values{"app": "web"}, nil, []string{"app"}, nil},
		"managed key deleted by hand": {values{}, values{"app": "web"}, []string{"app"}, values{"app": "web"}},
		"managed key changed by hand": {values{"app": "db"}, values{"app": "web"}, []string{"app"}, values{"app": "web"}},
		"unknown value":               {live, values{"app": unknown}, nil, values{"app": unknown}},
	} {
		for _, attribute := range []string{"labels", "annotations"} {
			t.Run(attribute+"/"+name, func(t *testing.T) {
				tf := newOffline(t, values{})
				prior := tf.created(parse(t, small)).set(t, values{attribute: c.state})
				if attribute == "labels" {
					prior = prior.set(t, values{"labels_all": c.state})
				}
				prior.private = private(t, values{attribute: c.managed})
				p := tf.plan(prior, with(parse(t, small), values{attribute: c.config}))
				got := objectOf(t, p.value)[attribute]
				if want := valueOf(t, got.Type(), c.want); !got.Equal(want) || len(p.errors)+len(p.replace) > 0 {
					t.Errorf("got %v, want %v; %v %v", got, want, p.errors, p.replace)
				}
				if cmp.Equal(c.state, c.want) && !p.value.Equal(prior.value) {
					t.Errorf("it plans to change %v", changed(t, prior, p))
				}
			})
		}
	}
}

func TestPlanDefaultLabels(t *testing.T) {
	before := newOffline(t, values{"default_labels": values{"team": "a"}})
	prior := before.created(parse(t, large))
	for name, c := range map[string]struct {
		block values
		want  values
	}{
		"another value": {values{"default_labels": values{"team": "b"}}, values{"team": "b", "app": "web"}},
		"none":          {values{}, values{"app": "web"}},
		"the same key":  {values{"default_labels": values{"app": "b"}}, values{"app": "web"}},
	} {
		t.Run(name, func(t *testing.T) {
			tf := newOffline(t, c.block)
			p := tf.plan(prior, parse(t, large))
			got := objectOf(t, p.value)["labels_all"]
			if diff := cmp.Diff([]string{"labels_all"}, changed(t, prior, p)); diff != "" || !got.Equal(valueOf(t, got.Type(), c.want)) {
				t.Errorf("%v %s", got, diff)
			}
		})
	}
}
