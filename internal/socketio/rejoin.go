package socketio

// rejoining is the namespace that has left the connection in use and waits for the answer
// to a fence (FenceRejoin) to join it again. There is one at a time.
type rejoining struct {
	who      *Namespace // nil: none
	answered bool       // the fence has been, and Next is to see to it
}

// rejoin takes a namespace off the connection and puts it back on. Unless the generation
// LeavesAtOnce, a server handles DISCONNECT a moment after it has read it, and takes a
// CONNECT that it has read by then for a fault of the whole connection. So a fence follows
// the DISCONNECT, and CONNECT follows the answer to the fence.
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
	if m.rejoining.who != nil || !m.fence(m.Engine.Link, FenceRejoin) {
		n.retryAt = m.now + m.pause(rejoinPause)
		return
	}
	m.rejoining.who, n.retryAt = n, m.now+drainFor
}

// rejoinPause is what a server gets, ms, to handle a DISCONNECT that no fence follows.
const rejoinPause = 30

// hasLeft: the server has read that the namespace has left. It joins again.
func (m *Manager) hasLeft() {
	n := m.rejoining.who
	m.rejoining = rejoining{}
	if n != nil && n.retryAt != 0 && n.Silent {
		m.retry(n)
	}
}

// retry: the time has come for a namespace that waits to join the connection.
func (m *Manager) retry(n *Namespace) {
	n.retryAt = 0
	if n == m.rejoining.who {
		m.rejoining.who = nil
	}
	if !n.Silent {
		n.cause = CauseReconnect
	}
	if n.Active && n.Phase == Waiting && !m.phase.closed() {
		m.ask(n)
		m.proceed(n)
	}
}
