package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// Control is told an operation, the time and the operation's arguments, in
// Memory. What is to be done comes by the host's function before it returns.
func (p *Core) Control() {
	p.read()
	p.now = max(p.now, int64(p.Memory.Now))
	p.control(int(min(p.Op, opCount)))
	// Timers of hidden pages are late; whatever happens meanwhile is a chance to look.
	if p.woken > 0 && p.now >= p.woken {
		p.woken = -1 // the host's timer is spent, also when it came a moment early
		p.tick()
	}
	p.settle()
	p.wake()
}

func (p *Core) control(op int) {
	at := p.number(0)
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
		if p.sources.free(at) {
			p.sources.put(at, &source{id: at, state: lifecycle.NewSource(p.time(1))})
		}
	case opToken, opTokenFailed:
		if from := p.sources.get(at); from != nil {
			p.sourced(from, lifecycle.SourceEvent{Kind: lifecycle.SourceEventKind(kindOf[op]), Call: uint32(p.number(1)), Token: p.tokenArgument(), Reason: lifecycle.Reason(p.number(2))})
		}
	case opReleaseSocket:
		if s != nil {
			p.releaseSocket(s)
		}
	case opReleaseManager:
		if c != nil {
			p.releaseManager(c)
		}
	case opReleaseSource:
		if from := p.sources.get(at); from != nil {
			p.releaseSource(from)
		}
	case opResume:
		if s != nil {
			p.member(s, socketio.EvBackoff)
		}
	case opRecognise:
		p.Words[wordSlot] = int32(lifecycle.Recognise(lifecycle.Said{Code: p.ascii(0), Message: p.ascii(1), Type: p.ascii(2), Status: p.number(3)}, false))
	case opUnawaited:
		if s != nil {
			s.conn.m.Acked(s.n, p.number(1))
			p.managed(s.conn, socketio.Event{Kind: socketio.EvAcked})
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

func (p *Core) connOp(op int, c *conn) {
	switch op {
	case opConnected:
		p.connected(c, p.number(1), p.number(2))
	case opRefused:
		said := lifecycle.Refusal{Code: p.ascii(2), Message: p.ascii(3), Type: p.ascii(4), Reason: lifecycle.Reason(p.number(5))}
		p.refused(p.sock(p.number(1)), said)
	case opClock:
		for _, n := range c.m.Namespaces {
			p.lived(p.sock(n.Slot), lifecycle.Event{Kind: lifecycle.EvServerClock, ServerTime: p.time(1)})
		}
	case opOpen, opClose, opContinue, opAcked, opFinished, opStay, opDisconnected:
		p.managed(c, socketio.Event{Kind: socketio.EventKind(kindOf[op]), Callback: p.flag(1), Link: p.number(1), Slot: p.number(1)})
	case opLinkOpened, opHandshake, opControl, opMessage, opPaused, opFault, opEngineClose, opLinkClosed:
		message := ""
		if op == opLinkClosed {
			message = p.ascii(4)
		}
		if op == opLinkClosed && c.m.Opening() && c.m.Engine.Owns(p.number(1)) {
			p.denied(c, p.number(3), message, lifecycle.Reason(p.number(5))) // before the end of the attempt looks like the network's
		}
		p.managed(c, socketio.Event{Kind: socketio.EvEngine, Engine: engineio.Event{
			Kind: engineio.EventKind(kindOf[op]), Link: p.number(1),
			Interval: p.time(2), Timeout: p.time(3), Upgradable: p.flag(4), Revision: p.number(5), // opHandshake
			Packet: engineio.PacketType(p.number(2)), Probe: p.flag(3), // opControl
			Failed: p.number(2) == 1, Late: p.number(2) > 1, Refused: op == opLinkClosed && p.refusesRevision(), // opLinkClosed
		}})
	}
}

// refusesRevision says whether the HTTP response to a handshake may mean that the server
// takes another revision. Servers that know Engine.IO's error codes say by 5 that this is
// what they mean, and by others that it is not. The message of the body has been read.
func (p *Core) refusesRevision() bool {
	code := p.ascii(6)
	return p.number(3) == 400 && (code == "" || code == "5")
}

// denied looks whether the HTTP response to a handshake says no to the token that the
// handshake carried. Any other failure is the network's.
func (p *Core) denied(c *conn, status int, message string, classified lifecycle.Reason) {
	said := lifecycle.Refusal{Message: message, Status: status, Reason: classified}
	if status == 401 {
		said.Code = "invalid_token"
	}
	if status == 0 || !said.OfToken() {
		return
	}
	for _, n := range c.m.Namespaces {
		if n.Token && n.Gate == socketio.GateOpen {
			s := p.sock(n.Slot)
			s.refusal = refusalHTTP
			p.lived(s, lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: said})
		}
	}
}

func (p *Core) connected(c *conn, slot, pid int) {
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
func (p *Core) refused(s *sock, said lifecycle.Refusal) {
	if s == nil {
		return
	}
	refused := s.token && said.OfToken()
	if refused {
		s.refusal = refusalSaid
	}
	if !refused && s.conn.m.HandingOver() {
		p.managed(s.conn, socketio.Event{Kind: socketio.EvSecondRefused})
		return
	}
	if !refused && !s.conn.m.Engine.Generation().KeepsRefused {
		p.member(s, socketio.EvHalt)
		p.socket(s.n.Slot, socketError, 0, false)
		p.lived(s, lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
		return
	}
	p.member(s, socketio.EvNspRefused)
	if refused {
		p.lived(s, lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: said})
	}
}

func (p *Core) socketOp(op int, s *sock) {
	kind := kindOf[op]
	switch op {
	case opDisconnect:
		p.lived(s, lifecycle.Event{Kind: lifecycle.EvStop})
		p.sourced(s.source, lifecycle.SourceEvent{Kind: lifecycle.SrcForget, Socket: s.n.Slot})
		fallthrough
	case opConnect:
		p.member(s, socketio.EventKind(kind))
	case opCalled:
		if p.flag(1) {
			acts := s.rest
			s.rest = nil
			p.live(s, acts)
			return
		}
		fallthrough
	default:
		e := lifecycle.Event{Kind: lifecycle.EventKind(kind)}
		if op == opUnauthorized {
			e.Refusal = lifecycle.Refusal{Code: p.ascii(1), Message: p.ascii(2), Callback: p.flag(3), Type: p.ascii(4), Reason: lifecycle.Reason(p.number(5))}
			s.called = s.called || e.Refusal.Callback
		} else { // opHook
			e.Seq, e.Token = uint32(p.number(1)), p.tokenArgument()
		}
		p.lived(s, e)
	}
}

func (p *Core) newManager(known *conn) {
	c := socketio.Config{
		Engine: engineio.Config{
			Transports: [2]engineio.Transport{engineio.Transport(p.number(7)), engineio.Transport(p.number(8))},
			Upgrade:    p.flag(9), TryAll: p.flag(10), Revision: max(0, p.number(11)), Begin: max(0, -p.number(11)),
		},
		Reconnection: p.flag(1),
		MaxAttempts:  p.number(2),
		Timeout:      p.time(6),
		Backoff:      socketio.Backoff{Backoff: lifecycle.Backoff{Spread: p.Args[5] < 0, Min: p.time(3), Max: p.time(4), Jitter: p.Args[5]}},
	}
	p.seed += uint64(p.fraction(13) * most)
	c.Backoff.Seed(p.random())
	if known != nil { // options changed by the manager's setters
		known.m.Configure(c)
		return
	}
	id := p.number(0)
	if !p.conns.free(id) {
		return
	}
	c.NoFences = p.flag(12)
	p.conns.put(id, &conn{id: id, m: *socketio.NewManager(c, p.links), opaque: c.NoFences})
}

func (p *Core) random() uint64 {
	p.seed += 0x9e3779b97f4a7c15
	return p.seed
}

func (p *Core) newSocket(c *conn) {
	slot := p.number(1)
	if !p.socks.free(slot) {
		return
	}
	n := &socketio.Namespace{Slot: slot, Name: append([]uint16(nil), p.text(2)...)}
	s := &sock{conn: c, n: n}
	if from := p.sources.get(p.number(3)); from != nil {
		via := lifecycle.Via(p.number(4))
		s.token, s.source = true, from
		s.life = lifecycle.New(lifecycle.Config{
			Via: via, Provider: p.flag(5), RefreshBefore: p.time(6), AuthTimeout: p.time(7), InBand: p.flag(8), Seed: uint32(p.random() >> 32),
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
	p.socks.put(slot, s)
	c.m.Add(n)
}
