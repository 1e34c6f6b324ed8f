package socketio

import "slices"

// A connection has one answer for each CONNECT of a namespace, and servers of the later
// generation end the connection when they read another CONNECT for a namespace that they
// still have. So a namespace sends CONNECT when the one before it is answered, and when the
// server has handled the DISCONNECT before it: not a moment after it has read it, unless the
// generation LeavesAtOnce.

// rejoining is the fence (FenceRejoin) for whose answer the namespaces wait that have left the
// connection in use and are to join it again. There is one at a time.
type rejoining struct {
	until    int64 // ms: how long the answer is awaited; 0: no fence is under way
	answered bool  // it has come, and Next is to see to it
}

// departures are the namespaces that have left the connection in use of late. They may have
// been removed meanwhile.
type departures []departure

type departure struct {
	name   []uint16
	at     int64
	fenced bool // DISCONNECT was sent before the fence that is under way
}

// note is told that DISCONNECT is sent for a namespace.
func (d *departures) note(name []uint16, now int64) {
	d.forget(name, now)
	*d = append(*d, departure{name: name, at: now})
}

// lately says whether a namespace has left so short ago that the server may not have handled
// it yet.
func (d departures) lately(name []uint16, now int64) bool {
	for _, old := range d {
		if now < old.at+drainFor && slices.Equal(old.name, name) {
			return true
		}
	}
	return false
}

// forget is told that the server has handled the DISCONNECT of a namespace. Those that have
// left long ago go, too.
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

// forgetMemberships is called when a connection ends or begins: nothing is owed any more
// that was sent on the one before it.
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

// lateAnswer takes in the answer to a CONNECT whose attempt has been given up. What was asked
// for then is not used now: a namespace that the server has connected leaves at once. If it is
// to be connected by another attempt, that one goes on.
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

// silentFor is how long, ms, a user is not told that a namespace has left its connection,
// while the server does not answer the CONNECT by which the namespace rejoins.
const silentFor = 10_000

// unanswered: the server has had its time to answer CONNECT. A middleware may never do so.
//
// The user of a namespace that rejoins hears that it is not connected; the answer is awaited
// on. A namespace whose last attempt was given up gets another connection, together with all
// others on this one. A second CONNECT on this one would have two answers that nobody can
// tell apart: one of them may be about the user before.
func (m *Manager) unanswered(n *Namespace) {
	n.answerBy = 0
	switch {
	case n.Phase == Connecting:
		m.unveil(n)
	case m.phase != PhaseOpen:
	case m.handover.stage != steady: // it ends in a while, perhaps with this connection
		n.answerBy = m.now + drainFor
	default:
		m.holdAll()
		m.handOver(false)
	}
}

// Left says whether an event of a namespace belongs to a membership that is over: another
// attempt waits to begin.
func (m *Manager) Left(n *Namespace) bool {
	return n.Phase == Waiting && !n.Silent && m.departed.lately(n.Name, m.now)
}

// rejoin takes a namespace off the connection and puts it back on.
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

// leaveFirst lets a namespace that is about to join wait, if the server may not have handled
// its DISCONNECT yet, and says whether it does.
func (m *Manager) leaveFirst(n *Namespace) bool {
	lately := m.phase == PhaseOpen && !m.handover.stage.replaces() && m.departed.lately(n.Name, m.now)
	if lately {
		m.awaitLeaving(n)
	}
	return lately
}

// awaitLeaving lets a namespace wait until the server has handled its DISCONNECT. If a fence is
// under way that was sent before that DISCONNECT, the next one follows its answer.
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

// hasLeft: the server has handled each DISCONNECT that was sent before the fence. The
// namespaces that wait for that join again; those that have left since wait for another fence.
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

// retry: the time has come for a namespace that waits to join the connection.
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
