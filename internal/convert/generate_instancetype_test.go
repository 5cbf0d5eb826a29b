package convert

var instanceTypePart = part{leaves: map[string]leaf{}}
