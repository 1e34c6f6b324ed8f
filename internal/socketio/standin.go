package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// A namespace that leaves a connection and comes back on it, beside others that
// stay, would miss what the server sends meanwhile. Where the server numbers that,
// another connection stands in (Old): the namespace is connected there with the
// new token before it leaves this one, and what comes there is kept until it is
// back; then it is read first, and what has come over both is told apart by its
// number. The others notice nothing, at the server neither. (Taking them along by
// connection state recovery would fail those that have got no event of late, and
// lose what is volatile or wants an ack.)

// exchange puts a namespace whose CONNECT packet carries the token on a new
// footing on the connection.
func (m *Manager) exchange(n *Namespace) {
	switch {
	case n == m.covered: // the fence may have been answered, or not
		n.switchAt = 0
	case m.overlap != overlapNone || m.restart != restartNone: // another change is not over yet
		n.switchAt = m.now + settleFor
	case n.Numbered && m.Engine.Generation().ConnectPayload && n.cause == CauseRefresh && !m.alone:
		m.covered, m.overlap = n, overlapStanding
		m.OldAcks, m.oldBy = 1, m.now+drainFor
		m.act(ActStand)
		m.Engine.Beside(&m.Old)
		m.behind(engineio.Event{Kind: engineio.EvOpen})
		n.switchAt, n.asked, n.cleared = 0, false, false
		m.ask(n)
	default:
		m.rejoin(n)
	}
}

// cover does the stand-in's next step, if its time has come.
func (m *Manager) cover() {
	n := m.covered
	if n == nil {
		return
	}
	phase, answered := m.Old.Phase, m.OldAcks <= 0
	switch {
	case !n.Active || n.Phase != Connected && !n.Silent: // it does not come back, or not unnoticed
		m.release()
	case m.overlap == overlapSettling:
		if answered {
			m.release()
		}
	case m.overlap == overlapAway:
		switch {
		case phase != engineio.Opened: // it is of no use, or was of none
			m.release()
		case n.Phase == Connected: // what was sent before it was back comes before the answer
			m.overlap = overlapSettling
			m.OldAcks, m.oldBy = 1, m.now+drainFor
			m.act(ActServe)
			if !m.fence(m.Old.Link, FenceServed) {
				m.oldBy = m.now + m.pause(settleFor)
			}
		}
	case phase == engineio.Closed:
		m.away()
	case m.overlap == overlapStanding:
		if phase == engineio.Opened && n.cleared {
			m.overlap = overlapGreeting
			m.tell(n, ActConnect).N = m.Old.Link
		}
	case !answered:
	case m.overlap == overlapGreeting: // a server that keeps one of two says so now, and takes a DISCONNECT of the other for a fault
		m.overlap = overlapStaying
		m.OldAcks, m.oldBy, n.switchAt = 1, m.now+drainFor, m.now+settleFor
		if !m.fence(m.Engine.Link, FenceServed) {
			m.OldAcks, m.oldBy, n.switchAt = 0, 0, m.now+m.pause(settleFor)
		}
	case n.switchAt == 0:
		m.away()
	}
}

// away takes the namespace off the connection; the token for its return is in
// hand, or asked for. How long the server takes for that needs not be guessed,
// as nothing is missed.
func (m *Manager) away() {
	n := m.covered
	asked, cleared := n.asked, n.cleared
	m.rejoin(n)
	n.asked, n.cleared = asked, cleared
	m.overlap, m.oldBy = overlapAway, 0
	m.cover()
}

// Use is what is to be done with a packet.
type Use uint8

const (
	UseNow    Use = iota
	UseLater      // it waits, and all that follows on its connection, until ActRelease, or ActServe for what stands in
	UseAnswer     // to a fence, or to CONNECT on the connection that stands in: noted
)

// Use says what is to be done with a packet of a namespace, or of none that is
// known, by its header and its payload as far as that is there. old is the connection
// that is being replaced, or that stands in.
func (m *Manager) Use(old bool, n *Namespace, h *Header, payload []uint16) Use {
	t := h.Type
	event := t == TypeEvent || t == TypeBinaryEvent
	answer := t == TypeConnect || t == TypeConnectError
	if answer && n == nil {
		if which := fenceOf(h.Namespace); which >= 0 {
			m.fenced(old, h, payload, which)
			return UseAnswer
		}
	}
	keeps := old && event // as long as both bring what the server sends
	switch {
	case m.covered == nil:
		keeps = !old && m.overlap != overlapNone && (event || t == TypeDisconnect)
	case m.overlap == overlapSettling:
		keeps = !old
	}
	switch {
	case keeps:
		return UseLater
	case old && answer && m.overlap == overlapGreeting && n == m.covered:
		m.OldAcks--
		m.alone = m.alone || t == TypeConnectError
		return UseAnswer
	}
	return UseNow
}
