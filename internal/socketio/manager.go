package socketio

import (
	"slices"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// Ready is a manager's readyState.
type Ready uint8

const (
	ReadyClosed Ready = iota
	ReadyOpening
	ReadyOpen
)

// Config is what the caller wants of a manager. Durations are in ms.
type Config struct {
	_            [0]func()
	Engine       engineio.Config
	Reconnection bool
	MaxAttempts  int   // -1: no end
	Timeout      int64 // for opening; 0: none, below: at once
	Backoff      Backoff
}

// Manager is one connection to one server and the namespaces on it, kept alive
// by reconnection. One owner calls Next, and performs the actions in order.
type Manager struct {
	_ [0]func()
	Config
	Engine     engineio.State
	Ready      Ready
	Namespaces []*Namespace

	now           int64 // of the event that is being handled
	out           []Action
	reconnecting  bool
	skipReconnect bool
	callback      bool // open was asked for with a callback, which gets the error instead of a reconnection
	rootConnected bool // revision 4: the server's unasked CONNECT for "/" is there
	reconnectAt   int64
	openBy        int64
	restart       restart
	restartBy     int64 // the step under way is over by then
	owed          int   // acks outstanding when await last looked
	finishing     int   // the link that is being finished before the new connection is opened

	Unfenced   bool       // the server is not asked by fences: pauses stand in for the answers
	rejoining  *Namespace // it has left, and comes back when its fence has been answered
	rejoined   bool       // that fence has been answered
	taken      taken      // the server has what a fence asked for
	fencedAt   int64      // when the last fence was sent
	fencePause int64      // ms: in place of a fence, if longer than the usual pause

	Old     engineio.State // the connection that is being replaced, where it serves on
	OldAcks int            // outstanding there, and the answer to a fence
	overlap overlap
	covered *Namespace // for which Old stands in while it leaves the connection and comes back
	oldBy   int64      // the overlap's step is over by then
	alone   bool       // the server does not take two connections
	Older   bool       // the server, taken for revision 4, turned out to speak 3: to be asked with that, once
}

// restart is a change of connection: the old one ends in order, then the new
// one is opened, and what the user emits meanwhile waits.
type restart uint8

const (
	restartNone      restart = iota
	restartDraining          // acks are outstanding, or the last words on their way
	restartFinishing         // the old transport sends its last and closes
	restartOpening           // the new connection is being opened
)

// ms: how long a change of connection waits for the next outstanding ack; when
// there are none, for what the page has said last to be read, and answered without an ack;
// and for the old transport's end. Renewal begins long before the token expires.
const (
	drainFor  = 2000
	settleFor = 50
	finishFor = 1500
)

// EventKind names what happened.
type EventKind uint8

const (
	EvEngine          EventKind = iota + 1 // Engine
	EvOpen                                 // Callback: the user opens the manager
	EvClose                                // the user closes it
	EvConnect                              // Slot, Cause: the user, or the lifecycle, connects
	EvCleared                              // Slot: its token is in hand
	EvNspConnected                         // Slot
	EvNspRefused                           // Slot: CONNECT_ERROR
	EvNspDisconnected                      // Slot: the server hung up on it
	EvDisconnect                           // Slot: the user hangs up
	EvAccepted                             // Slot: what is held may go
	EvHold                                 // Slot
	EvRestart                              // Slot, Cause: again, with another token
	EvBackoff                              // Slot: this attempt failed for the lifecycle; again later
	EvHalt                                 // Slot: no more attempts
	EvContinue                             // after ActReconnectAttempt, when its listeners have run
	EvFinished                             // Link: the old transport has closed
	EvAcked                                // an ack arrived while a change of connection waits for it
	EvRootConnected                        // revision 4: CONNECT for "/" without a socket that wants it
	EvStay                                 // no reconnection any more
	EvAlone                                // the server refused a second connection, for no reason of the token's
	EvTick
)

// Event is one thing that happened. Now is ms on the caller's clock.
type Event struct {
	Kind     EventKind
	Now      int64
	Slot     int
	Cause    Cause
	Callback bool
	Link     int
	Engine   engineio.Event
}

// ActionKind names what the owner shall do.
type ActionKind uint8

const (
	ActEngine           ActionKind = iota + 1 // Engine
	ActAttempt                                // Slot, Cause, N: tell the lifecycle; it answers EvCleared
	ActConnect                                // Slot: send CONNECT; N: over the link that stands in
	ActDisconnect                             // Slot: send DISCONNECT
	ActFlush                                  // Slot: send what was held
	ActOpen                                   // the manager is open
	ActClose                                  // Reason: it is closed
	ActError                                  // opening failed
	ActSocketConnected                        // Slot, Silent
	ActSocketClosed                           // Slot, Reason
	ActSocketError                            // Slot: the attempt failed
	ActReconnectAttempt                       // N; answered by EvContinue
	ActReconnect                              // N: it worked
	ActReconnectError                         //
	ActReconnectFailed                        // gave up
	ActFence                                  // N: a link on which CONNECT for FenceNames[Slot] is to be sent; Silent: DISCONNECT, as that namespace exists
	ActLeave                                  // the next link opens beside the connection in use, which serves on
	ActStand                                  // the next link opens beside the connection in use, and stands in for it
	ActServe                                  // what came over that may be read
	ActRelease                                // it does no longer: what came over the new one meanwhile may be read
)

// Reason says why a socket or a manager closed: Engine.IO's reasons and three more.
type Reason = engineio.Reason

const (
	ReasonServer  = lifecycle.CloseByServer
	ReasonClient  = lifecycle.CloseByUser
	ReasonTimeout = lifecycle.CloseTimeout
)

// Action is one thing to do.
type Action struct {
	_      [0]func()
	Kind   ActionKind
	Slot   int
	N      int
	Cause  Cause
	Reason Reason
	Silent bool
	Engine engineio.Action
}

// NewManager returns a closed manager.
func NewManager(c Config) *Manager {
	m := &Manager{Config: c}
	m.Engine.Config = c.Engine
	return m
}

// Reconnecting says whether the manager is between two connections.
func (m *Manager) Reconnecting() bool { return m.reconnecting }

// Add makes a namespace known. Its socket connects with EvConnect.
func (m *Manager) Add(n *Namespace) { m.Namespaces = append(m.Namespaces, n) }

// Remove forgets a namespace that is off the connection and does not wish to be on it.
func (m *Manager) Remove(n *Namespace) {
	m.Namespaces = slices.DeleteFunc(m.Namespaces, func(other *Namespace) bool { return other == n })
}

// AtRest says whether a namespace could be removed: nothing is under way for it.
func (m *Manager) AtRest(n *Namespace) bool {
	return n.Phase == Off && !n.Active && !n.Silent && n != m.covered && n != m.rejoining
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
	at = engineio.Sooner(at, m.restartBy)
	at = engineio.Sooner(at, m.oldBy)
	for _, n := range m.Namespaces {
		at = engineio.Sooner(at, n.retryAt)
		at = engineio.Sooner(at, n.switchAt)
	}
	return at
}

// wanted says whether there is to be a connection: not when the last token is
// given up. One that was opened by hand needs no socket.
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

// act notes one thing to do, for the caller to complete. Not inlined: appending
// is much code.
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
