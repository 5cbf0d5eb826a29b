package acctest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	virtualserver "github.com/virtualserver/terraform-provider-virtualserver/internal/provider"
)

// Address is the resource that tests manage.
const Address = "virtualserver.test"

// providerOnly are the attributes that the cluster does not know, so that no
// import can bring them back.
var providerOnly = []string{"wait", "deletion_protection", "force_delete", "restart_policy", "restart_triggers", "migration_triggers", "reboot_triggers", "cloud_init_on_change", "cloud_init_wo_version", "network_data_wo_version", "storage.root.on_destroy", "on_destroy", "source.upload.path", "source.upload.proxy"}

// Case is a test with Terraform.
type Case struct {
	Steps []resource.TestStep
	// Address is the resource that the final import verifies; "" is Address.
	Address string
	// Unverified lists attributes that the final import cannot verify, each with
	// the reason. Attributes that only the provider knows need no mention.
	Unverified map[string]string
	// NoImport is the reason why the test ends without an import: there is
	// nothing left to import.
	NoImport string
	// Needs is the Terraform that the test runs with; none is any.
	Needs []tfversion.TerraformVersionCheck
	// Provider makes the provider; nil is the one that users get.
	Provider func() provider.Provider
}

// Run runs a case and holds it to the rules of every acceptance test:
//   - after each applied step the second plan is empty, with and without a refresh;
//   - the test ends with an import by id that equals the state;
//   - at the end, whether or not there was anything to destroy, none of the server's
//     objects is left.
func (n *Namespace) Run(c Case) {
	t := n.t
	t.Helper()
	applies := false
	for i := range c.Steps {
		step := &c.Steps[i]
		before := step.PreConfig
		step.PreConfig = func() {
			if n.warnings.forget(); before != nil {
				before()
			}
		}
		if step.ExpectNonEmptyPlan && !step.PlanOnly {
			t.Fatalf("step %d: after an apply the plan is empty, always", i+1)
		}
		if step.Config != "" && !strings.Contains(step.Config, "provider \"virtualserver\"") {
			step.Config = n.provider() + step.Config
		}
		if step.Config == "" || step.PlanOnly || step.ExpectError != nil || step.Destroy || step.ImportState {
			continue
		}
		applies = true
		step.ConfigPlanChecks.PostApplyPreRefresh = append(step.ConfigPlanChecks.PostApplyPreRefresh, plancheck.ExpectEmptyPlan())
		step.ConfigPlanChecks.PostApplyPostRefresh = append(step.ConfigPlanChecks.PostApplyPostRefresh, plancheck.ExpectEmptyPlan())
	}
	switch {
	case c.NoImport != "":
		requireReason(t, "NoImport", c.NoImport)
	case !applies:
		t.Fatal("nothing is applied: say so with NoImport")
	default:
		c.Steps = append(c.Steps, n.verifiedImport(c)...)
	}
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   c.Needs,
		ProtoV6ProviderFactories: Recording(Factories(c.Provider), n.warnings),
		Steps:                    c.Steps,
	})
	// The harness's CheckDestroy is not called where nothing was in the state: a
	// create that was refused must leave nothing either.
	if err := n.CheckGone(); err != nil {
		t.Error(err)
	}
}

// provider is the provider's block on another cluster than that of KUBECONFIG, which
// the provider finds itself.
func (n *Namespace) provider() string {
	if n.cluster.kubeconfig == "" {
		return ""
	}
	return "provider \"virtualserver\" {\n  " + n.configPath() + "}\n"
}

// configPath is the attribute that names another cluster than that of KUBECONFIG.
func (n *Namespace) configPath() string {
	if n.cluster.kubeconfig == "" {
		return ""
	}
	return fmt.Sprintf("config_path = %q\n  ", n.cluster.kubeconfig)
}

// verifiedImport imports the resource and compares it with the state. The status
// may have moved on since the apply: it takes part where TF_ACC_FULL is set, after
// a refresh.
func (n *Namespace) verifiedImport(c Case) []resource.TestStep {
	ignore, address := slices.Clone(providerOnly), cmp.Or(c.Address, Address)
	for attribute, reason := range c.Unverified {
		requireReason(n.t, attribute, reason)
		ignore = append(ignore, attribute)
	}
	var steps []resource.TestStep
	if IsFull() {
		steps = append(steps, resource.TestStep{RefreshState: true})
	} else {
		ignore = append(ignore, "status")
	}
	return append(steps,
		resource.TestStep{
			ResourceName:            address,
			ImportState:             true,
			ImportStateVerify:       true,
			ImportStateVerifyIgnore: ignore,
			ImportStateIdFunc: func(state *terraform.State) (string, error) {
				managed, ok := state.RootModule().Resources[address]
				if !ok {
					return "", fmt.Errorf("there is no %s in the state", address)
				}
				return managed.Primary.Attributes["id"], nil
			},
		})
}

func requireReason(t *testing.T, what, reason string) {
	t.Helper()
	if len(strings.Fields(reason)) < 3 {
		t.Fatalf("%s needs a reason, not %q", what, reason)
	}
}

// Factories serves the provider in the test's own process. nil is the provider
// that users get.
func Factories(p func() provider.Provider) map[string]func() (tfprotov6.ProviderServer, error) {
	if p == nil {
		p = virtualserver.New("acctest")
	}
	return map[string]func() (tfprotov6.ProviderServer, error){
		"virtualserver": providerserver.NewProtocol6WithError(p()),
	}
}

// CheckGone fails when an object is left of a kind that the provider makes, other
// than what the test made itself. Names of cluster-wide objects start with the
// name of the test's namespace. Claims that CDI makes for the time of an
// import are collected later.
func (n *Namespace) CheckGone() error {
	if left := n.left(""); len(left) > 0 {
		return fmt.Errorf("the test left %s", strings.Join(left, ", "))
	}
	return nil
}

// left lists what is left of a server and what belongs to it, by the name that
// theirs start with; "" is of all servers of the test.
func (n *Namespace) left(server string) []string {
	n.t.Helper()
	var left []string
	for _, kind := range []string{"vm", "vmi", "dv", "pvc", "secret", "service", "datasource", "dataimportcron", "role", "rolebinding", "instancetype", "preference", "clusterinstancetype", "clusterpreference"} {
		for _, o := range n.List(kind) {
			name := Text(o, "metadata.name")
			passing := kind == "pvc" && (strings.HasPrefix(name, "prime-") || strings.HasPrefix(name, "tmp-pvc-") || strings.HasPrefix(name, "tmp-source-pvc-"))
			others := Field(o, "metadata.namespace") == nil && !strings.HasPrefix(name, n.Name+"-") ||
				server != "" && name != server && !strings.HasPrefix(name, server+"-")
			// What the provider makes of these has an owner; users' rights have none.
			rights := (kind == "role" || kind == "rolebinding") && Field(o, "metadata.ownerReferences") == nil
			if !n.isOwn(o) && !passing && !others && !rights {
				left = append(left, kind+" "+name)
			}
		}
	}
	return left
}

// isOwn tells whether the test made the object, or what made it: the claim of a
// DataVolume, the instance of a machine.
func (n *Namespace) isOwn(o Object) bool {
	if n.hasMade(Text(o, "kind") + "/" + Text(o, "metadata.name")) {
		return true
	}
	owners, _ := Field(o, "metadata.ownerReferences").([]any)
	return slices.ContainsFunc(owners, func(owner any) bool {
		m, _ := owner.(map[string]any)
		return n.hasMade(fmt.Sprintf("%v/%v", m["kind"], m["name"]))
	})
}

func (n *Namespace) hasMade(object string) bool {
	_, ok := n.made.Load(object)
	return ok
}

// Disown gives an object that the test made to the server that imported it: it
// is to be gone after the destroy.
func (n *Namespace) Disown(kind, name string) { n.made.Delete(Kind(kind).Kind + "/" + name) }

// Own gives an object that a server made to the test: it is to be there after the
// destroy.
func (n *Namespace) Own(kind, name string) { n.made.Store(Kind(kind).Kind+"/"+name, true) }
