package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"text/template"

	"k8s.io/apimachinery/pkg/util/yaml"
	stagecrd "sigs.k8s.io/kwok/kustomize/crd"
	nodestages "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	podstages "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
)

// The files in manifests/ are templates of the values in this program; those in
// manifests/stages/ are not, because KWOK has its own templates inside them.
//
//go:embed manifests
var manifestFiles embed.FS

// manifestsKey names the embedded files by what is in them.
func manifestsKey() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(manifestFiles, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := manifestFiles.ReadFile(name)
		fmt.Fprintf(hash, "%s %x\n", name, sha256.Sum256(data))
		return err
	})
	return hex.EncodeToString(hash.Sum(nil))[:12], err
}

// manifest returns the objects of an embedded template.
func manifest(name string, values any) ([]*object, error) {
	text, err := template.New(name).
		Funcs(template.FuncMap{"json": func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err }}).
		ParseFS(manifestFiles, path.Join("manifests", name))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := text.ExecuteTemplate(&out, name, values); err != nil {
		return nil, err
	}
	return decode(&out)
}

// componentManifests returns what a component's manifests program printed.
func componentManifests(dir string) ([]*object, error) {
	file, err := os.Open(path.Join(dir, "manifests.yaml"))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return decode(file)
}

// stageCRD returns KWOK's definition of Stage.
func stageCRD() ([]*object, error) { return decode(bytes.NewReader(stagecrd.Stage)) }

// stages returns everything KWOK plays: the embedded stages and those that come
// with KWOK and fit as they are.
func stages() ([]*object, error) {
	files, err := fs.Glob(manifestFiles, "manifests/stages/*.yaml")
	if err != nil {
		return nil, err
	}
	texts := []string{nodestages.DefaultNodeInit, podstages.DefaultPodReady, podstages.DefaultPodComplete}
	for _, file := range files {
		text, err := manifestFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		texts = append(texts, string(text))
	}
	all, err := decode(strings.NewReader(strings.Join(texts, "\n---\n")))
	if err != nil {
		return nil, err
	}
	for _, stage := range all {
		if stage.GetName() == "pod-ready" {
			if err := errors.Join(excludeSpecialPods(stage), withImageIDs(stage)); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// decode reads YAML documents, skipping empty ones.
func decode(r io.Reader) ([]*object, error) {
	reader := yaml.NewYAMLReader(bufio.NewReader(r))
	var objects []*object
	for {
		doc, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects, nil
		}
		if err != nil {
			return nil, err
		}
		o := &object{}
		if err := yaml.Unmarshal(doc, &o.Object); err != nil {
			return nil, fmt.Errorf("%w in\n%s", err, doc)
		}
		if len(o.Object) > 0 {
			objects = append(objects, o)
		}
	}
}
