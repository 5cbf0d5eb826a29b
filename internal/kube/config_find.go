package kube

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// inClusterConfig is replaced by tests, which do not run in a pod.
var inClusterConfig = rest.InClusterConfig

// attempts are the places that were tried, in order, for the message that
// nothing was found.
type attempts []string

func (a *attempts) add(what, outcome string) { *a = append(*a, what+": "+outcome) }

// findKubeconfig returns the first kubeconfig in order of precedence, and in
// words where it was found. A host counts as a kubeconfig of one cluster: what
// ranks below it is not read, so that no credentials of another cluster are
// sent to it.
func (c Config) findKubeconfig(s settings) (*clientcmdapi.Config, string, error) {
	var tried attempts

	if c.Kubeconfig != "" {
		if err := CheckKubeconfig(c.Kubeconfig); err != nil {
			return nil, "", invalidConfig("", "attribute kubeconfig", fmt.Errorf("the text %w", err))
		}
		config, err := parseKubeconfig([]byte(c.Kubeconfig))
		if err != nil {
			return nil, "", err
		}
		return config, "attribute kubeconfig", nil
	}
	tried.add("attribute kubeconfig", "not set")

	for _, source := range []struct {
		what  string
		paths []string
		host  setting
	}{
		{"attribute config_path", nonEmpty(c.ConfigPath), setting{}},
		{"attribute config_paths", c.ConfigPaths, setting{}},
		{"attribute host", nil, setting{c.Host, "attribute host"}},
		{"variable " + envConfigPath, nonEmpty(os.Getenv(envConfigPath)), setting{}},
		{"variable " + envConfigPaths, filepath.SplitList(os.Getenv(envConfigPaths)), setting{}},
		{"variable " + envHost, nil, s.host},
		{"variable " + clientcmd.RecommendedConfigPathEnvVar, filepath.SplitList(os.Getenv(clientcmd.RecommendedConfigPathEnvVar)), setting{}},
	} {
		switch {
		case source.host.isSet():
			return hostOnly(), source.what, nil
		case len(source.paths) == 0:
			tried.add(source.what, "not set")
		default:
			// A place that was named must work: going on to the next would
			// silently reach some other cluster.
			config, err := loadFiles(source.paths, source.what, &tried)
			if err != nil {
				return nil, "", invalidConfig("", source.what, err)
			}
			if config == nil {
				return nil, "", missingConfig(tried)
			}
			return config, fmt.Sprintf("%s (%s)", source.what, strings.Join(source.paths, ", ")), nil
		}
	}

	// clientcmd.RecommendedHomeFile is fixed when the process starts and hides
	// a missing home directory; the rule is the same.
	if home, err := os.UserHomeDir(); err != nil {
		tried.add("file ~/.kube/config", "there is no home directory")
	} else {
		path := filepath.Join(home, clientcmd.RecommendedHomeDir, clientcmd.RecommendedFileName)
		config, err := loadFiles([]string{path}, "file ~/.kube/config", &tried)
		if err != nil {
			return nil, "", invalidConfig("", "file "+path, err)
		}
		if config != nil {
			return config, "file " + path, nil
		}
	}

	rc, err := inClusterConfig()
	if err == nil {
		return fromInCluster(rc), "the service account of this pod", nil
	}
	outcome := err.Error()
	if errors.Is(err, rest.ErrNotInCluster) {
		outcome = "not running in a pod"
	}
	tried.add("service account of the pod", outcome)
	return nil, "", missingConfig(tried)
}

// loadFiles merges kubeconfig files as kubectl does: files that are missing are
// skipped. It returns nil, with the attempts noted, if none is there or all are
// empty.
func loadFiles(paths []string, what string, tried *attempts) (*clientcmdapi.Config, error) {
	var found []string
	for _, path := range paths {
		if path == "" {
			continue
		}
		name := what
		if path = expandHome(path); !strings.Contains(what, path) {
			name = fmt.Sprintf("%s (%s)", what, path)
		}
		text, err := os.ReadFile(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			tried.add(name, "the file does not exist")
			continue
		case err != nil:
			return nil, fmt.Errorf("the kubeconfig cannot be read: %w", err)
		}
		config, err := parseKubeconfig(text)
		if err != nil {
			return nil, fmt.Errorf("the file %s %w", path, err)
		}
		if isEmpty(config) {
			tried.add(name, "the file holds no cluster and no context")
			continue
		}
		found = append(found, path)
	}
	if len(found) == 0 {
		return nil, nil
	}
	// The loading rules merge, and resolve relative paths inside the files.
	rules := clientcmd.ClientConfigLoadingRules{Precedence: found}
	return rules.Load()
}

var yamlLine = regexp.MustCompile(`yaml: line (\d+)`)

// parseKubeconfig keeps the parser's own words out of its error: they quote the
// text, which may be a token or a key.
func parseKubeconfig(text []byte) (*clientcmdapi.Config, error) {
	config, err := clientcmd.Load(text)
	if err == nil {
		return config, nil
	}
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		return nil, fmt.Errorf("is not valid YAML (line %s)", m[1])
	}
	return nil, errors.New("is not a kubeconfig (apiVersion: v1, kind: Config)")
}

// CheckKubeconfig checks the text of a kubeconfig. Like the other checks, it
// repeats nothing of it.
func CheckKubeconfig(text string) error {
	config, err := parseKubeconfig([]byte(text))
	if err == nil && isEmpty(config) {
		err = errors.New("holds no cluster and no context")
	}
	return err
}

func isEmpty(config *clientcmdapi.Config) bool {
	return len(config.Contexts)+len(config.Clusters) == 0
}

// hostOnly is the kubeconfig of a cluster that settings alone describe.
func hostOnly() *clientcmdapi.Config {
	config := clientcmdapi.NewConfig()
	config.Clusters[overrideName] = clientcmdapi.NewCluster()
	config.Contexts[overrideName] = &clientcmdapi.Context{Cluster: overrideName}
	config.CurrentContext = overrideName
	return config
}

// fromInCluster writes the pod's service account as a kubeconfig, so that
// attributes and variables override it in the same way.
func fromInCluster(rc *rest.Config) *clientcmdapi.Config {
	config := hostOnly()
	config.Clusters[overrideName].Server = rc.Host
	config.Clusters[overrideName].CertificateAuthority = rc.CAFile
	config.Clusters[overrideName].CertificateAuthorityData = rc.CAData
	config.AuthInfos[overrideName] = &clientcmdapi.AuthInfo{Token: rc.BearerToken, TokenFile: rc.BearerTokenFile}
	config.Contexts[overrideName].AuthInfo = overrideName
	return config
}

func nonEmpty(path string) []string {
	if path == "" {
		return nil
	}
	return []string{path}
}
