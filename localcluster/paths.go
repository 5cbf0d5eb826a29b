package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// cacheVariable names the folder that holds everything this program makes.
const cacheVariable = "LOCALCLUSTER_CACHE"

var validName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$`)

// checkName refuses names that are no safe folder or context name.
func checkName(name string) error {
	if !validName.MatchString(name) {
		return fmt.Errorf("cluster name %q: use 1 to 40 lower-case letters, digits and hyphens, a letter or digit first and last", name)
	}
	return nil
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]+$`)

// shellQuote returns the word as a shell takes it.
func shellQuote(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// layout knows where things are.
type layout struct {
	components string // folder with one Go module per upstream
	cache      string // built programs and data of clusters
}

// newLayout finds the components below the working folder, which is this
// module's own folder under `go -C localcluster run .`.
func newLayout() (layout, error) {
	dir, err := os.Getwd()
	if err != nil {
		return layout{}, err
	}
	components := filepath.Join(dir, "components")
	if _, err := os.Stat(filepath.Join(components, "kubevirt", "go.mod")); err != nil {
		return layout{}, errors.New("not in the localcluster folder: use `make cluster-up`, or `go -C localcluster run . up`")
	}
	cache := os.Getenv(cacheVariable)
	if cache == "" {
		cache = filepath.Join(filepath.Dir(dir), ".cache")
	}
	if cache, err = filepath.Abs(cache); err != nil {
		return layout{}, err
	}
	return layout{components: components, cache: cache}, os.MkdirAll(cache, 0o755)
}

func (l layout) bin() string                    { return filepath.Join(l.cache, "bin") }
func (l layout) clusters() string               { return filepath.Join(l.cache, "clusters") }
func (l layout) cluster(name string) clusterDir { return clusterDir(filepath.Join(l.clusters(), name)) }

// clusterDir is the folder of one cluster; `down` deletes it whole.
type clusterDir string

func (d clusterDir) path(elem ...string) string {
	return filepath.Join(append([]string{string(d)}, elem...)...)
}

func (d clusterDir) name() string       { return filepath.Base(string(d)) }
func (d clusterDir) kubeconfig() string { return d.path("kubeconfig.yaml") }
func (d clusterDir) spec() string       { return d.path("cluster.json") }
func (d clusterDir) lock() string       { return d.path("lock") }
func (d clusterDir) ready() string      { return d.path("ready") }
func (d clusterDir) processes() string  { return d.path("processes.json") }
func (d clusterDir) logs() string       { return d.path("logs") }
