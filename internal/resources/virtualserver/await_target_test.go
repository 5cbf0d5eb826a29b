package virtualserver

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/convert"
)

// TestTargetOfPaused: a server that starts paused is not ready until somebody
// unpauses it, so nobody waits for that.
func TestTargetOfPaused(t *testing.T) {
	m := convert.Server{RunStrategy: types.StringValue("Always"), Scheduling: &convert.Scheduling{}}
	if got := targetOf(m); got != waitReady {
		t.Errorf("a server that starts running waits for %q", got)
	}
	m.Scheduling.StartStrategy = types.StringValue("Paused")
	if got := targetOf(m); got != waitCreated {
		t.Errorf("a server that starts paused waits for %q", got)
	}
	m.Wait = &convert.Wait{Until: types.StringValue(waitReady)}
	if got := targetOf(m); got != waitReady {
		t.Errorf("a server that says what to wait for waits for %q", got)
	}
}
