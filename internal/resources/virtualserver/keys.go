package virtualserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// privateRoot is the key in private state of what the root disk was made with.
const privateRoot = "root_disk"

// recordRoot keeps what the root disk was made with, which cannot change: the
// state forgets what the configuration leaves out.
func recordRoot(ctx context.Context, private metadata.PrivateWriter, o convert.Objects, l convert.Layout) diag.Diagnostics {
	record := convert.RecordRoot(o, l)
	if record == nil {
		return nil
	}
	return private.SetKey(ctx, privateRoot, record)
}

// newManagedKeys are the keys that a configuration and the provider's default
// labels ask for.
func newManagedKeys(config convert.Server, defaultLabels map[string]string) metadata.Keys {
	keys := metadata.Keys{
		Labels:              metadata.KeysOf(defaultLabels, convert.StringMap(config.Labels)),
		Annotations:         metadata.KeysOf(convert.StringMap(config.Annotations)),
		TemplateLabels:      metadata.KeysOf(convert.StringMap(config.TemplateLabels)),
		TemplateAnnotations: metadata.KeysOf(convert.StringMap(config.TemplateAnnotations)),
	}
	if n := config.Network; n != nil && n.Service != nil {
		keys.ServiceLabels = metadata.KeysOf(convert.StringMap(n.Service.Labels))
		keys.ServiceAnnotations = metadata.KeysOf(convert.StringMap(n.Service.Annotations))
	}
	return keys
}

// managedService returns m without the labels and annotations of its Service
// that nobody manages: an import reads those that others gave it, too.
func managedService(m convert.Server, keys metadata.Keys) convert.Server {
	if m.Network == nil || m.Network.Service == nil {
		return m
	}
	network, service := *m.Network, *m.Network.Service
	service.Labels, service.Annotations = metadata.Only(service.Labels, keys.ServiceLabels), metadata.Only(service.Annotations, keys.ServiceAnnotations)
	network.Service, m.Network = &service, &network
	return m
}
