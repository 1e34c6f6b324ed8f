package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// open begins an attempt, if there is no connection and none is being opened.
func (m *Manager) open(cause Cause) {
	switch m.phase {
	case PhaseClosed:
		m.begin(PhaseOpening, cause)
	case PhasePausing:
		m.begin(PhaseReopening, cause)
	}
}

// begin begins an attempt: first the tokens, then the transport.
func (m *Manager) begin(p Phase, cause Cause) {
	m.phase = p
	m.skipReconnect = false
	m.rootConnected = false
	m.reconnectAt, m.openBy = 0, 0
	m.Engine.Phase = engineio.Idle
	for _, n := range m.Namespaces {
		if n.Active {
			n.Silent = n.Silent || n.Phase == Connected // in a handover
			if !n.Token && !m.bears() {                 // no lifecycle tells its user of another connection
				m.unveil(n)
			}
			n.wait()
			if cause != CauseConnect && n.cause != CauseUnauthorized && n.cause != CauseRefresh {
				n.cause = cause
			}
			m.ask(n)
		} else if n.Phase == Connected { // halted: it has waited for the server to hang up
			n.leave()
			m.tellClosed(n, engineio.ReasonTransportClose)
		}
	}
	m.openEngine()
}

// bears says whether the handshake carries a token: whoever shares that connection without one
// of his own shares its renewals.
func (m *Manager) bears() bool {
	for _, n := range m.Namespaces {
		if n.Active && n.Gate == GateOpen {
			return true
		}
	}
	return false
}

// openEngine opens the transport when every token that its handshake carries is in hand.
// Config.Timeout counts from here on: the token function has a limit of its own.
func (m *Manager) openEngine() {
	if !m.phase.opening() || m.Engine.Phase != engineio.Idle {
		return
	}
	for _, n := range m.Namespaces {
		if n.Active && n.Gate == GateOpen && !n.cleared {
			return
		}
	}
	if m.Timeout != 0 {
		m.openBy = m.now + m.Timeout
	}
	m.Engine.Config = m.Config.Engine
	if m.misjudged {
		m.Engine.Config.Revision, m.misjudged = engineio.Generation3.Revision, false
	}
	m.engine(&engineio.Event{Kind: engineio.EvOpen, Now: m.now})
}

// opened: the attempt has worked.
func (m *Manager) opened() {
	reopened := m.phase == PhaseReopening
	m.phase, m.openBy = PhaseOpen, 0
	m.forgetMemberships()
	m.fences.exists = existsNot
	if m.handover.move(cueOpened) && m.handover.stage == joining {
		m.handover.wait.by = m.now + drainFor
	}
	m.act(ActOpen)
	for _, n := range m.Namespaces {
		n.counted = false
		if n.Active && n.Phase == Waiting {
			m.proceed(n)
		}
	}
	m.callback = false
	if reopened {
		n := m.Backoff.Attempts
		m.Backoff.Attempts = 0
		m.act(ActReconnect).N = n
	}
}

// failed ends an attempt that has not opened.
func (m *Manager) failed(r Reason) {
	reopening := m.phase == PhaseReopening
	m.phase, m.openBy = PhaseClosed, 0
	m.forgetMemberships()
	m.endHandover()
	m.act(ActError).Reason = r
	for _, n := range m.Namespaces {
		if !n.Active {
			continue
		}
		m.unveil(n)
		n.rest()
		m.tell(n, ActSocketError)
	}
	m.again(reopening)
}

// unveil: the user hears after all that a namespace has left its connection.
func (m *Manager) unveil(n *Namespace) {
	if n.Silent {
		n.Silent = false
		m.tellClosed(n, engineio.ReasonTransportClose)
	}
}

// again plans the next attempt after one that failed.
func (m *Manager) again(reopening bool) {
	switch {
	case reopening:
		m.reconnect()
		m.act(ActReconnectError)
	case m.callback:
		m.callback = false
	case m.Reconnection && m.Backoff.Attempts == 0:
		m.reconnect()
	}
}

// lost ends a connection that was open.
func (m *Manager) lost(r Reason) {
	if m.phase.closed() {
		return
	}
	if h := &m.handover; h.stage.standby() && h.other.Phase == engineio.Opened { // perhaps because the server takes one connection of a user
		h.single = true
	}
	m.closed(r)
	if m.Reconnection && m.wanted() {
		m.reconnect()
	}
}

// closed tells everybody that the connection has ended.
func (m *Manager) closed(r Reason) {
	m.phase, m.openBy = PhaseClosed, 0
	m.forgetMemberships()
	m.endHandover()
	m.Backoff.Attempts = 0
	m.act(ActClose).Reason = r
	for _, n := range m.Namespaces {
		if n.Phase == Off && !n.Active {
			continue
		}
		n.Silent = false
		n.rest()
		m.tellClosed(n, r)
	}
}

// reconnect plans the next attempt, unless there have been enough.
func (m *Manager) reconnect() {
	if m.skipReconnect {
		return
	}
	if m.MaxAttempts >= 0 && m.Backoff.Attempts >= m.MaxAttempts {
		m.Backoff.Attempts = 0
		m.act(ActReconnectFailed)
		return
	}
	m.phase = PhasePausing
	m.reconnectAt = m.now + m.Backoff.Next()
}

// stay gives up every plan to open the connection again. A pause ends with its plan: the
// next to open the manager, or to connect a socket, finds it closed.
func (m *Manager) stay() {
	m.skipReconnect = true
	if m.phase == PhasePausing {
		m.phase, m.reconnectAt = PhaseClosed, 0
		m.Backoff.Attempts = 0
	}
}

// close ends the connection, and with it every plan to open it again.
func (m *Manager) close() {
	m.skipReconnect = true
	m.reconnectAt = 0
	m.hangUp()
	m.Engine.Phase = engineio.Idle
	m.closed(engineio.ReasonForced)
}
