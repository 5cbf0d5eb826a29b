package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	nodeCount        = 2 // a migration needs somewhere to go
	kubevirtVersion  = "v1.8.2"
	cdiVersion       = "v1.65.0"
	startTimeout     = 3 * time.Minute
	pollInterval     = 50 * time.Millisecond
	leaseNamespace   = "kubevirt"
	leaseName        = "virt-controller"
	subresourcesPath = "/apis/subresources.kubevirt.io/v1"
	uploadTokensPath = "/apis/upload.cdi.kubevirt.io/v1beta1"
)

// cpuModels are the named models that the nodes can run.
var cpuModels = []string{"Conroe", "Penryn", "Nehalem", "Westmere", "SandyBridge", "Haswell", "Broadwell-noTSX", "Skylake-Server"}

// bootstrap starts a cluster step by step.
type bootstrap struct {
	dir        clusterDir
	spec       spec
	supervisor *supervisor
	step       func(string)

	programs programs
	kube     *kube
	ca       []byte
}

// run returns when the cluster is ready, or when ctx ends. The processes that it
// starts live until running ends.
func (b *bootstrap) run(ctx, running context.Context) error {
	b.programs = programs{dir: b.dir, spec: b.spec}
	// A process that keeps ending is the reason of what times out later: stop
	// waiting as soon as it is known.
	waiting, cancel := context.WithTimeoutCause(ctx, startTimeout, fmt.Errorf("not ready after %s", startTimeout))
	defer cancel()
	waiting, fail := context.WithCancelCause(waiting)
	defer fail(nil)
	go b.watchProcesses(waiting, fail)

	for _, step := range []func(running, waiting context.Context) error{
		b.startCore, b.createDefinitions, b.startVirtualization, b.createWebhooks, b.probe,
	} {
		if err := step(running, waiting); err != nil {
			if cause := context.Cause(waiting); cause != nil {
				return fmt.Errorf("%w (%w)", cause, err)
			}
			return err
		}
	}
	return b.supervisor.failed()
}

func (b *bootstrap) watchProcesses(ctx context.Context, fail context.CancelCauseFunc) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := b.supervisor.failed(); err != nil {
				fail(err)
				return
			}
		}
	}
}

// startCore brings up Kubernetes itself.
func (b *bootstrap) startCore(running, waiting context.Context) error {
	if err := writePKI(b.dir); err != nil {
		return err
	}
	if err := writeKubeconfigs(b.dir, "https://"+b.programs.address("kube-apiserver")); err != nil {
		return err
	}
	var err error
	if b.ca, err = os.ReadFile(b.programs.ca()); err != nil {
		return err
	}
	if b.kube, err = newKube(b.dir.kubeconfig()); err != nil {
		return err
	}
	b.supervisor.run(running, b.programs.etcd())
	if err := poll(waiting, func() error { return dial(b.programs.address("etcd")) }); err != nil {
		return err
	}
	b.supervisor.run(running, b.programs.kubeAPIServer())
	if err := poll(waiting, func() error { return b.kube.get(waiting, "/readyz") }); err != nil {
		return err
	}
	b.step("Kubernetes API answers")
	return nil
}

// createDefinitions creates what must be there before KubeVirt's and CDI's
// programs start: some of them end when a definition appears later. Then it starts
// Kubernetes' controllers: its garbage collector looks for new kinds every 30 s only, and
// leaves what such an object owns until then.
func (b *bootstrap) createDefinitions(running, waiting context.Context) error {
	objects, err := b.upstream()
	if err != nil {
		return err
	}
	objects = slices.DeleteFunc(objects, answersRequests)
	multus, err := manifest("multus.yaml", nil)
	if err != nil {
		return err
	}
	objects = append(objects, multus...)
	definitions := 0
	for _, o := range objects {
		if o.GetKind() == "CustomResourceDefinition" {
			definitions++
		}
	}
	for _, file := range []string{"namespaces.yaml", "storage.yaml", "claims.yaml"} {
		more, err := manifest(file, nil)
		if err != nil {
			return err
		}
		objects = append(objects, more...)
	}
	if err := b.kube.create(waiting, objects); err != nil {
		return err
	}
	crd := ref("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "")
	if err := b.kube.waitAll(waiting, crd, "Established", definitions); err != nil {
		return err
	}
	for _, p := range b.programs.controllers() {
		b.supervisor.run(running, p)
	}
	b.step(fmt.Sprintf("%d custom resource definitions established", definitions))
	return nil
}

// upstream returns the manifests of KubeVirt, CDI and KWOK.
func (b *bootstrap) upstream() ([]*object, error) {
	all, err := stageCRD()
	if err != nil {
		return nil, err
	}
	for _, component := range []string{"kubevirt", "cdi"} {
		objects, err := componentManifests(b.spec.Bin[component])
		if err != nil {
			return nil, err
		}
		all = append(all, objects...)
	}
	return all, nil
}

// startVirtualization creates KubeVirt's and CDI's configuration, the stages and
// the nodes, and starts the programs.
func (b *bootstrap) startVirtualization(running, waiting context.Context) error {
	if err := b.configure(waiting); err != nil {
		return err
	}
	kwokConfig, err := manifestFiles.ReadFile("manifests/kwok.yaml")
	if err != nil {
		return err
	}
	if err := os.WriteFile(b.dir.path("kwok.yaml"), kwokConfig, 0o644); err != nil {
		return err
	}
	for _, p := range b.programs.virtualization() {
		b.supervisor.run(running, p)
	}
	objects, err := stages()
	if err != nil {
		return err
	}
	for i := range nodeCount {
		node, err := manifest("node.yaml", map[string]any{
			"Name": fmt.Sprintf("node-%d", i), "Now": time.Now().UTC().Format(time.RFC3339), "CPUModels": cpuModels,
		})
		if err != nil {
			return err
		}
		objects = append(objects, node...)
	}
	if err := b.kube.create(waiting, objects); err != nil {
		return err
	}
	if err := b.kube.waitAll(waiting, ref("v1", "Node", "", ""), "Ready", nodeCount); err != nil {
		return err
	}
	b.step(fmt.Sprintf("%d nodes ready", nodeCount))
	return nil
}

// configure does what KubeVirt's and CDI's operators would do to their objects.
func (b *bootstrap) configure(ctx context.Context) error {
	values := map[string]any{"Gates": b.spec.Gates, "CA": string(b.ca), "UploadProxy": b.programs.address("cdi-uploadproxy")}
	var objects []*object
	for _, file := range []string{"kubevirt.yaml", "cdi.yaml"} {
		more, err := manifest(file, values)
		if err != nil {
			return err
		}
		objects = append(objects, more...)
	}
	if err := b.kube.create(ctx, objects); err != nil {
		return err
	}
	available := []any{map[string]any{"type": "Available", "status": "True"}}
	if _, err := b.kube.patch(ctx, ref("kubevirt.io/v1", "KubeVirt", "kubevirt", "kubevirt"), map[string]any{
		"status": map[string]any{
			"phase": "Deployed", "conditions": available,
			"observedKubeVirtVersion": kubevirtVersion, "targetKubeVirtVersion": kubevirtVersion,
			// Without it every machine has an "unsupported architecture".
			"defaultArchitecture": "amd64",
		},
	}, "status"); err != nil {
		return err
	}
	cdi, err := b.kube.patch(ctx, ref("cdi.kubevirt.io/v1beta1", "CDI", "", "cdi"), map[string]any{
		"status": map[string]any{
			"phase": "Deployed", "conditions": available,
			"observedVersion": cdiVersion, "operatorVersion": cdiVersion, "targetVersion": cdiVersion,
		},
	}) // CDI's definition has no status subresource
	if err != nil {
		return err
	}
	// CDI's API server finds its CDI object through the owner of this.
	config := ref("v1", "ConfigMap", "cdi", "cdi-config")
	config.Object["metadata"].(map[string]any)["ownerReferences"] = []any{map[string]any{
		"apiVersion": cdi.GetAPIVersion(), "kind": cdi.GetKind(), "name": cdi.GetName(), "uid": string(cdi.GetUID()), "controller": true,
	}}
	return b.kube.create(ctx, []*object{config})
}

// createWebhooks puts virt-api and CDI's API server into the path of requests.
func (b *bootstrap) createWebhooks(_, waiting context.Context) error {
	for _, listener := range []string{"virt-api", "cdi", "virt-handler"} {
		if err := poll(waiting, func() error { return dial(b.programs.address(listener)) }); err != nil {
			return err
		}
	}
	objects, err := b.upstream()
	if err != nil {
		return err
	}
	objects = slices.DeleteFunc(objects, func(o *object) bool { return !answersRequests(o) })
	for _, o := range objects {
		if err := localize(o, b.spec.Ports, b.ca); err != nil {
			return err
		}
	}
	if err := b.kube.create(waiting, objects); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(waiting)
	for _, o := range objects {
		if o.GetKind() == "APIService" {
			group.Go(func() error {
				return b.kube.wait(ctx, o, func(seen *object) bool { return seen != nil && hasCondition(seen, "Available") })
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	b.step("webhooks and aggregated APIs answer")

	lease := ref("coordination.k8s.io/v1", "Lease", leaseNamespace, leaseName)
	if err := b.kube.wait(waiting, lease, func(seen *object) bool {
		holder := ""
		if seen != nil {
			spec, _ := seen.Object["spec"].(map[string]any)
			holder, _ = spec["holderIdentity"].(string)
		}
		return holder != ""
	}); err != nil {
		return err
	}
	b.step("virt-controller leads")
	return nil
}

// dial answers whether something listens.
func dial(address string) error {
	connection, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return err
	}
	return connection.Close()
}

// poll tries until try succeeds: for starting programs there is nothing to watch.
func poll(ctx context.Context, try func() error) error {
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pollInterval):
		}
	}
}
