package upload

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"sync"
)

// body reads content, and holds its last bytes back until its hash is known to be right:
// what is wrong never arrives as a whole.
type body struct {
	content  Content
	progress func(sent int64)

	mu     sync.Mutex // the transport reads in a goroutine of its own
	hash   hash.Hash
	read   int64
	failed error
}

func newBody(c Content, progress func(sent int64)) *body {
	return &body{content: c, progress: progress, hash: sha256.New()}
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failed != nil {
		return 0, b.failed
	}
	left := b.content.Size - b.read
	if left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) >= left {
		return b.last(p[:left])
	}
	n, err := b.content.File.Read(p)
	b.hash.Write(p[:n])
	b.read += int64(n)
	b.progress(b.read)
	if errors.Is(err, io.EOF) {
		err = errChanged
	}
	return n, b.fail(err)
}

// last reads what is left, of a file that must end there.
func (b *body) last(p []byte) (int, error) {
	if _, err := io.ReadFull(b.content.File, p); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errChanged
		}
		return 0, b.fail(err)
	}
	if n, _ := b.content.File.Read(make([]byte, 1)); n > 0 {
		return 0, b.fail(errChanged)
	}
	b.hash.Write(p)
	if got := b.digest(); b.content.SHA256 != "" && got != b.content.SHA256 {
		return 0, b.fail(&HashError{Got: got, Want: b.content.SHA256})
	}
	b.read += int64(len(p))
	b.progress(b.read)
	return len(p), nil
}

var errChanged = &Refusal{cause: "The file changed while it was uploaded.", Advice: "Apply again when it stays as it is.", Part: OfFile}

func (b *body) fail(err error) error {
	if err == nil {
		return nil
	}
	var refusal *Refusal
	var wrong *HashError
	if !errors.As(err, &refusal) && !errors.As(err, &wrong) {
		err = &Refusal{cause: "The file cannot be read: " + err.Error() + ".", Part: OfFile}
	}
	b.failed = err
	return err
}

func (b *body) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failed
}

func (b *body) digest() string { return hex.EncodeToString(b.hash.Sum(nil)) }

// whole is the hash of content that was read to its end, else "".
func (b *body) whole() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.read < b.content.Size {
		return ""
	}
	return b.digest()
}
