package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// A namespace that leaves a connection and rejoins it would miss the events that the server
// sends meanwhile. A standby (handover.other) receives them: the namespace joins the standby
// with the new token before it leaves the connection in use. The client keeps the standby's
// events until the namespace has rejoined, and delivers them first. Event numbers show which
// ones have come over both connections. The other namespaces stay connected throughout.
//
// Moving all namespaces to a new connection with connection state recovery is no
// alternative: it fails for a namespace that has received no event yet, and it loses volatile
// events and those that want an ack.

// openStandby opens a standby for a namespace.
func (m *Manager) openStandby(n *Namespace) {
	h := &m.handover
	if !h.move(evRenewByStandby) {
		return
	}
	h.carried, h.awaited, h.wait.by = n, 1, m.now+drainFor
	m.act(ActStandby)
	m.Engine.Beside(&h.other)
	m.toOther(&engineio.Event{Kind: engineio.EvOpen})
	n.leaves.by, n.asked, n.cleared = 0, false, false
	m.ask(n)
}

// driveStandby takes a standby's next step, if its conditions hold. Next calls it after each
// event, because any event may fulfil them.
func (m *Manager) driveStandby() {
	h := &m.handover
	n := h.carried
	if n == nil {
		return
	}
	if !n.Active || n.Phase != Connected && !n.Silent { // it does not rejoin, or its user has heard that it has left
		m.endStandby(evAbandoned)
		return
	}
	opened, closed := h.other.Phase == engineio.Opened, h.other.Phase == engineio.Closed
	answered := h.awaited <= 0
	switch h.stage {
	case standbyOpening:
		switch {
		case closed:
			m.leaveForStandby(evLeft)
		case opened && n.cleared:
			m.joinStandby()
		}
	case standbyJoining:
		switch {
		case closed:
			m.leaveForStandby(evLeft)
		case answered:
			m.settleStandby()
		}
	case standbyJoined:
		switch {
		case closed:
			m.leaveForStandby(evLeft)
		case answered && n.leaves.by == 0:
			m.leaveForStandby(evSettled)
		}
	case standbyCarrying:
		switch {
		case !opened:
			m.endStandby(evAbandoned)
		case n.Phase == Connected:
			m.deliverStandby()
		}
	case standbyDelivering:
		if answered {
			m.endStandby(evDelivered)
		}
	}
}

// joinStandby connects the namespace on the standby. Opening and joining have one deadline.
func (m *Manager) joinStandby() {
	h := &m.handover
	by := h.wait.by
	h.move(evReady)
	h.wait.by = by
	m.tell(h.carried, ActConnect).N = h.other.Link
}

// settleStandby waits while the namespace is on both connections. A server that allows one
// socket of a user disconnects the other one now, and would answer a DISCONNECT there by
// closing the connection. The fence's answer proves that the server has had the time for it.
func (m *Manager) settleStandby() {
	h := &m.handover
	h.move(evAnswered)
	if m.fence(m.Engine.Link, FenceDelivered) {
		h.awaited, h.wait.by, h.carried.leaves.by = 1, m.now+drainFor, m.now+settleFor
	} else {
		h.awaited, h.carried.leaves.by = 0, m.now+m.pause(settleFor)
	}
}

// leaveForStandby makes the namespace leave the connection in use and rejoin it. Its token is
// in hand, or asked for. It may take its time, as the standby receives the events meanwhile.
func (m *Manager) leaveForStandby(e stageEvent) {
	h := &m.handover
	n := h.carried
	if !h.move(e) {
		return
	}
	asked, cleared := n.asked, n.cleared
	m.rejoin(n)
	n.asked, n.cleared = asked, cleared
	m.driveStandby()
}

// deliverStandby is called when the namespace has rejoined. It sends a fence on the standby:
// its answer proves that all events of the standby have arrived.
func (m *Manager) deliverStandby() {
	h := &m.handover
	h.move(evRejoined)
	h.awaited, h.wait.by = 1, m.now+drainFor
	m.act(ActDeliver)
	if !m.fence(h.other.Link, FenceDelivered) {
		h.wait.by = m.now + m.pause(settleFor)
	}
}

// closeStandby closes a standby whose deadline has passed. driveStandby does the rest.
func (m *Manager) closeStandby() {
	m.handover.wait.by, m.handover.awaited = 0, 0
	m.toOther(&engineio.Event{Kind: engineio.EvClose})
}

// endStandby ends a handover by standby.
func (m *Manager) endStandby(e stageEvent) {
	if m.handover.move(e) {
		m.leaveOther()
	}
}
