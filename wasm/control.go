//go:build js && wasm

package main

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// control is the door for everything that is not a packet's header. It is
// told an operation, the time and the operation's arguments, in shared memory.
//
//go:wasmexport control
//lint:ignore U1000 called by the page
func control() {
	p := &the
	defer func() {
		if r := recover(); r != nil {
			p.tell(hostPanic, 0, 0, 0, 0, 0, "panic in the client's core; please report this")
		}
	}()
	read()
	p.now = max(p.now, int64(shared.now))
	p.control(int(shared.op))
	// Timers of hidden pages are late; whatever happens meanwhile is a chance to look.
	if p.woken > 0 && p.now >= p.woken {
		p.woken = -1 // the host's timer is spent, also when it came a moment early
		p.tick()
	}
	p.wake()
}

func (p *page) control(op int) {
	at := int(shared.args[0])
	c, s := p.conn(at), p.sock(at)
	switch op {
	case opTick:
		p.woken = 1
	case opManager:
		p.newManager(c)
	case opSocket:
		if c != nil {
			p.newSocket(c)
		}
	case opSource:
		p.sources = append(p.sources, &source{id: len(p.sources), state: lifecycle.NewSource(int64(shared.args[1]))})
	case opToken, opTokenFailed:
		if at >= 0 && at < len(p.sources) {
			p.sourced(p.sources[at], lifecycle.SourceEvent{Kind: lifecycle.SourceEventKind(kindOf[op]), Call: uint32(shared.args[1]), Token: token()})
		}
	case opConnect, opDisconnect, opAuthenticated, opUnauthorized, opHook, opCalled, opReauthenticate:
		if s != nil {
			p.socketOp(op, s)
		}
	default:
		if c != nil {
			p.connOp(op, c)
		}
	}
}

// kindOf are the events of the operations that are one machine's event.
var kindOf = [...]uint8{
	opOpen:           uint8(socketio.EvOpen),
	opClose:          uint8(socketio.EvClose),
	opContinue:       uint8(socketio.EvContinue),
	opAcked:          uint8(socketio.EvAcked),
	opFinished:       uint8(socketio.EvFinished),
	opStay:           uint8(socketio.EvStay),
	opDisconnected:   uint8(socketio.EvNspDisconnected),
	opConnect:        uint8(socketio.EvConnect),
	opDisconnect:     uint8(socketio.EvDisconnect),
	opLinkOpened:     uint8(engineio.EvLinkOpened),
	opHandshake:      uint8(engineio.EvHandshake),
	opControl:        uint8(engineio.EvPacket),
	opMessage:        uint8(engineio.EvMessage),
	opPaused:         uint8(engineio.EvPaused),
	opFault:          uint8(engineio.EvFault),
	opEngineClose:    uint8(engineio.EvClose),
	opLinkClosed:     uint8(engineio.EvLinkClosed),
	opAuthenticated:  uint8(lifecycle.EvAuthenticated),
	opUnauthorized:   uint8(lifecycle.EvRefused),
	opHook:           uint8(lifecycle.EvHookSettled),
	opCalled:         uint8(lifecycle.EvAcked),
	opReauthenticate: uint8(lifecycle.EvReauthenticate),
	opToken:          uint8(lifecycle.SrcAnswer),
	opTokenFailed:    uint8(lifecycle.SrcFailed),
}

func (p *page) connOp(op int, c *conn) {
	switch op {
	case opConnected:
		p.connected(c, int(shared.args[1]), int(shared.args[2]))
	case opRefused:
		p.refused(int(shared.args[1]), ascii(2), ascii(3), ascii(4))
	case opClock:
		for _, s := range p.socks {
			if s.conn == c {
				p.lived(s, lifecycle.Event{Kind: lifecycle.EvServerClock, ServerTime: int64(shared.args[1])})
			}
		}
	case opOpen, opClose, opContinue, opAcked, opFinished, opStay, opDisconnected:
		p.managed(c, socketio.Event{Kind: socketio.EventKind(kindOf[op]), Callback: shared.args[1] != 0, Link: int(shared.args[1]), Slot: int(shared.args[1])})
	case opLinkOpened, opHandshake, opControl, opMessage, opPaused, opFault, opEngineClose, opLinkClosed:
		if op == opLinkClosed && int(shared.args[3]) == 401 && c.m.Ready == socketio.ReadyOpening && c.m.Engine.Owns(int(shared.args[1])) {
			p.unauthorized(c) // before the end of the attempt looks like the network's
		}
		p.managed(c, socketio.Event{Kind: socketio.EvEngine, Engine: engineio.Event{
			Kind: engineio.EventKind(kindOf[op]), Link: int(shared.args[1]),
			Interval: int64(shared.args[2]), Timeout: int64(shared.args[3]), Upgradable: shared.args[4] != 0, Revision: int(shared.args[5]), // opHandshake
			Packet: engineio.PacketType(shared.args[2]), Probe: shared.args[3] != 0, // opControl
			Failed: shared.args[2] == 1, Late: shared.args[2] > 1, // opLinkClosed
		}})
	}
}

// unauthorized: a handshake that is answered by 401 says no to the token that it
// carried (RFC 6750, section 3); any other failure is the network's.
func (p *page) unauthorized(c *conn) {
	for _, n := range c.m.Namespaces {
		if n.Token && n.Gate == socketio.GateOpen {
			s := p.sock(n.Slot)
			s.refused = true
			p.lived(s, refusal("invalid_token", "the server answered the handshake with HTTP status 401"))
		}
	}
}

func refusal(code, message string) lifecycle.Event {
	return lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: lifecycle.Refusal{Code: code, Message: message, Origin: lifecycle.OriginHandshake}}
}

func (p *page) connected(c *conn, slot, pid int) {
	s := p.sock(slot)
	if s == nil {
		p.managed(c, socketio.Event{Kind: socketio.EvRootConnected})
		return
	}
	s.early = earlyNot
	s.recovered = pid > 1
	s.n.Numbered = pid > 0 && !s.emits && !c.opaque
	p.managed(c, socketio.Event{Kind: socketio.EvNspConnected, Slot: slot})
	s.recovered = false
}

// refused: the namespace's lifecycle sees a refusal before the user does, and
// may have another token. What has nothing to do with the token (a namespace
// that does not exist, another middleware) is the user's alone.
func (p *page) refused(slot int, code, message, typ string) {
	s := p.sock(slot)
	if s == nil {
		return
	}
	s.refused = s.token && lifecycle.IsUnauthorized(typ, code)
	if !s.refused && s.conn.m.Overlapping() {
		p.managed(s.conn, socketio.Event{Kind: socketio.EvAlone})
		return
	}
	if !s.refused && s.conn.m.Engine.Revision != 3 { // those go on serving what else is on the connection
		p.member(s, socketio.EvHalt)
		p.socket(slot, socketError, 0, false)
		p.lived(s, lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
		return
	}
	p.member(s, socketio.EvNspRefused)
	if s.refused {
		p.lived(s, refusal(code, message))
	}
}

func (p *page) socketOp(op int, s *sock) {
	kind := kindOf[op]
	switch op {
	case opDisconnect:
		p.lived(s, lifecycle.Event{Kind: lifecycle.EvStop})
		p.sourced(s.source, lifecycle.SourceEvent{Kind: lifecycle.SrcForget, Socket: s.n.Slot})
		fallthrough
	case opConnect:
		p.member(s, socketio.EventKind(kind))
	case opCalled:
		if shared.args[1] != 0 {
			acts := s.rest
			s.rest = nil
			p.live(s, acts)
			return
		}
		fallthrough
	default:
		e := lifecycle.Event{Kind: lifecycle.EventKind(kind)}
		if op == opUnauthorized {
			e.Refusal = lifecycle.Refusal{Code: ascii(1), Message: ascii(2), Callback: shared.args[3] != 0}
			s.called = s.called || e.Refusal.Callback
		} else { // opHook
			e.Seq, e.Token = uint32(shared.args[1]), token()
		}
		p.lived(s, e)
	}
}

func (p *page) newManager(known *conn) {
	c := socketio.Config{
		Engine: engineio.Config{
			Transports: [2]engineio.Transport{engineio.Transport(shared.args[7]), engineio.Transport(shared.args[8])},
			Upgrade:    shared.args[9] != 0, TryAll: shared.args[10] != 0, Revision: int(shared.args[11]),
		},
		Reconnection: shared.args[1] != 0,
		MaxAttempts:  int(shared.args[2]),
		Timeout:      int64(shared.args[6]),
		Backoff:      socketio.Backoff{Min: int64(shared.args[3]), Max: int64(shared.args[4]), Jitter: shared.args[5]},
	}
	if c.Backoff.Jitter < 0 {
		c.Backoff.Pause = lifecycle.Backoff
	}
	p.seed += uint64(shared.args[13] * most)
	c.Backoff.Seed(p.random())
	if known != nil { // options changed by the manager's setters
		c.Backoff.Attempts = known.m.Backoff.Attempts
		known.m.Config = c
		return
	}
	p.conns = append(p.conns, &conn{id: len(p.conns), m: *socketio.NewManager(c), opaque: shared.args[12] != 0})
}

func (p *page) random() uint64 {
	p.seed += 0x9e3779b97f4a7c15
	return p.seed
}

func (p *page) newSocket(c *conn) {
	n := &socketio.Namespace{Slot: len(p.socks), Name: append([]uint16(nil), text(2)...)}
	s := &sock{conn: c, n: n}
	if from := int(shared.args[3]); from >= 0 && from < len(p.sources) {
		via := lifecycle.Via(shared.args[4])
		s.token, s.source = true, p.sources[from]
		s.life = lifecycle.New(lifecycle.Config{
			Via: via, Provider: shared.args[5] != 0, RefreshBefore: int64(shared.args[6]), AuthTimeout: int64(shared.args[7]), InBand: shared.args[8] != 0, Seed: uint32(p.random() >> 32),
		})
		n.Token, n.Held = true, true
		s.emits = via == 0 || via&lifecycle.ViaEvent != 0
		switch {
		case via&(lifecycle.ViaQuery|lifecycle.ViaHeader) != 0:
			n.Gate = socketio.GateOpen
		case via&lifecycle.ViaAuth != 0:
			n.Gate = socketio.GateConnect
		}
	}
	p.socks = append(p.socks, s)
	c.m.Add(n)
}
