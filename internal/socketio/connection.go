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
			n.Silent = n.Silent || n.Phase == Connected // connected here only during a handover
			if !n.Token && !m.handshakeCarriesToken() { // its user has no onAuthenticated that tells of a new connection
				m.endSilence(n)
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

// handshakeCarriesToken says whether a namespace's token is in the handshake. Namespaces
// without a token on such a connection are renewed with it, silently.
func (m *Manager) handshakeCarriesToken() bool {
	for _, n := range m.Namespaces {
		if n.Active && n.Gate == GateOpen {
			return true
		}
	}
	return false
}

// openEngine opens the transport when all tokens that its handshake carries are in hand.
// Config.Timeout starts here, because the token function has a deadline of its own.
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

// opened handles the success of an attempt.
func (m *Manager) opened() {
	reopened := m.phase == PhaseReopening
	m.phase, m.openBy = PhaseOpen, 0
	m.forgetMemberships()
	m.fences.exists = existsNot
	if m.handover.move(evOpened) && m.handover.stage == joining {
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

// failed handles the failure of an attempt.
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
		m.endSilence(n)
		n.rest()
		m.tell(n, ActSocketError)
	}
	m.again(reopening)
}

// endSilence tells the user that a silent namespace is disconnected.
func (m *Manager) endSilence(n *Namespace) {
	if n.Silent {
		n.Silent = false
		m.tellClosed(n, engineio.ReasonTransportClose)
	}
}

// again plans the next attempt after a failed one.
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

// lost handles the end of an open connection.
func (m *Manager) lost(r Reason) {
	if m.phase.closed() {
		return
	}
	if h := &m.handover; h.stage.standby() && h.other.Phase == engineio.Opened { // the server may allow each user one connection only
		h.single = true
	}
	m.closed(r)
	if m.Reconnection && m.wanted() {
		m.reconnect()
	}
}

// closed tells the manager and all namespaces that the connection has ended.
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

// reconnect plans the next attempt, unless Config.MaxAttempts have failed.
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

// stopReconnecting cancels the planned attempt. A manager that pauses becomes closed, so that
// the next manager.open() or socket.connect() opens it at once.
func (m *Manager) stopReconnecting() {
	m.skipReconnect = true
	if m.phase == PhasePausing {
		m.phase, m.reconnectAt = PhaseClosed, 0
		m.Backoff.Attempts = 0
	}
}

// close closes the connection and cancels the planned attempt.
func (m *Manager) close() {
	m.skipReconnect = true
	m.reconnectAt = 0
	m.hangUp()
	m.Engine.Phase = engineio.Idle
	m.closed(engineio.ReasonForced)
}
