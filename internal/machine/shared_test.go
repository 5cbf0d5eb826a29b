package machine_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

var a, b = types.NamespacedName{Namespace: "ns", Name: "a"}, types.NamespacedName{Namespace: "ns", Name: "b"}

// TestRestartShared: all who ask for a restart at the same time share one, also with
// who is still at work when the first ask; who comes later has another.
func TestRestartShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s machine.Shared
		var restarts atomic.Int32
		restart := func(context.Context) error {
			restarts.Add(1)
			<-time.After(time.Second)
			return nil
		}
		var all sync.WaitGroup
		for i := range 10 {
			leave := s.Enter(a)
			all.Go(func() {
				<-time.After(time.Duration(i) * 3 * time.Second) // longer than it is to be quiet
				if err := s.Restart(t.Context(), a, leave, restart); err != nil {
					t.Error(err)
				}
			})
		}
		idle := s.Enter(a) // asks for nothing
		all.Go(func() { <-time.After(29 * time.Second); idle() })
		all.Go(func() {
			if err := s.Restart(t.Context(), b, s.Enter(b), restart); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		if n := restarts.Load(); n != 2 {
			t.Errorf("%d restarts of two machines", n)
		}
		if err := s.Restart(t.Context(), a, s.Enter(a), restart); err != nil || restarts.Load() != 3 {
			t.Error(err, restarts.Load())
		}
	})
}

// TestRestartGivenUp: a restart that nobody waits for any more is not done; one that
// fails fails for all; one is not put off for ever.
func TestRestartGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s machine.Shared
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			done <- s.Restart(ctx, a, s.Enter(a), func(context.Context) error {
				t.Error("it is restarted for nobody")
				return nil
			})
		}()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		<-time.After(time.Minute)

		bad := errors.New("bad")
		for range 2 {
			go func() { done <- s.Restart(t.Context(), a, s.Enter(a), func(context.Context) error { return bad }) }()
		}
		for range 2 {
			if err := <-done; !errors.Is(err, bad) {
				t.Error(err)
			}
		}

		// Who asks while one is given up has another.
		ctx, cancel = context.WithCancel(t.Context())
		go func() { done <- s.Restart(ctx, a, s.Enter(a), func(context.Context) error { return nil }) }()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if err := s.Restart(t.Context(), a, s.Enter(a), func(context.Context) error { return nil }); err != nil {
			t.Error("the restart of somebody else:", err)
		}

		stuck, begun := s.Enter(a), time.Now()
		defer stuck()
		if err := s.Restart(t.Context(), a, s.Enter(a), func(context.Context) error { return nil }); err != nil || time.Since(begun) > 2*time.Minute {
			t.Error(err, time.Since(begun))
		}
	})
}

// TestNames: one name is for one resource, whatever the order in which Terraform
// shows them.
func TestNames(t *testing.T) {
	const id = "ns/web/data"
	type step struct {
		what string
		do   func(s *machine.Shared) bool
		want bool
	}
	hold := step{"hold", func(s *machine.Shared) bool { return s.Hold(id) }, true}
	want := step{"want", func(s *machine.Shared) bool { return s.Want(id) }, true}
	begin := step{"make", func(s *machine.Shared) bool { return s.Make(id) }, true}
	create := step{"make and write", func(s *machine.Shared) bool { made := s.Make(id); s.Wrote(id); return made }, true}
	free := step{"free", func(s *machine.Shared) bool { s.Free(id); return !s.Made(id) }, true}
	meet := step{"meet", func(s *machine.Shared) bool { s.Meet(id); return true }, true}
	giveUp := step{"give up", func(s *machine.Shared) bool { s.GiveUp(id); return s.IsGivenUp(id) }, true}
	kept := step{"keep", func(s *machine.Shared) bool { return !s.IsGivenUp(id) && !s.Made(id) }, true}
	refused := func(s step) step { s.want = false; return s }
	for name, steps := range map[string][]step{
		"a plan of one in the state, and of a new one": {meet, hold, meet, refused(want)},
		"both at once": {meet, meet, hold, refused(want)},
		"a plan of a new one, and of one in the state":   {meet, want, meet, refused(hold)},
		"one that is replaced for another's sake":        {meet, hold, want, create},
		"two that are made":                              {want, create, want, refused(create)},
		"one that is made, and planned again":            {want, create, hold, hold, free, want, create},
		"one that is replaced":                           {hold, kept, giveUp, want, create},
		"one that was to be replaced, and stays":         {giveUp, hold, kept},
		"two that are being made":                        {want, begin, kept, refused(begin)},
		"one that could not be made":                     {want, create, free, want, create},
		"one that is made, while another has it already": {hold, refused(create)},
	} {
		var s machine.Shared
		for i, step := range steps {
			if got := step.do(&s); got != step.want {
				t.Errorf("%s: step %d, %s: %v", name, i+1, step.what, got)
			}
		}
	}
}

// TestNamesMove: a resource that has another address is made while the one at the former
// is destroyed, in either order: what is the same is taken over, what is not waits until
// the other is gone.
func TestNamesMove(t *testing.T) {
	const id = "ns/web/data"
	run := func(t *testing.T, test func(t *testing.T, s *machine.Shared)) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) { test(t, &machine.Shared{}) })
	}
	leave := func(t *testing.T, s *machine.Shared, want bool) (left func()) {
		t.Helper()
		left, leaves, err := s.Leave(t.Context(), id)
		if leaves != want || err != nil {
			t.Error("leaves:", leaves, err)
		}
		return left
	}
	yield := func(t *testing.T, s *machine.Shared, want bool) {
		t.Helper()
		if yielded, err := s.Yield(t.Context(), id); yielded != want || err != nil {
			t.Error("yielded:", yielded, err)
		}
	}
	t.Run("taken over before", func(t *testing.T) {
		run(t, func(t *testing.T, s *machine.Shared) {
			s.Make(id)
			s.Wrote(id)
			if s.IsDestroyed(t.Context(), id) {
				t.Error("nobody has left")
			}
			leave(t, s, false)
			if !s.IsDestroyed(t.Context(), id) {
				t.Error("who left is not known")
			}
		})
	})
	t.Run("taken over as it leaves", func(t *testing.T) {
		run(t, func(t *testing.T, s *machine.Shared) {
			s.Make(id)
			go leave(t, s, false)
			synctest.Wait()
			s.Wrote(id)
			synctest.Wait()
			if s.IsLeaving(id) {
				t.Error("it leaves for ever")
			}
		})
	})
	t.Run("taken over after it has begun", func(t *testing.T) {
		run(t, func(t *testing.T, s *machine.Shared) {
			left := leave(t, s, true)
			s.Make(id)
			s.Wrote(id)
			if left(); !s.Made(id) || !s.IsDestroyed(t.Context(), id) {
				t.Error("the end of the other is the end of this one")
			}
		})
	})
	for what, first := range map[string]bool{"in place of one that leaves": true, "in place of one that leaves later": false} {
		t.Run(what, func(t *testing.T) {
			run(t, func(t *testing.T, s *machine.Shared) {
				var left func()
				if first {
					left = leave(t, s, true)
				}
				s.Make(id)
				var done atomic.Bool
				go func() { yield(t, s, true); done.Store(true) }()
				synctest.Wait()
				if !first {
					left = leave(t, s, true)
				}
				if synctest.Wait(); done.Load() {
					t.Error("it does not wait")
				}
				left()
				if synctest.Wait(); !done.Load() || s.IsLeaving(id) || s.Make(id) {
					t.Error("it waits for ever, or another one has its name")
				}
				if s.Wrote(id); !s.Made(id) {
					t.Error("it is not made")
				}
			})
		})
	}
	t.Run("in place of one that stays", func(t *testing.T) {
		run(t, func(t *testing.T, s *machine.Shared) {
			s.Make(id)
			yield(t, s, false)
			s.Free(id)
			leave(t, s, true)()
		})
	})
	t.Run("cut off", func(t *testing.T) {
		run(t, func(t *testing.T, s *machine.Shared) {
			s.Make(id)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, leaves, err := s.Leave(ctx, id); leaves || !errors.Is(err, context.Canceled) {
				t.Error(leaves, err)
			}
			if _, err := s.Yield(ctx, id); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		})
	})
}

// TestLock: changes of one machine follow each other, those of two do not; who is cut
// off waits no longer.
func TestLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s machine.Shared
		lock := func(ctx context.Context, of types.NamespacedName) (unlock func()) {
			unlock, err := s.Lock(ctx, of)
			if err != nil {
				t.Error(err)
			}
			return unlock
		}
		unlock := lock(t.Context(), a)
		lock(t.Context(), b)()
		var second atomic.Bool
		go func() { defer lock(t.Context(), a)(); second.Store(true) }()
		synctest.Wait()
		if second.Load() {
			t.Error("two change one machine at once")
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.Lock(ctx, a); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		unlock()
		synctest.Wait()
		if !second.Load() {
			t.Error("the second never has its turn")
		}
	})
}
