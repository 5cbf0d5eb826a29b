package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	v1 "kubevirt.io/api/core/v1"
)

// TestGuestAgent: users and file systems are the same in the guest's own
// information and in the lists.
func TestGuestAgent(t *testing.T) {
	routes := instances{}.routes()
	ask := func(verb string, into any) {
		t.Helper()
		answer := httptest.NewRecorder()
		routes.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/v1/namespaces/n/virtualmachineinstances/a/"+verb, nil))
		if answer.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", verb, answer.Code, answer.Body)
		}
		if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
			t.Fatalf("%s: %v", verb, err)
		}
	}
	var info v1.VirtualMachineInstanceGuestAgentInfo
	var users v1.VirtualMachineInstanceGuestOSUserList
	var filesystems v1.VirtualMachineInstanceFileSystemList
	ask("guestosinfo", &info)
	ask("userlist", &users)
	ask("filesystemlist", &filesystems)

	if info.Hostname == "" || info.OS.ID == "" {
		t.Errorf("the guest has no name or no system: %+v", info)
	}
	if len(users.Items) != 1 || users.Items[0] != info.UserList[0] || users.Items[0].LoginTime == 0 {
		t.Errorf("the users are %+v, and %+v in the guest's information", users.Items, info.UserList)
	}
	if len(filesystems.Items) != 1 || filesystems.Items[0].MountPoint != "/" || filesystems.Items[0].UsedBytes >= filesystems.Items[0].TotalBytes {
		t.Errorf("the file systems are %+v", filesystems.Items)
	}
}
