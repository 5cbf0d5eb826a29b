package kube

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestEvents(t *testing.T) {
	object := configMap("1", nil)
	object.UID = "uid-1"
	event := func(minute int, kind, text string) corev1.Event {
		return corev1.Event{Type: kind, Reason: "Failed", Message: text + "\n", InvolvedObject: corev1.ObjectReference{Kind: "ConfigMap"},
			LastTimestamp: metav1.NewTime(time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC))}
	}
	list := corev1.EventList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "EventList"}}
	for i := range 7 {
		list.Items = append(list.Items, event(7-i, corev1.EventTypeWarning, fmt.Sprint("at ", 7-i)))
	}
	again := event(0, corev1.EventTypeWarning, "at 7")
	again.LastTimestamp, again.EventTime = metav1.Time{}, metav1.NewMicroTime(time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC))
	list.Items = append(list.Items, event(30, corev1.EventTypeNormal, "fine"), again)
	k := clientOf(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.Query().Get("fieldSelector"); got != "involvedObject.uid=uid-1" || !strings.Contains(r.URL.Path, "/namespaces/n/") {
			t.Errorf("asked for %s", r.URL)
		}
		answer(w, list)
	})
	want := "configmap Failed: at 4\nconfigmap Failed: at 5\nconfigmap Failed: at 6\nconfigmap Failed: at 7"
	if got := k.Events(t.Context(), object); got != want {
		t.Errorf("got %q, want %q", got, want)
	}

	forbidden := clientOf(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, apierrors.NewForbidden(corev1.Resource("events"), "", nil))
	})
	if got := forbidden.Events(t.Context(), object) + NewClient(Config{Unknown: true}).Events(t.Context(), object); got != "" {
		t.Errorf("got %q", got)
	}
}
