package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// A namespace that leaves a connection and rejoins it, beside others that stay, would miss
// what the server sends meanwhile. A standby (handover.other) has it: the namespace joins
// the standby with the new token before it leaves the connection in use. The standby's
// events are kept until the namespace is back and has got what came before; then they are
// delivered first, and those that come over both connections are told apart by their
// number. The other namespaces notice nothing, at the server neither.
//
// To take the others along by connection state recovery instead would fail those that have
// got no event of late, and lose what is volatile or wants an ack.

// openStandby opens a standby for a namespace.
func (m *Manager) openStandby(n *Namespace) {
	h := &m.handover
	if !h.move(cueRenewByStandby) {
		return
	}
	h.carried, h.awaited, h.wait.by = n, 1, m.now+drainFor
	m.act(ActStandby)
	m.Engine.Beside(&h.other)
	m.toOther(&engineio.Event{Kind: engineio.EvOpen})
	n.leaves.by, n.asked, n.cleared = 0, false, false
	m.ask(n)
}

// driveStandby does a standby's next step, if its time has come. Next calls it after each
// event, as any may be what the step waits for.
func (m *Manager) driveStandby() {
	h := &m.handover
	n := h.carried
	if n == nil {
		return
	}
	if !n.Active || n.Phase != Connected && !n.Silent { // it does not rejoin, or its user has heard that it has left
		m.endStandby(cueAbandoned)
		return
	}
	opened, closed := h.other.Phase == engineio.Opened, h.other.Phase == engineio.Closed
	answered := h.awaited <= 0
	switch h.stage {
	case standbyOpening:
		switch {
		case closed:
			m.leaveForStandby(cueLeft)
		case opened && n.cleared:
			m.joinStandby()
		}
	case standbyJoining:
		switch {
		case closed:
			m.leaveForStandby(cueLeft)
		case answered:
			m.settleStandby()
		}
	case standbyJoined:
		switch {
		case closed:
			m.leaveForStandby(cueLeft)
		case answered && n.leaves.by == 0:
			m.leaveForStandby(cueSettled)
		}
	case standbyCarrying:
		switch {
		case !opened:
			m.endStandby(cueAbandoned)
		case n.Phase == Connected:
			m.deliverStandby()
		}
	case standbyDelivering:
		if answered {
			m.endStandby(cueDelivered)
		}
	}
}

// joinStandby connects the namespace on the standby. Opening and joining have one deadline.
func (m *Manager) joinStandby() {
	h := &m.handover
	by := h.wait.by
	h.move(cueReady)
	h.wait.by = by
	m.tell(h.carried, ActConnect).N = h.other.Link
}

// settleStandby: the namespace is on both connections. A server that keeps one of two hangs
// up on the other now, and would take a DISCONNECT there for a fault. The fence's answer
// shows that it has had the time.
func (m *Manager) settleStandby() {
	h := &m.handover
	h.move(cueAnswered)
	if m.fence(m.Engine.Link, FenceDelivered) {
		h.awaited, h.wait.by, h.carried.leaves.by = 1, m.now+drainFor, m.now+settleFor
	} else {
		h.awaited, h.carried.leaves.by = 0, m.now+m.pause(settleFor)
	}
}

// leaveForStandby lets the namespace leave the connection in use and rejoin it. Its token is
// in hand, or asked for. How long the server takes need not be guessed: nothing is missed.
func (m *Manager) leaveForStandby(c cue) {
	h := &m.handover
	n := h.carried
	if !h.move(c) {
		return
	}
	asked, cleared := n.asked, n.cleared
	m.rejoin(n)
	n.asked, n.cleared = asked, cleared
	m.driveStandby()
}

// deliverStandby: the namespace is back. The answer to a fence shows that the standby has
// delivered all that the server sent there before.
func (m *Manager) deliverStandby() {
	h := &m.handover
	h.move(cueRejoined)
	h.awaited, h.wait.by = 1, m.now+drainFor
	m.act(ActDeliver)
	if !m.fence(h.other.Link, FenceDelivered) {
		h.wait.by = m.now + m.pause(settleFor)
	}
}

// closeStandby gives up a standby whose time is over. driveStandby does the rest.
func (m *Manager) closeStandby() {
	m.handover.wait.by, m.handover.awaited = 0, 0
	m.toOther(&engineio.Event{Kind: engineio.EvClose})
}

// endStandby ends a standby's handover.
func (m *Manager) endStandby(c cue) {
	if m.handover.move(c) {
		m.leaveOther()
	}
}
