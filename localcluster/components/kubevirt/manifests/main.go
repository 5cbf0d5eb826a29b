// Command manifests prints, as YAML, what KubeVirt's operator would create in a
// cluster for virt-api and virt-controller: custom resource definitions, roles
// and service accounts, webhooks and API services.
package main

import (
	"fmt"
	"log"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"kubevirt.io/kubevirt/pkg/virt-operator/resource/generate/components"
	"kubevirt.io/kubevirt/pkg/virt-operator/resource/generate/rbac"
	"sigs.k8s.io/yaml"
)

const namespace = "kubevirt"

func main() {
	log.SetFlags(0)
	objects, err := objects()
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range objects {
		doc, err := yaml.Marshal(o)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("---\n%s", doc)
	}
}

func objects() ([]any, error) {
	var all []any
	for _, newCRD := range []func() (*extv1.CustomResourceDefinition, error){
		components.NewVirtualMachineInstanceCrd,
		components.NewVirtualMachineCrd,
		components.NewPresetCrd,
		components.NewReplicaSetCrd,
		components.NewVirtualMachineInstanceMigrationCrd,
		components.NewKubeVirtCrd,
		components.NewVirtualMachinePoolCrd,
		components.NewVirtualMachineSnapshotCrd,
		components.NewVirtualMachineSnapshotContentCrd,
		components.NewVirtualMachineRestoreCrd,
		components.NewVirtualMachineExportCrd,
		components.NewVirtualMachineBackupCrd,
		components.NewVirtualMachineBackupTrackerCrd,
		components.NewVirtualMachineInstancetypeCrd,
		components.NewVirtualMachineClusterInstancetypeCrd,
		components.NewVirtualMachinePreferenceCrd,
		components.NewVirtualMachineClusterPreferenceCrd,
		components.NewMigrationPolicyCrd,
		components.NewVirtualMachineCloneCrd,
	} {
		crd, err := newCRD()
		if err != nil {
			return nil, err
		}
		all = append(all, crd)
	}
	for _, o := range rbac.GetAllApiServer(namespace) {
		all = append(all, o)
	}
	for _, o := range rbac.GetAllController(namespace, true) {
		all = append(all, o)
	}
	for _, o := range rbac.GetAllHandler(namespace) {
		all = append(all, o)
	}
	for _, o := range rbac.GetAllCluster() {
		all = append(all, o)
	}
	for _, o := range components.NewVirtAPIAPIServices(namespace) {
		all = append(all, o)
	}
	return append(all,
		components.NewVirtAPIValidatingWebhookConfiguration(namespace),
		components.NewVirtAPIMutatingWebhookConfiguration(namespace),
	), nil
}
