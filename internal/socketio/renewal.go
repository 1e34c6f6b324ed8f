package socketio

// renew gives a namespace another token, unnoticed by its user. What was emitted before
// goes out under the old token and is answered there; what is emitted meanwhile waits, and
// goes out under the new one.
//
// The namespace leaves its connection and rejoins it (rejoin), if its token travels in the
// CONNECT packet or in an event after it, and either a namespace without a token lives
// there, whose user nobody would tell of another connection, or the server lets go of a
// namespace at once. Else the whole connection is handed over.
func (m *Manager) renew(n *Namespace, cause Cause) {
	h := &m.handover
	n.Active = true
	n.cause = cause
	switch {
	case m.phase.closed():
		n.Phase = Waiting
		if m.phase == PhaseClosed {
			m.begin(PhaseOpening, cause)
		}
		return
	case m.phase.opening(): // by a token that was refused meanwhile
		m.abandon(n)
		return
	case h.stage.replaces(): // the next connection takes the new token
		if n.Phase == Off {
			n.Phase = Waiting
		}
		return
	case n == h.carried:
		n.again, n.asked = true, n.cleared
		m.ask(n)
		return
	}
	refused := cause != CauseRefresh || n.Held
	n.Held = n.Held || n.Phase == Connected
	switch {
	case n.Gate == GateOpen || m.unasked(n):
	case n.Phase != Connected:
		m.attempt(n)
		return
	case !m.Engine.Generation().LeavesAtOnce && m.allRenew():
	case refused && len(n.acks) == 0:
		m.exchange(n)
		return
	default:
		n.leaves = wait{by: m.now + drainFor}
		m.lookAtAcks()
		return
	}
	m.holdAll()
	if h.stage != steady { // when that handover is over
		n.again = true
		return
	}
	m.handOver(refused)
}

// holdAll holds what the user emits on this connection, which is to be handed over.
func (m *Manager) holdAll() {
	for _, n := range m.Namespaces {
		if n.Phase == Connected {
			n.Held = true
		}
	}
}

// abandon begins the attempt under way anew, without the token that it had.
func (m *Manager) abandon(n *Namespace) {
	if n.Gate != GateOpen {
		n.reset(Waiting)
		m.ask(n)
		return
	}
	cause := n.cause
	m.hangUp()
	m.begin(m.phase, cause)
}

// allRenew says whether the user of everybody on the connection hears of another one, by
// onAuthenticated: whether all have tokens.
func (m *Manager) allRenew() bool {
	for _, n := range m.Namespaces {
		if n.Active && !n.Token {
			return false
		}
	}
	return true
}

// exchange lets a namespace leave its connection and rejoin it, with a standby where that
// saves what the server sends meanwhile. A server that has refused the old token is about
// to hang up: then there is nothing to save.
func (m *Manager) exchange(n *Namespace) {
	h := &m.handover
	switch {
	case n == h.carried: // settled; whether the fence has been answered is seen to elsewhere
		n.leaves.by = 0
	case h.stage != steady:
		n.leaves.by = m.now + settleFor
	case n.Numbered && !m.Engine.Generation().BareConnect && n.cause == CauseRefresh && !h.single:
		m.openStandby(n)
	default:
		m.rejoin(n)
	}
}
