package machine_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/machine"
)

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
			leave := s.Enter("a")
			all.Go(func() {
				<-time.After(time.Duration(i) * 3 * time.Second) // longer than it is to be quiet
				if err := s.Restart(t.Context(), "a", leave, restart); err != nil {
					t.Error(err)
				}
			})
		}
		idle := s.Enter("a") // asks for nothing
		all.Go(func() { <-time.After(29 * time.Second); idle() })
		all.Go(func() {
			if err := s.Restart(t.Context(), "b", s.Enter("b"), restart); err != nil {
				t.Error(err)
			}
		})
		all.Wait()
		if n := restarts.Load(); n != 2 {
			t.Errorf("%d restarts of two machines", n)
		}
		if err := s.Restart(t.Context(), "a", s.Enter("a"), restart); err != nil || restarts.Load() != 3 {
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
			done <- s.Restart(ctx, "a", s.Enter("a"), func(context.Context) error {
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
			go func() { done <- s.Restart(t.Context(), "a", s.Enter("a"), func(context.Context) error { return bad }) }()
		}
		for range 2 {
			if err := <-done; !errors.Is(err, bad) {
				t.Error(err)
			}
		}

		stuck, begun := s.Enter("a"), time.Now()
		defer stuck()
		if err := s.Restart(t.Context(), "a", s.Enter("a"), func(context.Context) error { return nil }); err != nil || time.Since(begun) > 2*time.Minute {
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
	create := step{"make", func(s *machine.Shared) bool { return s.Make(id) }, true}
	free := step{"free", func(s *machine.Shared) bool { s.Free(id); return !s.Made(id) }, true}
	meet := step{"meet", func(s *machine.Shared) bool { s.Meet(id); return true }, true}
	refused := func(s step) step { s.want = false; return s }
	for name, steps := range map[string][]step{
		"a plan of one in the state, and of a new one": {meet, hold, meet, refused(want)},
		"both at once": {meet, meet, hold, refused(want)},
		"a plan of a new one, and of one in the state":   {meet, want, meet, refused(hold)},
		"one that is replaced for another's sake":        {meet, hold, want, create},
		"two that are made":                              {want, create, want, refused(create)},
		"one that is made, and planned again":            {want, create, hold, hold, free, want, create},
		"one that is replaced":                           {hold, free, want, create},
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

// TestLock: changes of one machine follow each other, those of two do not.
func TestLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s machine.Shared
		unlock := s.Lock("a")
		s.Lock("b")()
		var second atomic.Bool
		go func() { defer s.Lock("a")(); second.Store(true) }()
		synctest.Wait()
		if second.Load() {
			t.Error("two change one machine at once")
		}
		unlock()
		synctest.Wait()
		if !second.Load() {
			t.Error("the second never has its turn")
		}
	})
}
