package disk

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// recordObjects notes in private state what the disk was made with, and its claim.
// What is not there any more stays noted.
func recordObjects(ctx context.Context, private metadata.PrivateWriter, o convert.DiskObjects) diag.Diagnostics {
	var diags diag.Diagnostics
	if made := convert.RecordDisk(o); made != nil {
		diags.Append(private.SetKey(ctx, privateMade, made)...)
	}
	if o.DataVolume != nil && o.Claim != nil {
		diags.Append(private.SetKey(ctx, privateClaim, []byte(quoted(string(o.Claim.UID))))...)
	}
	return diags
}

// quoted is a uid as JSON, which private state holds.
func quoted(uid string) string { return strconv.Quote(uid) }
