package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// wait puts a namespace at the start of an attempt.
func (m *Manager) wait(n *Namespace) {
	n.Phase = Waiting
	n.Held = n.Token
	n.cleared, n.asked = !n.Token, false
	n.retryAt, n.switchAt, n.acks = 0, 0, 0
}

// rest puts it where it stands without a connection: its wish to be connected
// stays.
func (m *Manager) rest(n *Namespace) {
	n.Phase = Off
	if n.Active {
		n.Phase = Waiting
	}
	n.cleared, n.asked = !n.Token, false
	n.retryAt, n.switchAt, n.acks = 0, 0, 0
}

// leave takes it off the connection.
func (m *Manager) leave(n *Namespace) {
	n.Phase = Off
	n.Silent = false
	n.retryAt, n.switchAt, n.acks = 0, 0, 0
}

// ask tells the lifecycle above of the attempt, once.
func (m *Manager) ask(n *Namespace, out []Action) []Action {
	if !n.Token || n.asked {
		return out
	}
	n.asked = true
	cause, count := n.cause, n.attempts
	n.cause = CauseReconnect
	if m.reconnecting {
		count += m.Backoff.Attempts
	}
	return append(out, Action{Kind: ActAttempt, Slot: n.Slot, Cause: cause, N: count})
}

// attempt connects a namespace on a connection that is open.
func (m *Manager) attempt(n *Namespace, now int64, out []Action) []Action {
	m.wait(n)
	out = m.ask(n, out)
	return m.proceed(n, now, out)
}

// proceed does the next step towards Connected, if its conditions hold.
func (m *Manager) proceed(n *Namespace, now int64, out []Action) []Action {
	if m.Ready == ReadyOpening {
		return m.openEngine(now, out)
	}
	if m.Ready != ReadyOpen || n.Phase != Waiting || n.retryAt != 0 || (n.Gate != GateNone && !n.cleared) {
		return out
	}
	n.Phase = Connecting
	if m.Engine.Revision == 3 && n.isRoot() { // the server connects it unasked
		if m.rootConnected {
			return m.connected(n, now, out)
		}
		return out
	}
	return append(out, Action{Kind: ActConnect, Slot: n.Slot})
}

// connect is the user's or the lifecycle's wish to be connected.
func (m *Manager) connect(n *Namespace, e Event, out []Action) []Action {
	if n.Active && n.Phase != Off && e.Cause == CauseConnect {
		if !m.reconnecting && m.Ready == ReadyClosed {
			return m.open(CauseConnect, e.Now, out)
		}
		return out
	}
	n.Active = true
	n.cause = e.Cause
	n.attempts = 0
	switch m.Ready {
	case ReadyOpen:
		return m.attempt(n, e.Now, out)
	case ReadyOpening:
		m.wait(n)
		out = m.ask(n, out)
		return m.openEngine(e.Now, out)
	}
	n.Phase = Waiting
	if m.reconnecting {
		return out
	}
	m.callback = false
	return m.open(e.Cause, e.Now, out)
}

func (m *Manager) connected(n *Namespace, now int64, out []Action) []Action {
	if n.isRoot() {
		m.rootConnected = true
	}
	if n.Phase != Connecting && n.Phase != Waiting {
		return out
	}
	if m.Engine.Revision != 3 && n.Phase == Waiting {
		return out
	}
	if m.Engine.Revision == 3 && n.Phase == Waiting && n.Gate == GateConnect && !n.cleared {
		return out
	}
	silent := n.Silent
	n.Phase = Connected
	n.Silent = false
	n.attempts = 0
	out = append(out, Action{Kind: ActSocketConnected, Slot: n.Slot, Silent: silent})
	if !n.Held {
		out = append(out, Action{Kind: ActFlush, Slot: n.Slot})
	}
	return out
}

// disconnected: the server hung up on the namespace. It may not be asked again
// unless the user says so.
func (m *Manager) disconnected(n *Namespace, out []Action) []Action {
	if n.Phase == Off {
		return out
	}
	if n.Silent && n.Phase != Connected { // late word about the membership that is being replaced
		return out
	}
	m.leave(n)
	n.Active = false
	if m.Engine.Revision == 3 && n.isRoot() {
		m.rootConnected = false
	}
	out = m.closeIfUnused(out)
	return append(out, Action{Kind: ActSocketClosed, Slot: n.Slot, Reason: ReasonServer})
}

// disconnect: the user hangs up.
func (m *Manager) disconnect(n *Namespace, out []Action) []Action {
	was := n.Phase == Connected || n.Silent
	if n.Phase == Connected && m.Ready == ReadyOpen {
		out = append(out, Action{Kind: ActDisconnect, Slot: n.Slot})
	}
	if m.Engine.Revision == 3 && n.isRoot() {
		m.rootConnected = false
	}
	idle := n.Phase == Off && !n.Active
	m.leave(n)
	n.Active = false
	n.cause = CauseConnect
	if idle {
		return out
	}
	out = m.closeIfUnused(out)
	if was {
		out = append(out, Action{Kind: ActSocketClosed, Slot: n.Slot, Reason: ReasonClient})
	}
	return out
}

// closeIfUnused closes the connection when no socket wants it any more.
func (m *Manager) closeIfUnused(out []Action) []Action {
	for i := range m.Namespaces {
		if n := &m.Namespaces[i]; n.Active || n.Phase == Connected {
			return out
		}
	}
	return m.close(out)
}

// halt: the lifecycle gave up on the token. A namespace that is connected stays
// so: the server waits for an acknowledgement, and hangs up itself.
func (m *Manager) halt(n *Namespace, out []Action) []Action {
	n.Active = false
	n.retryAt, n.switchAt = 0, 0
	n.cause = CauseConnect
	n.Held = true
	if n.Phase == Connected {
		return out
	}
	if n.Silent {
		n.Silent = false
		out = append(out, Action{Kind: ActSocketClosed, Slot: n.Slot, Reason: engineio.ReasonTransportClose})
	}
	m.leave(n)
	if m.Ready == ReadyOpening && m.Engine.Phase == engineio.Idle && m.anyActive() {
		return m.openEngine(0, out)
	}
	return m.closeIfUnused(out)
}

// backoff: the lifecycle cannot use this attempt (no token to be had, no answer
// to it). The namespace tries again later, on the connection if there is one
// that goes on without it, and with a new one otherwise.
func (m *Manager) backoff(n *Namespace, now int64, out []Action) []Action {
	if !n.Active { // the server hung up on it, or refused it
		n.Active = true
		n.Phase = Waiting
	}
	if m.Ready == ReadyClosed && !m.reconnecting {
		m.skipReconnect = !m.Reconnection
		return m.reconnect(now, out)
	}
	if m.Ready == ReadyOpening && n.Gate == GateOpen {
		m.Engine, m.engineActions = m.Engine.Next(engineio.Event{Kind: engineio.EvClose, Now: now}, m.engineActions[:0])
		out = m.forward(out)
		return m.failed(engineio.ReasonNone, now, out)
	}
	if m.Ready == ReadyOpen && (n.Phase == Connected || n.Phase == Connecting) {
		if m.Engine.Revision == 3 && n.isRoot() {
			return m.drop(now, out)
		}
		was := n.Phase == Connected
		if was {
			out = append(out, Action{Kind: ActDisconnect, Slot: n.Slot})
		}
		m.rest(n)
		n.Silent = false
		if was {
			out = append(out, Action{Kind: ActSocketClosed, Slot: n.Slot, Reason: ReasonClient})
		}
	}
	if m.Ready != ReadyOpen && m.Ready != ReadyOpening {
		return out // the manager's own backoff covers it
	}
	b := m.Backoff
	b.Attempts = n.attempts
	n.attempts++
	n.asked, n.cleared = false, false
	n.Phase = Waiting
	n.retryAt = now + max(b.Next(), 1)
	return out
}

// drop ends the connection as if the network had, so that everything on it
// comes back with a new one.
func (m *Manager) drop(now int64, out []Action) []Action {
	m.Engine, m.engineActions = m.Engine.Next(engineio.Event{Kind: engineio.EvClose, Now: now}, m.engineActions[:0])
	out = m.forward(out)
	return m.lost(engineio.ReasonForced, now, out)
}
