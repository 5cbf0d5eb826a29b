package image

import (
	"context"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// Keys of private state.
const (
	privateMade  = "made_with"     // what the image was made with
	privateClaim = "claim_uid"     // CDI may remove a DataVolume that is done
	privateFile  = "uploaded_file" // size and time of change of the file with the hash in the state
)

// recordObjects notes in private state what the image was made with, and its claim. What
// is not there any more stays noted.
func recordObjects(ctx context.Context, private metadata.PrivateWriter, o convert.ImageObjects) diag.Diagnostics {
	var diags diag.Diagnostics
	if made := convert.RecordImage(o); made != nil {
		diags.Append(private.SetKey(ctx, privateMade, made)...)
	}
	if o.Cron == nil && o.DataVolume != nil && o.Claim != nil {
		diags.Append(private.SetKey(ctx, privateClaim, []byte(quoted(string(o.Claim.UID))))...)
	}
	return diags
}

// quoted is a uid as JSON, which private state holds.
func quoted(uid string) string { return strconv.Quote(uid) }
