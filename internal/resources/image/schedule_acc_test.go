package image_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

const (
	fedora = `source = { registry = { url = "docker://quay.io/containerdisks/fedora:41" } }`
	yearly = `schedule = { cron = "0 0 1 1 *" }`
)

// scheduled is an image whose schedule has imported something, and leads to it.
func scheduled(n *acctest.Namespace, name string) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(
		attribute("status.ready", "true"), attribute("data_source", name), attribute("status.schedule.up_to_date", "true"),
		resource.TestCheckResourceAttrSet(address, "status.schedule.digest"), resource.TestCheckResourceAttrSet(address, "status.schedule.last_import"),
		n.Check(func() error {
			claim := acctest.Text(n.Get("datasource", name), "spec.source.pvc.name")
			if !strings.HasPrefix(claim, name+"-") {
				return fmt.Errorf("the DataSource leads to %q", claim)
			}
			return acctest.Match(n.Get("dv", claim), acctest.Fields{"status.phase": "Succeeded"})
		}),
	)
}

// TestAccImageSchedule: CDI imports by the schedule; a newer image gets another claim, to
// which the DataSource then leads. Switching the schedule off and on replaces the image,
// and leaves a disk of it alone.
func TestAccImageSchedule(t *testing.T) {
	acctest.Played(t, "polls of registries")
	n := acctest.Start(t)
	disk := fmt.Sprintf("resource \"virtualserver_disk\" \"of\" {\n  name = \"of-image\"\n  namespace = %q\n  source = { image = { name = virtualserver_image.test.data_source } }\n  storage = {}\n}\n", n.Name)
	with := config(n, "fedora", fedora, small, yearly, `labels = { os = "fedora" }`, `default_instance_type = { name = "small" }`)
	without := strings.Replace(with, yearly, "", 1)
	var uid, first string
	stays := n.Check(func() error {
		if now := acctest.Text(n.Get("dv", "of-image"), "metadata.uid"); now != uid {
			return fmt.Errorf("the disk is another one")
		}
		return nil
	})
	const label = "metadata.labels[instancetype.kubevirt.io/default-instancetype]"
	newer := func() {
		first = acctest.Text(n.Get("datasource", "fedora"), "spec.source.pvc.name")
		n.Patch("dataimportcron", "fedora", `{"metadata": {"annotations": {"cdi.kubevirt.io/storage.import.sourceDesiredDigest": "sha256:`+strings.Repeat("ab", 32)+`"}}}`)
		n.Wait("datasource", "fedora", "to lead to the newer image", func(o acctest.Object) bool {
			return acctest.Text(o, "spec.source.pvc.name") == "fedora-abababababab" && acctest.Text(o, "status.conditions[0].status") == "True"
		})
		n.Wait("dataimportcron", "fedora", "to be up to date", func(o acctest.Object) bool {
			return acctest.Text(o, "status.lastImportedPVC.name") == "fedora-abababababab" && acctest.Text(o, "status.conditions[1].status") == "True"
		})
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		acctest.Apply(with+disk, scheduled(n, "fedora"), attribute("id", n.Name+"/fedora"),
			n.Has("dataimportcron", "fedora", acctest.Fields{"spec.schedule": "0 0 1 1 *", "spec.managedDataSource": "fedora", "spec.retentionPolicy": "None", "metadata.labels.os": "fedora"}),
			n.Has("datasource", "fedora", acctest.Fields{label: "small"}),
			n.Check(func() error { uid = acctest.Text(n.Get("dv", "of-image"), "metadata.uid"); return nil })),
		acctest.Before(newer, planning(plancheck.ResourceActionNoop, acctest.Apply(with+disk, stays))),
		{RefreshState: true, Check: resource.ComposeAggregateTestCheckFunc(attribute("status.claim_name", "fedora-abababababab"), attribute("status.schedule.digest", "sha256:"+strings.Repeat("ab", 32)))},
		planning(plancheck.ResourceActionUpdate, acctest.Apply(strings.Replace(with, `"small"`, `"large"`, 1)+disk, n.Has("datasource", "fedora", acctest.Fields{label: "large"}), stays)),
		planning(plancheck.ResourceActionUpdate, acctest.Apply(strings.Replace(with, `default_instance_type = { name = "small" }`, "", 1)+disk, n.Has("datasource", "fedora", acctest.Fields{label: nil}), stays)),
		planning(plancheck.ResourceActionReplace, acctest.Apply(without+disk, ready(n, "fedora"), n.Lacks("dataimportcron", "fedora"), n.Lacks("dv", "fedora-abababababab"),
			n.Check(func() error {
				if n.Find("pvc", first) != nil {
					return fmt.Errorf("the first import stays")
				}
				return nil
			}), stays)),
		planning(plancheck.ResourceActionReplace, acctest.Apply(with+disk, scheduled(n, "fedora"), n.Lacks("dv", "fedora"), stays)),
		planning(plancheck.ResourceActionReplace, acctest.Apply(strings.Replace(with, "0 0 1 1 *", "@monthly", 1)+disk, scheduled(n, "fedora"), stays)),
		planning(plancheck.ResourceActionReplace, acctest.Apply(strings.NewReplacer("0 0 1 1 *", "@monthly", `"1Gi"`, `"2Gi"`).Replace(with)+disk, scheduled(n, "fedora"), stays)),
	}})
}

// TestAccImageScheduleOptions: all that a schedule can say; what is retained stays after
// the image, and a schedule of the same name takes it over.
func TestAccImageScheduleOptions(t *testing.T) {
	acctest.Played(t, "polls of registries")
	n := acctest.Start(t)
	all := config(n, "fedora", fedora, small, `schedule = {
    cron             = ""
    garbage_collect  = "Never"
    imports_to_keep  = 5
    retention_policy = "All"
  }`)
	n.Run(acctest.Case{Address: address, NoImport: "what is retained is no image of Terraform's", Steps: []resource.TestStep{
		acctest.Apply(all, scheduled(n, "fedora"), n.Has("dataimportcron", "fedora", acctest.Fields{
			"spec.schedule": "", "spec.garbageCollect": "Never", "spec.importsToKeep": 5, "spec.retentionPolicy": "All",
		})),
		{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"status", "timeouts", "wait"}},
		planning(plancheck.ResourceActionUpdate, acctest.Apply(strings.Replace(all, `    garbage_collect  = "Never"`+"\n", "", 1))),
		planning(plancheck.ResourceActionReplace, acctest.Apply(strings.Replace(all, "= 5", "= 4", 1), scheduled(n, "fedora"))),
		{
			Config: "locals { nothing = true }\n",
			Check: n.Check(func() error {
				claim := acctest.Text(n.Get("datasource", "fedora"), "spec.source.pvc.name")
				n.Own("datasource", "fedora")
				n.Own("dv", claim)
				return nil
			}),
		},
	}})
}

// TestAccImageScheduleFails: an import by a schedule that keeps failing ends the apply;
// a schedule that finds nothing is slow.
func TestAccImageScheduleFails(t *testing.T) {
	acctest.Played(t, "polls of registries")
	n := acctest.Start(t)
	at := func(where string) string {
		return `source = { registry = { url = "docker://` + where + `" } }`
	}
	n.Run(acctest.Case{Address: address, Steps: []resource.TestStep{
		{
			Config:      config(n, "bad", at("quay.io/fail-import-999"), small, yearly, `wait = { import_restarts = 1 }`),
			ExpectError: acctest.Messages("Unable to create image", "cannot be imported", "404 Not Found", "Last known phase", "tainted"),
		},
		planning(plancheck.ResourceActionReplace, acctest.Apply(config(n, "bad", at("unreachable.invalid/a"), small, yearly, `timeouts = { create = "10s" }`),
			attribute("status.ready", "false"), attribute("status.schedule.up_to_date", "false"), attribute("status.schedule.message", "No source digest"))),
		{Config: config(n, "bad", fedora, small, `schedule = { cron = "61 0 1 1 *" }`), ExpectError: acctest.Messages("Unable to create image", "Illegal cron schedule")},
		planning(plancheck.ResourceActionReplace, acctest.Apply(config(n, "bad", fedora, small, yearly), scheduled(n, "bad"))),
	}})
}
