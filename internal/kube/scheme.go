package kube

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kubevirtv1 "kubevirt.io/api/core/v1"
	instancetypev1beta1 "kubevirt.io/api/instancetype/v1beta1"
	cdiv1beta1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
	uploadv1beta1 "kubevirt.io/containerized-data-importer-api/pkg/apis/upload/v1beta1"
)

// NewScheme returns the types of the API groups that the provider talks to.
func NewScheme() (*runtime.Scheme, error) {
	scheme := runtime.NewScheme()
	add := runtime.NewSchemeBuilder(
		appsv1.AddToScheme,
		corev1.AddToScheme,
		rbacv1.AddToScheme,
		storagev1.AddToScheme,
		kubevirtv1.AddToScheme,
		cdiv1beta1.AddToScheme,
		uploadv1beta1.AddToScheme,
		instancetypev1beta1.AddToScheme,
	)
	if err := add.AddToScheme(scheme); err != nil {
		return nil, err
	}
	return scheme, nil
}

// kinds are the kinds that the provider reads or writes. A kind that is missing
// here is an error of type *meta.NoKindMatchError at its first use.
var kinds = []struct {
	gv     schema.GroupVersion
	kind   string
	plural string
	scope  meta.RESTScope
}{
	{corev1.SchemeGroupVersion, "ConfigMap", "configmaps", meta.RESTScopeNamespace},
	{corev1.SchemeGroupVersion, "Event", "events", meta.RESTScopeNamespace},
	{corev1.SchemeGroupVersion, "Namespace", "namespaces", meta.RESTScopeRoot},
	{corev1.SchemeGroupVersion, "Node", "nodes", meta.RESTScopeRoot},
	{corev1.SchemeGroupVersion, "PersistentVolume", "persistentvolumes", meta.RESTScopeRoot},
	{corev1.SchemeGroupVersion, "PersistentVolumeClaim", "persistentvolumeclaims", meta.RESTScopeNamespace},
	{corev1.SchemeGroupVersion, "Pod", "pods", meta.RESTScopeNamespace},
	{corev1.SchemeGroupVersion, "Secret", "secrets", meta.RESTScopeNamespace},
	{corev1.SchemeGroupVersion, "Service", "services", meta.RESTScopeNamespace},
	{corev1.SchemeGroupVersion, "ServiceAccount", "serviceaccounts", meta.RESTScopeNamespace},

	{appsv1.SchemeGroupVersion, "ControllerRevision", "controllerrevisions", meta.RESTScopeNamespace},

	{rbacv1.SchemeGroupVersion, "Role", "roles", meta.RESTScopeNamespace},
	{rbacv1.SchemeGroupVersion, "RoleBinding", "rolebindings", meta.RESTScopeNamespace},

	{storagev1.SchemeGroupVersion, "StorageClass", "storageclasses", meta.RESTScopeRoot},

	{kubevirtv1.GroupVersion, "KubeVirt", "kubevirts", meta.RESTScopeNamespace},
	{kubevirtv1.GroupVersion, "VirtualMachine", "virtualmachines", meta.RESTScopeNamespace},
	{kubevirtv1.GroupVersion, "VirtualMachineInstance", "virtualmachineinstances", meta.RESTScopeNamespace},
	{kubevirtv1.GroupVersion, "VirtualMachineInstanceMigration", "virtualmachineinstancemigrations", meta.RESTScopeNamespace},

	{instancetypev1beta1.SchemeGroupVersion, "VirtualMachineInstancetype", "virtualmachineinstancetypes", meta.RESTScopeNamespace},
	{instancetypev1beta1.SchemeGroupVersion, "VirtualMachineClusterInstancetype", "virtualmachineclusterinstancetypes", meta.RESTScopeRoot},
	{instancetypev1beta1.SchemeGroupVersion, "VirtualMachinePreference", "virtualmachinepreferences", meta.RESTScopeNamespace},
	{instancetypev1beta1.SchemeGroupVersion, "VirtualMachineClusterPreference", "virtualmachineclusterpreferences", meta.RESTScopeRoot},

	{cdiv1beta1.SchemeGroupVersion, "CDI", "cdis", meta.RESTScopeRoot},
	{cdiv1beta1.SchemeGroupVersion, "CDIConfig", "cdiconfigs", meta.RESTScopeRoot},
	{cdiv1beta1.SchemeGroupVersion, "DataImportCron", "dataimportcrons", meta.RESTScopeNamespace},
	{cdiv1beta1.SchemeGroupVersion, "DataSource", "datasources", meta.RESTScopeNamespace},
	{cdiv1beta1.SchemeGroupVersion, "DataVolume", "datavolumes", meta.RESTScopeNamespace},
	{cdiv1beta1.SchemeGroupVersion, "StorageProfile", "storageprofiles", meta.RESTScopeRoot},

	{uploadv1beta1.SchemeGroupVersion, "UploadTokenRequest", "uploadtokenrequests", meta.RESTScopeNamespace},
}

// NewRESTMapper maps kinds to their resources from a table. Discovery would cost
// each provider process (Terraform starts several for one command) a dozen
// requests, and fail when some unrelated aggregated API is down.
func NewRESTMapper() meta.RESTMapper {
	mapper := meta.NewDefaultRESTMapper(nil)
	for _, k := range kinds {
		mapper.AddSpecific(k.gv.WithKind(k.kind), k.gv.WithResource(k.plural), k.gv.WithResource(k.plural), k.scope)
	}
	return mapper
}
