package attachment

import (
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/optional"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// restarted is how a change of the filesystem lands.
const restarted = " A running guest gets a change of it with its next **restart**."

// NewFilesystem returns the resource of attached filesystems.
func NewFilesystem() resource.Resource {
	return &Resource[convert.FilesystemAttachment, *convert.FilesystemAttachment]{kind: kind[convert.FilesystemAttachment]{
		mark: convert.AttachedFilesystem,
		description: "A filesystem that is attached to a server which is managed elsewhere, for example by `virtualserver`. The guest mounts it by its name: `mount -t virtiofs <name> /mnt`. " +
			"KubeVirt can neither add nor remove one while the guest runs: a filesystem that is attached appears with the guest's next start, and one that is detached goes with it. With `restart = true` the apply restarts the server.",
		attributes: filesystemAttributes,
		rules:      checkFilesystem,
		device:     []string{"persistent_volume_claim", "config_map", "secret", "service_account"},
		inPlace:    true,
		restart:    func(m *convert.FilesystemAttachment) bool { return m.Restart.ValueBool() },
	}}
}

func filesystemAttributes() attributes {
	mayMiss := optional.Flag("Whether the server starts without it. Default: `false`.")
	return attributes{
		"persistent_volume_claim": optional.Nested("A PersistentVolumeClaim; KubeVirt needs the feature gate `EnableVirtioFsStorageVolumes`. Exactly one source is written."+restarted, attributes{"claim_name": optional.RequiredName("The claim.")}),
		"config_map":              optional.Nested("A ConfigMap: each key is a file."+restarted, attributes{"name": optional.RequiredName("The ConfigMap."), "optional": mayMiss}),
		"secret":                  optional.Nested("A Secret: each key is a file."+restarted, attributes{"secret_name": optional.RequiredName("The Secret."), "optional": mayMiss}),
		"service_account":         optional.Nested("A ServiceAccount's `ca.crt`, `namespace` and `token`. A server has at most one."+restarted, attributes{"service_account_name": optional.RequiredName("The ServiceAccount.")}),
		"ephemeral": schema.SingleNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Not possible: KubeVirt would accept it, but what the guest writes would go to the claim. It exists to say so at plan time.",
			Validators:          []validator.Object{validate.RefuseEphemeral()},
			Attributes: attributes{"persistent_volume_claim": schema.SingleNestedAttribute{
				Required: true, MarkdownDescription: "The claim.", Attributes: attributes{"claim_name": optional.RequiredName("Its name.")},
			}},
		},
		"restart": optional.Flag("`true`: an apply that attaches, changes or detaches the filesystem restarts the server's guest, so that it has it, or has let it go, when the apply is done. " +
			"Attachments of one server that an apply changes at the same time share one restart. `false` (default): the guest is left alone, and `status.pending` shows what waits. Setting it to `true` restarts a guest that waits."),
	}
}

// checkFilesystem has the rules that span attributes.
func checkFilesystem(c configuration) {
	count := 0
	for _, source := range []string{"persistent_volume_claim", "config_map", "secret", "service_account", "ephemeral"} {
		switch v := c.At(source); {
		case values.IsUnknown(v):
			return
		case v != nil:
			count++
		}
	}
	if count != 1 {
		c.Refuse(path.Root("persistent_volume_claim"), "Wrong number of sources", "Write exactly one of persistent_volume_claim, config_map, secret and service_account.")
	}
}
