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

const (
	warningsTimeout = 5 * time.Second
	maxWarnings     = 5
)

// EventsOf lists the events of all objects of a namespace that have one of the
// names, of whatever kind, the newest last: one request for each name. Objects
// of a kind whose former ones had the same name show by the events' uid or time.
func (c *Client) EventsOf(ctx context.Context, namespace string, names ...string) ([]corev1.Event, error) {
	api, err := c.API(ctx)
	if err != nil {
		return nil, err
	}
	var out []corev1.Event
	for _, name := range names {
		var list corev1.EventList
		if err := api.List(ctx, &list, client.InNamespace(namespace), client.MatchingFieldsSelector{
			Selector: fields.SelectorFromSet(fields.Set{"involvedObject.name": name}),
		}); err != nil {
			return nil, err
		}
		out = append(out, list.Items...)
	}
	slices.SortStableFunc(out, func(a, b corev1.Event) int { return LastSeen(a).Compare(LastSeen(b)) })
	return out, nil
}

// RecentWarnings is a paragraph of the last warnings about objects, as EventsOf finds
// them, for an error to end with; "" when there are none, or they cannot be read soon.
func (c *Client) RecentWarnings(ctx context.Context, namespace string, names ...string) string {
	ctx, cancel := context.WithTimeout(ctx, warningsTimeout)
	defer cancel()
	events, err := c.EventsOf(ctx, namespace, names...)
	if err != nil {
		return ""
	}
	lines := WarningLines(events, maxWarnings)
	if len(lines) == 0 {
		return ""
	}
	return "\nRecent events:\n" + strings.Join(lines, "\n")
}

// LastSeen is when an event happened last, zero when it does not say.
func LastSeen(e corev1.Event) time.Time {
	switch {
	case e.Series != nil && !e.Series.LastObservedTime.IsZero():
		return e.Series.LastObservedTime.Time
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp.Time
	}
	return e.EventTime.Time
}

// WarningLines describes the last warnings among events, at most so many, one a
// line and each once.
func WarningLines(events []corev1.Event, most int) []string {
	var lines []string
	for _, e := range slices.Backward(events) {
		if e.Type != corev1.EventTypeWarning || len(lines) == most {
			continue
		}
		line := fmt.Sprintf("%s %s: %s", strings.ToLower(e.InvolvedObject.Kind), e.Reason, strings.TrimSpace(e.Message))
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	slices.Reverse(lines)
	return lines
}
