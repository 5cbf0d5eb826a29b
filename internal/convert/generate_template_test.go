package convert

var templatePart = part{leaves: map[string]leaf{"template_labels": untold, "template_annotations": untold}}
