package image_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// file is a local file of a test.
type file struct {
	t    *testing.T
	path string
}

const fileSize = 3<<20 + 17

func newFile(t *testing.T) file {
	f := file{t, filepath.Join(t.TempDir(), "disk.img")}
	f.change()
	return f
}

// change gives it another content.
func (f file) change() {
	f.t.Helper()
	content := make([]byte, fileSize)
	_, _ = rand.Read(content)
	if err := os.WriteFile(f.path, content, 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func (f file) hash() string {
	f.t.Helper()
	content, err := os.ReadFile(f.path)
	if err != nil {
		f.t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// authority is the one that signed the local cluster's certificates.
func authority(t *testing.T, n *acctest.Namespace) string {
	t.Helper()
	config := n.RESTConfig()
	if len(config.CAData) > 0 {
		return string(config.CAData)
	}
	data, err := os.ReadFile(config.CAFile)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// uploaded is an image of a file; more stands in `upload`.
func (f file) uploaded(n *acctest.Namespace, name, proxy string, more ...string) string {
	f.t.Helper()
	return config(n, name, small, fmt.Sprintf("source = { upload = {\n    path = %q\n    proxy = {\n      %s\n      ca_certificate = <<-EOT\n%s\nEOT\n    }\n    %s\n  } }", f.path, proxy, authority(f.t, n), strings.Join(more, "\n    ")))
}

// arrived checks that the file came as it is, and is known to.
func (f file) arrived(n *acctest.Namespace, name string) resource.TestCheckFunc {
	return n.Check(func() error {
		// The stand-in for upload servers notes on the claim what it got.
		if want := fmt.Sprintf("%d %s", fileSize, f.hash()); acctest.Text(n.Get("pvc", name), "metadata.annotations[localcluster/uploaded]") != want {
			return fmt.Errorf("the claim says %v, want %s", acctest.Field(n.Get("pvc", name), "metadata.annotations"), want)
		}
		if noted := acctest.Text(n.Get("dv", name), "metadata.annotations[virtualserver.io/sha256]"); noted != f.hash() {
			return fmt.Errorf("the DataVolume notes %q", noted)
		}
		return nil
	})
}

// TestAccImageUpload: a local file is uploaded through CDI's proxy, which checks CDI's
// token, and arrives as it is. The image is replaced when the content changes, and only
// then.
func TestAccImageUpload(t *testing.T) {
	acctest.Played(t, "upload servers")
	n, f := acctest.Start(t), newFile(t)
	image := f.uploaded(n, "up", "")
	var uid string
	same := n.Check(func() error {
		if now := acctest.Text(n.Get("dv", "up"), "metadata.uid"); now != uid {
			return fmt.Errorf("the image is another one")
		}
		return nil
	})
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(image, ready(n, "up"), f.arrived(n, "up"),
			resource.TestCheckResourceAttrWith(address, "source.upload.sha256", func(v string) error { return equal(v, f.hash()) }),
			n.Check(func() error { uid = acctest.Text(n.Get("dv", "up"), "metadata.uid"); return nil })),
		acctest.Before(func() { // touched, and somewhere else
			content, _ := os.ReadFile(f.path)
			_ = os.WriteFile(f.path+".moved", content, 0o600)
		}, planning(plancheck.ResourceActionUpdate, acctest.Apply(strings.Replace(image, "disk.img", "disk.img.moved", 1), same))),
		acctest.Before(func() { _ = os.Chtimes(f.path, time.Now(), time.Now().Add(-time.Hour)) },
			planning(plancheck.ResourceActionUpdate, acctest.Apply(image, same))),
		// The hash written out is the same.
		planning(plancheck.ResourceActionNoop, acctest.Apply(f.uploaded(n, "up", "", fmt.Sprintf("sha256 = %q", f.hash())), same)),
		acctest.Before(f.change, planning(plancheck.ResourceActionReplace, acctest.Apply(image, ready(n, "up"), f.arrived(n, "up")))),
		acctest.Before(func() { _ = os.Rename(f.path, f.path+".away") }, planning(plancheck.ResourceActionNoop, acctest.Apply(image))),
		acctest.Before(func() { _ = os.Rename(f.path+".away", f.path) }, acctest.Apply(image, f.arrived(n, "up"))),
	}})
}

func equal(got, want string) error {
	if got != want {
		return fmt.Errorf("it is %s, not %s", got, want)
	}
	return nil
}

// TestAccImageUploadWrong: what cannot be uploaded is an error that says why, a file of
// another hash never arrives as a whole, and a later apply makes it good.
func TestAccImageUploadWrong(t *testing.T) {
	acctest.Played(t, "upload servers")
	n, f := acctest.Start(t), newFile(t)
	unverified := config(n, "up", small, fmt.Sprintf("source = { upload = { path = %q } }", f.path))
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{
			Config:      strings.Replace(f.uploaded(n, "up", ""), "disk.img", "nowhere.img", 1),
			ExpectError: acctest.Messages("Unable to create image", "cannot be uploaded", "no such file", "Correct path"),
		},
		{PreConfig: func() { nothing(n, "up") }, Config: unverified, ExpectError: acctest.Messages("Unable to create image", "certificate", "proxy.ca_certificate")},
		{
			Config:      f.uploaded(n, "up", "", fmt.Sprintf("sha256 = %q", strings.Repeat("0", 64))),
			ExpectError: acctest.Messages("Unable to create image", "has the SHA-256", "not "+strings.Repeat("0", 64), "broken off", "Correct sha256"),
		},
		acctest.Before(func() {
			if seen := acctest.Text(n.Get("pvc", "up"), "metadata.annotations[localcluster/uploaded]"); seen != "" {
				t.Error("the wrong file arrived: ", seen)
			}
		}, planning(plancheck.ResourceActionReplace, acctest.Apply(f.uploaded(n, "up", ""), ready(n, "up"), f.arrived(n, "up")))),
		{
			Config:      strings.Replace(f.uploaded(n, "up", `url = "https://127.0.0.1:1"`), `"1Gi"`, `"1Mi"`, 1),
			PlanOnly:    true,
			ExpectError: acctest.Messages("Unable to shrink image"),
		},
	}})
}

func nothing(n *acctest.Namespace, name string) {
	if n.Find("dv", name) != nil {
		panic("something was made before the file was looked at")
	}
}

// TestAccImageUploadTooLarge: the upload server's own word for a claim that is too small
// reaches the user.
func TestAccImageUploadTooLarge(t *testing.T) {
	acctest.Played(t, "upload servers")
	n, f := acctest.Start(t), newFile(t)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{
			Config:      strings.Replace(f.uploaded(n, "up", ""), `"1Gi"`, `"1Mi"`, 1),
			ExpectError: acctest.Messages("Unable to create image", "400 Bad Request", "larger than the reported available storage", "larger size"),
		},
		planning(plancheck.ResourceActionReplace, acctest.Apply(f.uploaded(n, "up", ""), f.arrived(n, "up"))),
	}})
}

// breaker is a way to the proxy that is cut after so many bytes, the first so many times.
type breaker struct {
	net.Listener
	target string
	after  int64
	times  int
}

func newBreaker(t *testing.T, n *acctest.Namespace, after int64, times int) *breaker {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &breaker{Listener: listener, target: uploadProxy(n), after: after, times: times}
	t.Cleanup(func() { _ = listener.Close() })
	go b.serve()
	return b
}

// uploadProxy is the address that CDI's configuration names.
func uploadProxy(n *acctest.Namespace) string {
	address := acctest.Text(n.Get("cdiconfig", "config"), "status.uploadProxyURL")
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host
	}
	return address
}

func (b *breaker) serve() {
	for {
		incoming, err := b.Accept()
		if err != nil {
			return
		}
		outgoing, err := net.Dial("tcp", b.target)
		if err != nil {
			_ = incoming.Close()
			continue
		}
		cut := b.times > 0
		b.times--
		go func() { _, _ = io.Copy(incoming, outgoing); _ = incoming.Close() }()
		go func() {
			var from io.Reader = incoming
			if cut {
				from = io.LimitReader(incoming, b.after)
			}
			_, _ = io.Copy(outgoing, from)
			if cut {
				_ = incoming.Close()
			}
			_ = outgoing.Close()
		}()
	}
}

// TestAccImageUploadCut: an upload that is cut begins anew; one that is cut every time is
// an error, and the next apply replaces the image.
func TestAccImageUploadCut(t *testing.T) {
	acctest.Played(t, "upload servers")
	n, f := acctest.Start(t), newFile(t)
	through := func(b *breaker) string { return fmt.Sprintf("url = \"https://%s\"", b.Addr()) }
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{
			Config:      f.uploaded(n, "up", through(newBreaker(t, n, 1<<20, 1000))),
			ExpectError: acctest.Messages("Unable to create image", "did not come through", "begins anew", "tainted"),
		},
		planning(plancheck.ResourceActionReplace, acctest.Apply(f.uploaded(n, "up", through(newBreaker(t, n, 1<<20, 1))), ready(n, "up"), f.arrived(n, "up"))),
		// How it is reached says nothing of the image.
		planning(plancheck.ResourceActionUpdate, acctest.Apply(f.uploaded(n, "up", ""), f.arrived(n, "up"))),
	}})
}

// TestAccImageUploadLater: an image that waits for an upload by somebody else; the apply
// of a path uploads to it.
func TestAccImageUploadLater(t *testing.T) {
	acctest.Played(t, "upload servers")
	n, f := acctest.Start(t), newFile(t)
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(config(n, "up", small, `source = { upload = {} }`),
			attribute("status.phase", "UploadReady"), attribute("status.ready", "false"), attribute("status.upload_url", "https://"+uploadProxy(n)+"/v1beta1/upload-async"),
			resource.TestCheckNoResourceAttr(address, "source.upload.sha256")),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(f.uploaded(n, "up", ""), ready(n, "up"), f.arrived(n, "up"))),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(config(n, "up", small, `source = { upload = {} }`), f.arrived(n, "up"))),
	}})
}
