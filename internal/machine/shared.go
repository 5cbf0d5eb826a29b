package machine

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/virtualserver/terraform-provider-virtualserver/internal/kube"
)

// Shared is what the resources of one provider process know of each other's work on
// one machine. The zero value is ready.
type Shared struct {
	// Quiet is how long nobody else may have begun to change a machine before it is
	// restarted for all who asked; 0 is defaultQuiet.
	Quiet time.Duration

	mu       sync.Mutex
	machines map[types.NamespacedName]*shared
	names    map[string]*name // of attachments, by their id
	told     chan struct{}    // closed when one of them changes
}

const (
	// defaultQuiet is long enough for operations that Terraform starts together.
	defaultQuiet = 2 * time.Second
	// maxQuiet bounds how long a restart waits for those that are under way.
	maxQuiet = time.Minute
)

type shared struct {
	writing chan struct{} // held while it is changed
	active  int           // operations under way that may ask for a restart
	batch   *batch
}

// batch is a restart that is about to be done for all who wait for it.
type batch struct {
	waiting int
	cancel  context.CancelFunc
	stirred chan struct{} // somebody came or went
	done    chan struct{} // closed when err is set
	err     error
}

func (s *Shared) of(machine types.NamespacedName) *shared {
	if s.machines == nil {
		s.machines = map[types.NamespacedName]*shared{}
	}
	if s.machines[machine] == nil {
		s.machines[machine] = &shared{writing: make(chan struct{}, 1)}
	}
	return s.machines[machine]
}

// Lock has changes of one machine follow each other, so that they do not conflict. Its
// error is ctx's.
func (s *Shared) Lock(ctx context.Context, machine types.NamespacedName) (unlock func(), err error) {
	s.mu.Lock()
	m := s.of(machine)
	s.mu.Unlock()
	select {
	case m.writing <- struct{}{}:
		return func() { <-m.writing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Enter tells of an operation that may ask for a restart: a restart that others have
// asked for waits until it has asked too, or leaves. Terraform plans once more right
// before it applies: a plan that enters and leaves keeps the place of its apply.
func (s *Shared) Enter(machine types.NamespacedName) (leave func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.of(machine)
	m.active++
	m.stir()
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		m.active--
		m.stir()
	})
}

// stir has a restart that is about to be done wait for another while.
func (m *shared) stir() {
	if m.batch == nil {
		return
	}
	select {
	case m.batch.stirred <- struct{}{}:
	default:
	}
}

// Restart calls restart once for all who ask while nobody has: when no operation is
// under way any more that may ask, and none has begun for a while. Each asker has
// entered, and leaves by asking. The context of restart lives as long as somebody
// waits.
func (s *Shared) Restart(ctx context.Context, machine types.NamespacedName, leave func(), restart func(ctx context.Context) error) error {
	s.mu.Lock()
	m := s.of(machine)
	b := m.batch
	if b == nil {
		// It is nobody's in particular, and may outlive who asked first.
		work, cancel := context.WithCancel(kube.WithWarnings(context.WithoutCancel(ctx), nil))
		b = &batch{cancel: cancel, stirred: make(chan struct{}, 1), done: make(chan struct{})}
		m.batch = b
		go s.run(work, m, b, restart)
	}
	b.waiting++
	s.mu.Unlock()
	leave()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if b.waiting--; b.waiting == 0 {
			if m.batch == b {
				m.batch = nil // who comes now must not join what is given up
			}
			b.cancel()
		}
	}()
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run waits until it is quiet, and restarts.
func (s *Shared) run(ctx context.Context, m *shared, b *batch, restart func(ctx context.Context) error) {
	defer close(b.done)
	b.err = s.awaitQuiet(ctx, m, b)
	s.mu.Lock()
	if m.batch == b {
		m.batch = nil // who comes later has another one
	}
	s.mu.Unlock()
	if b.err == nil {
		b.err = restart(ctx)
	}
}

func (s *Shared) awaitQuiet(ctx context.Context, m *shared, b *batch) error {
	quiet := s.Quiet
	if quiet == 0 {
		quiet = defaultQuiet
	}
	late := time.After(maxQuiet)
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return nil
		case <-b.stirred:
		case <-timer.C:
			s.mu.Lock()
			active := m.active
			s.mu.Unlock()
			if active == 0 {
				return nil
			}
		}
		timer.Reset(quiet)
	}
}
