package socketio

import "slices"

// When a namespace may send CONNECT again on the same connection. The server answers each
// CONNECT once, and servers of Generation4 close the connection when they read a CONNECT for a
// namespace that is still connected. So a namespace sends CONNECT only when the CONNECT
// before it is answered and the server has handled the DISCONNECT before it. Unless the
// generation LeavesAtOnce, the server handles a DISCONNECT a moment after it has read it.

// rejoining is the fence (FenceRejoin) that rejoining namespaces wait for. There is one such
// fence at a time.
type rejoining struct {
	until    int64 // ms: the deadline of the answer; 0: no fence is under way
	answered bool  // the answer has come; Next calls hasLeft
}

// departures are the namespaces that have left the connection in use within drainFor. The
// Manager may have removed them since.
type departures []departure

type departure struct {
	name   []uint16
	at     int64
	fenced bool // DISCONNECT was sent before the fence that is under way
}

// note adds a namespace for which DISCONNECT is sent.
func (d *departures) note(name []uint16, now int64) {
	d.forget(name, now)
	*d = append(*d, departure{name: name, at: now})
}

// lately says whether the server may not have handled the last DISCONNECT of a namespace yet.
func (d departures) lately(name []uint16, now int64) bool {
	for _, old := range d {
		if now < old.at+drainFor && slices.Equal(old.name, name) {
			return true
		}
	}
	return false
}

// forget removes a namespace whose DISCONNECT the server has handled, and all that are older
// than drainFor.
func (d *departures) forget(name []uint16, now int64) {
	var left departures
	for _, old := range *d {
		if now < old.at+drainFor && !slices.Equal(old.name, name) {
			left = append(left, old)
		}
	}
	*d = left
}

// hangUpOn sends DISCONNECT for a namespace.
func (m *Manager) hangUpOn(n *Namespace) {
	m.tell(n, ActDisconnect)
	if !m.Engine.Generation().LeavesAtOnce {
		m.departed.note(n.Name, m.now)
	}
}

// forgetMemberships is called when a connection ends or begins: no answers come any more to
// what was sent on the one before.
func (m *Manager) forgetMemberships() {
	m.rejoining, m.departed, m.fences.slowest = rejoining{}, nil, 0
	for _, n := range m.Namespaces {
		n.sent = false
	}
}

// GivenUp says whether the server's next answer to CONNECT is about an attempt that the user
// or the lifecycle has given up: EvLateAnswer tells of that answer.
func (m *Manager) GivenUp(n *Namespace) bool {
	return n.sent && n.Phase != Connecting && n.Phase != Connected
}

// lateAnswer handles the answer to a CONNECT whose attempt has been given up. If the server
// has connected the namespace, the client disconnects it at once, as that CONNECT may have
// carried the token of another user. Then the attempt that waited for this answer goes on.
func (m *Manager) lateAnswer(n *Namespace, connected bool) {
	if !m.GivenUp(n) {
		return
	}
	n.sent, n.answerBy = false, 0
	if connected {
		m.hangUpOn(n)
	}
	m.proceed(n)
}

// silentFor is how long, ms, the server may take to answer the CONNECT of a rejoining
// namespace before the user is told that the namespace is disconnected.
const silentFor = 10_000

// unanswered is called when the deadline of an answer to CONNECT has passed. A middleware may
// never answer.
//
// The user of a rejoining namespace is told that it is disconnected; the namespace goes on
// waiting for the answer. If the CONNECT belongs to an attempt that was given up, the whole
// connection is replaced: after a second CONNECT on this one, nothing would show which of the
// two the next answer belongs to, and the first may have been the user's before.
func (m *Manager) unanswered(n *Namespace) {
	n.answerBy = 0
	switch {
	case n.Phase == Connecting:
		m.endSilence(n)
	case m.phase != PhaseOpen:
	case m.handover.stage != steady: // it ends in a while, perhaps with this connection
		n.answerBy = m.now + drainFor
	default:
		m.holdAll()
		m.handOver(false)
	}
}

// Left says whether an event of a namespace was sent before the server handled its DISCONNECT.
// It is not delivered.
func (m *Manager) Left(n *Namespace) bool {
	return n.Phase == Waiting && !n.Silent && m.departed.lately(n.Name, m.now)
}

// rejoin makes a namespace leave the connection and join it again, silently.
func (m *Manager) rejoin(n *Namespace) {
	if n.Phase == Connected {
		m.hangUpOn(n)
	}
	n.Silent = true
	if m.Engine.Generation().LeavesAtOnce {
		m.attempt(n)
		return
	}
	n.wait()
	m.awaitLeaving(n)
}

// leaveFirst makes a namespace wait if the server may not have handled its DISCONNECT yet. It
// returns whether the namespace waits.
func (m *Manager) leaveFirst(n *Namespace) bool {
	lately := m.phase == PhaseOpen && !m.handover.stage.replaces() && m.departed.lately(n.Name, m.now)
	if lately {
		m.awaitLeaving(n)
	}
	return lately
}

// awaitLeaving makes a namespace wait until the server has handled its DISCONNECT. It sends a
// fence, unless one is under way; hasLeft sends another if that one was sent too early.
func (m *Manager) awaitLeaving(n *Namespace) {
	n.leaving = true
	n.retryAt = m.now + drainFor
	switch {
	case m.now < m.rejoining.until:
	case m.fence(m.Engine.Link, FenceRejoin):
		m.rejoining.until = n.retryAt
		for i := range m.departed {
			m.departed[i].fenced = true
		}
	default:
		n.retryAt = m.now + m.pause(0)
	}
}

// hasLeft is called when the fence is answered: the server has handled each DISCONNECT that
// was sent before it. Those namespaces join again; later ones wait for another fence.
func (m *Manager) hasLeft() {
	m.rejoining = rejoining{}
	var since departures
	for _, d := range m.departed {
		if !d.fenced {
			since = append(since, d)
		}
	}
	m.departed = since
	for _, n := range m.Namespaces {
		switch {
		case !n.leaving:
		case since.lately(n.Name, m.now):
			m.awaitLeaving(n)
		default:
			m.retry(n)
		}
	}
}

// retry lets a waiting namespace join the connection.
func (m *Manager) retry(n *Namespace) {
	n.retryAt = 0
	if n.leaving {
		n.leaving = false
		m.departed.forget(n.Name, m.now)
	}
	if !n.Silent {
		n.cause = CauseReconnect
	}
	if n.Active && n.Phase == Waiting && !m.phase.closed() {
		m.leaveFirst(n)
		m.ask(n)
		m.proceed(n)
	}
}
