//go:build js && wasm

package main

import (
	"unicode/utf16"

	"github.com/hack-pad/safejs"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// arguments reads what control was given; what is missing or of another type
// reads as zero, for nothing may panic here.
type arguments []safejs.Value

func (a arguments) int(i int) int { return int(a.float(i)) }

func (a arguments) ms(i int) int64 { return int64(a.float(i)) }

func (a arguments) float(i int) float64 {
	if i >= len(a) {
		return 0
	}
	f, err := a[i].Float()
	if err != nil || f != f {
		return 0
	}
	return max(-1<<53, min(f, 1<<53))
}

func (a arguments) bool(i int) bool {
	if i >= len(a) {
		return false
	}
	b, err := a[i].Truthy()
	return err == nil && b
}

func (a arguments) string(i int) string {
	if i >= len(a) {
		return ""
	}
	s, err := a[i].String()
	if err != nil {
		return ""
	}
	return s
}

func (a arguments) token(i int) lifecycle.Token {
	return lifecycle.Token{ID: uint32(a.int(i)), ReceivedAt: a.ms(i + 1), IssuedAt: a.ms(i + 2), ExpiresAt: a.ms(i + 3)}
}

// failure is what a door reports instead of panicking.
var failure string

// control is the door for everything that is not a packet's header.
func control(args []safejs.Value) {
	p := &the
	a := arguments(args)
	if now := a.ms(1); now > p.now {
		p.now = now
	}
	op := a.int(0)
	a = a[min(2, len(a)):]
	p.control(op, a)
	// Timers of hidden pages are late; whatever happens meanwhile is a chance to look.
	if p.woken > 0 && p.now >= p.woken {
		p.woken = -1 // the host's timer is spent, also when it came a moment early
		p.tick()
	}
	p.wake()
	if failure != "" {
		p.tell(hostPanic, 0, 0, 0, 0, 0, failure)
		failure = ""
	}
}

func (p *page) control(op int, a arguments) {
	switch op {
	case opTick:
		p.woken = 1
	case opManager:
		p.newManager(a)
	case opSocket:
		p.newSocket(a)
	case opSource:
		p.sources = append(p.sources, &source{id: len(p.sources), state: lifecycle.NewSource(a.ms(1))})
	case opConnect, opDisconnect, opAuthenticated, opUnauthorized, opHook, opCalled, opReauthenticate:
		p.socketOp(op, a.int(0), a)
	case opToken, opTokenFailed:
		p.tokenOp(op, a)
	default:
		if c := p.conn(a.int(0)); c != nil {
			p.connOp(op, c, a)
		}
	}
}

func (p *page) connOp(op int, c *conn, a arguments) {
	link := a.int(1)
	switch op {
	case opOpen:
		p.managed(c, socketio.Event{Kind: socketio.EvOpen, Callback: a.bool(1)})
	case opClose:
		p.managed(c, socketio.Event{Kind: socketio.EvClose})
	case opContinue:
		p.managed(c, socketio.Event{Kind: socketio.EvContinue})
	case opAcked:
		p.managed(c, socketio.Event{Kind: socketio.EvAcked})
	case opFinished:
		p.managed(c, socketio.Event{Kind: socketio.EvFinished, Link: link})
	case opLinkOpened:
		p.engined(c, engineio.Event{Kind: engineio.EvLinkOpened, Link: link})
	case opHandshake:
		p.engined(c, engineio.Event{Kind: engineio.EvHandshake, Link: link, Interval: a.ms(2), Timeout: a.ms(3), Upgradable: a.bool(4), Revision: a.int(5)})
	case opControl:
		p.engined(c, engineio.Event{Kind: engineio.EvPacket, Link: link, Packet: engineio.PacketType(a.int(2)), Probe: a.bool(3)})
	case opMessage:
		p.engined(c, engineio.Event{Kind: engineio.EvMessage, Link: link})
	case opPaused:
		p.engined(c, engineio.Event{Kind: engineio.EvPaused, Link: link})
	case opFault:
		p.engined(c, engineio.Event{Kind: engineio.EvFault, Link: link})
	case opLinkClosed:
		p.linkClosed(c, link, a.bool(2), a.int(3))
	case opConnected:
		p.connected(c, a.int(1), a.bool(2))
	case opRefused:
		p.refused(a.int(1), a.string(2), a.string(3), a.string(4))
	case opEngineClose:
		p.engined(c, engineio.Event{Kind: engineio.EvClose})
	case opStay:
		p.managed(c, socketio.Event{Kind: socketio.EvStay})
	case opDisconnected:
		p.managed(c, socketio.Event{Kind: socketio.EvNspDisconnected, Slot: a.int(1)})
	case opClock:
		for slot, s := range p.socks {
			if s.conn == c {
				p.lived(slot, lifecycle.Event{Kind: lifecycle.EvServerClock, ServerTime: a.ms(1)})
			}
		}
	}
}

// linkClosed: a handshake that is answered by 401 says no to the token that it
// carried (RFC 6750, section 3); any other failure is the network's.
func (p *page) linkClosed(c *conn, link int, failed bool, status int) {
	opening := c.m.Ready == socketio.ReadyOpening
	p.engined(c, engineio.Event{Kind: engineio.EvLinkClosed, Link: link, Failed: failed})
	if status != 401 || !opening {
		return
	}
	for _, n := range c.m.Namespaces {
		if n.Token && n.Gate == socketio.GateOpen {
			p.lived(n.Slot, lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: lifecycle.Refusal{Code: "invalid_token", Message: "the server answered the handshake with HTTP status 401", Origin: lifecycle.OriginHandshake}})
		}
	}
}

func (p *page) connected(c *conn, slot int, recovered bool) {
	s := p.sock(slot)
	if s == nil {
		p.managed(c, socketio.Event{Kind: socketio.EvRootConnected})
		return
	}
	before := s.n.Phase
	p.managed(c, socketio.Event{Kind: socketio.EvNspConnected, Slot: slot})
	if before == socketio.Connected || s.n.Phase != socketio.Connected {
		return
	}
	switch {
	case s.gone || !s.token:
		p.lived(slot, lifecycle.Event{Kind: lifecycle.EvConnected, Recovered: recovered})
	case recovered:
		s.early = earlyRecovered
	default:
		s.early = earlyNew
	}
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
	if !s.refused && s.conn.m.Engine.Revision != 3 { // those go on serving what else is on the connection
		p.managed(s.conn, socketio.Event{Kind: socketio.EvHalt, Slot: slot})
		p.socket(slot, socketError, 0, false)
		p.lived(slot, lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
		return
	}
	p.managed(s.conn, socketio.Event{Kind: socketio.EvNspRefused, Slot: slot})
	if !s.refused {
		return
	}
	p.lived(slot, lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: lifecycle.Refusal{Code: code, Message: message, Origin: lifecycle.OriginHandshake}})
}

func (p *page) socketOp(op, slot int, a arguments) {
	s := p.sock(slot)
	if s == nil {
		return
	}
	switch op {
	case opConnect:
		p.managed(s.conn, socketio.Event{Kind: socketio.EvConnect, Slot: slot})
	case opDisconnect:
		p.lived(slot, lifecycle.Event{Kind: lifecycle.EvStop})
		p.sourced(s.source, lifecycle.SourceEvent{Kind: lifecycle.SrcForget, Socket: slot})
		p.managed(s.conn, socketio.Event{Kind: socketio.EvDisconnect, Slot: slot})
	case opAuthenticated:
		p.lived(slot, lifecycle.Event{Kind: lifecycle.EvAuthenticated})
	case opUnauthorized:
		s.called = s.called || a.bool(3)
		p.lived(slot, lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: lifecycle.Refusal{Code: a.string(1), Message: a.string(2), Callback: a.bool(3)}})
	case opHook:
		p.lived(slot, lifecycle.Event{Kind: lifecycle.EvHookSettled, Seq: uint32(a.int(1)), Token: a.token(2)})
	case opCalled:
		p.lived(slot, lifecycle.Event{Kind: lifecycle.EvAcked})
	case opReauthenticate:
		p.lived(slot, lifecycle.Event{Kind: lifecycle.EvReauthenticate})
	}
}

func (p *page) tokenOp(op int, a arguments) {
	i := a.int(0)
	if i < 0 || i >= len(p.sources) {
		return
	}
	e := lifecycle.SourceEvent{Kind: lifecycle.SrcFailed, Call: uint32(a.int(1))}
	if op == opToken {
		e.Kind, e.Token = lifecycle.SrcAnswer, a.token(2)
	}
	p.sourced(p.sources[i], e)
}

func (p *page) newManager(a arguments) {
	p.seed += 0x9e3779b97f4a7c15
	c := socketio.Config{
		Engine: engineio.Config{
			Transports: [2]engineio.Transport{engineio.Transport(a.int(7)), engineio.Transport(a.int(8))},
			Upgrade:    a.bool(9), TryAll: a.bool(10), Revision: a.int(11),
		},
		Reconnection: a.bool(1),
		MaxAttempts:  a.int(2),
		Timeout:      a.ms(6),
		Backoff:      socketio.Backoff{Min: a.ms(3), Max: a.ms(4), Jitter: a.float(5)},
	}
	c.Backoff.Seed(p.seed)
	if known := p.conn(a.int(0)); known != nil { // options changed by the manager's setters
		c.Backoff.Attempts = known.m.Backoff.Attempts
		known.m.Config = c
		return
	}
	p.conns = append(p.conns, &conn{id: len(p.conns), m: socketio.NewManager(c), opaque: a.bool(12)})
}

func (p *page) newSocket(a arguments) {
	c := p.conn(a.int(0))
	if c == nil {
		return
	}
	slot := len(p.socks)
	n := &socketio.Namespace{Slot: slot, Name: utf16.Encode([]rune(a.string(2)))}
	s := &sock{conn: c, n: n}
	if from := a.int(3); from >= 0 && from < len(p.sources) {
		p.seed += 0x9e3779b97f4a7c15
		via := lifecycle.Via(a.int(4))
		s.token, s.source = true, p.sources[from]
		s.life = lifecycle.New(lifecycle.Config{
			Via: via, Provider: a.bool(5), RefreshBefore: a.ms(6), AuthTimeout: a.ms(7), InBand: a.bool(8), Seed: uint32(p.seed >> 32),
		})
		n.Token, n.Held = true, true
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
