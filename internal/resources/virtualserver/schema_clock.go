package virtualserver

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
)

func clockAttribute() schema.Attribute {
	timer := func(text string, others map[string]schema.Attribute) schema.Attribute {
		attributes := map[string]schema.Attribute{
			"enabled": optional.Flag("`false` keeps the machine type from adding the timer. Default: `true`." + restart),
		}
		maps.Copy(attributes, others)
		return optional.Nested(text+" `{}` turns it on."+restart, attributes)
	}
	policy := func(values ...string) map[string]schema.Attribute {
		text := "What happens with a tick that came too late:"
		for i, value := range values {
			if i > 0 {
				text += ","
			}
			text += " `" + value + "`"
		}
		return map[string]schema.Attribute{"tick_policy": optional.OneOf(text+". Default: the hypervisor's."+restart, values...)}
	}
	rtc := policy(string(kubevirtv1.RTCTickPolicyDelay), string(kubevirtv1.RTCTickPolicyCatchup))
	rtc["track"] = optional.OneOf("What it follows: `guest` or `wall`. Default: the hypervisor's."+restart, kubevirtv1.TrackGuest, kubevirtv1.TrackWall)
	return optional.Nested("Clock of the guest. With neither `timezone` nor `utc_offset` it is set to UTC at each start.", map[string]schema.Attribute{
		"timezone": optional.Text("The clock is set to this timezone at each start, for example `Europe/Berlin`. Excludes `utc_offset`." + restart),
		"utc_offset": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "Offset from UTC in seconds; what the guest changes at its clock is then kept over restarts. `0` is UTC, kept so." + restart,
		},
		"timers": optional.Nested("Timers of the guest."+restart, map[string]schema.Attribute{
			"hpet":   timer("High precision event timer.", policy(string(kubevirtv1.HPETTickPolicyDelay), string(kubevirtv1.HPETTickPolicyCatchup), string(kubevirtv1.HPETTickPolicyMerge), string(kubevirtv1.HPETTickPolicyDiscard))),
			"pit":    timer("Programmable interval timer.", policy(string(kubevirtv1.PITTickPolicyDelay), string(kubevirtv1.PITTickPolicyCatchup), string(kubevirtv1.PITTickPolicyDiscard))),
			"rtc":    timer("Real time clock.", rtc),
			"kvm":    timer("Paravirtual clock of KVM, for Linux guests.", nil),
			"hyperv": timer("Paravirtual clock of Hyper-V, for Windows guests.", nil),
		}),
	})
}
