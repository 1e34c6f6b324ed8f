package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// Core owns every machine of a page. Each of its Operations stands between Begin and End,
// runs to its end, and leaves effects with the host; nothing waits and nothing runs beside
// it.
type Core struct {
	host     Host
	now      int64
	managers table[manager]
	sockets  table[socket]
	sources  table[source]
	touched  []*manager // in this operation
	links    int        // how many links the connections that were released have given out, at most
	woken    int64      // the deadline that the host knows of
	ticks    bool       // Tick: look at the deadlines, whatever the host knows of
	random   lifecycle.Random
}

// New returns a core without managers.
func New(host Host) *Core { return &Core{host: host} }

// Begin is called before an operation, at a time that never goes back.
func (p *Core) Begin(now int64) { p.now = max(p.now, now) }

// End is called after an operation.
func (p *Core) End() {
	// Timers of hidden pages are late; whatever happens meanwhile is a chance to look.
	if p.ticks || p.woken > 0 && p.now >= p.woken {
		p.ticks = false
		p.woken = -1 // the host's timer is spent, also when it came a moment early
		p.tick()
	}
	p.settle()
	p.wake()
}

// Tick: the time that Wake asked for has come, or may have.
func (p *Core) Tick() { p.ticks = true }

// manager is one of the page's: a connection and its namespaces.
type manager struct {
	_       [0]func()
	id      int
	m       socketio.Manager
	opaque  bool // the user's parser reads the messages
	touched bool // it stands in Core.touched
}

// socket is one namespace's socket, with a token's life if it was given one.
type socket struct {
	_       [0]func()
	manager *manager
	n       *socketio.Namespace
	rests   bool // the host knows that nothing is under way
	token   bool // the rest is a token's
	emitted bool // the token travels by an event, once connected
	source  *source
	life    lifecycle.Lifecycle
	attempt attempt
	cause   lifecycle.Cause // of the attempt
	// recovered: the server's last CONNECT continues the old session.
	recovered bool
	// hangsUp: the server has passed a callback with `unauthorized` in this attempt.
	// Acknowledged, it hangs up itself.
	hangsUp  bool
	deadline int64
	// acknowledging holds what is to be done when the host has called the server's
	// callbacks; nil: it calls none. What the lifecycle wants meanwhile comes after that, as
	// the connection that an acknowledgement travels on may be the first to go.
	acknowledging []lifecycle.Action
}

// source is one token function, or one string.
type source struct {
	id       int
	state    lifecycle.Source
	deadline int64
}

func (p *Core) socket(slot int) *socket { return p.sockets.get(slot) }

// wake tells the host when to come back, if that has changed.
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

// tick gives every machine whose time has come its turn.
func (p *Core) tick() {
	due := func(at int64) bool { return at != 0 && at <= p.now }
	for _, s := range p.sources {
		if s != nil && due(s.deadline) {
			p.sourced(s, &lifecycle.SourceEvent{Kind: lifecycle.SrcTick})
		}
	}
	for _, s := range p.sockets {
		if s != nil && due(s.deadline) {
			p.lived(s, &lifecycle.Event{Kind: lifecycle.EvTick})
		}
	}
	for _, c := range p.managers {
		if c != nil && due(c.m.Deadline()) {
			p.managed(c, &socketio.Event{Kind: socketio.EvTick})
		}
	}
}
