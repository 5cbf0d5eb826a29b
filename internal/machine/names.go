package machine

// nameState is what one walk of Terraform has shown of the name of an attachment.
type nameState int

const (
	nameHeld   nameState = iota + 1 // a resource in the state has it, and keeps it
	nameWanted                      // a resource is planned to be made
	nameMade                        // a resource was made by this process
)

// Hold notes that a resource in the state has the name and keeps it. It returns false
// when another resource is planned to be made with it.
func (s *Shared) Hold(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names[id] == nameWanted {
		return false
	}
	s.setName(id, nameHeld)
	return true
}

// Meet notes the configuration of a resource that has the name: Terraform has each
// validated once before it plans it.
func (s *Shared) Meet(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.met == nil {
		s.met = map[string]int{}
	}
	s.met[id]++
}

// Want notes that a resource is planned to be made with the name. It returns false
// when another one in the state has it, and keeps it. A resource that is replaced
// though nothing of it changes (replace_triggered_by, -replace) is planned to stay
// first, and then to be made: then only one has been met.
func (s *Shared) Want(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch known := s.names[id]; {
	case known == nameHeld && s.met[id] > 1:
		return false
	case known == nameMade: // Make tells
	default:
		s.setName(id, nameWanted)
	}
	return true
}

// Make notes that a resource is being made with the name. It returns false when
// another one was made with it in this process, or keeps it.
func (s *Shared) Make(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.names[id]; known == nameMade || known == nameHeld {
		return false
	}
	s.setName(id, nameMade)
	return true
}

// Made tells whether a resource was made with the name in this process.
func (s *Shared) Made(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names[id] == nameMade
}

// Free notes that no resource has the name any more.
func (s *Shared) Free(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.names, id)
}

func (s *Shared) setName(id string, state nameState) {
	if s.names == nil {
		s.names = map[string]nameState{}
	}
	s.names[id] = state
}
