package convert

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/metadata"
)

// The objects that belong to an image beside the one that holds it: the DataSource that
// consumers name, and the right to clone it.

// ownedBy refers to the image's anchor. Nothing waits for what is owned.
func ownedBy(anchor metav1.Object, version, kind string) []metav1.OwnerReference {
	block := false
	return []metav1.OwnerReference{{
		APIVersion: version, Kind: kind,
		Name: anchor.GetName(), UID: anchor.GetUID(), BlockOwnerDeletion: &block,
	}}
}

// Owner returns the references of what belongs to the image.
func (o ImageObjects) Owner() []metav1.OwnerReference {
	switch {
	case o.Cron != nil:
		return ownedBy(o.Cron, cdiv1.SchemeGroupVersion.String(), KindDataImportCron)
	case o.DataVolume != nil:
		return ownedBy(o.DataVolume, cdiv1.SchemeGroupVersion.String(), KindDataVolume)
	case o.Claim != nil:
		return ownedBy(o.Claim, corev1.SchemeGroupVersion.String(), KindClaim)
	}
	return nil
}

// IsOwned tells whether an object belongs to the image.
func (o ImageObjects) IsOwned(obj metav1.Object) bool {
	anchor := o.Anchor()
	return anchor != nil && slices.ContainsFunc(obj.GetOwnerReferences(), func(r metav1.OwnerReference) bool { return r.UID == anchor.GetUID() })
}

// isSourceOfOurs tells whether the DataSource leads to the image.
func (o ImageObjects) isSourceOfOurs() bool {
	if o.Cron != nil {
		return o.DataSource.Labels[metadata.LabelCron] == o.Cron.Name
	}
	pvc := o.DataSource.Spec.Source.PVC
	return pvc != nil && pvc.Name == o.DataSource.Name && (pvc.Namespace == "" || pvc.Namespace == o.DataSource.Namespace)
}

// OwnsDataSource tells whether the DataSource of the image's name is the image's.
func (o ImageObjects) OwnsDataSource() bool {
	return o.DataSource != nil && (o.isSourceOfOurs() || o.IsOwned(o.DataSource))
}

// ToDataSource renders the DataSource of an image without a schedule.
func ToDataSource(m Image, o ImageObjects) *cdiv1.DataSource {
	ds := &cdiv1.DataSource{TypeMeta: metav1.TypeMeta{APIVersion: cdiv1.SchemeGroupVersion.String(), Kind: KindDataSource}}
	ds.Name, ds.Namespace = m.Name.ValueString(), m.Namespace.ValueString()
	marks := m.Marks()
	ds.Labels, ds.Annotations, ds.OwnerReferences = marks.Labels, marks.Annotations, o.Owner()
	ds.Spec.Source.PVC = &cdiv1.DataVolumeSourcePVC{Name: ds.Name, Namespace: ds.Namespace}
	return ds
}

// SharingName names the Role and the RoleBinding of an image.
func SharingName(image string) string { return image + "-image-clone" }

// serviceAccounts is what the group of all service accounts of a namespace starts with.
const serviceAccounts = "system:serviceaccounts:"

// cloneRule is the right that CDI asks for before it clones a claim or a snapshot
// (CanUserClonePVC and its like in CDI's API). It can be given for claims by name alone,
// and a schedule's have new names each time.
func cloneRule(m Image) rbacv1.PolicyRule {
	rule := rbacv1.PolicyRule{APIGroups: []string{cdiv1.SchemeGroupVersion.Group}, Resources: []string{"datavolumes/" + cdiv1.DataVolumeCloneSourceSubresource}, Verbs: []string{"create"}}
	if m.Schedule == nil {
		rule.ResourceNames = []string{m.Name.ValueString()}
	}
	return rule
}

// ToCloneRole renders the right to clone the image; nil where it is not shared.
func ToCloneRole(m Image, o ImageObjects) *rbacv1.Role {
	if m.SharedWith == nil {
		return nil
	}
	role := &rbacv1.Role{TypeMeta: metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "Role"}, Rules: []rbacv1.PolicyRule{cloneRule(m)}}
	role.Name, role.Namespace, role.OwnerReferences = SharingName(m.Name.ValueString()), m.Namespace.ValueString(), o.Owner()
	return role
}

// ToCloneRoleBinding renders who has it; nil where the image is not shared.
func ToCloneRoleBinding(m Image, o ImageObjects) *rbacv1.RoleBinding {
	if m.SharedWith == nil {
		return nil
	}
	binding := &rbacv1.RoleBinding{TypeMeta: metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"}}
	binding.Name, binding.Namespace, binding.OwnerReferences = SharingName(m.Name.ValueString()), m.Namespace.ValueString(), o.Owner()
	binding.RoleRef = rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: binding.Name}
	add := func(kind, prefix string, names types.List) {
		for _, name := range Strings(names) {
			binding.Subjects = append(binding.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: kind, Name: prefix + name})
		}
	}
	add(rbacv1.GroupKind, serviceAccounts, m.SharedWith.Namespaces)
	add(rbacv1.UserKind, "", m.SharedWith.Users)
	add(rbacv1.GroupKind, "", m.SharedWith.Groups)
	return binding
}

// sharingFrom reads who may clone the image: nobody where Role and binding are missing or
// somebody else's, and nobody known where one is, or gives another right.
func (m *Image) sharingFrom(b binder, o ImageObjects) {
	if !b.importing && m.SharedWith == nil {
		return
	}
	role, binding := o.Role != nil && o.IsOwned(o.Role), o.RoleBinding != nil && o.IsOwned(o.RoleBinding)
	switch {
	case !role && !binding:
		m.SharedWith = nil
		return
	case !role || !binding || !grants(o.Role.Rules, cloneRule(*m)):
		// Somebody altered it. It still shows, so that an apply restores it, or takes it away.
		none := types.ListNull(types.StringType)
		m.SharedWith = &ImageSharing{Namespaces: none, Users: none, Groups: none}
		return
	}
	var namespaces, users, groups []string
	for _, s := range o.RoleBinding.Subjects {
		namespace, all := strings.CutPrefix(s.Name, serviceAccounts)
		switch {
		case s.Kind == rbacv1.UserKind:
			users = append(users, s.Name)
		case s.Kind == rbacv1.GroupKind && all:
			namespaces = append(namespaces, namespace)
		case s.Kind == rbacv1.GroupKind:
			groups = append(groups, s.Name)
		}
	}
	was := deref(m.SharedWith)
	entire := len(o.Role.Rules[0].ResourceNames) == 0
	now := ImageSharing{
		Namespaces: b.anyOrder(was.Namespaces, namespaces), Users: b.anyOrder(was.Users, users), Groups: b.anyOrder(was.Groups, groups),
		EntireNamespace: b.flag(was.EntireNamespace, entire),
	}
	m.SharedWith = &now
}

func grants(rules []rbacv1.PolicyRule, want rbacv1.PolicyRule) bool {
	return len(rules) == 1 && slices.Equal(rules[0].Verbs, want.Verbs) && slices.Equal(rules[0].APIGroups, want.APIGroups) &&
		slices.Equal(rules[0].Resources, want.Resources) && slices.Equal(rules[0].ResourceNames, want.ResourceNames)
}

// anyOrder reads a list whose order says nothing. It is managed as a whole: an absent one
// is empty.
func (r reader) anyOrder(prior types.List, live []string) types.List {
	was := Strings(prior)
	slices.Sort(was)
	sorted := slices.Sorted(slices.Values(live))
	if !r.importing && slices.Equal(was, sorted) {
		return prior
	}
	if len(live) == 0 {
		return types.ListNull(types.StringType)
	}
	return stringList(live)
}

// claimName is the claim that holds the image now, "" while there is none.
func (o ImageObjects) claimName() string {
	switch {
	case o.Claim != nil:
		return o.Claim.Name
	case o.DataSource != nil && o.DataSource.Spec.Source.PVC != nil:
		return o.DataSource.Spec.Source.PVC.Name
	}
	return ""
}

// dataSourceReady is what CDI says of the DataSource; false without one.
func (o ImageObjects) dataSourceReady() (ready bool, message string) {
	if o.DataSource == nil {
		return false, "There is no DataSource."
	}
	for _, c := range o.DataSource.Status.Conditions {
		if c.Type == cdiv1.DataSourceReady {
			return c.Status == corev1.ConditionTrue, c.Message
		}
	}
	return false, ""
}

// ImageReady tells whether the image can be cloned.
func ImageReady(o ImageObjects) bool {
	ready, _ := o.dataSourceReady()
	return ready && o.isSourceOfOurs()
}
