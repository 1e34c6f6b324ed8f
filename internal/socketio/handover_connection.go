package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// A handover of the whole connection, by both ways. See handover for the stages.

// handOver begins one: beside the old connection where that loses nothing. What the user
// emits is held. refused says that the server has refused the old token: it hangs up any
// moment, so the old connection retires at once if nothing is outstanding there.
func (m *Manager) handOver(refused bool) {
	h := &m.handover
	switch {
	case m.numbered() && !h.single && h.move(cueRenewBeside):
		m.openBeside()
	case h.move(cueRenew):
		h.wait = wait{by: m.now + drainFor}
		m.lookAtAcks()
		if refused && h.wait.by <= m.now+settleFor {
			m.retireFirst(cueDrained)
		}
	}
}

// numbered says whether all that the server sends has a number.
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

// joined: a namespace has joined the connection in use. When all have, the old connection
// is asked whether it has delivered everything.
func (m *Manager) joined() {
	for _, n := range m.Namespaces {
		if n.Active && n.Phase != Connected {
			return
		}
	}
	h := &m.handover
	if !h.move(cueJoined) {
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

// lookAtAcks tells each wait how many acks are outstanding that it waits for.
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

// handoverDue: the stage has reached its deadline.
func (m *Manager) handoverDue() {
	switch m.handover.stage {
	case draining:
		m.retireFirst(cueDrained)
	case joining:
		m.retireOther(cueLate)
	case drainingBeside, drainingAlone:
		m.retireOther(cueDrained)
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
func (m *Manager) retireFirst(c cue) {
	h := &m.handover
	if h.move(c) {
		h.wait.by, h.finishing = m.now+finishFor, m.Engine.Link
		m.hangUp()
	}
}

// retireOther ends the old connection beside the new one.
func (m *Manager) retireOther(c cue) {
	h := &m.handover
	if !h.move(c) {
		return
	}
	if h.other.Phase == engineio.Closed {
		m.retired()
		return
	}
	h.wait.by, h.finishing = m.now+finishFor, h.other.Link
	m.toOther(&engineio.Event{Kind: engineio.EvClose})
}

// retired: the old connection has closed.
func (m *Manager) retired() {
	two := m.handover.stage.beside()
	if !m.handover.move(cueRetired) {
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

// refuseSecond: the server does not take a second connection of one user, now or in
// future. The new connection is given up. The old one drains, retires, and another new one
// opens.
func (m *Manager) refuseSecond() {
	h := &m.handover
	if !h.move(cueRefused) {
		return
	}
	h.single = true
	m.hangUp()
	for _, n := range m.Namespaces {
		if n.Active {
			n.Silent = n.Silent || n.Phase == Connected
			n.reset(Waiting)
		}
		if !n.Token { // no lifecycle tells its user of another connection
			m.unveil(n)
		}
	}
	h.wait, h.finishing = wait{by: m.now + drainFor, acks: h.awaited}, 0
	if h.awaited <= 0 {
		m.retireOther(cueDrained)
	}
}

// leaveOther closes what is left of the connection beside the one in use, and lets go what
// waited for its end: first what the page has emitted, then what has come over the
// connection in use, which may make the page emit. The stage has been left.
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

// endHandover ends a handover with the connection in use.
func (m *Manager) endHandover() {
	two := m.handover.stage.beside() || m.handover.stage.standby()
	m.handover.move(cueClosed)
	if two {
		m.leaveOther()
	}
}

// HandingOver says whether an old connection delivers beside, or in place of, the new one.
// What the user emits waits.
func (m *Manager) HandingOver() bool { return m.handover.stage.beside() }

// toOther gives an event to the connection beside the one in use.
func (m *Manager) toOther(e *engineio.Event) { m.step(&m.handover.other, e, false) }
