package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/datavolume"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/upload"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/waiting"
)

// uploadAt is the attribute of an upload's part.
func uploadAt(name string) path.Path { return path.Root("source").AtName("upload").AtName(name) }

// fileState is how a file looked: one that looks the same is not read again.
type fileState struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size"`
	Modified time.Time `json:"modified"`
}

func stateOf(name string) (fileState, error) {
	info, err := os.Stat(name)
	if err != nil {
		return fileState{}, err
	}
	if !info.Mode().IsRegular() {
		return fileState{}, fmt.Errorf("%s is not a file", name)
	}
	return fileState{Path: name, Size: info.Size(), Modified: info.ModTime().UTC()}, nil
}

// localFile is the open file of an upload; nil where there is none.
type localFile struct {
	*os.File
	state fileState
}

// openUpload opens the file before anything is made for it.
func openUpload(m convert.Image) (*localFile, error) {
	if !m.Uploads() {
		return nil, nil
	}
	name := m.UploadOf().Path.ValueString()
	state, err := stateOf(name)
	var file *os.File
	if err == nil {
		file, err = os.Open(name) //nolint:gosec // the user's own choice
	}
	if err == nil && state.Size == 0 {
		_ = file.Close()
		err = fmt.Errorf("%s is empty", name)
	}
	if err != nil {
		return nil, &diagnostics.Failure{
			Cause:     "The file cannot be uploaded: " + err.Error() + ".",
			Advice:    "Correct path. It is relative to where Terraform runs; write ${path.module}/... for a file beside the configuration.",
			Attribute: uploadAt("path"),
		}
	}
	return &localFile{file, state}, nil
}

// Close closes the file, if any.
func (f *localFile) Close() {
	if f != nil {
		_ = f.File.Close()
	}
}

// record notes how the file looked that has the hash in the state.
func (f *localFile) record(ctx context.Context, private metadata.PrivateWriter, hash string) diag.Diagnostics {
	if f == nil || hash == "" {
		return nil
	}
	data, err := json.Marshal(f.state)
	if err != nil {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unable to write private state", err.Error())}
	}
	return private.SetKey(ctx, privateFile, data)
}

// upload sends the file to CDI's proxy, and returns its hash.
func (r *Resource) upload(ctx context.Context, o convert.ImageObjects, m convert.Image, file *localFile) (string, error) {
	proxy, options := upload.Proxy{}, m.UploadOf().Proxy
	given := ""
	if options != nil {
		given = options.URL.ValueString()
		proxy.CA, proxy.Insecure = []byte(options.CACertificate.ValueString()), options.InsecureSkipVerify.ValueBool()
	}
	if given == "" {
		from, err := r.data.Client.Reader(ctx)
		if err != nil {
			return "", err
		}
		if o.CDIConfig, err = datavolume.Config(ctx, from); err != nil {
			return "", err
		}
	}
	if proxy.URL = convert.UploadURL(given, o.CDIConfig); proxy.URL == "" {
		return "", &diagnostics.Failure{
			Cause:     "CDI's configuration does not say where its upload proxy is.",
			Advice:    "Write proxy = { url = \"https://...\" }, or have the cluster's administrator expose the Service cdi-uploadproxy by an Ingress, or set spec.config.uploadProxyURLOverride of the CDI object.",
			Attribute: uploadAt("proxy"),
		}
	}
	who, next := subject(m).Name, 0
	var sent atomic.Int64 // the transport may go on for a moment after its time
	hash, err := proxy.Send(ctx, upload.Content{File: file.File, Size: file.state.Size, SHA256: hashOf(m)},
		func(ctx context.Context) (string, error) {
			return upload.Token(ctx, r.data.Client, m.Namespace.ValueString(), m.Name.ValueString())
		},
		func(now int64) {
			sent.Store(now)
			if percent := int(now * 100 / file.state.Size); percent >= next {
				tflog.Info(ctx, "uploading an image", map[string]any{"image": who, "percent": percent, "bytes": now})
				next = percent + 5
			}
		})
	var wrong *upload.HashError
	var refused *upload.Refusal
	switch {
	case errors.As(err, &wrong):
		return "", &diagnostics.Failure{
			Cause:     fmt.Sprintf("The file %s has the SHA-256 %s, not %s. The upload was broken off before its end.", file.state.Path, wrong.Got, wrong.Want),
			Advice:    "Correct sha256, or the file.",
			Attribute: uploadAt("sha256"),
		}
	case errors.As(err, &refused):
		at := map[upload.Part]path.Path{upload.OfProxy: uploadAt("proxy"), upload.OfFile: uploadAt("path"), upload.OfSize: sizeAt(m)}
		return "", &diagnostics.Failure{Cause: refused.Error(), Advice: refused.Advice, Attribute: at[refused.Part]}
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", &waiting.Late{Where: "is not wholly uploaded yet", Condition: fmt.Sprintf("%d of %d bytes were sent.", sent.Load(), file.state.Size)}
	}
	return hash, err
}

// noteHash writes the hash of what was uploaded on the DataVolume, "" takes it away: an
// import reads it, and one that is not there tells that nothing was.
func (r *Resource) noteHash(ctx context.Context, m convert.Image, hash string) error {
	dv := &cdiv1.DataVolume{ObjectMeta: metav1.ObjectMeta{Namespace: m.Namespace.ValueString(), Name: m.Name.ValueString()}}
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	before := dv.DeepCopy()
	if dv.Annotations = map[string]string{convert.AnnotationSHA256: hash}; hash == "" {
		before.Annotations, dv.Annotations = map[string]string{convert.AnnotationSHA256: "any"}, nil
	}
	return api.Patch(ctx, dv, client.MergeFrom(before))
}

// uploadsNow tells whether an update uploads: to an image that waits for it.
func uploadsNow(state, plan convert.Image) bool {
	return plan.Uploads() && hashOf(state) == "" && waits(state)
}

// waits tells whether nothing was uploaded yet, as the state knows it.
func waits(state convert.Image) bool {
	phase, _ := state.Status.Attributes()["phase"].(interface{ ValueString() string })
	return phase != nil && phase.ValueString() != string(cdiv1.Succeeded)
}

// hashes are those of files that this process has read.
var hashes sync.Map // of fileState

// hashFile reads a file, once for each of its states.
func hashFile(ctx context.Context, state fileState) (string, error) {
	if hash, ok := hashes.Load(state); ok {
		return hash.(string), nil //nolint:forcetypeassert // nothing else is stored
	}
	hash, err := upload.HashFile(ctx, state.Path)
	if err == nil {
		hashes.Store(state, hash)
	}
	return hash, err
}
