package convert

import (
	"math"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	kubevirtv1 "kubevirt.io/api/core/v1"
)

// GuestInfo is what the agent in the guest tells. Nil lists could not be read.
type GuestInfo struct {
	AgentVersion types.String     `tfsdk:"agent_version"`
	Hostname     types.String     `tfsdk:"hostname"`
	Timezone     types.String     `tfsdk:"timezone"`
	OS           *OSInfo          `tfsdk:"os"`
	Users        []UserInfo       `tfsdk:"users"`
	Filesystems  []FilesystemInfo `tfsdk:"filesystems"`
}

// OSInfo is the guest's operating system.
type OSInfo struct {
	ID            types.String `tfsdk:"id"`
	Name          types.String `tfsdk:"name"`
	PrettyName    types.String `tfsdk:"pretty_name"`
	Version       types.String `tfsdk:"version"`
	VersionID     types.String `tfsdk:"version_id"`
	KernelRelease types.String `tfsdk:"kernel_release"`
	KernelVersion types.String `tfsdk:"kernel_version"`
	Machine       types.String `tfsdk:"machine"`
}

// UserInfo is a user who is logged in.
type UserInfo struct {
	Name      types.String `tfsdk:"name"`
	Domain    types.String `tfsdk:"domain"`
	LoginTime types.String `tfsdk:"login_time"` // RFC 3339, in whole seconds
}

// FilesystemInfo is a file system that the guest has mounted.
type FilesystemInfo struct {
	Disk       types.String `tfsdk:"disk"`
	MountPoint types.String `tfsdk:"mount_point"`
	Type       types.String `tfsdk:"type"`
	UsedBytes  types.Int64  `tfsdk:"used_bytes"`
	TotalBytes types.Int64  `tfsdk:"total_bytes"`
}

// GuestInfoOf is what the instance's status and the agent tell. agent is empty
// when it could not be asked; then the system is the one in the status.
func GuestInfoOf(vmi *kubevirtv1.VirtualMachineInstance, agent kubevirtv1.VirtualMachineInstanceGuestAgentInfo) *GuestInfo {
	os := agent.OS
	if os == (kubevirtv1.VirtualMachineInstanceGuestOSInfo{}) {
		os = vmi.Status.GuestOSInfo
	}
	return &GuestInfo{
		AgentVersion: textOrNull(agent.GAVersion), Hostname: textOrNull(agent.Hostname), Timezone: textOrNull(agent.Timezone),
		OS: &OSInfo{
			ID: textOrNull(os.ID), Name: textOrNull(os.Name), PrettyName: textOrNull(os.PrettyName),
			Version: textOrNull(os.Version), VersionID: textOrNull(os.VersionID),
			KernelRelease: textOrNull(os.KernelRelease), KernelVersion: textOrNull(os.KernelVersion), Machine: textOrNull(os.Machine),
		},
	}
}

// UsersInfo are the users whom the agent lists.
func UsersInfo(users []kubevirtv1.VirtualMachineInstanceGuestOSUser) []UserInfo {
	out := make([]UserInfo, 0, len(users))
	for _, u := range users {
		login := types.StringNull()
		if u.LoginTime > 0 {
			login = types.StringValue(time.Unix(int64(math.Floor(u.LoginTime)), 0).UTC().Format(time.RFC3339))
		}
		out = append(out, UserInfo{Name: types.StringValue(u.UserName), Domain: textOrNull(u.Domain), LoginTime: login})
	}
	return out
}

// FilesystemsInfo are the file systems that the agent lists.
func FilesystemsInfo(filesystems []kubevirtv1.VirtualMachineInstanceFileSystem) []FilesystemInfo {
	out := make([]FilesystemInfo, 0, len(filesystems))
	for _, f := range filesystems {
		out = append(out, FilesystemInfo{
			Disk: textOrNull(f.DiskName), MountPoint: textOrNull(f.MountPoint), Type: textOrNull(f.FileSystemType),
			UsedBytes: types.Int64Value(int64(f.UsedBytes)), TotalBytes: types.Int64Value(int64(f.TotalBytes)),
		})
	}
	return out
}
