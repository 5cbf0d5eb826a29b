package datavolume

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"
	corev1 "k8s.io/api/core/v1"
	cdiv1 "kubevirt.io/containerized-data-importer-api/pkg/apis/core/v1beta1"
)

// TestPatience: a failure is borne for its grace, also where it comes and goes, or until
// the import was tried too often; one that was over for a grace is forgotten.
func TestPatience(t *testing.T) {
	dv := func(failing string, restarts int32) *cdiv1.DataVolume {
		out := &cdiv1.DataVolume{}
		if out.Status.RestartCount = restarts; failing != "" {
			out.Status.Conditions = []cdiv1.DataVolumeCondition{{Type: cdiv1.DataVolumeRunning, Status: corev1.ConditionFalse, Reason: failing, Message: "boom"}}
		}
		return out
	}
	type look struct {
		after    time.Duration
		failing  string // the condition's reason
		restarts int32
		again    time.Duration
		failed   bool
	}
	for name, looks := range map[string][]look{
		"lasts":          {{0, "Error", 0, 10 * time.Second, false}, {4 * time.Second, "Error", 0, 6 * time.Second, false}, {6 * time.Second, "Error", 0, 0, true}},
		"comes and goes": {{0, "Error", 0, 10 * time.Second, false}, {4 * time.Second, "", 0, 0, false}, {4 * time.Second, "Error", 1, 2 * time.Second, false}, {2 * time.Second, "Error", 1, 0, true}},
		"too often":      {{0, "Error", 1, 10 * time.Second, false}, {time.Second, "Error", 2, 0, true}},
		"is over":        {{0, "Error", 0, 10 * time.Second, false}, {time.Second, "", 0, 0, false}, {11 * time.Second, "Error", 1, 10 * time.Second, false}},
		"not placed yet": {{0, "Unschedulable", 2, 10 * time.Second, false}, {time.Second, "Error", 2, 0, true}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := NewPatience(nil, types.StringValue("10s"), types.Int64Value(2))
				for i, l := range looks {
					time.Sleep(l.after) //nolint:forbidigo // the bubble's clock: no time passes
					again, failure := p.Bear(t.Context(), dv(l.failing, l.restarts))
					if again.Again != l.again || (failure != "") != l.failed {
						t.Errorf("look %d: again in %s, failure %q", i, again.Again, failure)
					}
				}
			})
		})
	}
}
