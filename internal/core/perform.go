package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// stepManager gives a manager an event and performs its actions.
func (p *Core) stepManager(c *manager, e *socketio.Event) {
	p.touch(c)
	e.Now = p.now
	e.Engine.Now = p.now
	before := c.m.NextAttempt()
	acts := c.m.Next(e, nil)
	next := c.m.NextAttempt()
	for i := range acts {
		p.managerAction(c, &acts[i])
	}
	if next != 0 && next != before {
		p.host.ManagerWait(c.id, true, int(next-p.now))
	}
}

// stepNamespace gives a socket's manager an event about that socket's namespace.
func (p *Core) stepNamespace(s *socket, kind socketio.EventKind) {
	p.stepManager(s.manager, &socketio.Event{Kind: kind, Slot: s.n.Slot})
}

func (p *Core) managerAction(c *manager, a *socketio.Action) {
	id, host, reconnecting := c.id, p.host, c.m.Reconnecting()
	switch a.Kind {
	case socketio.ActEngine:
		p.engineAction(c, a.Engine)
	case socketio.ActFence:
		host.EngineFence(id, a.N, a.Slot, a.Silent)
	case socketio.ActWildcard:
		host.ManagerWildcard(id, reconnecting)
	case socketio.ActHandover:
		host.EngineHandover(id, 0)
	case socketio.ActStandby:
		host.EngineStandby(id, 0)
	case socketio.ActDeliver:
		host.EngineDeliver(id, 0)
	case socketio.ActRetire:
		host.EngineRetire(id, 0)
	case socketio.ActOpen:
		host.ManagerOpen(id, reconnecting, c.m.Engine.Revision)
	case socketio.ActClose:
		host.ManagerClose(id, reconnecting, a.Reason)
	case socketio.ActError:
		host.ManagerError(id, reconnecting, a.Reason)
	case socketio.ActReconnectAttempt:
		host.ManagerReconnectAttempt(id, reconnecting, a.N)
	case socketio.ActReconnect:
		host.ManagerReconnect(id, reconnecting, a.N)
	case socketio.ActReconnectError:
		host.ManagerReconnectError(id, reconnecting)
	case socketio.ActReconnectFailed:
		host.ManagerReconnectFailed(id, reconnecting)
	default:
		p.socketAction(a)
	}
}

func (p *Core) socketAction(a *socketio.Action) {
	s := p.socket(a.Slot)
	if s == nil {
		return
	}
	switch a.Kind {
	case socketio.ActAttempt:
		s.attempt = s.attempt.next(begins)
		s.cause = lifecycle.Cause(a.Cause)
		s.recovered, s.hangsUp = false, false
		if a.N > 0 && !s.manager.m.Reconnecting() { // else the page has had ManagerReconnectAttempt
			p.host.SocketAttempt(a.Slot, a.N)
		}
		// TokenContext.attempt counts attempts from 1; N counts the failures before this attempt.
		p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvAttempt, Cause: s.cause, Attempt: max(a.N, 1)})
	case socketio.ActConnect:
		// Recovery of the old session would skip the check of the new token.
		fresh := s.cause == lifecycle.CauseRefresh || s.cause == lifecycle.CauseUnauthorized
		p.host.SocketConnect(a.Slot, a.N != 0, fresh)
	case socketio.ActDisconnect:
		p.host.SocketDisconnect(a.Slot)
	case socketio.ActFlush:
		p.host.SocketFlush(a.Slot, a.Silent)
	case socketio.ActSocketConnected:
		p.host.SocketConnected(a.Slot, a.Silent)
		if !s.token {
			return
		}
		s.attempt = s.attempt.next(connects)
		if s.attempt == connected { // else the lifecycle hears of it when the token is in hand
			p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvConnected, Recovered: s.recovered})
		}
	case socketio.ActSocketClosed:
		s.attempt = s.attempt.next(closes)
		by := lifecycle.ByNetwork
		if a.Reason == socketio.ReasonServer {
			by = lifecycle.ByServer
		}
		acts := p.lifecycleActions(s, &lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: by})
		p.host.SocketClosed(a.Slot, a.Reason, s.life.GoesOn())
		p.performLifecycle(s, acts)
	case socketio.ActSocketError:
		if s.attempt.pending() { // the lifecycle decides first
			return
		}
		if s.attempt != reported {
			p.host.SocketError(a.Slot)
		}
		p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
	}
}

func (p *Core) engineAction(c *manager, a *engineio.Action) {
	id, host := c.id, p.host
	switch a.Kind {
	case engineio.ActOpenLink:
		host.Link(id, a.Link, a.Transport, a.Revision, a.Probe)
	case engineio.ActCloseLink:
		host.EngineClose(id, a.Link)
	case engineio.ActFinishLink:
		host.EngineFinish(id, a.Link)
	case engineio.ActSend:
		host.EngineSend(id, a.Link, a.Packet, a.Probe)
	case engineio.ActPause:
		host.EnginePause(id, a.Link)
	case engineio.ActUse:
		host.EngineUse(id, a.Link)
	case engineio.ActPinged:
		host.EnginePinged(id, a.Link)
	case engineio.ActUpgrading:
		host.EngineUpgrading(id, a.Link)
	case engineio.ActUpgraded:
		host.EngineUpgraded(id, a.Link)
	case engineio.ActUpgradeError:
		host.EngineUpgradeError(id, a.Link)
	}
}

// stepLifecycle gives a socket's lifecycle an event and performs its actions. It ignores a
// nil socket and one without a token.
func (p *Core) stepLifecycle(s *socket, e *lifecycle.Event) {
	p.performLifecycle(s, p.lifecycleActions(s, e))
}

// lifecycleActions gives a socket's lifecycle an event and returns its actions.
func (p *Core) lifecycleActions(s *socket, e *lifecycle.Event) []lifecycle.Action {
	if s == nil || !s.token {
		return nil
	}
	p.touch(s.manager)
	e.Now = p.now
	acts := s.life.Step(e, nil)
	for i := range acts { // before the other actions, which may set another deadline
		if acts[i].Kind == lifecycle.ActDeadline {
			s.deadline = acts[i].At
		}
	}
	return acts
}

// performLifecycle performs a lifecycle's actions. While the host calls the server's
// callbacks it queues them instead (socket.acknowledging).
func (p *Core) performLifecycle(s *socket, acts []lifecycle.Action) {
	for i := range acts {
		if s.acknowledging != nil {
			s.acknowledging = append(s.acknowledging, acts[i:]...)
			return
		}
		p.lifecycleAction(s, &acts[i])
		if acts[i].Kind == lifecycle.ActAcknowledge {
			s.acknowledging = []lifecycle.Action{}
		}
	}
}

func (p *Core) lifecycleAction(s *socket, a *lifecycle.Action) {
	slot := s.n.Slot
	event := socketio.Event{Slot: slot}
	switch a.Kind {
	case lifecycle.ActAsk:
		p.stepSource(s.source, &lifecycle.SourceEvent{Kind: lifecycle.SrcAsk, Socket: slot, Seq: a.Seq, Cause: a.Cause, Attempt: a.Attempt, Have: a.Token.ID})
	case lifecycle.ActGo:
		p.host.TokenUse(slot, a.Token.ID)
		s.attempt = s.attempt.next(tokenInHand)
		late := s.attempt == connected
		event.Kind = socketio.EvCleared
		p.stepManager(s.manager, &event)
		if late && s.attempt == connected {
			p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvConnected, Recovered: s.recovered})
		}
		return
	case lifecycle.ActAuthenticate:
		p.host.TokenAuthenticate(slot, a.Token.ID)
	case lifecycle.ActAccepted:
		s.attempt = s.attempt.next(accepts)
		event.Kind = socketio.EvAccepted
		p.stepManager(s.manager, &event)
		p.host.TokenAccepted(slot, a.Token.ID, a.Acceptance)
		return
	case lifecycle.ActRefused:
		if s.attempt == refused {
			p.host.SocketError(slot)
		}
		s.attempt = s.attempt.next(reports)
		p.host.TokenRefused(slot, a.Seq, a.Reason, a.Fatal)
	case lifecycle.ActAcknowledge:
		p.host.TokenAcknowledge(slot)
	case lifecycle.ActExpired:
		p.host.TokenExpired(slot)
	case lifecycle.ActRedirect:
		p.host.TokenRedirect(slot, a.Reason)
		if !s.hangsUp { // else the server does
			event.Kind = socketio.EvDisconnect
		}
	case lifecycle.ActSettled:
		p.host.TokenSettled(slot, a.OK, a.Reason)
	case lifecycle.ActHold:
		event.Kind = socketio.EvHold
	case lifecycle.ActHalt:
		event.Kind = socketio.EvHalt
	case lifecycle.ActReconnect:
		s.attempt = s.attempt.next(replaces)
		event.Kind, event.Cause = socketio.EvRenew, socketio.Cause(a.Cause)
	case lifecycle.ActBackoff:
		event.Kind = socketio.EvBackoff
		p.stepManager(s.manager, &event)
		if at := s.n.NextAttempt(); at != 0 {
			p.host.SocketWait(slot, int(at-p.now))
		}
		return
	}
	if event.Kind != 0 {
		p.stepManager(s.manager, &event)
	}
}

// stepSource gives a token source an event and performs its actions. It ignores a nil source.
func (p *Core) stepSource(s *source, e *lifecycle.SourceEvent) {
	if s == nil {
		return
	}
	e.Now = p.now
	acts := s.state.Step(e, nil)
	for i := range acts {
		if acts[i].Kind == lifecycle.SrcDeadline {
			s.deadline = acts[i].At
		}
	}
	for i := range acts {
		switch a := &acts[i]; a.Kind {
		case lifecycle.SrcCall:
			p.host.Ask(s.id, a.Call, a.Attempt, a.Cause)
		case lifecycle.SrcCancel:
			p.host.Cancel(s.id, a.Call)
		case lifecycle.SrcDeliver:
			p.stepLifecycle(p.socket(a.Socket), &lifecycle.Event{Kind: lifecycle.EvToken, Seq: a.Seq, Token: a.Token})
		case lifecycle.SrcDeliverFailed:
			p.stepLifecycle(p.socket(a.Socket), &lifecycle.Event{Kind: lifecycle.EvTokenFailed, Seq: a.Seq, Reason: a.Reason})
		}
	}
}
