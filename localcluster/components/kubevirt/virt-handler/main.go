// Command virt-handler stands in for the HTTPS server of KubeVirt's node agent:
// the part that virt-api calls for pause, freeze, guest information and the
// like. There is no guest, so what would change the guest changes the status of
// its VirtualMachineInstance at once.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"
	v1 "kubevirt.io/api/core/v1"
	"kubevirt.io/client-go/kubevirt"
)

// KubeVirt's webhook silently undoes changes of an instance's status unless
// they come from one of its own accounts.
const handlerAccount = "system:serviceaccount:kubevirt:kubevirt-handler"

func main() {
	kubeconfig := flag.String("kubeconfig", "", "kubeconfig of the cluster")
	listen := flag.String("listen", "", "address to serve on")
	certFile := flag.String("tls-cert-file", "", "certificate of the server")
	keyFile := flag.String("tls-key-file", "", "key of that certificate")
	flag.Parse()

	cfg, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		log.Fatal(err)
	}
	reader, err := kubevirt.NewForConfig(cfg)
	if err != nil {
		log.Fatal(err)
	}
	cfg.Impersonate.UserName = handlerAccount
	writer, err := kubevirt.NewForConfig(cfg)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServeTLS(*listen, *certFile, *keyFile, instances{reader, writer}.routes()))
}

// instances reads and writes VirtualMachineInstances: reading needs a client of
// its own because handlerAccount may update an instance but not get one.
type instances struct{ reader, writer kubevirt.Interface }

func (i instances) routes() http.Handler {
	mux := http.NewServeMux()
	const instance = "/v1/namespaces/{namespace}/virtualmachineinstances/{name}/"

	put := func(verb string, change func(*v1.VirtualMachineInstanceStatus)) {
		mux.HandleFunc("PUT "+instance+verb, func(w http.ResponseWriter, r *http.Request) {
			if err := i.updateStatus(r.Context(), r.PathValue("namespace"), r.PathValue("name"), change); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.WriteHeader(http.StatusAccepted)
		})
	}
	put("pause", pause)
	put("unpause", unpause)
	put("freeze", func(s *v1.VirtualMachineInstanceStatus) { s.FSFreezeStatus = "frozen" })
	put("unfreeze", func(s *v1.VirtualMachineInstanceStatus) { s.FSFreezeStatus = "" })
	put("reset", nil)
	put("softreboot", nil)

	get := func(verb string, answer any) {
		mux.HandleFunc("GET "+instance+verb, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if err := json.NewEncoder(w).Encode(answer); err != nil {
				log.Print(err)
			}
		})
	}
	get("guestosinfo", agentInfo)
	get("userlist", v1.VirtualMachineInstanceGuestOSUserList{Items: agentInfo.UserList})
	get("filesystemlist", v1.VirtualMachineInstanceFileSystemList{Items: agentInfo.FSInfo.Filesystems})
	return mux
}

// agentInfo is what the guest agent of every guest says.
var agentInfo = v1.VirtualMachineInstanceGuestAgentInfo{
	GAVersion: "9.0",
	Hostname:  "guest",
	Timezone:  "UTC, 0",
	OS: v1.VirtualMachineInstanceGuestOSInfo{
		ID: "fedora", Name: "Fedora Linux", PrettyName: "Fedora Linux 42", Version: "42", VersionID: "42",
		KernelRelease: "6.14.0", KernelVersion: "#1 SMP PREEMPT_DYNAMIC", Machine: "x86_64",
	},
	UserList: []v1.VirtualMachineInstanceGuestOSUser{{UserName: "fedora", LoginTime: 1767323045.25}},
	FSInfo: v1.VirtualMachineInstanceFileSystemInfo{Filesystems: []v1.VirtualMachineInstanceFileSystem{{
		DiskName: "vda4", MountPoint: "/", FileSystemType: "btrfs", UsedBytes: 1 << 30, TotalBytes: 5 << 30,
		Disk: []v1.VirtualMachineInstanceFileSystemDisk{{BusType: "virtio", Serial: "root"}},
	}}},
}

// updateStatus applies change to an instance; a nil change succeeds without one.
func (i instances) updateStatus(ctx context.Context, namespace, name string, change func(*v1.VirtualMachineInstanceStatus)) error {
	if change == nil {
		return nil
	}
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		vmi, err := i.reader.KubevirtV1().VirtualMachineInstances(namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		change(&vmi.Status)
		_, err = i.writer.KubevirtV1().VirtualMachineInstances(namespace).Update(ctx, vmi, metav1.UpdateOptions{})
		return err
	})
}

func pause(s *v1.VirtualMachineInstanceStatus) {
	unpause(s)
	now := metav1.Now()
	s.Conditions = append(s.Conditions, v1.VirtualMachineInstanceCondition{
		Type:               v1.VirtualMachineInstancePaused,
		Status:             "True",
		Reason:             "PausedByUser",
		Message:            "VMI was paused by user",
		LastProbeTime:      now,
		LastTransitionTime: now,
	})
}

func unpause(s *v1.VirtualMachineInstanceStatus) {
	var kept []v1.VirtualMachineInstanceCondition
	for _, c := range s.Conditions {
		if c.Type != v1.VirtualMachineInstancePaused {
			kept = append(kept, c)
		}
	}
	s.Conditions = kept
}
