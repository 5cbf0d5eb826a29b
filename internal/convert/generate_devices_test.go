package convert

var devicesPart = part{leaves: map[string]leaf{}}
