package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// Both ways of handing a whole connection over. See type handover for the stages.

// handOver begins a handover of the connection: make before break where that loses nothing.
// The caller has held the user's emits. refused says that the server has refused the old
// token. It may close the connection at any moment, so a connection without outstanding acks
// retires at once.
func (m *Manager) handOver(refused bool) {
	h := &m.handover
	switch {
	case m.numbered() && !h.single && h.move(evRenewBeside):
		m.openBeside()
	case h.move(evRenew):
		h.wait = wait{by: m.now + drainFor}
		m.lookAtAcks()
		if refused && h.wait.by <= m.now+settleFor {
			m.retireFirst(evDrained)
		}
	}
}

// numbered says whether the server numbers the events of all namespaces.
func (m *Manager) numbered() bool {
	for _, n := range m.Namespaces {
		if n.Active && (n.Phase != Connected || !n.Numbered) {
			return false
		}
	}
	return true
}

// openBeside opens the new connection beside the old one.
func (m *Manager) openBeside() {
	h := &m.handover
	h.awaited = 0
	for _, n := range m.Namespaces {
		n.before = n.acks
		h.awaited += len(n.acks)
	}
	h.other = m.Engine
	m.act(ActHandover)
	m.reopen()
}

// reopen opens the connection that takes the place of the one in use.
func (m *Manager) reopen() {
	m.begin(PhaseOpening, CauseReconnect)
}

// joined is called when a namespace has joined the connection in use. When all have joined,
// a fence finds out when the old connection has delivered everything.
func (m *Manager) joined() {
	for _, n := range m.Namespaces {
		if n.Active && n.Phase != Connected {
			return
		}
	}
	h := &m.handover
	if !h.move(evJoined) {
		return
	}
	if h.other.Phase == engineio.Closed {
		h.awaited = 0
	} else if m.fence(h.other.Link, FenceDelivered) {
		h.awaited++
	}
	h.wait = wait{by: m.now + drainFor}
	m.lookAtAcks()
}

// lookAtAcks tells each wait how many of its acks are outstanding.
func (m *Manager) lookAtAcks() {
	h := &m.handover
	all := 0
	for _, n := range m.Namespaces {
		all += len(n.acks)
		if n.leaves.by != 0 && n != h.carried {
			n.leaves.look(m.now, len(n.acks), settleFor)
		}
	}
	switch h.stage {
	case draining:
		h.wait.look(m.now, all, settleFor)
	case drainingBeside, drainingAlone:
		h.wait.look(m.now, h.awaited, m.pause(settleFor))
	}
}

// handoverDue is called when the stage's deadline has passed.
func (m *Manager) handoverDue() {
	switch m.handover.stage {
	case draining:
		m.retireFirst(evDrained)
	case joining:
		m.retireOther(evLate)
	case drainingBeside, drainingAlone:
		m.retireOther(evDrained)
	case retiring, retiringBeside, retiringAlone:
		m.retired()
	default: // a standby's
		m.closeStandby()
	}
}

// AwaitsAcks says whether an ack is to be reported by EvAcked.
func (m *Manager) AwaitsAcks() bool {
	switch m.handover.stage {
	case draining, drainingBeside, drainingAlone:
		return true
	}
	for _, n := range m.Namespaces {
		if n.leaves.by != 0 {
			return true
		}
	}
	return false
}

// retireFirst ends the connection in use, before the new one opens.
func (m *Manager) retireFirst(e stageEvent) {
	h := &m.handover
	if h.move(e) {
		h.wait.by, h.finishing = m.now+finishFor, m.Engine.Link
		m.hangUp()
	}
}

// retireOther ends the old connection beside the new one.
func (m *Manager) retireOther(e stageEvent) {
	h := &m.handover
	if !h.move(e) {
		return
	}
	if h.other.Phase == engineio.Closed {
		m.retired()
		return
	}
	h.wait.by, h.finishing = m.now+finishFor, h.other.Link
	m.toOther(&engineio.Event{Kind: engineio.EvClose})
}

// retired is called when the old connection has closed.
func (m *Manager) retired() {
	two := m.handover.stage.beside()
	if !m.handover.move(evRetired) {
		return
	}
	next := m.handover.stage
	if two {
		m.leaveOther()
	}
	if next == opening {
		m.reopen()
	}
}

// refuseSecond is called when the server refuses a second connection of the same user. It
// gives the new connection up. The old one drains and retires, then another one opens. The
// manager opens no second connection to this server again.
func (m *Manager) refuseSecond() {
	h := &m.handover
	if !h.move(evRefused) {
		return
	}
	h.single = true
	m.hangUp()
	for _, n := range m.Namespaces {
		if n.Active {
			n.Silent = n.Silent || n.Phase == Connected
			n.reset(Waiting)
		}
		if !n.Token { // its user has no onAuthenticated that tells of a new connection
			m.endSilence(n)
		}
	}
	h.wait, h.finishing = wait{by: m.now + drainFor, acks: h.awaited}, 0
	if h.awaited <= 0 {
		m.retireOther(evDrained)
	}
}

// leaveOther closes the connection beside the one in use. Then it releases what waited for
// its end: first the held emits, then the packets kept from the connection in use, because
// their listeners may emit. The caller has left the stage.
func (m *Manager) leaveOther() {
	h := &m.handover
	m.toOther(&engineio.Event{Kind: engineio.EvClose})
	for _, n := range m.Namespaces {
		if n.Phase == Connected && h.carried == nil {
			m.tell(n, ActFlush).Silent = true
		}
		n.before = nil
	}
	h.carried = nil
	m.act(ActRetire)
	for _, n := range m.Namespaces {
		if n.again {
			n.again = false
			if n.Active && m.phase == PhaseOpen && h.stage == steady {
				m.renew(n, n.cause)
			}
		}
	}
}

// endHandover ends a handover because the connection in use has closed.
func (m *Manager) endHandover() {
	two := m.handover.stage.beside() || m.handover.stage.standby()
	m.handover.move(evClosed)
	if two {
		m.leaveOther()
	}
}

// HandingOver says whether an old connection still delivers, beside the new one or alone. The
// user's emits are held.
func (m *Manager) HandingOver() bool { return m.handover.stage.beside() }

// toOther gives an event to the connection beside the one in use.
func (m *Manager) toOther(e *engineio.Event) { m.step(&m.handover.other, e, false) }
