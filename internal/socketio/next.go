package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// Next is the whole manager: what becomes of it by an event, and what is to be
// done. Any event is safe at any time; one that does not apply changes nothing.
func (m *Manager) Next(e Event, out []Action) []Action {
	switch e.Kind {
	case EvEngine:
		return m.engine(e.Engine, out)
	case EvOpen:
		m.callback = e.Callback
		return m.open(CauseConnect, e.Now, out)
	case EvClose:
		return m.close(out)
	case EvContinue:
		if m.reconnecting && !m.skipReconnect && m.reconnectAt == 0 {
			return m.open(CauseReconnect, e.Now, out)
		}
		return out
	case EvFinished:
		if m.restart == restartFinishing && e.Link == m.finishing {
			return m.reopen(e.Now, out)
		}
		return out
	case EvStay:
		m.skipReconnect = true
		return out
	case EvRootConnected:
		m.rootConnected = true
		return out
	case EvAcked:
		return m.drained(e.Now, false, out)
	case EvTick:
		return m.tick(e.Now, out)
	}
	n := m.Find(e.Slot)
	if n == nil {
		return out
	}
	switch e.Kind {
	case EvConnect:
		return m.connect(n, e, out)
	case EvCleared:
		if n.Phase == Waiting {
			n.cleared = true
			return m.proceed(n, e.Now, out)
		}
	case EvNspConnected:
		return m.connected(n, e.Now, out)
	case EvNspRefused:
		if n.Phase != Connecting && n.Phase != Waiting {
			return out
		}
		silent := n.Silent
		m.leave(n)
		n.Active = false
		if silent && !n.Token {
			return append(out, Action{Kind: ActSocketClosed, Slot: n.Slot, Reason: ReasonServer})
		}
		n.Silent = silent // the lifecycle says whether the user hears of it
		return append(out, Action{Kind: ActSocketError, Slot: n.Slot})
	case EvNspDisconnected:
		return m.disconnected(n, out)
	case EvDisconnect:
		return m.disconnect(n, out)
	case EvAccepted:
		n.Held = false
		if n.Phase == Connected {
			return append(out, Action{Kind: ActFlush, Slot: n.Slot})
		}
	case EvHold:
		n.Held = true
	case EvRestart:
		return m.change(n, e, out)
	case EvBackoff:
		return m.backoff(n, e.Now, out)
	case EvHalt:
		return m.halt(n, out)
	}
	return out
}

func (m *Manager) tick(now int64, out []Action) []Action {
	if m.openBy != 0 && now >= m.openBy {
		m.openBy = 0
		m.Engine, m.engineActions = m.Engine.Next(engineio.Event{Kind: engineio.EvClose, Now: now}, m.engineActions[:0])
		out = m.forward(out)
		out = m.failed(ReasonTimeout, now, out)
	}
	if m.reconnectAt != 0 && now >= m.reconnectAt {
		m.reconnectAt = 0
		out = append(out, Action{Kind: ActReconnectAttempt, N: m.Backoff.Attempts})
	}
	if m.restartBy != 0 && now >= m.restartBy {
		switch m.restart {
		case restartDraining:
			out = m.drained(now, true, out)
		case restartFinishing:
			out = m.reopen(now, out)
		default:
			m.restartBy = 0
		}
	}
	for i := range m.Namespaces {
		n := &m.Namespaces[i]
		if n.retryAt != 0 && now >= n.retryAt {
			n.retryAt = 0
			n.cause = CauseReconnect
			if m.Ready == ReadyOpen && n.Active && n.Phase == Waiting {
				out = m.attempt(n, now, out)
			}
		}
		if n.switchAt != 0 && now >= n.switchAt {
			out = m.rejoin(n, now, out)
		}
	}
	return m.engine(engineio.Event{Kind: engineio.EvTick, Now: now}, out)
}

// forward hands on what the engine wants done, without looking at it.
func (m *Manager) forward(out []Action) []Action {
	for _, a := range m.engineActions {
		if a.Kind != engineio.ActClosed && a.Kind != engineio.ActOpened {
			out = append(out, Action{Kind: ActEngine, Engine: a})
		}
	}
	return out
}

func (m *Manager) engine(e engineio.Event, out []Action) []Action {
	var acts []engineio.Action
	m.Engine, acts = m.Engine.Next(e, m.engineActions[:0])
	m.engineActions = acts
	for _, a := range acts {
		switch a.Kind {
		case engineio.ActOpened:
			out = m.opened(e.Now, out)
		case engineio.ActClosed:
			if m.Ready == ReadyOpening {
				out = m.failed(a.Reason, e.Now, out)
			} else {
				out = m.lost(a.Reason, e.Now, out)
			}
		default:
			out = append(out, Action{Kind: ActEngine, Engine: a})
		}
	}
	return out
}
