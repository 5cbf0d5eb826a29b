package attachment

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	kubevirtv1 "kubevirt.io/api/core/v1"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/diagnostics"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

// server is what an attachment is attached to. The instance is nil where none exists,
// both are where the server is gone.
type server struct {
	vm  *kubevirtv1.VirtualMachine
	vmi *kubevirtv1.VirtualMachineInstance
	// answer is the last operation's error, which the next may not get.
	answer error
}

// find reads the machine of a server, which has its name or the shortened one; nil
// when it does not exist, or is another one than the attachment's.
func find(ctx context.Context, from kube.Getter, c *convert.Attached) (s server, err error) {
	namespace, name := c.Namespace.ValueString(), c.Server.ValueString()
	for _, name := range slices.Compact([]string{name, convert.VMName(name)}) {
		vm := &kubevirtv1.VirtualMachine{}
		found, err := kube.Find(ctx, from, namespace, name, vm)
		if err != nil {
			return s, err
		}
		if found {
			s.vm = vm
			break
		}
	}
	if s.vm == nil || !s.vm.Status.Created {
		return s, nil
	}
	return s, s.readInstance(ctx, from)
}

func (s *server) readInstance(ctx context.Context, from kube.Getter) error {
	vmi := &kubevirtv1.VirtualMachineInstance{}
	found, err := kube.Find(ctx, from, s.vm.Namespace, s.vm.Name, vmi)
	if found {
		s.vmi = vmi
	}
	return err
}

// refresh reads the instance of a machine that was just written, where one may have been
// made since the machine was read: it can lack what was written.
func (r *Resource[M, P]) refresh(ctx context.Context, s *server) error {
	if s.vmi != nil || !s.vm.Status.Created && !willRun(s.vm) {
		return nil
	}
	api, err := r.data.Client.API(ctx)
	if err != nil {
		return err
	}
	return s.readInstance(ctx, api)
}

// is tells whether the server is the one that an attachment belongs to.
func (s server) is(c *convert.Attached) bool {
	uid := c.ServerUID.ValueString()
	return s.vm != nil && (uid == "" || uid == string(s.vm.UID))
}

// usable says what speaks against attaching something to the server.
func (s server) usable(c *convert.Attached) error {
	switch {
	case s.vm == nil:
		return &diagnostics.Failure{
			Cause:     "There is no virtual server \"" + serverID(c) + "\".",
			Advice:    "Create it first. A server of the same configuration comes first when server refers to it: server = virtualserver.web.name.",
			Attribute: path.Root("server"),
		}
	case !s.is(c):
		return &diagnostics.Failure{
			Cause:     "The virtual server \"" + serverID(c) + "\" is another one: its uid is " + string(s.vm.UID) + ".",
			Advice:    "Write server_uid = virtualserver.web.uid, with the server's own name in place of web, and plan again.",
			Attribute: path.Root("server_uid"),
		}
	case s.vm.DeletionTimestamp != nil:
		return &diagnostics.Failure{Cause: "The virtual server \"" + serverID(c) + "\" is being deleted.", Advice: "Apply again once it is gone.", Attribute: path.Root("server")}
	case s.vm.Spec.Template == nil:
		return &diagnostics.Failure{Cause: "The VirtualMachine \"" + serverID(c) + "\" has no template."}
	}
	return nil
}

// watched are the machine and its instance, to wait on.
func (s server) watched() []kube.Watched {
	meta := metav1.ObjectMeta{Namespace: s.vm.Namespace, Name: s.vm.Name}
	return []kube.Watched{
		{Object: &kubevirtv1.VirtualMachine{ObjectMeta: meta}, List: &kubevirtv1.VirtualMachineList{}},
		{Object: &kubevirtv1.VirtualMachineInstance{ObjectMeta: meta}, List: &kubevirtv1.VirtualMachineInstanceList{}},
	}
}

// instance is the uid of the guest that runs, "" when none does.
func (s server) instance() types.UID {
	if !machine.Runs(s.vmi) {
		return ""
	}
	return s.vmi.UID
}
