package convert

import "github.com/hashicorp/terraform-plugin-framework/types"

var clockPart = part{
	leaves: map[string]leaf{
		"timezone": text("Europe/Berlin"), "utc_offset": pick("offset", types.Int64Null(), types.Int64Value(0), types.Int64Value(3600)),
		"timers.hpet.enabled": toggle, "timers.kvm.enabled": toggle, "timers.pit.enabled": toggle, "timers.rtc.enabled": toggle, "timers.hyperv.enabled": toggle,
		"tick_policy": text("delay"), "rtc.track": text("guest"),
	},
	fix: func(m *Server) {
		if m.Clock != nil && !m.Clock.UTCOffset.IsNull() {
			m.Clock.Timezone = types.StringNull()
		}
	},
}
