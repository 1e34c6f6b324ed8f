package socketio

import (
	"slices"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// Config is what the caller wants of a manager. Durations are in ms.
type Config struct {
	_            [0]func()
	Engine       engineio.Config
	Reconnection bool
	MaxAttempts  int   // to reconnect; negative: no limit
	Timeout      int64 // of an attempt, from opening the transport on; 0: none, negative: it fails at once
	Backoff      Backoff
	NoFences     bool // send no fences: option `parser` gives packets another form
	Wildcard     bool // send no fences: the server accepts a CONNECT for any namespace (ActWildcard)
}

// Phase is the state of a manager.
type Phase uint8

const (
	PhaseClosed    Phase = iota // no connection, and no plan for one
	PhasePausing                // an attempt has failed, or a connection was lost; the next attempt is planned
	PhaseOpening                // the tokens for a connection are asked for, or it is being opened
	PhaseReopening              // … after PhasePausing
	PhaseOpen
)

func (p Phase) String() string {
	return [...]string{"closed", "pausing", "opening", "reopening", "open"}[p]
}

func (p Phase) closed() bool  { return p == PhaseClosed || p == PhasePausing }
func (p Phase) opening() bool { return p == PhaseOpening || p == PhaseReopening }

// Manager is one connection to one server and the namespaces on it, kept alive by
// reconnection and by handover to renewed tokens. One owner calls Next, and performs the
// actions in order.
type Manager struct {
	_ [0]func()
	Config
	Engine     engineio.State // the connection in use
	Namespaces []*Namespace

	now int64 // of the event that is being handled
	out []Action

	phase         Phase
	reconnectAt   int64 // ms: when ActReconnectAttempt announces the next attempt; 0 in PhasePausing: it has, and EvContinue follows
	openBy        int64 // ms: the deadline of the attempt; 0: none
	skipReconnect bool  // no reconnection until the user, or the lifecycle, opens the manager
	callback      bool  // manager.open() has a callback: a failed attempt is not followed by another one
	rootConnected bool  // the server has connected "/", unasked
	misjudged     bool  // the server is of Generation3, though it was taken for a later one: the next attempt asks for that

	handover  handover
	fences    fences
	rejoining rejoining
	departed  departures
}

// NewManager returns a closed manager. Its links have numbers above links.
func NewManager(c Config, links int) *Manager {
	m := &Manager{Config: c}
	m.Engine.Config = c.Engine
	m.Engine.Number(links)
	m.fences.none = c.NoFences || c.Wildcard
	return m
}

// Configure changes what the caller wants, from the next attempt on. The count of failed
// attempts stays.
func (m *Manager) Configure(c Config) {
	c.Backoff.Attempts = m.Backoff.Attempts
	m.Config = c
}

// Reconnecting says whether the next connection is planned, or is being opened, after an
// attempt that failed or a connection that was lost.
func (m *Manager) Reconnecting() bool { return m.phase == PhasePausing || m.phase == PhaseReopening }

// NextAttempt is when a manager that pauses tries again; 0: it does not pause.
func (m *Manager) NextAttempt() int64 { return m.reconnectAt }

// Opening says whether a connection is being opened.
func (m *Manager) Opening() bool { return m.phase.opening() }

// Closed says whether there is no connection, and no plan for one.
func (m *Manager) Closed() bool { return m.phase == PhaseClosed }

// Connection returns the connection that a link belongs to, and whether that is the one
// beside the one in use; nil if the link is nobody's.
func (m *Manager) Connection(link int) (engine *engineio.State, other bool) {
	switch {
	case m.handover.other.Owns(link):
		return &m.handover.other, true
	case m.Engine.Owns(link):
		return &m.Engine, false
	}
	return nil, false
}

// Add makes a namespace known. Its socket connects with EvConnect.
func (m *Manager) Add(n *Namespace) { m.Namespaces = append(m.Namespaces, n) }

// Remove removes a namespace that is AtRest.
func (m *Manager) Remove(n *Namespace) {
	m.Namespaces = slices.DeleteFunc(m.Namespaces, func(other *Namespace) bool { return other == n })
}

// AtRest says whether a namespace may be removed: nothing is under way for it.
func (m *Manager) AtRest(n *Namespace) bool {
	return n.Phase == Off && !n.Active && !n.Silent && !n.sent && n != m.handover.carried
}

// Find returns the namespace with a slot, or nil.
func (m *Manager) Find(slot int) *Namespace {
	for _, n := range m.Namespaces {
		if n.Slot == slot {
			return n
		}
	}
	return nil
}

// Named returns the namespace with a name as it came over the wire, or nil.
func (m *Manager) Named(name []uint16) *Namespace {
	for _, n := range m.Namespaces {
		if n.is(name) {
			return n
		}
	}
	return nil
}

// Deadline is when EvTick is wanted next; 0: not at all.
func (m *Manager) Deadline() int64 {
	at := m.Engine.Deadline()
	at = engineio.Sooner(at, m.reconnectAt)
	at = engineio.Sooner(at, m.openBy)
	at = engineio.Sooner(at, m.handover.wait.by)
	for _, n := range m.Namespaces {
		at = engineio.Sooner(at, n.retryAt)
		at = engineio.Sooner(at, n.answerBy)
		at = engineio.Sooner(at, n.leaves.by)
	}
	return at
}

// wanted says whether a connection that is lost is to be opened again: if a namespace
// wishes to be on it, or if none has a token (the user has opened the manager by hand).
func (m *Manager) wanted() bool {
	free := true
	for _, n := range m.Namespaces {
		if n.Active {
			return true
		}
		free = free && !n.Token
	}
	return free
}

// act appends an action, whose other fields the caller sets. It is not inlined, to keep the
// program small.
//
//go:noinline
func (m *Manager) act(kind ActionKind) *Action {
	m.out = append(m.out, Action{Kind: kind})
	return &m.out[len(m.out)-1]
}

func (m *Manager) tell(n *Namespace, kind ActionKind) *Action {
	a := m.act(kind)
	a.Slot = n.Slot
	return a
}

func (m *Manager) tellClosed(n *Namespace, r Reason) { m.tell(n, ActSocketClosed).Reason = r }
