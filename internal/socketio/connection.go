package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// open begins an attempt: first the tokens, then the transport.
func (m *Manager) open(cause Cause, now int64, out []Action) []Action {
	if m.Ready != ReadyClosed {
		return out
	}
	m.Ready = ReadyOpening
	m.skipReconnect = false
	m.rootConnected = false
	m.cause = cause
	m.reconnectAt = 0
	m.Engine.Phase = engineio.Idle
	for i := range m.Namespaces {
		if n := &m.Namespaces[i]; n.Active {
			m.wait(n)
			if cause != CauseConnect && n.cause != CauseUnauthorized && n.cause != CauseRefresh {
				n.cause = cause
			}
			out = m.ask(n, out)
		}
	}
	return m.openEngine(now, out)
}

// openEngine opens the transport once every token that its handshake carries is
// in hand. The time limit starts here: the token function has its own.
func (m *Manager) openEngine(now int64, out []Action) []Action {
	if m.Ready != ReadyOpening || m.Engine.Phase != engineio.Idle {
		return out
	}
	for i := range m.Namespaces {
		if n := &m.Namespaces[i]; n.Active && n.Gate == GateOpen && !n.cleared {
			return out
		}
	}
	if m.Timeout > 0 {
		m.openBy = now + m.Timeout
	}
	m.Engine.Config = m.Config.Engine
	return m.engine(engineio.Event{Kind: engineio.EvOpen, Now: now}, out)
}

func (m *Manager) opened(now int64, out []Action) []Action {
	m.Ready = ReadyOpen
	m.openBy, m.restartBy = 0, 0
	m.restart = restartNone
	out = append(out, Action{Kind: ActOpen})
	for i := range m.Namespaces {
		if n := &m.Namespaces[i]; n.Active && n.Phase == Waiting {
			out = m.proceed(n, now, out)
		}
	}
	m.callback = false
	if m.reconnecting {
		n := m.Backoff.Attempts
		m.reconnecting = false
		m.Backoff.Attempts = 0
		out = append(out, Action{Kind: ActReconnect, N: n})
	}
	return out
}

// failed ends an attempt that has not opened.
func (m *Manager) failed(r Reason, now int64, out []Action) []Action {
	m.Ready = ReadyClosed
	m.openBy, m.restartBy = 0, 0
	m.restart = restartNone
	out = append(out, Action{Kind: ActError, Reason: r})
	for i := range m.Namespaces {
		n := &m.Namespaces[i]
		if !n.Active {
			continue
		}
		if n.Silent { // the change of connection is noticed after all
			n.Silent = false
			out = append(out, Action{Kind: ActSocketClosed, Slot: n.Slot, Reason: engineio.ReasonTransportClose})
		}
		m.rest(n)
		out = append(out, Action{Kind: ActSocketError, Slot: n.Slot})
	}
	return m.again(now, out)
}

// again plans the next attempt after one that failed.
func (m *Manager) again(now int64, out []Action) []Action {
	if m.reconnecting {
		m.reconnecting = false
		out = m.reconnect(now, out)
		return append(out, Action{Kind: ActReconnectError})
	}
	if m.callback {
		m.callback = false
		return out
	}
	if m.Reconnection && m.Backoff.Attempts == 0 {
		return m.reconnect(now, out)
	}
	return out
}

// lost ends a connection that was open.
func (m *Manager) lost(r Reason, now int64, out []Action) []Action {
	if m.Ready == ReadyClosed {
		return out
	}
	m.openBy, m.restartBy = 0, 0
	m.restart = restartNone
	m.Backoff.Attempts = 0
	m.Ready = ReadyClosed
	out = append(out, Action{Kind: ActClose, Reason: r})
	for i := range m.Namespaces {
		n := &m.Namespaces[i]
		if n.Phase == Off && !n.Active {
			continue
		}
		n.Silent = false
		m.rest(n)
		out = append(out, Action{Kind: ActSocketClosed, Slot: n.Slot, Reason: r})
	}
	if m.Reconnection && !m.skipReconnect && (len(m.Namespaces) == 0 || m.anyActive()) {
		return m.reconnect(now, out)
	}
	return out
}

func (m *Manager) reconnect(now int64, out []Action) []Action {
	if m.reconnecting || m.skipReconnect {
		return out
	}
	if m.MaxAttempts >= 0 && m.Backoff.Attempts >= m.MaxAttempts {
		m.Backoff.Attempts = 0
		return append(out, Action{Kind: ActReconnectFailed})
	}
	m.reconnecting = true
	m.reconnectAt = now + m.Backoff.Next()
	return out
}

// close ends the connection, and with it every plan to open it again.
func (m *Manager) close(out []Action) []Action {
	m.skipReconnect = true
	m.reconnecting = false
	m.reconnectAt, m.openBy, m.restartBy = 0, 0, 0
	m.restart = restartNone
	m.Backoff.Attempts = 0
	m.Engine, m.engineActions = m.Engine.Next(engineio.Event{Kind: engineio.EvClose}, m.engineActions[:0])
	out = m.forward(out)
	m.Engine.Phase = engineio.Idle
	m.Ready = ReadyClosed
	out = append(out, Action{Kind: ActClose, Reason: engineio.ReasonForced})
	for i := range m.Namespaces {
		n := &m.Namespaces[i]
		if n.Phase == Off && !n.Active {
			continue
		}
		n.Silent = false
		m.rest(n)
		out = append(out, Action{Kind: ActSocketClosed, Slot: n.Slot, Reason: engineio.ReasonForced})
	}
	return out
}
