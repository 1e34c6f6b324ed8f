package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// managed gives a manager an event and does what it asks for.
func (p *Core) managed(c *conn, e socketio.Event) {
	p.touch(c)
	e.Now = p.now
	e.Engine.Now = p.now
	for _, a := range c.m.Next(e, nil) {
		p.managerAction(c, a)
	}
}

// member is managed for what concerns one socket.
func (p *Core) member(s *sock, kind socketio.EventKind) {
	p.managed(s.conn, socketio.Event{Kind: kind, Slot: s.n.Slot})
}

// managerWords are the host's words for a manager's actions.
var managerWords = [...]int8{
	socketio.ActOpen:             managerOpen,
	socketio.ActClose:            managerClose,
	socketio.ActError:            managerError,
	socketio.ActReconnectAttempt: managerReconnectAttempt,
	socketio.ActReconnect:        managerReconnect,
	socketio.ActReconnectError:   managerReconnectError,
	socketio.ActReconnectFailed:  managerReconnectFailed,
}

func (p *Core) managerAction(c *conn, a socketio.Action) {
	n, text := a.N, ""
	switch a.Kind {
	case socketio.ActEngine:
		p.engineAction(c, a.Engine)
		return
	case socketio.ActFence:
		p.tell(hostEngine, c.id, a.N, engineSend, 0, 0, [...]string{"40", "41"}[bit(a.Silent)]+socketio.FenceNames[a.Slot]+",")
		return
	case socketio.ActHandover, socketio.ActStandby, socketio.ActDeliver, socketio.ActRetire:
		p.tell(hostEngine, c.id, 0, engineHandover+int(a.Kind-socketio.ActHandover), 0, 0, "")
		return
	case socketio.ActOpen:
		n = c.m.Engine.Revision
	case socketio.ActClose, socketio.ActError:
		n, text = int(a.Reason), a.Reason.String()
		if n == 0 {
			text = "no token"
		}
	case socketio.ActReconnectAttempt, socketio.ActReconnect, socketio.ActReconnectError, socketio.ActReconnectFailed:
	default:
		p.socketAction(a)
		return
	}
	p.tell(hostManager, c.id, int(managerWords[a.Kind]), n, bit(c.m.Reconnecting()), 0, text)
}

func (p *Core) socket(slot, what, reason int, silent bool) {
	p.tell(hostSocket, slot, what, reason, bit(silent), 0, "")
}

func (p *Core) token(slot, what, a, b, c int) { p.tell(hostToken, slot, what, a, b, c, "") }

// accepted: the server has connected the namespace. The lifecycle hears of it
// when the token is in hand, which may be later.
func (p *Core) accepted(s *sock) {
	switch {
	case s.gone:
		p.lived(s, lifecycle.Event{Kind: lifecycle.EvConnected, Recovered: s.recovered})
	case s.recovered:
		s.early = earlyRecovered
	default:
		s.early = earlyNew
	}
}

func (p *Core) socketAction(a socketio.Action) {
	s := p.sock(a.Slot)
	if s == nil {
		return
	}
	switch a.Kind {
	case socketio.ActAttempt:
		cause := lifecycle.Cause(a.Cause)
		s.fresh = cause == lifecycle.CauseRefresh || cause == lifecycle.CauseUnauthorized
		s.gone, s.called, s.told, s.early = false, false, false, earlyNot
		p.lived(s, lifecycle.Event{Kind: lifecycle.EvAttempt, Cause: cause, Attempt: a.N})
	case socketio.ActConnect:
		p.socket(a.Slot, socketConnect, bit(a.N != 0), s.fresh)
	case socketio.ActDisconnect:
		p.socket(a.Slot, socketDisconnect, 0, false)
	case socketio.ActFlush:
		p.socket(a.Slot, socketFlush, 0, a.Silent)
	case socketio.ActSocketConnected:
		p.socket(a.Slot, socketConnected, 0, a.Silent)
		p.accepted(s)
	case socketio.ActSocketClosed:
		s.early = earlyNot
		p.tell(hostSocket, a.Slot, socketClosed, int(a.Reason), 0, 0, a.Reason.String())
		by := lifecycle.ByNetwork
		if a.Reason == socketio.ReasonServer {
			by = lifecycle.ByServer
		}
		p.lived(s, lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: by})
	case socketio.ActSocketError:
		if s.refusal != refusalNone { // the lifecycle sees it first
			return
		}
		if !s.told {
			p.socket(a.Slot, socketError, 0, false)
		}
		p.lived(s, lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
	}
}

// engineWords are the host's words for a connection's actions.
var engineWords = [...]int8{
	engineio.ActCloseLink:    engineClose,
	engineio.ActFinishLink:   engineFinish,
	engineio.ActSend:         engineSend,
	engineio.ActPause:        enginePause,
	engineio.ActUse:          engineUse,
	engineio.ActPinged:       enginePinged,
	engineio.ActUpgrading:    engineUpgrading,
	engineio.ActUpgraded:     engineUpgraded,
	engineio.ActUpgradeError: engineUpgradeError,
}

func (p *Core) engineAction(c *conn, a engineio.Action) {
	if a.Kind == engineio.ActOpenLink {
		p.tell(hostLink, c.id, a.Link, int(a.Transport), a.Revision, bit(a.Probe), "")
		return
	}
	p.tell(hostEngine, c.id, a.Link, int(engineWords[a.Kind]), 0, 0, a.Text())
}

// lived gives a socket's token an event and does what it asks for.
func (p *Core) lived(s *sock, e lifecycle.Event) {
	if s == nil || !s.token {
		return
	}
	p.touch(s.conn)
	e.Now = p.now
	var acts []lifecycle.Action
	s.life, acts = s.life.Next(e, nil)
	for _, a := range acts { // first, as what the others lead to may move it again
		if a.Kind == lifecycle.ActDeadline {
			s.deadline = a.At
		}
	}
	p.live(s, acts)
}

func (p *Core) live(s *sock, acts []lifecycle.Action) {
	for i, a := range acts {
		if s.rest != nil {
			s.rest = append(s.rest, acts[i:]...)
			return
		}
		p.lifeAction(s, a)
		if a.Kind == lifecycle.ActAcknowledge {
			s.rest = []lifecycle.Action{}
		}
	}
}

func (p *Core) lifeAction(s *sock, a lifecycle.Action) {
	slot := s.n.Slot
	event := socketio.Event{Slot: slot}
	switch a.Kind {
	case lifecycle.ActAsk:
		p.sourced(s.source, lifecycle.SourceEvent{Kind: lifecycle.SrcAsk, Socket: slot, Seq: a.Seq, Cause: a.Cause, Attempt: a.Attempt, Have: a.Token.ID})
	case lifecycle.ActGo:
		p.token(slot, tokenUse, int(a.Token.ID), 0, 0)
		s.gone = true
		event.Kind = socketio.EvCleared
		p.managed(s.conn, event)
		if s.early != earlyNot {
			recovered := s.early == earlyRecovered
			s.early = earlyNot
			p.lived(s, lifecycle.Event{Kind: lifecycle.EvConnected, Recovered: recovered})
		}
		return
	case lifecycle.ActAuthenticate:
		p.token(slot, tokenAuthenticate, int(a.Token.ID), 0, 0)
	case lifecycle.ActAccepted:
		event.Kind = socketio.EvAccepted
		p.managed(s.conn, event)
		p.token(slot, tokenAccepted, int(a.Token.ID), bit(a.Refreshed), bit(a.Recovered))
		return
	case lifecycle.ActRefused:
		if s.refusal == refusalSaid {
			p.socket(slot, socketError, 0, false)
		}
		s.refusal, s.told = refusalNone, true
		p.tell(hostToken, slot, tokenRefused, int(a.Seq), int(a.Reason), bit(a.Fatal), a.Reason.Text())
	case lifecycle.ActAcknowledge:
		p.token(slot, tokenAcknowledge, 0, 0, 0)
	case lifecycle.ActExpired:
		p.token(slot, tokenExpired, 0, 0, 0)
	case lifecycle.ActRedirect:
		p.token(slot, tokenRedirect, int(a.Reason), 0, 0)
		if !s.called { // on servers that go on talking
			event.Kind = socketio.EvDisconnect
		}
	case lifecycle.ActSettled:
		p.tell(hostToken, slot, tokenSettled, bit(a.OK), int(a.Reason), 0, a.Reason.Text())
	case lifecycle.ActHold:
		p.token(slot, tokenHold, 0, 0, 0)
		event.Kind = socketio.EvHold
	case lifecycle.ActHalt:
		event.Kind = socketio.EvHalt
	case lifecycle.ActReconnect:
		s.refusal = refusalNone
		event.Kind, event.Cause = socketio.EvRenew, socketio.Cause(a.Cause)
	case lifecycle.ActBackoff:
		event.Kind = socketio.EvBackoff
	}
	if event.Kind != 0 {
		p.managed(s.conn, event)
	}
}

// sourced gives a token source an event and does what it asks for.
func (p *Core) sourced(s *source, e lifecycle.SourceEvent) {
	if s == nil {
		return
	}
	e.Now = p.now
	var acts []lifecycle.SourceAction
	s.state, acts = s.state.Next(e, nil)
	for _, a := range acts {
		if a.Kind == lifecycle.SrcDeadline {
			s.deadline = a.At
		}
	}
	for _, a := range acts {
		switch a.Kind {
		case lifecycle.SrcCall:
			p.tell(hostAsk, s.id, int(a.Call), a.Attempt, 0, 0, a.Cause.String())
		case lifecycle.SrcCancel:
			p.tell(hostCancel, s.id, int(a.Call), 0, 0, 0, "")
		case lifecycle.SrcDeliver:
			p.lived(p.sock(a.Socket), lifecycle.Event{Kind: lifecycle.EvToken, Seq: a.Seq, Token: a.Token})
		case lifecycle.SrcDeliverFailed:
			p.lived(p.sock(a.Socket), lifecycle.Event{Kind: lifecycle.EvTokenFailed, Seq: a.Seq, Reason: a.Reason})
		}
	}
}
