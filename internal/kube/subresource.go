package kube

import (
	"context"
	"encoding/json"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/rest"
)

// Subresource names one of KubeVirt's subresources, which virt-api serves as an
// API group of its own: operations ("start", "migrate", ...), and what the guest
// agent says ("guestosinfo", ...).
type Subresource struct {
	Resource  string // "virtualmachines" or "virtualmachineinstances"; "" for one of the namespace
	Namespace string
	Name      string
	Verb      string // "restart"
}

// ExpandSpec has KubeVirt write the instance type and the preference of a machine
// out. It is a question, though its method is that of a change.
const ExpandSpec = "expand-vm-spec"

var subresourceGroup = schema.GroupVersion{Group: "subresources.kubevirt.io", Version: "v1"}

// PutSubresource calls an operation. body is sent as JSON, and the answer decoded
// into into; either may be nil.
func (c *Client) PutSubresource(ctx context.Context, s Subresource, body, into any) error {
	return c.subresource(ctx, http.MethodPut, s, body, into)
}

// GetSubresource reads what a subresource says.
func (c *Client) GetSubresource(ctx context.Context, s Subresource, into any) error {
	return c.subresource(ctx, http.MethodGet, s, nil, into)
}

func (c *Client) subresource(ctx context.Context, method string, s Subresource, body, into any) error {
	conn, err := c.connection(ctx)
	if err != nil {
		return err
	}
	request := conn.subresources.Verb(method).Namespace(s.Namespace)
	if s.Resource != "" {
		request = request.Resource(s.Resource).Name(s.Name)
	}
	request = request.Suffix(s.Verb)
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return err
		}
		request = request.Body(data).SetHeader("Content-Type", runtime.ContentTypeJSON)
		var rehearsed struct{ DryRun []string }
		if json.Unmarshal(data, &rehearsed) == nil && len(rehearsed.DryRun) > 0 {
			// KubeVirt reads the body alone; this tells everybody else, such as
			// our own readers, that nothing is written.
			request = request.Param("dryRun", rehearsed.DryRun[0])
		}
	}
	result := request.Do(ctx)
	if err := result.Error(); err != nil { // Raw's error lacks the answer's text
		return err
	}
	data, err := result.Raw()
	if err != nil || into == nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// subresourceClient speaks to the group of subresources over the connection of c.
func subresourceClient(c *rest.Config) (*rest.RESTClient, error) {
	config := rest.CopyConfig(c)
	config.GroupVersion = &subresourceGroup
	config.APIPath = "/apis"
	errors := runtime.NewScheme()
	metav1.AddToGroupVersion(errors, schema.GroupVersion{Version: "v1"})
	config.NegotiatedSerializer = serializer.NewCodecFactory(errors).WithoutConversion()
	return rest.RESTClientForConfigAndClient(config, &http.Client{Transport: c.Transport})
}
