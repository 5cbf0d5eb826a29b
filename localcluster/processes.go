package main

import (
	"fmt"
	"path/filepath"
)

// Accounts whose names KubeVirt's webhooks know. Its programs act under them by
// impersonation with the administrator's certificate.
const (
	virtAPIAccount        = "system:serviceaccount:kubevirt:kubevirt-apiserver"
	virtControllerAccount = "system:serviceaccount:kubevirt:kubevirt-controller"
)

// unlimited lifts the client-side rate limits of Kubernetes' own programs.
var unlimited = []string{"--kube-api-qps=5000", "--kube-api-burst=10000"}

// programs says how each program of the cluster runs. Everything listens on
// 127.0.0.1: etcd asks nobody for a password.
type programs struct {
	dir  clusterDir
	spec spec
}

func (p programs) program(component, name string, args ...string) process {
	return process{name: name, path: filepath.Join(p.spec.Bin[component], name), args: args}
}

func (p programs) port(name string) string    { return fmt.Sprint(p.spec.Ports[name]) }
func (p programs) address(name string) string { return loopback(p.spec.Ports[name]) }
func (p programs) cert() string               { return p.dir.path("pki", "admin.crt") }
func (p programs) key() string                { return p.dir.path("pki", "admin.key") }
func (p programs) ca() string                 { return p.dir.path("pki", "ca.crt") }
func (p programs) caKey() string              { return p.dir.path("pki", "ca.key") }

func (p programs) etcd() process {
	client, peer := "http://"+p.address("etcd"), "http://"+p.address("etcd-peer")
	return p.program("etcd", "etcd",
		"--name=local",
		"--data-dir="+p.dir.path("etcd"),
		"--listen-client-urls="+client, "--advertise-client-urls="+client,
		"--listen-peer-urls="+peer, "--initial-advertise-peer-urls="+peer, "--initial-cluster=local="+peer,
		"--auto-compaction-retention=1",
		"--quota-backend-bytes=8589934592",
		"--unsafe-no-fsync", // the data ends with the cluster
		"--log-level=warn",
	)
}

func (p programs) kubeAPIServer() process {
	return p.program("kubernetes", "kube-apiserver",
		"--etcd-servers=http://"+p.address("etcd"),
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--secure-port="+p.port("kube-apiserver"),
		"--cert-dir="+p.dir.path("pki"), "--tls-cert-file="+p.cert(), "--tls-private-key-file="+p.key(),
		"--client-ca-file="+p.ca(),
		"--authorization-mode=Node,RBAC",
		"--allow-privileged=true",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file="+p.key(), "--service-account-signing-key-file="+p.key(),
		"--service-cluster-ip-range=10.96.0.0/16",
		// Aggregated API servers read from these who the user is.
		"--proxy-client-cert-file="+p.cert(), "--proxy-client-key-file="+p.key(),
		"--requestheader-client-ca-file="+p.ca(), "--requestheader-allowed-names="+adminUser,
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		// The endpoints of the service "kubernetes" may not be a loopback address.
		"--endpoint-reconciler-type=none",
		"--max-requests-inflight=0", "--max-mutating-requests-inflight=0", "--enable-priority-and-fairness=false",
	)
}

// controllers are those of Kubernetes itself: the controller manager and the scheduler.
func (p programs) controllers() []process {
	common := append([]string{
		"--kubeconfig=" + p.dir.kubeconfig(),
		"--bind-address=127.0.0.1",
		"--leader-elect=false", // nobody to compete with
		"--authorization-always-allow-paths=/healthz,/readyz,/livez,/metrics",
	}, unlimited...)
	manager := append([]string{
		"--secure-port=" + p.port("kube-controller-manager"),
		"--root-ca-file=" + p.ca(), "--service-account-private-key-file=" + p.key(),
		// A claim that CDI writes at the same moment as the volume controller is
		// tried again only at the next round; the default of 15 s would be seen
		// as imports that sometimes take long.
		"--pvclaimbinder-sync-period=2s",
		// Nodes send no heartbeats that this controller would look at.
		"--node-monitor-grace-period=87600h",
	}, common...)
	scheduler := append([]string{"--secure-port=" + p.port("kube-scheduler")}, common...)
	return []process{
		p.program("kubernetes", "kube-controller-manager", manager...),
		p.program("kubernetes", "kube-scheduler", scheduler...),
	}
}

// virtualization are the programs that need the custom resource definitions and
// KubeVirt's and CDI's configuration objects to be there when they start.
func (p programs) virtualization() []process {
	return []process{
		p.program("kwok", "kwok",
			"--kubeconfig="+p.dir.kubeconfig(), "--config="+p.dir.path("kwok.yaml"),
			"--manage-all-nodes=true", "--enable-crds=Stage",
			"--node-ip=127.0.0.1", "--node-port="+p.port("kwok"), "--server-address="+p.address("kwok"),
			// No leases: a restarted KWOK would leave pods alone until the lease of
			// the one before it ends.
			"--node-lease-duration-seconds=0",
			"--tls-cert-file="+p.cert(), "--tls-private-key-file="+p.key(),
		),
		p.program("kubevirt", "virt-api",
			"--kubeconfig="+p.dir.path("virt-api.kubeconfig"),
			"--listen=127.0.0.1", "--port="+p.port("virt-api"),
			"--console-server-port="+p.port("virt-handler"),
			"--externally-managed", // certificates come from files, not from Secrets of an operator
			"--tls-cert-file="+p.cert(), "--tls-key-file="+p.key(),
			"--handler-cert-file="+p.cert(), "--handler-key-file="+p.key(),
		),
		p.program("kubevirt", "virt-controller",
			"--kubeconfig="+p.dir.path("virt-controller.kubeconfig"),
			"--listen=127.0.0.1", "--port="+p.port("virt-controller"),
			"--prom-cert-file="+p.cert(), "--prom-key-file="+p.key(),
			"--launcher-image=virt-launcher:local", "--exporter-image=virt-exportserver:local",
		),
		p.program("kubevirt", "virt-handler",
			"--kubeconfig="+p.dir.kubeconfig(), "--listen="+p.address("virt-handler"),
			"--tls-cert-file="+p.cert(), "--tls-key-file="+p.key(),
		),
		p.program("cdi", "cdi",
			"--kubeconfig="+p.dir.kubeconfig(), "--port="+p.port("cdi"),
			"--upload-proxy-port="+p.port("cdi-uploadproxy"), "--upload-server-port="+p.port("cdi-uploadserver"),
			"--tls-cert-file="+p.cert(), "--tls-key-file="+p.key(),
			"--ca-cert-file="+p.ca(), "--ca-key-file="+p.caKey(),
		),
	}
}
