package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// Next is the whole manager: what becomes of it by an event, and what is to be
// done. Any event is safe at any time; one that does not apply changes nothing.
func (m *Manager) Next(e Event, out []Action) []Action {
	m.now, m.out = e.Now, out
	m.next(&e)
	if m.taken != takenNot {
		m.unfence()
	}
	if m.rejoined {
		m.gone()
	}
	m.cover()
	out, m.out = m.out, nil
	return out
}

func (m *Manager) next(e *Event) {
	switch e.Kind {
	case EvEngine:
		if m.Older && e.Engine.Kind == engineio.EvFault && m.begins() {
			m.finish()
			return
		}
		m.engine(e.Engine)
	case EvOpen:
		m.callback = e.Callback
		m.open(CauseConnect)
	case EvClose:
		m.close()
	case EvContinue:
		if m.reconnecting && !m.skipReconnect && m.reconnectAt == 0 {
			m.open(CauseReconnect)
		}
	case EvFinished:
		if e.Link == m.finishing && (m.restart == restartFinishing || m.overlap == overlapFinishing) {
			m.parted()
		}
	case EvAlone:
		m.separate()
	case EvStay:
		m.skipReconnect = true
	case EvRootConnected:
		m.rootConnected = true
	case EvAcked:
		m.drained()
	case EvTick:
		m.tick()
	default:
		if n := m.Find(e.Slot); n != nil {
			m.member(n, e)
		}
	}
}

// begins says whether the connection is open and nobody has been connected on it
// yet: who was on the one before does not notice another in its place.
func (m *Manager) begins() bool {
	for _, n := range m.Namespaces {
		if n.Phase == Connected {
			return false
		}
	}
	return m.Ready == ReadyOpen && m.restart == restartNone && m.overlap == overlapNone
}

// member handles what concerns one namespace.
func (m *Manager) member(n *Namespace, e *Event) {
	switch e.Kind {
	case EvConnect:
		m.connect(n, e.Cause)
	case EvCleared:
		if n.Phase == Waiting || n == m.covered {
			n.cleared = true
			m.proceed(n)
		}
	case EvNspConnected:
		m.connected(n)
	case EvNspRefused:
		m.refused(n)
	case EvNspDisconnected:
		m.disconnected(n)
	case EvDisconnect:
		m.disconnect(n)
	case EvAccepted:
		n.Held = false
		if n.Phase == Connected {
			m.tell(n, ActFlush)
		}
	case EvHold:
		n.Held = true
	case EvRestart:
		m.change(n, e.Cause)
	case EvBackoff:
		m.backoff(n)
	case EvHalt:
		m.halt(n)
	}
}

func (m *Manager) tick() {
	if m.due(m.openBy) {
		m.openBy = 0
		m.hangUp()
		m.failed(ReasonTimeout)
	}
	if m.due(m.reconnectAt) {
		m.reconnectAt = 0
		if !m.skipReconnect {
			m.act(ActReconnectAttempt).N = m.Backoff.Attempts
		}
	}
	if m.due(m.restartBy) {
		switch m.restart {
		case restartDraining:
			m.finish()
		case restartFinishing:
			m.parted()
		default:
			m.restartBy = 0
		}
	}
	if m.due(m.oldBy) {
		switch {
		case m.covered != nil: // it does not answer
			m.oldBy, m.OldAcks = 0, 0
			m.behind(engineio.Event{Kind: engineio.EvClose})
		case m.overlap == overlapFinishing:
			m.parted()
		default:
			m.part()
		}
	}
	for _, n := range m.Namespaces {
		if m.due(n.retryAt) {
			m.retry(n)
		}
		if m.due(n.switchAt) {
			m.exchange(n)
		}
	}
	m.engine(engineio.Event{Kind: engineio.EvTick, Now: m.now})
}

// retry: the time has come for a namespace that waits on a connection that goes on.
func (m *Manager) retry(n *Namespace) {
	n.retryAt = 0
	if n == m.rejoining {
		m.rejoining = nil
	}
	if !n.Silent {
		n.cause = CauseReconnect
	}
	if n.Active && n.Phase == Waiting && m.Ready != ReadyClosed {
		m.ask(n)
		m.proceed(n)
	}
}

func (m *Manager) due(at int64) bool { return at != 0 && m.now >= at }

// engine gives the connection below an event and does what comes of it.
func (m *Manager) engine(e engineio.Event) {
	if m.Old.Owns(e.Link) {
		m.behind(e)
		if m.Old.Phase == engineio.Closed {
			m.OldAcks = 0
		}
		m.drained()
		return
	}
	m.below(e, true)
}

// hangUp closes it, for a caller who knows what comes of it.
func (m *Manager) hangUp() { m.below(engineio.Event{Kind: engineio.EvClose, Now: m.now}, false) }

func (m *Manager) below(e engineio.Event, hear bool) {
	var actions []engineio.Action
	m.Engine, actions = m.Engine.Next(e, nil)
	for _, a := range actions {
		switch {
		case a.Kind != engineio.ActOpened && a.Kind != engineio.ActClosed:
			m.act(ActEngine).Engine = a
		case !hear:
		case a.Kind == engineio.ActOpened:
			m.opened()
		case m.Ready == ReadyOpening:
			m.failed(a.Reason)
		default:
			m.lost(a.Reason)
		}
	}
}
