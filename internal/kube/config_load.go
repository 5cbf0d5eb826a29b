package kube

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// overrideName is the name of what the provider block or the variables bring
// into a kubeconfig; it shows in client-go's messages.
const overrideName = "of the provider configuration"

// restConfig finds the cluster and returns how to reach it, and in words where
// that was found. It reads files and variables, and dials nothing.
func (c Config) restConfig() (*rest.Config, string, error) {
	s, err := newSettings(c)
	if err != nil {
		return nil, "", invalidConfig(s.host.value, "", err)
	}
	base, from, err := c.findKubeconfig(s)
	if err != nil {
		return nil, "", err
	}
	from, err = s.chooseContext(base, from)
	if err != nil {
		return nil, "", invalidConfig(s.host.value, from, err)
	}
	c.setUser(base, s)

	overrides := &clientcmd.ConfigOverrides{ClusterInfo: clientcmdapi.Cluster{
		Server:                   s.host.value,
		CertificateAuthorityData: []byte(s.ca.value),
		InsecureSkipTLSVerify:    s.insecure.isSet(),
		TLSServerName:            s.tlsServerName.value,
		ProxyURL:                 s.proxyURL.value,
	}}
	rc, err := clientcmd.NewNonInteractiveClientConfig(*base, base.CurrentContext, overrides, nil).ClientConfig()
	if err != nil {
		return nil, "", invalidConfig(s.host.value, from, err)
	}
	if err := refusePlainText(rc.Host, s, c.Exec != nil); err != nil {
		return nil, "", invalidConfig(rc.Host, from, err)
	}
	return rc, from, nil
}

// chooseContext makes the wanted context the current one of base, with the
// wanted cluster and user in it, and completes the words for where it was found.
func (s settings) chooseContext(base *clientcmdapi.Config, from string) (string, error) {
	name := base.CurrentContext
	if s.context.isSet() {
		name = s.context.value
		if _, ok := base.Contexts[name]; !ok {
			return from, fmt.Errorf("the context %q (%s) does not exist; %s", name, s.context.origin, names("contexts", base.Contexts))
		}
	}
	if name == "" && s.contextCluster.isSet() {
		name = overrideName
		base.Contexts[name] = &clientcmdapi.Context{}
	}
	context, ok := base.Contexts[name]
	switch {
	case name == "":
		return from, fmt.Errorf("no context is chosen: set config_context (variable %s); %s", envContext, names("contexts", base.Contexts))
	case !ok:
		return from, fmt.Errorf("its current-context %q does not exist; %s", name, names("contexts", base.Contexts))
	}
	if name != overrideName {
		from = fmt.Sprintf("%s, context %q", from, name)
	}

	context = context.DeepCopy()
	if s.contextCluster.isSet() {
		context.Cluster = s.contextCluster.value
	}
	if s.contextUser.isSet() {
		context.AuthInfo = s.contextUser.value
	}
	cluster, ok := base.Clusters[context.Cluster]
	if !ok {
		return from, fmt.Errorf("the cluster %q does not exist; %s", context.Cluster, names("clusters", base.Clusters))
	}
	if cluster.Server == "" && !s.host.isSet() {
		return from, fmt.Errorf("the cluster %q has no server", context.Cluster)
	}
	if _, ok := base.AuthInfos[context.AuthInfo]; !ok && context.AuthInfo != "" {
		return from, fmt.Errorf("the user %q does not exist; %s", context.AuthInfo, names("users", base.AuthInfos))
	}
	base.Contexts[name] = context
	base.CurrentContext = name
	return from, nil
}

// setUser puts the credentials of the provider block or the variables in place
// of the kubeconfig's user. They replace the user as a whole: client-go would
// go on running the kubeconfig's credential plugin beside a given token.
// Impersonation is no credential and leaves the user as it is.
func (c Config) setUser(base *clientcmdapi.Config, s settings) {
	context := base.Contexts[base.CurrentContext]
	user := clientcmdapi.NewAuthInfo()
	if current, ok := base.AuthInfos[context.AuthInfo]; ok {
		user = current.DeepCopy()
	}
	replaced := s.token.isSet() || s.clientCert.isSet() || c.Exec != nil
	if replaced {
		user = clientcmdapi.NewAuthInfo()
		user.Token = s.token.value
		user.ClientCertificateData = []byte(s.clientCert.value)
		user.ClientKeyData = []byte(s.clientKey.value)
	}
	if c.Exec != nil {
		user.Exec = &clientcmdapi.ExecConfig{
			APIVersion:      c.Exec.APIVersion,
			Command:         expandHome(c.Exec.Command),
			Args:            c.Exec.Args,
			InteractiveMode: clientcmdapi.NeverExecInteractiveMode,
		}
		for _, name := range slices.Sorted(maps.Keys(c.Exec.Env)) {
			user.Exec.Env = append(user.Exec.Env, clientcmdapi.ExecEnvVar{Name: name, Value: c.Exec.Env[name]})
		}
	}
	if user.Exec != nil {
		// Terraform talks to the provider over its standard streams.
		user.Exec.StdinUnavailable = true
		user.Exec.StdinUnavailableMessage = "a Terraform provider has no terminal"
	}
	if i := c.Impersonate; i != nil {
		user.Impersonate, user.ImpersonateUID = i.User, i.UID
		user.ImpersonateGroups, user.ImpersonateUserExtra = i.Groups, i.Extra
	}
	name := context.AuthInfo
	if replaced || name == "" {
		name = overrideName
	}
	context.AuthInfo = name
	base.AuthInfos[name] = user
}

// refusePlainText turns client-go's silent dropping of credentials over plain
// http, which ends in a puzzling "forbidden", into an error.
func refusePlainText(host string, s settings, exec bool) error {
	if !strings.HasPrefix(host, "http://") {
		return nil
	}
	if s.token.isSet() || s.clientCert.isSet() || exec {
		return errors.New("credentials are set, but are never sent to an http:// server: use https://")
	}
	return nil
}

// names lists what a kubeconfig offers, for a message about a name it lacks.
func names[V any](what string, m map[string]V) string {
	if len(m) == 0 {
		return "there are no " + what
	}
	quoted := make([]string, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return "the " + what + " there are: " + strings.Join(quoted, ", ")
}

// expandHome resolves a leading ~/, which no shell has done for a value in a
// Terraform configuration.
func expandHome(path string) string {
	if path != "~" && !strings.HasPrefix(path, "~/") {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return home + strings.TrimPrefix(path, "~")
}
