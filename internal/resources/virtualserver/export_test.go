package virtualserver

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/creation"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
)

// NewResourceWithRootClaim returns the resource with a name for root disks that
// is not random, so that a test can take it beforehand.
func NewResourceWithRootClaim(name string) resource.Resource {
	return &Resource{newRootClaim: func(string) string { return name }, times: creation.Usual}
}

// NewHastyResource returns the resource with other times for a create to renew its
// mark, and to be given up as dead.
func NewHastyResource(renewal, abandoned time.Duration) resource.Resource {
	return &Resource{newRootClaim: convert.NewRootClaimName, times: creation.Times{Renewal: renewal, Abandoned: abandoned}}
}

// Operate does to a server what an operation does.
func Operate(ctx context.Context, c *kube.Client, namespace, name, operation string) error {
	r := &Resource{data: &providerdata.Data{Client: c, Known: true}}
	api, err := c.API(ctx)
	if err != nil {
		return err
	}
	o, err := r.fetch(ctx, api, namespace, []string{name}, nil)
	if err != nil {
		return err
	}
	switch operation {
	case "start":
		return r.start(ctx, &o, kubevirtv1.StartOptions{})
	case "stop":
		return r.stop(ctx, &o, kubevirtv1.StopOptions{})
	case "restart":
		if err := r.awaitStarting(ctx, &o); err != nil {
			return err
		}
		return r.restart(ctx, &o, kubevirtv1.RestartOptions{})
	case "pause":
		return r.operate(ctx, &o, machine.OfInstance, "pause", kubevirtv1.PauseOptions{})
	case "unpause":
		return r.operate(ctx, &o, machine.OfInstance, "unpause", kubevirtv1.UnpauseOptions{})
	}
	return fmt.Errorf("there is no operation %q", operation)
}

// Immutable names the attributes whose change replaces the server.
func Immutable() (out []string) {
	for _, steps := range immutable {
		out = append(out, strings.Join(steps, "."))
	}
	return out
}
