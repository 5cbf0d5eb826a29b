package machine

import (
	"context"
	"sync"
	"time"
)

// nameState is what one walk of Terraform has shown of the name of an attachment.
type nameState int

const (
	nameFree     nameState = iota
	nameHeld               // a resource in the state has it, and keeps it
	nameWanted             // a resource is planned to be made
	nameMaking             // a resource is being made, and nothing is written yet
	nameYielding           // it waits until the one that has the name is gone
	nameMade               // a resource was made by this process
)

// yieldTime is how long one that is made waits for the destroy of the one that has its
// name to begin: Terraform starts both at the same time.
const yieldTime = 2 * time.Second

// name is what is known of a name. It is never forgotten, so that waiters find it.
type name struct {
	state     nameState
	met       int  // how many configurations have it
	leaving   int  // destroys of who has it that are under way
	givenUp   bool // who has it is planned to be destroyed, or replaced
	destroyed bool // the destroy of one that had it has begun; for good, a process is one apply
}

// Hold notes that a resource in the state has the name and keeps it. It returns false
// when another resource is planned to be made with it.
func (s *Shared) Hold(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.name(id)
	if n.state == nameWanted {
		return false
	}
	n.state, n.givenUp = nameHeld, false
	return true
}

// Meet notes the configuration of a resource that has the name: Terraform has each
// validated once before it plans it.
func (s *Shared) Meet(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name(id).met++
}

// GiveUp notes that the resource that has the name is planned to be destroyed, or
// replaced.
func (s *Shared) GiveUp(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.name(id)
	n.state, n.givenUp = nameFree, true
}

// IsGivenUp tells whether who has the name is planned to be destroyed, or is being.
func (s *Shared) IsGivenUp(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.name(id)
	return n.givenUp || n.leaving > 0
}

// Want notes that a resource is planned to be made with the name. It returns false
// when another one in the state has it, and keeps it. A resource that is replaced
// though nothing of it changes (replace_triggered_by, -replace) is planned to stay
// first, and then to be made: then only one has been met.
func (s *Shared) Want(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n := s.name(id); n.state {
	case nameHeld:
		if n.met > 1 {
			return false
		}
		n.state = nameWanted
	case nameFree:
		n.state = nameWanted
	}
	return true // who is being made tells in Make
}

// Make notes that a resource is being made with the name. It returns false when
// another one was made with it in this process, is being made, or keeps it.
func (s *Shared) Make(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.name(id)
	if n.state != nameFree && n.state != nameWanted {
		return false
	}
	n.state = nameMaking
	s.tell()
	return true
}

// Yield has one that is made wait until the one that has its name is destroyed. It
// returns false when nobody begins to.
func (s *Shared) Yield(ctx context.Context, id string) (bool, error) {
	within, cancel := context.WithTimeout(ctx, yieldTime)
	defer cancel()
	if s.await(within, id, func(n *name) bool { return n.leaving > 0 }) != nil {
		return false, ctx.Err()
	}
	s.turn(id, nameMaking, nameYielding)
	defer s.turn(id, nameYielding, nameMaking)
	return true, s.await(ctx, id, func(n *name) bool { return n.leaving == 0 })
}

// IsLeaving tells whether the one that has the name is being destroyed.
func (s *Shared) IsLeaving(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name(id).leaving > 0
}

// Wrote notes that what is being made is part of its machine. It is called while that
// is locked.
func (s *Shared) Wrote(id string) { s.turn(id, nameMaking, nameMade) }

// Leave notes that the resource that has the name is being destroyed, until left is
// called. One that is being made with the name comes first where it can: Leave returns
// false when that has taken over what is in the machine.
func (s *Shared) Leave(ctx context.Context, id string) (left func(), leaves bool, err error) {
	s.mu.Lock()
	n := s.name(id)
	n.leaving++
	n.destroyed = true
	s.tell()
	s.mu.Unlock()
	left = sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if n.leaving--; n.state == nameHeld || n.state == nameWanted {
			n.state = nameFree
		}
		n.givenUp = false
		s.tell()
	})
	err = s.await(ctx, id, func(n *name) bool { return n.state != nameMaking })
	if leaves = err == nil && !s.Made(id); !leaves {
		left()
	}
	return left, leaves, err
}

// IsDestroyed tells whether this apply destroys one that has the name. It waits a while for
// that to begin.
func (s *Shared) IsDestroyed(ctx context.Context, id string) bool {
	ctx, cancel := context.WithTimeout(ctx, yieldTime)
	defer cancel()
	return s.await(ctx, id, func(n *name) bool { return n.destroyed }) == nil
}

// Made tells whether a resource was made with the name in this process. What it says
// lasts while the machine is locked.
func (s *Shared) Made(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name(id).state == nameMade
}

// Free notes that no resource has the name any more.
func (s *Shared) Free(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.name(id)
	n.state, n.givenUp = nameFree, false
	s.tell()
}

func (s *Shared) turn(id string, from, to nameState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.name(id); n.state == from {
		n.state = to
	}
	s.tell()
}

// await waits until a name is as is says.
func (s *Shared) await(ctx context.Context, id string, is func(n *name) bool) error {
	for {
		s.mu.Lock()
		done := is(s.name(id))
		told := s.told
		s.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-told:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// tell wakes all who wait for a name.
func (s *Shared) tell() {
	if s.told != nil {
		close(s.told)
	}
	s.told = make(chan struct{})
}

func (s *Shared) name(id string) *name {
	if s.names == nil {
		s.names, s.told = map[string]*name{}, make(chan struct{})
	}
	if s.names[id] == nil {
		s.names[id] = &name{}
	}
	return s.names[id]
}
