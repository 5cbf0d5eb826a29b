package virtualserver_test

import "testing"

func TestValidateClock(t *testing.T) {
	checkRules(t, map[string]ruleCase{
		"absent spellings": {change: values{"clock": values{"timezone": "", "utc_offset": 0.0, "timers": values{"hpet": values{"tick_policy": ""}}}}},
		"unknown":          {change: values{"clock": values{"timezone": "UTC", "utc_offset": unknown}}},
		"both":             {values{"clock": values{"timezone": "UTC", "utc_offset": 0.0}}, []string{"clock.timezone: Two spellings of the clock"}},
		"tick policy":      {values{"clock.timers": values{"rtc": values{"tick_policy": "merge"}}}, []string{"clock.timers.rtc.tick_policy: Invalid Attribute Value Match"}},
		"tick policy pit":  {values{"clock.timers": values{"pit": values{"tick_policy": "merge"}}}, []string{"clock.timers.pit.tick_policy: Invalid Attribute Value Match"}},
		"tick policy hpet": {change: values{"clock.timers": values{"hpet": values{"tick_policy": "merge", "enabled": false}}}},
		"track":            {values{"clock.timers": values{"rtc": values{"track": "host"}}}, []string{"clock.timers.rtc.track: Invalid Attribute Value Match"}},
	})
}
