package convert

var templatePart = part{
	leaves: map[string]leaf{"template_labels": keys("kubevirt.io/domain", "app"), "template_annotations": keys("sidecar.istio.io/inject", "b")},
}
