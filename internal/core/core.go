package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// Core owns every state machine of a page. The caller calls Begin, one method of Operations,
// and End. A method returns when its work is done and hands its effects to the host; it
// never waits, and Core is not safe for concurrent use.
type Core struct {
	host     Host
	now      int64
	managers table[manager]
	sockets  table[socket]
	sources  table[source]
	touched  []*manager // in this operation
	links    int        // the highest link number that a released manager has used
	woken    int64      // ms: the deadline last given to Host.Wake; 0: none, -1: its timer has fired
	ticks    bool       // Tick was called: End checks all deadlines
	random   lifecycle.Random
}

// New returns a core without managers.
func New(host Host) *Core { return &Core{host: host} }

// Begin is called before an operation. now is the page's clock in ms, which never goes back.
func (p *Core) Begin(now int64) { p.now = max(p.now, now) }

// End is called after an operation.
func (p *Core) End() {
	// Browsers delay the timers of hidden pages, so every operation checks the deadline.
	if p.ticks || p.woken > 0 && p.now >= p.woken {
		p.ticks = false
		p.woken = -1 // the host's timer is spent, also when it came a moment early
		p.tick()
	}
	p.settle()
	p.wake()
}

// Tick makes End check all deadlines. The page calls it when the timer of Wake fires.
func (p *Core) Tick() { p.ticks = true }

// manager is one Socket.IO manager of the page: a connection and its namespaces.
type manager struct {
	_       [0]func()
	id      int
	m       socketio.Manager
	opaque  bool // the user's parser reads the messages
	touched bool // Core.touched contains it
}

// socket is one namespace's socket, with a token lifecycle if it has option `token`.
type socket struct {
	_       [0]func()
	manager *manager
	n       *socketio.Namespace
	rests   bool // the host knows that nothing is under way
	token   bool // it has a token; the fields below are unused without one
	emitted bool // via: "event": the token is sent by `authenticate`, once connected
	source  *source
	life    lifecycle.Lifecycle
	attempt attempt
	cause   lifecycle.Cause // of the attempt
	// recovered: the server's last CONNECT continues the old session.
	recovered bool
	// hangsUp: the server has sent a callback with `unauthorized` in this attempt. It closes
	// the connection itself when that callback is called.
	hangsUp  bool
	deadline int64
	// acknowledging is not nil while the host calls the server's callbacks, from
	// TokenAcknowledge to Acknowledged. It queues the lifecycle's actions until then: one of
	// them may close the connection that the acknowledgement travels on.
	acknowledging []lifecycle.Action
}

// source is one token function or one token string. Several sockets may share it.
type source struct {
	id       int
	state    lifecycle.Source
	deadline int64
}

func (p *Core) socket(slot int) *socket { return p.sockets.get(slot) }

// wake gives the host the earliest deadline, if that has changed.
func (p *Core) wake() {
	at := int64(0)
	for _, c := range p.managers {
		if c != nil {
			at = engineio.Sooner(at, c.m.Deadline())
		}
	}
	for _, s := range p.sockets {
		if s != nil {
			at = engineio.Sooner(at, s.deadline)
		}
	}
	for _, s := range p.sources {
		if s != nil {
			at = engineio.Sooner(at, s.deadline)
		}
	}
	if at != p.woken {
		p.woken = at
		p.host.Wake(at)
	}
}

// tick sends a tick event to every state machine whose deadline has passed.
func (p *Core) tick() {
	due := func(at int64) bool { return at != 0 && at <= p.now }
	for _, s := range p.sources {
		if s != nil && due(s.deadline) {
			p.stepSource(s, &lifecycle.SourceEvent{Kind: lifecycle.SrcTick})
		}
	}
	for _, s := range p.sockets {
		if s != nil && due(s.deadline) {
			p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvTick})
		}
	}
	for _, c := range p.managers {
		if c != nil && due(c.m.Deadline()) {
			p.stepManager(c, &socketio.Event{Kind: socketio.EvTick})
		}
	}
}
