package virtualserver_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/acctest"
)

// TestAccConcurrentWriters: two configurations of one server are applied again and
// again, while others write labels, annotations and labels of the template, and
// attach and detach disks. No apply fails, and nobody loses anything.
func TestAccConcurrentWriters(t *testing.T) {
	n := acctest.Start(t)
	const name = "writers"
	rounds := 20
	if acctest.IsFull() {
		rounds = 100
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()

	// Each configuration has keys and, in every other round, a disk of its own.
	config := func(who string, round int) string {
		config := addressed(n, name, interruptedContainer+interruptedGuest+"run_strategy: Halted\n") +
			fmt.Sprintf("labels: {%s: \"%d\"}\nannotations: {example.com/%[1]s: \"%[2]d\"}\ntemplate_labels: {%[1]s: \"%[2]d\"}\n", who, round)
		if round%2 == 0 {
			config = strings.Replace(config, "storage: {", fmt.Sprintf("storage: {additional_disks: {%s-disk: {empty_disk: {capacity: 1Gi}, serial: S%d}}, ", who, round), 1)
		}
		return config
	}
	first, second := n.Drive(nil), n.Drive(nil)
	if _, err := first.Converge(ctx, config("first", 0)); err != nil {
		t.Fatal(err)
	}
	if err := second.Import(ctx, n.Name+"/"+name); err != nil {
		t.Fatal(err)
	}
	// The first one's disk is in the import, and not in the second configuration.
	if _, err := first.Converge(ctx, config("first", 1)); err != nil {
		t.Fatal(err)
	}
	uid := acctest.Text(n.Get("vm", name), "metadata.uid")

	var others, applies sync.WaitGroup
	patched := 0
	others.Go(func() {
		for ; pace(ctx); patched++ {
			keys := fmt.Sprintf(`{"others-%d": "%d"}`, patched%10, patched)
			err := n.TryPatch(t.Context(), "vm", name, types.MergePatchType, fmt.Sprintf(
				`{"metadata": {"labels": %s, "annotations": %[1]s}, "spec": {"template": {"metadata": {"labels": %[1]s}}}}`, keys))
			if err != nil {
				t.Error("a patch: ", err)
				return
			}
		}
	})
	attached := map[string]bool{}
	others.Go(func() {
		for i := 0; pace(ctx); i++ {
			volume := fmt.Sprintf("attached-%d", i%3)
			attached[volume] = !attached[volume]
			if err := n.TryModify(t.Context(), "vm", name, func(vm acctest.Object) { attach(vm, volume, uid, attached[volume]) }); err != nil {
				t.Error("an attachment: ", err)
				return
			}
		}
	})
	for who, d := range map[string]*acctest.Driver{"first": first, "second": second} {
		applies.Go(func() {
			for round := 2; round <= rounds; round++ {
				p, err := d.Plan(t.Context(), config(who, round))
				if err == nil {
					err = d.Apply(t.Context(), p)
				}
				if err != nil || p.Action != acctest.ActionUpdate {
					t.Errorf("round %d of the %s: %s %v", round, who, p.Action, err)
					return
				}
			}
			if action, err := d.Converge(t.Context(), config(who, rounds)); err != nil || action != acctest.ActionNone {
				t.Errorf("the %s plans to %s: %v", who, action, err)
			}
		})
	}
	applies.Wait()
	stop()
	others.Wait()
	t.Logf("%d patches beside %d applies", patched, 2*(rounds-1))

	vm := n.Get("vm", name)
	keys, disks := map[string]any{"first": fmt.Sprint(rounds), "second": fmt.Sprint(rounds)}, []string{"root", "cloudinit", "first-disk", "second-disk"}
	for i := max(0, patched-10); i < patched; i++ {
		keys[fmt.Sprintf("others-%d", i%10)] = fmt.Sprint(i)
	}
	for volume, on := range attached {
		if on {
			disks = append(disks, volume)
		}
	}
	annotations := maps.Clone(keys)
	delete(annotations, "first")
	delete(annotations, "second")
	want := acctest.Fields{
		"metadata.labels":                         keys,
		"metadata.annotations[example.com/first]": fmt.Sprint(rounds), "metadata.annotations[example.com/second]": fmt.Sprint(rounds),
		devices + "disks[first-disk].serial": fmt.Sprintf("S%d", rounds), devices + "disks[second-disk].serial": fmt.Sprintf("S%d", rounds),
	}
	for key, value := range annotations {
		want["metadata.annotations["+key+"]"] = value
	}
	for key, value := range keys {
		want["spec.template.metadata.labels["+key+"]"] = value
	}
	slices.Sort(disks)
	if err := errors.Join(acctest.Match(vm, want), sameNames(vm, devices+"disks", disks), sameNames(vm, "spec.template.spec.volumes", disks)); err != nil {
		t.Error(err)
	}
	if _, err := first.Converge(t.Context(), ""); err != nil {
		t.Error(err)
	}
}

// pace lets a writer write some times in a second, as one does that starts a
// program for each; false is the end.
func pace(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(50 * time.Millisecond):
		return true
	}
}

// attach gives a machine a disk as an attachment resource does, or takes it away.
func attach(vm acctest.Object, volume, uid string, on bool) {
	spec := vm["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
	hardware := spec["domain"].(map[string]any)["devices"].(map[string]any)
	annotations := vm["metadata"].(map[string]any)["annotations"].(map[string]any)
	isIt := func(element any) bool { return element.(map[string]any)["name"] == volume }
	volumes, disks := slices.DeleteFunc(spec["volumes"].([]any), isIt), slices.DeleteFunc(hardware["disks"].([]any), isIt)
	delete(annotations, "attachment.virtualserver.io/"+volume)
	if on {
		volumes = append(volumes, map[string]any{"name": volume, "emptyDisk": map[string]any{"capacity": "1Gi"}})
		disks = append(disks, map[string]any{"name": volume, "disk": map[string]any{"bus": "scsi"}})
		annotations["attachment.virtualserver.io/"+volume] = uid + "/disk"
	}
	spec["volumes"], hardware["disks"] = volumes, disks
}

// sameNames compares the names of a list, in any order, with those wanted in
// theirs: none is missing, and none there twice.
func sameNames(vm acctest.Object, list string, want []string) error {
	var have []string
	elements, _ := acctest.Field(vm, list).([]any)
	for _, element := range elements {
		have = append(have, acctest.Text(element.(map[string]any), "name"))
	}
	if slices.Sort(have); !slices.Equal(have, want) {
		return fmt.Errorf("%s has %v, not %v", list, have, want)
	}
	return nil
}
