package convert

var probesPart = part{leaves: map[string]leaf{}}
