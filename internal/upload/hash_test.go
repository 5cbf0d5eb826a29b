package upload_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/upload"
)

// TestHashFile: the hash is that of sha256sum; who is cut off reads no further.
func TestHashFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "image")
	if err := os.WriteFile(name, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if hash, err := upload.HashFile(t.Context(), name); hash != want || err != nil {
		t.Error(hash, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := upload.HashFile(ctx, name); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
