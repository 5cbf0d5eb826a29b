package virtualserver

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

// Subresources of an instance that the guest agent answers.
const (
	guestOSInfo    = "guestosinfo"
	userList       = "userlist"
	filesystemList = "filesystemlist"
)

// fetchGuest asks the guest agent. There is no guest without one that is
// connected; what it does not answer is missing in the guest.
func (r *Resource) fetchGuest(ctx context.Context, vmi *kubevirtv1.VirtualMachineInstance) (*convert.GuestInfo, []gap) {
	if convert.InstanceCondition(vmi, kubevirtv1.VirtualMachineInstanceAgentConnected, corev1.ConditionTrue) == nil || !vmi.IsRunning() {
		return nil, nil
	}
	var gaps []gap
	ask := func(verb, what string, into any) (ok bool) {
		err := r.data.Client.GetSubresource(ctx, kube.Subresource{Resource: machine.OfInstance, Namespace: vmi.Namespace, Name: vmi.Name, Verb: verb}, into)
		if err != nil {
			gaps = append(gaps, gap{what, "get on " + machine.OfInstance + "/" + verb + " (API group subresources.kubevirt.io)", err})
		}
		return err == nil
	}
	var agent kubevirtv1.VirtualMachineInstanceGuestAgentInfo
	var users kubevirtv1.VirtualMachineInstanceGuestOSUserList
	var filesystems kubevirtv1.VirtualMachineInstanceFileSystemList
	ask(guestOSInfo, "guest.hostname, guest.timezone and guest.agent_version", &agent)
	guest := convert.GuestInfoOf(vmi, agent)
	if ask(userList, "guest.users", &users) {
		guest.Users = convert.UsersInfo(users.Items)
	}
	if ask(filesystemList, "guest.filesystems", &filesystems) {
		guest.Filesystems = convert.FilesystemsInfo(filesystems.Items)
	}
	return guest, gaps
}
