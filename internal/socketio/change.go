package socketio

// change puts a namespace on a new footing with another token, unnoticed by the
// user: what was emitted before goes out over the old one and is answered there,
// what is emitted meanwhile waits, and the rest goes over the new one. The
// connection changes, unless the namespace can leave and come back on it: its
// CONNECT packet (or an event after it) carries the token, and others live there
// that nobody would tell of a change, or (revision 3) nothing speaks against it.
func (m *Manager) change(n *Namespace, cause Cause) {
	n.Active = true
	n.cause = cause
	if m.Ready == ReadyClosed {
		n.Phase = Waiting
		if !m.reconnecting || m.skipReconnect {
			m.reconnecting = false
			m.open(cause)
		}
		return
	}
	if m.Ready == ReadyOpening || m.restart != restartNone {
		if m.restart == restartNone || m.restart == restartOpening { // this attempt carries a token that was refused meanwhile
			m.abandon(n)
		} else if n.Phase == Off { // refused on the connection that goes
			n.Phase = Waiting
		}
		return
	}
	if n == m.covered { // in the middle of that
		n.renew, n.asked = true, n.cleared
		m.ask(n)
		return
	}
	// A server that has refused hangs up any moment, and that is not to be heard.
	refused := cause != CauseRefresh || n.Held
	n.Held = n.Held || n.Phase == Connected
	if n.Gate != GateOpen && !m.unasked(n) {
		switch {
		case n.Phase != Connected:
			m.attempt(n)
			return
		case !m.Engine.Generation().LeavesAtOnce && m.movable():
		case refused && len(n.acks) == 0:
			m.exchange(n)
			return
		default:
			n.switchAt = m.now + drainFor
			m.drained()
			return
		}
	}
	for _, n := range m.Namespaces {
		if n.Phase == Connected {
			n.Held = true
		}
	}
	if m.overlap != overlapNone { // the last change is not over yet
		n.renew = true
		return
	}
	if m.doubles() {
		m.double()
		return
	}
	m.restart, m.restartBy = restartDraining, m.now+drainFor
	m.drained()
	if refused && m.restartBy <= m.now+settleFor {
		m.finish()
	}
}

// abandon starts the attempt under way anew, without the token that it had.
func (m *Manager) abandon(n *Namespace) {
	if n.Gate != GateOpen {
		n.reset(Waiting)
		m.ask(n)
		return
	}
	cause := n.cause
	m.hangUp()
	m.Ready, m.openBy = ReadyClosed, 0
	m.open(cause)
}

// movable says whether everybody on the connection hears of its change, by
// onAuthenticated.
func (m *Manager) movable() bool {
	for _, n := range m.Namespaces {
		if n.Active && !n.Token {
			return false
		}
	}
	return true
}

// rejoin takes a namespace off the connection and puts it back on. Servers 4.x
// handle a DISCONNECT a moment after they have read it, and take a CONNECT that
// they have read by then for a fault of everybody's connection. So a fence follows the
// DISCONNECT, and CONNECT follows the answer to the fence.
func (m *Manager) rejoin(n *Namespace) {
	if n.Phase == Connected {
		m.tell(n, ActDisconnect)
	}
	n.Silent = true
	if m.Engine.Generation().LeavesAtOnce {
		m.attempt(n)
		return
	}
	n.wait()
	if m.rejoining != nil || !m.fence(m.Engine.Link, FenceRejoin) { // one rejoins at a time behind a fence
		n.retryAt = m.now + m.pause(rejoinPause)
		return
	}
	m.rejoining, n.retryAt = n, m.now+drainFor
}

// rejoinPause is what a server gets, ms, to handle a DISCONNECT that no fence follows.
const rejoinPause = 30

// gone: the server has read that the namespace has left, which may come back.
func (m *Manager) gone() {
	n := m.rejoining
	m.rejoining, m.rejoined = nil, false
	if n != nil && n.retryAt != 0 && n.Silent {
		m.retry(n)
	}
}

// drained: where nobody waits for an ack any more, the change goes on when what
// was sent last has been read, and answered by an event.
func (m *Manager) drained() {
	left := 0
	for _, n := range m.Namespaces {
		left += len(n.acks)
		if n.switchAt != 0 && n != m.covered {
			m.await(&n.switchAt, len(n.acks), &n.owed, settleFor)
		}
	}
	switch {
	case m.restart == restartDraining:
		m.await(&m.restartBy, left, &m.owed, settleFor)
	case m.overlap == overlapSettling && m.covered == nil:
		m.await(&m.oldBy, m.OldAcks, &m.owed, m.pause(settleFor))
	}
}

// await: a step waits for so many acks, and then for settle ms. A server that is slow
// has its time anew with each that comes; there are only so many, as emits are held.
func (m *Manager) await(by *int64, acks int, before *int, settle int64) {
	switch {
	case acks <= 0:
		*by = min(*by, m.now+settle)
	case acks < *before:
		*by = m.now + drainFor
	}
	*before = acks
}

// finish ends the old connection.
func (m *Manager) finish() {
	m.restart, m.restartBy = restartFinishing, m.now+finishFor
	m.finishing = m.Engine.Link
	m.hangUp()
}

// reopen opens the new connection when the old one has said its last.
func (m *Manager) reopen() {
	m.restart, m.restartBy, m.finishing = restartOpening, 0, 0
	m.Ready = ReadyClosed
	m.open(CauseReconnect)
}

// Changing says whether an ack is to be reported with EvAcked.
func (m *Manager) Changing() bool {
	if m.restart == restartDraining || m.overlap == overlapSettling {
		return true
	}
	for _, n := range m.Namespaces {
		if n.switchAt != 0 {
			return true
		}
	}
	return false
}
