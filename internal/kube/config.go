package kube

// Config holds every way to reach a cluster, one field for each attribute of
// the provider block. The zero value means that nothing was configured: the
// KUBE_* variables, KUBECONFIG, ~/.kube/config and the service account of a pod
// are then tried in this order (see settings for what outranks what).
//
// Strings that are empty count as not set. Config may hold credentials: it must
// never be printed.
type Config struct {
	// Unknown says that the provider block holds values that Terraform does not
	// know yet. The client then refuses to reach anything: falling back to some
	// other configuration would be the wrong cluster.
	Unknown bool

	ConfigPath            string   // one kubeconfig file; ~ is expanded
	ConfigPaths           []string // kubeconfig files, merged as KUBECONFIG's are
	ConfigContext         string   // context of the kubeconfig, else its current one
	ConfigContextCluster  string   // cluster in place of the context's
	ConfigContextAuthInfo string   // user in place of the context's
	Kubeconfig            string   // the text of a kubeconfig

	Host                 string // URL of the API server
	Token                string // bearer token
	ClientCertificate    string // PEM
	ClientKey            string // PEM
	ClusterCACertificate string // PEM
	Insecure             bool   // do not verify the server's certificate
	TLSServerName        string // name in the server's certificate, if not the host
	ProxyURL             string // http, https or socks5 proxy

	Exec        *Exec
	Impersonate *Impersonate

	// Version of the provider, sent as part of the User-Agent.
	Version string
	// Warn receives each distinct `Warning:` header of the API server once,
	// unless the request's context has a receiver of its own (WithWarnings).
	// It may be called from several goroutines at once; nil drops them.
	Warn func(string)
}

// Exec is a command that prints credentials (client.authentication.k8s.io).
type Exec struct {
	APIVersion string
	Command    string
	Args       []string
	Env        map[string]string
}

// Impersonate is another identity to act as. User is required by Kubernetes
// when any of the others is set.
type Impersonate struct {
	User   string
	UID    string
	Groups []string
	Extra  map[string][]string
}

// namesKubeconfig says whether the provider block itself names a kubeconfig.
func (c Config) namesKubeconfig() bool {
	return c.Kubeconfig != "" || c.ConfigPath != "" || len(c.ConfigPaths) > 0
}

// hasCredentials says whether the provider block itself says who the user is.
func (c Config) hasCredentials() bool {
	return c.Token != "" || c.ClientCertificate != "" || c.ClientKey != "" || c.Exec != nil
}
