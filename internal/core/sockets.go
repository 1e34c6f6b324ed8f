package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// Socket makes a socket without a token known.
func (p *Core) Socket(id, slot int, name []uint16) { p.newSocket(id, slot, name) }

func (p *Core) newSocket(id, slot int, name []uint16) *socket {
	c := p.managers.get(id)
	if c == nil || !p.sockets.free(slot) {
		return nil
	}
	n := &socketio.Namespace{Slot: slot, Name: append([]uint16(nil), name...)}
	s := &socket{manager: c, n: n}
	p.sockets.put(slot, s)
	c.m.Add(n)
	return s
}

// SocketWithToken makes a socket known whose tokens come from a source. Without that
// source it is a socket without a token.
func (p *Core) SocketWithToken(id, slot int, name []uint16, source int, o TokenOptions) {
	s := p.newSocket(id, slot, name)
	from := p.sources.get(source)
	if s == nil || from == nil {
		return
	}
	s.token, s.source = true, from
	s.life = lifecycle.New(lifecycle.Config{
		Via: o.Via, Provider: o.Provider, RefreshBefore: o.RefreshBefore, AuthTimeout: o.AuthTimeout, InBand: o.InBand, Guest: o.Guest,
		Seed: p.random.Next(),
	})
	s.n.Token, s.n.Held = true, true
	s.emitted = o.Via == 0 || o.Via&lifecycle.ViaEvent != 0
	switch {
	case o.Via.InHandshake():
		s.n.Gate = socketio.GateOpen
	case o.Via&lifecycle.ViaAuth != 0:
		s.n.Gate = socketio.GateConnect
	}
}

// onSocket is onManager for what concerns one socket.
func (p *Core) onSocket(slot int, kind socketio.EventKind) {
	if s := p.socket(slot); s != nil {
		p.stepNamespace(s, kind)
	}
}

// Connect is the user's socket.connect().
func (p *Core) Connect(slot int) { p.onSocket(slot, socketio.EvConnect) }

// Disconnect is the user's socket.disconnect().
func (p *Core) Disconnect(slot int) {
	s := p.socket(slot)
	if s == nil {
		return
	}
	s.attempt = s.attempt.next(stops)
	p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvStop})
	p.stepSource(s.source, &lifecycle.SourceEvent{Kind: lifecycle.SrcForget, Socket: slot})
	p.stepNamespace(s, socketio.EvDisconnect)
}

// Disconnected: the server has disconnected a namespace.
func (p *Core) Disconnected(slot int) { p.onSocket(slot, socketio.EvNspDisconnected) }

// LateAnswer: the server has answered the CONNECT of an attempt that was given up.
func (p *Core) LateAnswer(slot int, connected bool) {
	if s := p.socket(slot); s != nil {
		p.stepManager(s.manager, &socketio.Event{Kind: socketio.EvLateAnswer, Slot: slot, Connected: connected})
	}
}

// Resume connects a socket with backoff. It was to be connected when the core before this one
// failed, or the page has called manager.reconnect().
func (p *Core) Resume(slot int) { p.onSocket(slot, socketio.EvBackoff) }

// Unawaited: nobody waits for an ack any more, or the parser of option `parser` has read it.
func (p *Core) Unawaited(slot, ack int) {
	if s := p.socket(slot); s != nil {
		s.manager.m.Acked(s.n, ack)
		p.stepManager(s.manager, &socketio.Event{Kind: socketio.EvAcked})
	}
}

// Connected: the server has connected a socket's namespace.
func (p *Core) Connected(slot int, recovery Recovery) {
	s := p.socket(slot)
	if s == nil {
		return
	}
	s.recovered = recovery == RecoveryDone
	s.n.Numbered = recovery != RecoveryNone && !s.emitted && !s.manager.opaque
	p.stepNamespace(s, socketio.EvNspConnected)
}

// Refused: the server has refused to connect a namespace. A refusal of the token goes to the
// socket's lifecycle first, which may have another token. Any other refusal (a namespace that
// does not exist, another middleware) goes to the user at once.
func (p *Core) Refused(slot int, code, message, kind string, reason lifecycle.Reason) {
	s := p.socket(slot)
	if s == nil {
		return
	}
	if s.manager.m.GivenUp(s.n) {
		p.LateAnswer(slot, false)
		return
	}
	said := lifecycle.Refusal{Code: code, Message: message, Type: kind, Reason: reason}
	ofToken := s.token && said.OfToken()
	if ofToken {
		s.attempt = s.attempt.next(refuses)
	}
	if !ofToken && s.manager.m.HandingOver() {
		p.stepManager(s.manager, &socketio.Event{Kind: socketio.EvSecondRefused})
		return
	}
	if !ofToken && !s.manager.m.Engine.Generation().KeepsRefused {
		p.stepNamespace(s, socketio.EvHalt)
		p.host.SocketError(slot)
		p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
		return
	}
	p.stepNamespace(s, socketio.EvNspRefused)
	if ofToken {
		p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: said})
	}
}

// Recognise returns the reason for which the server refuses the token, or 0.
func (p *Core) Recognise(code, message, kind string, status int) lifecycle.Reason {
	return lifecycle.Recognise(lifecycle.Said{Code: code, Message: message, Type: kind, Status: status}, false)
}
