package kube

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/fields"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const maxEvents = 5

// Events describes an object's latest warning events, one a line, newest
// last; "" when there are none or they may not be read: they only help an
// error that has a cause of its own.
func (c *Client) Events(ctx context.Context, obj client.Object) string {
	api, err := c.API(ctx)
	if err != nil {
		return ""
	}
	var list corev1.EventList
	if err := api.List(ctx, &list, client.InNamespace(obj.GetNamespace()), client.MatchingFieldsSelector{
		Selector: fields.SelectorFromSet(fields.Set{"involvedObject.uid": string(obj.GetUID())}),
	}); err != nil {
		return ""
	}
	warnings := slices.DeleteFunc(list.Items, func(e corev1.Event) bool { return e.Type != corev1.EventTypeWarning })
	slices.SortFunc(warnings, func(a, b corev1.Event) int { return eventTime(a).Compare(eventTime(b)) })
	if len(warnings) > maxEvents {
		warnings = warnings[len(warnings)-maxEvents:]
	}
	lines := make([]string, 0, len(warnings))
	for _, e := range warnings {
		line := fmt.Sprintf("%s %s: %s", strings.ToLower(e.InvolvedObject.Kind), e.Reason, strings.TrimSpace(e.Message))
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

func eventTime(e corev1.Event) time.Time {
	if !e.LastTimestamp.IsZero() {
		return e.LastTimestamp.Time
	}
	return e.EventTime.Time
}
