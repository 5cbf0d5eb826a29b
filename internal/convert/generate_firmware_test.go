package convert

var firmwarePart = part{leaves: map[string]leaf{"machine_type": untold, "architecture": untold}}
