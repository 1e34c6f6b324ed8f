//go:build js && wasm

package main

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// page owns every machine. One event comes in by a door, runs to its end, and
// leaves actions with the host; nothing waits and nothing runs beside it.
type page struct {
	now     int64
	conns   []*conn
	socks   []*sock
	sources []*source
	woken   int64 // the deadline that the host knows of
	seed    uint64
}

// conn is one manager: a connection and its namespaces.
type conn struct {
	_      [0]func()
	id     int
	m      socketio.Manager
	opaque bool // the user's parser reads the messages
}

// sock is one namespace's socket, with a token's life if it was given one.
type sock struct {
	_         [0]func()
	conn      *conn
	n         *socketio.Namespace
	token     bool
	life      lifecycle.Lifecycle
	deadline  int64
	source    *source
	refused   bool // the host keeps a refusal that nobody has heard of yet
	fresh     bool // the next CONNECT must not recover the old session
	gone      bool // this attempt's token is in hand
	emits     bool // the token is emitted once connected
	called    bool // the server hangs up itself, when its callback is acknowledged
	early     early
	recovered bool // the CONNECT that is being handled continues the old session
	// What is to be done once the host has acknowledged: the connection that the
	// acknowledgement travels on may be the first to go.
	rest []lifecycle.Action
}

// early is a namespace that was connected before its token was in hand: servers
// 1.x and 2.x connect "/" unasked, and where the token is emitted afterwards the
// connection need not wait for it.
type early uint8

const (
	earlyNot early = iota
	earlyNew
	earlyRecovered
)

// source is one token function, or one string.
type source struct {
	id       int
	state    lifecycle.Source
	deadline int64
}

var the page

func (p *page) sock(slot int) *sock {
	if slot < 0 || slot >= len(p.socks) {
		return nil
	}
	return p.socks[slot]
}

func (p *page) conn(id int) *conn {
	if id < 0 || id >= len(p.conns) {
		return nil
	}
	return p.conns[id]
}

// tell calls a function of the host. All take numbers, which go through the
// shared memory, and a text: one shape keeps the code small, which every visitor
// loads.
//
//go:noinline
func (p *page) tell(do int32, a, b, c, d, e int, text string) {
	shared.told = [...]float64{float64(a), float64(b), float64(c), float64(d), float64(e)}
	host(do, text)
}

// host is the page's only function that Go calls. It notes what is to be done
// and neither throws nor calls back.
//
//go:wasmimport page tell
func host(do int32, text string)

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// wake tells the host when to come back, if that has changed.
func (p *page) wake() {
	at := int64(0)
	for _, c := range p.conns {
		at = engineio.Sooner(at, c.m.Deadline())
	}
	for _, s := range p.socks {
		at = engineio.Sooner(at, s.deadline)
	}
	for _, s := range p.sources {
		at = engineio.Sooner(at, s.deadline)
	}
	if at != p.woken {
		p.woken = at
		p.tell(hostWake, int(at), 0, 0, 0, 0, "")
	}
}

// tick gives every machine whose time has come its turn.
func (p *page) tick() {
	due := func(at int64) bool { return at != 0 && at <= p.now }
	for _, s := range p.sources {
		if due(s.deadline) {
			p.sourced(s, lifecycle.SourceEvent{Kind: lifecycle.SrcTick})
		}
	}
	for _, s := range p.socks {
		if due(s.deadline) {
			p.lived(s, lifecycle.Event{Kind: lifecycle.EvTick})
		}
	}
	for _, c := range p.conns {
		if due(c.m.Deadline()) {
			p.managed(c, socketio.Event{Kind: socketio.EvTick})
		}
	}
}
