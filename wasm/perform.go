//go:build js && wasm

package main

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// managed gives a manager an event and does what it asks for.
func (p *page) managed(c *conn, e socketio.Event) {
	e.Now = p.now
	e.Engine.Now = p.now
	for _, a := range c.m.Next(e, nil) {
		p.managerAction(c, a)
	}
}

// engined is managed for the connection below.
func (p *page) engined(c *conn, e engineio.Event) {
	p.managed(c, socketio.Event{Kind: socketio.EvEngine, Engine: e})
}

func (p *page) managerAction(c *conn, a socketio.Action) {
	switch a.Kind {
	case socketio.ActEngine:
		p.engineAction(c, a.Engine)
	case socketio.ActOpen:
		p.call(hostManager, c.id, managerOpen, c.m.Engine.Revision)
	case socketio.ActClose:
		p.call(hostManager, c.id, managerClose, int(a.Reason))
	case socketio.ActError:
		p.call(hostManager, c.id, managerError, int(a.Reason))
	case socketio.ActReconnectAttempt:
		p.call(hostManager, c.id, managerReconnectAttempt, a.N)
	case socketio.ActReconnect:
		p.call(hostManager, c.id, managerReconnect, a.N)
	case socketio.ActReconnectError:
		p.call(hostManager, c.id, managerReconnectError, 0)
	case socketio.ActReconnectFailed:
		p.call(hostManager, c.id, managerReconnectFailed, 0)
	default:
		p.socketAction(a)
	}
}

func (p *page) socketAction(a socketio.Action) {
	s := p.sock(a.Slot)
	if s == nil {
		return
	}
	switch a.Kind {
	case socketio.ActAttempt:
		cause := lifecycle.Cause(a.Cause)
		s.fresh = cause == lifecycle.CauseRefresh || cause == lifecycle.CauseUnauthorized
		s.gone, s.early = false, earlyNot
		p.lived(a.Slot, lifecycle.Event{Kind: lifecycle.EvAttempt, Cause: cause, Attempt: a.N})
	case socketio.ActConnect:
		p.call(hostSocket, a.Slot, socketConnect, 0, s.fresh)
	case socketio.ActDisconnect:
		p.call(hostSocket, a.Slot, socketDisconnect, 0, false)
	case socketio.ActFlush:
		p.call(hostSocket, a.Slot, socketFlush, 0, false)
	case socketio.ActSocketConnected:
		p.call(hostSocket, a.Slot, socketConnected, 0, a.Silent)
	case socketio.ActSocketClosed:
		s.early = earlyNot
		p.call(hostSocket, a.Slot, socketClosed, int(a.Reason), false)
		by := lifecycle.ByNetwork
		if a.Reason == socketio.ReasonServer {
			by = lifecycle.ByServer
		}
		p.lived(a.Slot, lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: by})
	case socketio.ActSocketError:
		if s.refused { // opRefused lets the lifecycle see it first
			return
		}
		p.call(hostSocket, a.Slot, socketError, 0, false)
		p.lived(a.Slot, lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
	}
}

func (p *page) engineAction(c *conn, a engineio.Action) {
	what := -1
	switch a.Kind {
	case engineio.ActOpenLink:
		p.call(hostLink, c.id, a.Link, int(a.Transport), a.Revision, a.Probe)
	case engineio.ActCloseLink:
		what = engineClose
	case engineio.ActFinishLink:
		what = engineFinish
	case engineio.ActSend:
		what = engineSend
	case engineio.ActPause:
		what = enginePause
	case engineio.ActUse:
		what = engineUse
	case engineio.ActPinged:
		what = enginePinged
	case engineio.ActUpgrading:
		what = engineUpgrading
	case engineio.ActUpgraded:
		what = engineUpgraded
	case engineio.ActUpgradeError:
		what = engineUpgradeError
	}
	if what >= 0 {
		p.call(hostEngine, c.id, a.Link, what, a.Text)
	}
}

// lived gives a socket's token an event and does what it asks for.
func (p *page) lived(slot int, e lifecycle.Event) {
	s := p.sock(slot)
	if s == nil || !s.token {
		return
	}
	e.Now = p.now
	var acts []lifecycle.Action
	s.life, acts = s.life.Next(e, nil)
	for _, a := range acts { // first, as what the others lead to may move it again
		if a.Kind == lifecycle.ActDeadline {
			s.deadline = a.At
		}
	}
	for _, a := range acts {
		p.lifeAction(slot, s, a)
	}
}

func (p *page) lifeAction(slot int, s *sock, a lifecycle.Action) {
	event := socketio.Event{Slot: slot}
	switch a.Kind {
	case lifecycle.ActAsk:
		p.sourced(s.source, lifecycle.SourceEvent{Kind: lifecycle.SrcAsk, Socket: slot, Seq: a.Seq, Cause: a.Cause, Attempt: a.Attempt, Have: a.Token.ID})
	case lifecycle.ActGo:
		p.call(hostToken, slot, tokenUse, int(a.Token.ID), 0, 0)
		s.gone = true
		event.Kind = socketio.EvCleared
		p.managed(s.conn, event)
		if s.early != earlyNot {
			recovered := s.early == earlyRecovered
			s.early = earlyNot
			p.lived(slot, lifecycle.Event{Kind: lifecycle.EvConnected, Recovered: recovered})
		}
		return
	case lifecycle.ActAuthenticate:
		p.call(hostToken, slot, tokenAuthenticate, int(a.Token.ID), 0, 0)
	case lifecycle.ActAccepted:
		event.Kind = socketio.EvAccepted
		p.managed(s.conn, event)
		p.call(hostToken, slot, tokenAccepted, int(a.Token.ID), a.Refreshed, a.Recovered)
		return
	case lifecycle.ActRefused:
		if s.refused {
			s.refused = false
			p.call(hostSocket, slot, socketError, 0, false)
		}
		p.call(hostToken, slot, tokenRefused, int(a.Seq), int(a.Reason), a.Fatal)
	case lifecycle.ActAcknowledge:
		p.call(hostToken, slot, tokenAcknowledge, 0, 0, 0)
	case lifecycle.ActExpired:
		p.call(hostToken, slot, tokenExpired, 0, 0, 0)
	case lifecycle.ActRedirect:
		p.call(hostToken, slot, tokenRedirect, int(a.Reason), 0, 0)
	case lifecycle.ActSettled:
		p.call(hostToken, slot, tokenSettled, a.OK, int(a.Reason), 0)
	case lifecycle.ActHold:
		p.call(hostToken, slot, tokenHold, 0, 0, 0)
		event.Kind = socketio.EvHold
	case lifecycle.ActHalt:
		event.Kind = socketio.EvHalt
	case lifecycle.ActReconnect:
		s.refused = false
		event.Kind, event.Cause = socketio.EvRestart, socketio.Cause(a.Cause)
	case lifecycle.ActBackoff:
		event.Kind = socketio.EvBackoff
	}
	if event.Kind != 0 {
		p.managed(s.conn, event)
	}
}

// sourced gives a token source an event and does what it asks for.
func (p *page) sourced(s *source, e lifecycle.SourceEvent) {
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
			p.call(hostAsk, s.id, int(a.Call), int(a.Cause), a.Attempt)
		case lifecycle.SrcDeliver:
			p.lived(a.Socket, lifecycle.Event{Kind: lifecycle.EvToken, Seq: a.Seq, Token: a.Token})
		case lifecycle.SrcDeliverFailed:
			p.lived(a.Socket, lifecycle.Event{Kind: lifecycle.EvTokenFailed, Seq: a.Seq})
		}
	}
}
