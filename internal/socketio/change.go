package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// change puts a namespace on a new footing with another token, unnoticed by the
// user: what was emitted before goes out over the old one and is answered there,
// what is emitted meanwhile waits, and the rest goes over the new one. Where the
// CONNECT packet (or an event after it) carries the token, the namespace leaves
// and comes back on the same connection; otherwise the connection changes.
func (m *Manager) change(n *Namespace, e Event, out []Action) []Action {
	n.Active = true
	n.cause = e.Cause
	if m.Ready == ReadyClosed {
		n.Phase = Waiting
		if m.reconnecting {
			return out
		}
		return m.open(e.Cause, e.Now, out)
	}
	if m.Ready == ReadyOpening || m.restart != restartNone {
		if m.restart == restartNone || m.restart == restartOpening { // this attempt carries a token that was refused meanwhile
			return m.abandon(n, e, out)
		}
		return out
	}
	n.Held = n.Held || n.Phase == Connected
	if n.Gate != GateOpen && !(m.Engine.Revision == 3 && n.isRoot()) {
		if n.Phase != Connected {
			return m.attempt(n, e.Now, out)
		}
		if n.acks > 0 && e.Cause == CauseRefresh {
			n.switchAt = e.Now + drainFor
			return out
		}
		return m.rejoin(n, e.Now, out)
	}
	for i := range m.Namespaces {
		if n := &m.Namespaces[i]; n.Phase == Connected {
			n.Held = true
		}
	}
	m.restart, m.restartBy = restartDraining, e.Now+drainFor
	return m.drained(e.Now, e.Cause != CauseRefresh, out)
}

// abandon starts the attempt under way anew.
func (m *Manager) abandon(n *Namespace, e Event, out []Action) []Action {
	if n.Gate != GateOpen {
		n.asked = false
		n.Phase = Waiting
		return m.ask(n, out)
	}
	m.Engine, m.engineActions = m.Engine.Next(engineio.Event{Kind: engineio.EvClose, Now: e.Now}, m.engineActions[:0])
	out = m.forward(out)
	m.Ready, m.openBy = ReadyClosed, 0
	return m.open(e.Cause, e.Now, out)
}

// rejoin takes a namespace off the connection and puts it back on.
func (m *Manager) rejoin(n *Namespace, now int64, out []Action) []Action {
	cause := n.cause
	n.switchAt = 0
	out = append(out, Action{Kind: ActDisconnect, Slot: n.Slot})
	n.Silent = true
	n.cause = cause
	return m.attempt(n, now, out)
}

// drained goes on with a change once nobody waits for an ack, or when that took
// too long.
func (m *Manager) drained(now int64, late bool, out []Action) []Action {
	for i := range m.Namespaces {
		n := &m.Namespaces[i]
		if n.switchAt != 0 && (late || n.acks == 0) {
			out = m.rejoin(n, now, out)
		}
	}
	if m.restart != restartDraining {
		return out
	}
	if !late {
		for i := range m.Namespaces {
			if m.Namespaces[i].acks > 0 {
				return out
			}
		}
	}
	for i := range m.Namespaces {
		n := &m.Namespaces[i]
		if n.Phase == Connected && n.Active {
			n.Silent = true
		}
	}
	m.restart, m.restartBy = restartFinishing, now+finishFor
	m.finishing = m.Engine.Link
	m.Engine, m.engineActions = m.Engine.Next(engineio.Event{Kind: engineio.EvClose, Now: now}, m.engineActions[:0])
	return m.forward(out)
}

// reopen opens the new connection when the old one has said its last.
func (m *Manager) reopen(now int64, out []Action) []Action {
	m.restart, m.restartBy, m.finishing = restartOpening, 0, 0
	m.Ready = ReadyClosed
	return m.open(CauseReconnect, now, out)
}

// Changing says whether an ack is to be reported with EvAcked.
func (m *Manager) Changing() bool {
	if m.restart == restartDraining {
		return true
	}
	for i := range m.Namespaces {
		if m.Namespaces[i].switchAt != 0 {
			return true
		}
	}
	return false
}
