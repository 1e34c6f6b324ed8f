package socketio

// renew makes a namespace use another token, without disconnect and connect events. Emits
// from before the renewal are sent under the old token and get their acks there. Emits during
// the renewal are held, and sent under the new token.
//
// The namespace alone rejoins its connection (rejoin) if its token is not in the handshake
// and one of these holds: a namespace without a token shares the connection (its user has no
// onAuthenticated that tells of a new one), or the generation LeavesAtOnce. Otherwise the
// whole connection is handed over.
func (m *Manager) renew(n *Namespace, cause Cause) {
	h := &m.handover
	n.Active = true
	n.cause = cause
	switch {
	case m.phase.closed():
		n.Phase = Waiting
		if m.phase == PhaseClosed {
			m.begin(PhaseOpening, cause)
		} else if cause == CauseUnauthorized && m.reconnectAt != 0 {
			m.reconnectAt = m.now // the server has refused a token, so it is up: no pause spares it anything
		}
		return
	case m.phase.opening(): // with a token that has been refused since
		m.abandon(n)
		return
	case h.stage.replaces(): // the next connection uses the new token
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

// holdAll holds the emits of all namespaces on a connection that is about to be handed over.
func (m *Manager) holdAll() {
	for _, n := range m.Namespaces {
		if n.Phase == Connected {
			n.Held = true
		}
	}
}

// abandon restarts the attempt under way and asks for another token.
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

// allRenew says whether all active namespaces have a token, so that onAuthenticated tells each
// user of a new connection.
func (m *Manager) allRenew() bool {
	for _, n := range m.Namespaces {
		if n.Active && !n.Token {
			return false
		}
	}
	return true
}

// exchange makes a namespace leave its connection and rejoin it. A standby receives the
// server's events meanwhile, where events are numbered. After a refusal there is no standby,
// because the server is about to disconnect the namespace.
func (m *Manager) exchange(n *Namespace) {
	h := &m.handover
	switch {
	case n == h.carried: // driveStandby goes on when the fence is answered
		n.leaves.by = 0
	case h.stage != steady:
		n.leaves.by = m.now + settleFor
	case n.Numbered && !m.Engine.Generation().BareConnect && n.cause == CauseRefresh && !h.single:
		m.openStandby(n)
	default:
		m.rejoin(n)
	}
}
