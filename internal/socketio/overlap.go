package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// Where the server numbers what it sends (connection state recovery), a renewal
// opens the new connection beside the old one, which serves on until the new one
// is there: nothing of what the server sends meanwhile is lost, and what comes
// over both is told apart by its number. What the page emits waits, as in every
// change. Elsewhere the old connection goes first.
type overlap uint8

const (
	overlapNone      overlap = iota
	overlapOpening           // the new connection is being opened
	overlapSettling          // it is there; acks and last words come over the old one
	overlapFinishing         // the old one closes

	overlapStanding // a stand-in (see exchange): the token is asked for, it is being opened
	overlapGreeting // CONNECT is sent there
	overlapStaying  // the namespace is on both
	overlapAway     // the namespace has left, and comes back; overlapSettling follows
)

// doubles says whether the next connection may open beside this one.
func (m *Manager) doubles() bool {
	for _, n := range m.Namespaces {
		if n.Active && (n.Phase != Connected || !n.Numbered) {
			return false
		}
	}
	return !m.alone
}

// double opens another connection and leaves this one to serve on.
func (m *Manager) double() {
	m.OldAcks = 0
	for _, n := range m.Namespaces {
		n.before = n.acks
		m.OldAcks += len(n.acks)
	}
	m.Old = m.Engine
	m.overlap = overlapOpening
	m.act(ActLeave)
	m.reopen()
}

// Overlapping says whether a connection is being replaced that serves on: what
// the user emits waits.
func (m *Manager) Overlapping() bool { return m.overlap != overlapNone && m.covered == nil }

// joined: when everybody is on the new connection, the old one may go.
func (m *Manager) joined() {
	if m.overlap != overlapOpening || m.Ready != ReadyOpen {
		return
	}
	for _, n := range m.Namespaces {
		if n.Active && n.Phase != Connected {
			return
		}
	}
	m.overlap, m.oldBy = overlapSettling, m.now+drainFor
	if m.Old.Phase == engineio.Closed {
		m.OldAcks = 0
	} else if m.fence(m.Old.Link, FenceServed) { // what was sent before the new connection was there comes before the answer
		m.OldAcks++
	}
	m.drained()
}

// part ends the old connection.
func (m *Manager) part() {
	if m.Old.Phase == engineio.Closed {
		m.parted()
		return
	}
	m.overlap, m.oldBy = overlapFinishing, m.now+finishFor
	m.finishing = m.Old.Link
	m.behind(engineio.Event{Kind: engineio.EvClose})
}

// release lets go what waited, when there is one connection again or none.
func (m *Manager) release() {
	if m.overlap == overlapNone {
		return
	}
	m.behind(engineio.Event{Kind: engineio.EvClose})
	for _, n := range m.Namespaces {
		if n.Phase == Connected && m.covered == nil {
			m.tell(n, ActFlush).Silent = true
		}
	}
	for _, n := range m.Namespaces {
		n.before = nil
	}
	m.overlap, m.oldBy, m.covered = overlapNone, 0, nil
	m.act(ActRelease) // what it brings may make the user emit: after what waits
	for _, n := range m.Namespaces {
		if n.renew {
			n.renew = false
			if n.Active && m.Ready == ReadyOpen && m.restart == restartNone {
				m.change(n, n.cause)
			}
		}
	}
}

// separate: the server does not take two connections of one user. The old one
// goes first, when what it is asked has been answered, now and in future.
func (m *Manager) separate() {
	if !m.Overlapping() || m.Ready != ReadyOpen || m.restart != restartNone {
		return
	}
	m.alone = true
	m.hangUp()
	for _, n := range m.Namespaces {
		if n.Active {
			n.Silent = n.Silent || n.Phase == Connected
			n.reset(Waiting)
		}
		if !n.Token { // who has come meanwhile hears of it by nothing else
			m.unveil(n)
		}
	}
	m.restart, m.finishing = restartFinishing, 0
	m.owed = m.OldAcks
	m.overlap, m.oldBy = overlapSettling, m.now+drainFor
	if m.OldAcks <= 0 {
		m.part()
	}
}

// parted: the old connection is gone.
func (m *Manager) parted() {
	m.release()
	if m.restart == restartFinishing {
		m.reopen()
	}
}

// behind gives the old connection an event.
func (m *Manager) behind(e engineio.Event) {
	m.Engine, m.Old = m.Old, m.Engine
	m.below(e, false)
	m.Engine, m.Old = m.Old, m.Engine
}
