package main

import (
	"encoding/base64"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// servicePorts maps the Services that upstream's manifests name to listeners.
var servicePorts = map[string]string{"virt-api": "virt-api", "cdi-api": "cdi"}

// localize makes webhooks and API services reach the programs on this machine:
// a webhook by its URL, an API service by its port (the Service resolves to
// localhost). Both trust ca. Other objects stay as they are.
func localize(o *object, ports map[string]int, ca []byte) error {
	bundle := base64.StdEncoding.EncodeToString(ca)
	portOf := func(service map[string]any) (int, error) {
		name, _ := service["name"].(string)
		port := ports[servicePorts[name]]
		if port == 0 {
			return 0, fmt.Errorf("%s %s: unknown service %q", o.GetKind(), o.GetName(), name)
		}
		return port, nil
	}
	switch o.GetKind() {
	case "APIService":
		spec, _ := o.Object["spec"].(map[string]any)
		service, _ := spec["service"].(map[string]any)
		port, err := portOf(service)
		if err != nil {
			return err
		}
		service["port"] = int64(port)
		spec["caBundle"] = bundle
	case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
		webhooks, _, err := unstructured.NestedSlice(o.Object, "webhooks")
		if err != nil {
			return err
		}
		for _, webhook := range webhooks {
			client, _ := webhook.(map[string]any)["clientConfig"].(map[string]any)
			service, _ := client["service"].(map[string]any)
			port, err := portOf(service)
			if err != nil {
				return err
			}
			delete(client, "service")
			client["url"] = fmt.Sprintf("https://localhost:%d%v", port, service["path"])
			client["caBundle"] = bundle
		}
		return unstructured.SetNestedSlice(o.Object, webhooks, "webhooks")
	}
	return nil
}

// answersRequests tells objects that put a program into the path of requests to
// the API server: they come last, when the program listens.
func answersRequests(o *object) bool {
	switch o.GetKind() {
	case "APIService", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
		return true
	}
	return false
}
