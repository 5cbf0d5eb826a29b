package convert

var schedulingPart = part{leaves: map[string]leaf{"termination_grace_period_seconds": untold}}
