package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// ask tells a namespace's lifecycle of an attempt, once. EvCleared answers.
func (m *Manager) ask(n *Namespace) {
	if !n.Token || n.asked {
		return
	}
	n.asked = true
	a := m.tell(n, ActAttempt)
	a.Cause, a.N = n.cause, n.attempts
	n.cause = CauseReconnect
	if m.Reconnecting() {
		a.N += m.Backoff.Attempts
		if n.counted {
			a.N--
		}
	}
}

// attempt begins to connect a namespace on a connection that is open.
func (m *Manager) attempt(n *Namespace) {
	n.wait()
	m.leaveFirst(n)
	m.ask(n)
	m.proceed(n)
}

// proceed takes a namespace's next step towards Connected, if its conditions hold.
func (m *Manager) proceed(n *Namespace) {
	if m.phase.opening() {
		m.openEngine()
		return
	}
	if m.phase != PhaseOpen || m.handover.stage.replaces() || n.Phase != Waiting || n.retryAt != 0 || (n.Gate != GateNone && !n.cleared) {
		return
	}
	if m.unasked(n) {
		n.Phase = Connecting
		if m.rootConnected {
			m.connected(n)
		}
		return
	}
	if n.sent { // by an attempt that was given up; lateAnswer or unanswered goes on
		if n.answerBy == 0 {
			n.answerBy = m.now + drainFor
		}
		return
	}
	if m.leaveFirst(n) {
		return
	}
	n.Phase, n.sent, n.sentAt = Connecting, true, m.now
	if n.Silent {
		n.answerBy = m.now + silentFor
	}
	m.tell(n, ActConnect)
}

// unasked says whether the server connects a namespace without a CONNECT of the client: "/" on
// servers 1.x and 2.x.
func (m *Manager) unasked(n *Namespace) bool { return m.Engine.Generation().ConnectsRoot && n.isRoot() }

// connect notes the user's wish that a namespace be connected.
func (m *Manager) connect(n *Namespace) {
	if n.Active && n.Phase != Off {
		if m.phase == PhaseClosed {
			m.open(CauseConnect)
		}
		return
	}
	n.Active = true
	n.cause = CauseConnect
	n.attempts = 0
	switch m.phase {
	case PhaseOpen:
		m.attempt(n)
	case PhaseOpening, PhaseReopening:
		n.wait()
		m.ask(n)
		m.openEngine()
	case PhasePausing:
		n.Phase = Waiting
	case PhaseClosed:
		n.Phase = Waiting
		m.callback = false
		m.open(CauseConnect)
	}
}

// connected: the server has connected a namespace.
func (m *Manager) connected(n *Namespace) {
	if m.GivenUp(n) { // the packet was read before that
		m.lateAnswer(n, true)
		return
	}
	if n.sent {
		m.fences.answeredIn(m.now - n.sentAt)
	}
	n.sent, n.answerBy = false, 0
	if n.isRoot() {
		m.rootConnected = true
	}
	switch n.Phase {
	case Connecting:
	case Waiting:
		if !m.Engine.Generation().ConnectsRoot || n.retryAt != 0 || n.Gate == GateConnect && !n.cleared {
			return
		}
	default:
		return
	}
	m.tell(n, ActSocketConnected).Silent = n.Silent
	n.Phase = Connected
	n.Silent = false
	if !n.Token { // with a token, EvAccepted says that the attempt has succeeded
		n.attempts = 0
	}
	if !n.Held {
		m.tell(n, ActFlush)
	}
	m.joined()
}

// refused handles CONNECT_ERROR. No CONNECT is sent again until the user or the lifecycle asks
// for it.
func (m *Manager) refused(n *Namespace) {
	if m.GivenUp(n) {
		m.lateAnswer(n, false)
		return
	}
	n.sent = false
	if n.Phase != Connecting && n.Phase != Waiting {
		return
	}
	if n.Silent { // refused while it rejoins: a standby was not refused for being the second connection
		m.handover.single = false
	}
	silent := n.Silent
	n.leave()
	n.Active = false
	if silent && !n.Token {
		m.tellClosed(n, ReasonServer)
		return
	}
	n.Silent = silent // the lifecycle says whether the user hears of it
	m.tell(n, ActSocketError)
}

// disconnected handles DISCONNECT from the server. No CONNECT is sent again until the user
// asks for it.
func (m *Manager) disconnected(n *Namespace) {
	if n.Phase == Off {
		return
	}
	if n.Silent && n.Phase != Connected { // about the membership that the namespace has left, to rejoin
		return
	}
	if n == m.handover.carried { // perhaps because the server keeps the newer one of two
		n.Phase = Waiting
		m.leaveForStandby(evLeft)
		return
	}
	if n.retryAt != 0 { // it waits to connect again, and now does so on a new connection
		m.hangUp()
		m.lost(engineio.ReasonForced)
		return
	}
	m.left(n)
	m.closeIfUnused()
	m.tellClosed(n, ReasonServer)
}

// left takes a namespace off the connection for good.
func (m *Manager) left(n *Namespace) {
	n.leave()
	n.Active = false
	if m.unasked(n) {
		m.rootConnected = false
	}
}

// disconnect handles the user's socket.disconnect().
func (m *Manager) disconnect(n *Namespace) {
	was := n.Phase == Connected || n.Silent
	idle := n.Phase == Off && !n.Active && !n.Silent
	if n.Phase == Connected && m.phase == PhaseOpen {
		m.hangUpOn(n)
	}
	m.left(n)
	n.cause = CauseConnect
	if idle {
		return
	}
	m.closeIfUnused()
	if was {
		m.tellClosed(n, ReasonClient)
	}
}

// closeIfUnused closes the connection when no socket wants it any more.
func (m *Manager) closeIfUnused() {
	for _, n := range m.Namespaces {
		if n.Active || n.Phase == Connected {
			return
		}
	}
	m.close()
}

// halt handles a refusal that stands. A connected namespace stays connected, because the
// server waits for an acknowledgement and then disconnects it.
func (m *Manager) halt(n *Namespace) {
	n.Active = false
	n.retryAt, n.leaves.by = 0, 0
	n.cause = CauseConnect
	n.Held = true
	if n.Phase == Connected {
		return
	}
	m.endSilence(n)
	n.leave()
	if m.phase.opening() && m.Engine.Phase == engineio.Idle && m.wanted() {
		m.openEngine()
		return
	}
	m.closeIfUnused()
}

// backoff handles an attempt that the lifecycle has given up: the token function has failed,
// or the server has not answered `authenticate`. The namespace tries again after a pause, on
// this connection if that is open, else on a new one.
func (m *Manager) backoff(n *Namespace) {
	if !n.Active { // the server has hung up on it or refused it, or the lifecycle has halted it
		n.Active = true
		if n.Phase != Connected {
			n.Phase = Waiting
		}
	}
	switch {
	case m.phase.closed():
		if m.phase == PhaseClosed { // else an attempt is planned
			m.skipReconnect = !m.Reconnection
			m.reconnect()
		}
		return
	case m.phase.opening() && n.Gate == GateOpen:
		m.hangUp()
		m.failed(engineio.ReasonNone)
		return
	case m.phase == PhaseOpen && (n.Phase == Connected || n.Phase == Connecting):
		if m.unasked(n) { // it cannot leave alone: the connection ends, as if the network had failed
			m.hangUp()
			m.lost(engineio.ReasonForced)
			if m.phase == PhasePausing { // the connection has worked, so the failures are the namespace's alone
				m.reconnectAt = m.now + m.pauseOf(n)
				n.counted = true
			}
			return
		}
		was := n.Phase == Connected
		if was {
			m.hangUpOn(n)
		}
		n.rest()
		if was {
			n.Silent = false
			m.tellClosed(n, ReasonClient)
		}
		m.endSilence(n)
	}
	n.wait()
	n.retryAt = m.now + m.pauseOf(n)
}

// pauseOf returns the pause, ms, before the next attempt of a namespace that has failed while
// its connection stays open. It counts the failure.
func (m *Manager) pauseOf(n *Namespace) int64 {
	b := m.Backoff
	b.Attempts = n.attempts
	n.attempts++
	return max(b.Next(), 1)
}
