package convert

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
)

// EventInfo is something that happened to an object of a server.
type EventInfo struct {
	Type     types.String `tfsdk:"type"`
	Reason   types.String `tfsdk:"reason"`
	Message  types.String `tfsdk:"message"`
	Object   types.String `tfsdk:"object"` // "VirtualMachine/web"
	Count    types.Int64  `tfsdk:"count"`
	LastSeen types.String `tfsdk:"last_seen"` // RFC 3339, in whole seconds
}

// EventInfoOf reads an event that was last seen at a time.
func EventInfoOf(e corev1.Event, seen time.Time) EventInfo {
	count := e.Count
	if e.Series != nil {
		count = e.Series.Count
	}
	info := EventInfo{
		Type: types.StringValue(e.Type), Reason: types.StringValue(e.Reason), Message: types.StringValue(strings.TrimSpace(e.Message)),
		Object: types.StringValue(e.InvolvedObject.Kind + "/" + e.InvolvedObject.Name), Count: types.Int64Value(int64(max(count, 1))),
		LastSeen: types.StringNull(),
	}
	if !seen.IsZero() {
		info.LastSeen = types.StringValue(seen.UTC().Format(time.RFC3339))
	}
	return info
}
