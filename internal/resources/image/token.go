package image

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/providerdata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/upload"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/validate"
)

var _ ephemeral.EphemeralResourceWithConfigure = (*UploadToken)(nil)

// UploadToken is the permission to upload into an image or a disk. It is a secret of a
// few minutes, and stands in no state.
type UploadToken struct{ data *providerdata.Data }

// NewUploadToken returns the ephemeral resource.
func NewUploadToken() ephemeral.EphemeralResource { return &UploadToken{} }

// Metadata names its type.
func (u *UploadToken) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_upload_token"
}

// Configure takes over the provider's data.
func (u *UploadToken) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	data, diags := providerdata.FromRequest(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	u.data = data
}

type uploadToken struct {
	Name      types.String `tfsdk:"name"`
	Namespace types.String `tfsdk:"namespace"`
	UID       types.String `tfsdk:"uid"`
	URL       types.String `tfsdk:"url"`
	Token     types.String `tfsdk:"token"`
}

// Schema describes it.
func (u *UploadToken) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The permission to upload into an image or a disk whose source is `upload = {}`, for somebody else than this provider: a token of CDI, good for five minutes. It stands in no state or plan. Needs Terraform 1.10 or OpenTofu 1.11.",
		Attributes: map[string]schema.Attribute{
			"name": schema.StringAttribute{
				Required: true, MarkdownDescription: "Name of the image or disk.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid name", validate.DNSSubdomain)},
			},
			"namespace": schema.StringAttribute{
				Optional: true, Computed: true, MarkdownDescription: "Its namespace. Default: the provider's `namespace`.",
				Validators: []validator.String{stringvalidator.LengthAtLeast(1), validate.Text("Invalid namespace", validate.DNSLabel)},
			},
			"uid":   schema.StringAttribute{Optional: true, MarkdownDescription: "The attribute `uid` of the image or disk, so that the token is only asked for once that exists."},
			"url":   schema.StringAttribute{Computed: true, MarkdownDescription: "Where to upload to; null where CDI's configuration does not say where its proxy is."},
			"token": schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The token: the header `Authorization: Bearer <token>` of the upload."},
		},
	}
}

// Open asks CDI for a token.
func (u *UploadToken) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m uploadToken
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !u.data.Known && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &ephemeral.Deferred{Reason: ephemeral.DeferredReasonProviderConfigUnknown}
		return
	}
	if m.Namespace.IsNull() {
		m.Namespace = types.StringValue(u.data.Namespace)
	}
	ctx, cancel := context.WithTimeout(ctx, defaults.Read)
	defer cancel()
	token, err := upload.Token(ctx, u.data.Client, m.Namespace.ValueString(), m.Name.ValueString())
	if err == nil {
		m.Token = types.StringValue(token)
		m.URL, err = u.url(ctx)
	}
	if err != nil {
		who := diagnostics.Subject{Thing: "upload token of", Name: metadata.ID(m.Namespace.ValueString(), m.Name.ValueString())}
		resp.Diagnostics.Append(who.Error("get", err))
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &m)...)
}

func (u *UploadToken) url(ctx context.Context) (types.String, error) {
	from, err := u.data.Client.Reader(ctx)
	if err != nil {
		return types.StringNull(), err
	}
	config, err := datavolume.Config(ctx, from)
	if url := convert.UploadURL("", config); url != "" {
		return types.StringValue(url), err
	}
	return types.StringNull(), err
}
