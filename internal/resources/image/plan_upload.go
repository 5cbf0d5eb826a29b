package image

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"

	"errors"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/values"
)

// planUpload plans the hash of the file that is uploaded, and replaces the image where it
// is another one. A new image's is known once it is uploaded, which reads the file once.
// Of one that exists, the file is read only when it looks different.
func planUpload(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, state convert.Image, creating bool) path.Paths {
	config, diags := values.TreeOf(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	upload := config.At("source", "upload")
	if upload == nil || upload.IsUnknown() || resp.Diagnostics.HasError() {
		return nil
	}
	at, given := config.At("source", "upload", "path"), config.At("source", "upload", "sha256")
	was := hashOf(state)
	changed := path.Paths{uploadAt("sha256")}
	plan := func(hash attr.Value) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, uploadAt("sha256"), hash)...)
	}
	switch {
	case creating && given == nil && (values.IsUnknown(at) || values.Text(at) != ""):
		plan(types.StringUnknown())
	case creating:
		if given == nil {
			plan(types.StringNull())
		}
	case given != nil: // it is what the plan has already
		if values.IsUnknown(given) || was != "" && values.Text(given) != was {
			return changed
		}
	case values.IsUnknown(at):
		plan(types.StringUnknown())
		return changed
	case values.Text(at) == "":
		plan(textOrNull(was))
	case was == "" && waits(state):
		plan(types.StringUnknown()) // the apply uploads
	default:
		if !looksDifferent(ctx, req, resp, state, values.Text(at)) {
			plan(textOrNull(was))
			return nil
		}
		plan(types.StringUnknown())
		return changed
	}
	return nil
}

// looksDifferent tells whether a file has another content than the image was made of.
func looksDifferent(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse, state convert.Image, name string) bool {
	was := hashOf(state)
	if was == "" {
		return false // nobody noted what was uploaded
	}
	now, err := stateOf(name)
	if errors.Is(err, fs.ErrNotExist) {
		resp.Diagnostics.AddAttributeWarning(uploadAt("path"), fmt.Sprintf("The file of image %q is not there", subject(state).Name),
			fmt.Sprintf("%s does not exist, so nobody knows whether it changed: the image stays as it is.", name))
		return false
	}
	record, diags := req.Private.GetKey(ctx, privateFile)
	resp.Diagnostics.Append(diags...)
	var noted fileState
	if err == nil && json.Unmarshal(record, &noted) == nil && noted == now {
		return false
	}
	hash := ""
	if err == nil {
		hash, err = hashFile(ctx, now)
	}
	if err != nil {
		resp.Diagnostics.AddAttributeError(uploadAt("path"), subject(state).Summary("plan"), "The file cannot be read: "+err.Error()+".\n\nCorrect path, or write sha256, with which the file is only read when it is uploaded.")
		return false
	}
	return hash != was
}

func textOrNull(s string) attr.Value {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}
