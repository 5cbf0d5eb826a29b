package kube

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// event happened in a minute of an hour.
func event(minute int, kind, text string) corev1.Event {
	return corev1.Event{Type: kind, Reason: "Failed", Message: text + "\n", InvolvedObject: corev1.ObjectReference{Kind: "ConfigMap"},
		LastTimestamp: metav1.NewTime(time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC))}
}

// later is an event that tells its time in another way.
func later(e corev1.Event, minute int, series bool) corev1.Event {
	at := metav1.NewMicroTime(e.LastTimestamp.Add(time.Duration(minute) * time.Minute))
	e.LastTimestamp, e.EventTime = metav1.Time{}, at
	if series {
		e.EventTime, e.Series = metav1.NewMicroTime(at.Add(-time.Hour)), &corev1.EventSeries{LastObservedTime: at}
	}
	return e
}

// TestEventsOf: the events of several objects come in the order of their time,
// however they tell it.
func TestEventsOf(t *testing.T) {
	lists := map[string][]corev1.Event{
		"a": {event(3, corev1.EventTypeNormal, "third"), later(event(0, corev1.EventTypeWarning, "fifth"), 5, true), event(1, corev1.EventTypeWarning, "first")},
		"b": {later(event(0, corev1.EventTypeWarning, "fourth"), 4, false), event(2, corev1.EventTypeWarning, "second")},
	}
	k := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutPrefix(r.URL.Query().Get("fieldSelector"), "involvedObject.name=")
		if !ok || !strings.Contains(r.URL.Path, "/namespaces/n/") {
			t.Errorf("asked for %s", r.URL)
		}
		answer(w, corev1.EventList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "EventList"}, Items: lists[name]})
	})
	events, err := k.EventsOf(t.Context(), "n", "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, strings.TrimSpace(e.Message))
	}
	if want := []string{"first", "second", "third", "fourth", "fifth"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	forbidden := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, apierrors.NewForbidden(corev1.Resource("events"), "", nil))
	})
	if _, err := forbidden.EventsOf(t.Context(), "n", "a"); !apierrors.IsForbidden(err) {
		t.Errorf("got %v", err)
	}
}

// TestWarningLines: the newest warnings, the newest last and none twice.
func TestWarningLines(t *testing.T) {
	var events []corev1.Event
	for i, text := range []string{"at 1", "at 2", "at 3", "at 4", "at 5", "at 5", "at 3"} {
		events = append(events, event(i, corev1.EventTypeWarning, text), event(i, corev1.EventTypeNormal, "fine"))
	}
	want := []string{"configmap Failed: at 4", "configmap Failed: at 5", "configmap Failed: at 3"}
	if got := WarningLines(events, 3); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := WarningLines(nil, 3); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}
