package acctest

import (
	"net/http"
	"strings"

	"k8s.io/client-go/rest"
)

// Operate calls an operation of KubeVirt as virtctl does, such as "pause" of
// "virtualmachineinstances".
func (n *Namespace) Operate(resource, name, verb string) {
	n.t.Helper()
	n.OperateWith(resource, name, verb, "")
}

// OperateWith calls an operation that is told more, in JSON.
func (n *Namespace) OperateWith(resource, name, verb, body string) {
	n.t.Helper()
	config := n.RESTConfig()
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		n.t.Fatal(err)
	}
	url := config.Host + "/apis/subresources.kubevirt.io/v1/namespaces/" + n.Name + "/" + resource + "/" + name + "/" + verb
	request, err := http.NewRequestWithContext(n.t.Context(), http.MethodPut, url, strings.NewReader(body))
	if err != nil {
		n.t.Fatal(err)
	}
	answer, err := client.Do(request)
	if err != nil {
		n.t.Fatalf("%s of %s %s: %v", verb, resource, name, err)
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusBadRequest {
		n.t.Fatalf("%s of %s %s: %s", verb, resource, name, answer.Status)
	}
}
