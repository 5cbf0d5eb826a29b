package convert

var clockPart = part{leaves: map[string]leaf{}}
