package virtualserver

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

func migrateOperation() operation {
	return operation{
		name: "migrate", verb: "migrate", doing: "migrating",
		text: "Moves a running server to another node while it runs.",
		own: map[string]schema.Attribute{
			"node_selector": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Labels of the node to move to, for example `{ \"kubernetes.io/hostname\" = \"node-2\" }`. They come on top of those that the server itself asks for, and count for this migration alone. Default: any node that fits.",
				Validators: []validator.Map{
					mapvalidator.KeysAre(validate.Text("Invalid key", validate.LabelKey)),
					mapvalidator.ValueStringsAre(validate.Text("Invalid label value", validate.LabelValue)),
					mapvalidator.NoNullValues(),
				},
			},
		},
		refuse:    migrationRefused,
		rehearses: true,
		prepare: func(ctx context.Context, r *Resource, o *convert.Objects, before *former, with options, _ *progress) (err error) {
			if with.wait {
				before.migrations, err = r.migrationsOf(ctx, o.VM)
			}
			return err
		},
		ask: func(ctx context.Context, r *Resource, o *convert.Objects, with options) error {
			return r.migrate(ctx, o, kubevirtv1.MigrateOptions{AddedNodeSelector: with.nodeSelector, DryRun: with.dryRun})
		},
		until: "the guest runs on its new node", goesOn: migrationGoesOn,
		await: func(ctx context.Context, r *Resource, o *convert.Objects, before former, _ options, p *progress) error {
			err := r.awaitMigrated(ctx, o, before.migrations, p.say)
			if apierrors.IsForbidden(err) {
				return &diagnostics.Failure{
					Cause:  "The migration is under way, but may not be watched: " + err.Error(),
					Advice: "Give the provider's user this permission, or do not wait for migrations: wait = false.",
				}
			}
			return err
		},
	}
}
