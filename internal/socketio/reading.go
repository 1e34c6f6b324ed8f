package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// Use is what is to be done with a packet.
type Use uint8

const (
	UseNow    Use = iota
	UseLater      // keep it, and all that follows on its connection, until ActRetire, or on a standby until ActDeliver
	UseAnswer     // it answers a question of the manager's own: EvAnswered tells of it
)

// Answer is what the server has said to a question of the manager's own: to CONNECT on a
// standby, or to a fence.
type Answer uint8

const (
	AnswerNone Answer = iota

	AnswerStandbyConnected
	AnswerStandbyRefused

	AnswerDelivered          // to FenceDelivered: its namespace does not exist, as a fence expects
	AnswerDeliveredRefused   // to FenceDelivered: a guard of its namespace has refused, which may exist
	AnswerDeliveredConnected // to FenceDelivered: its namespace exists

	AnswerRejoin          // to FenceRejoin: its namespace does not exist, as a fence expects
	AnswerRejoinRefused   // to FenceRejoin: a guard of its namespace has refused, which may exist
	AnswerRejoinConnected // to FenceRejoin: its namespace exists
)

// Use says what is to be done with a packet of a namespace, or of none that is known, by its
// header and as much of its payload as is there. other says that it came over the connection
// beside the one in use. Use looks and changes nothing.
func (m *Manager) Use(other bool, n *Namespace, h *Header, payload []uint16) (Use, Answer) {
	answers := h.Type == TypeConnect || h.Type == TypeConnectError
	if answers && n == nil {
		if which := fenceOf(h.Namespace); which >= 0 {
			return UseAnswer, fenceAnswer(which, h.Type, payload)
		}
	}
	if m.keeps(other, h.Type) {
		return UseLater, AnswerNone
	}
	if other && answers && m.handover.stage == standbyJoining && n == m.handover.carried {
		if h.Type == TypeConnectError {
			return UseAnswer, AnswerStandbyRefused
		}
		return UseAnswer, AnswerStandbyConnected
	}
	return UseNow, AnswerNone
}

// answered takes in the answer to a question of the manager's own. other says that it came
// over the connection beside the one in use.
func (m *Manager) answered(other bool, a Answer) {
	h := &m.handover
	switch a {
	case AnswerStandbyConnected, AnswerStandbyRefused:
		if other && h.stage == standbyJoining {
			h.awaited--
			h.single = h.single || a == AnswerStandbyRefused
		}
	case AnswerDelivered, AnswerDeliveredRefused, AnswerDeliveredConnected:
		m.fenced(other, FenceDelivered, a-AnswerDelivered)
	case AnswerRejoin, AnswerRejoinRefused, AnswerRejoinConnected:
		m.fenced(other, FenceRejoin, a-AnswerRejoin)
	}
	m.lookAtAcks()
}

// keeps says whether a packet waits for its turn: of two connections that bring what the
// server sends, one is read first.
func (m *Manager) keeps(other bool, t PacketType) bool {
	event := t == TypeEvent || t == TypeBinaryEvent
	switch stage := m.handover.stage; {
	case stage.beside(): // the old one first
		return !other && (event || t == TypeDisconnect)
	case stage == standbyDelivering: // the standby first
		return !other
	case stage.standby():
		return other && event
	}
	return false
}

// Misjudged is told of each answer to CONNECT, and whether its payload is empty. It says
// whether the server is of Generation3 though it was taken for a later one: over WebSocket
// alone it took its time to connect "/" unasked. It has had our CONNECT by now, and would
// connect the namespace twice. EvMisjudged lets another connection take the place of this
// one.
func (m *Manager) Misjudged(empty bool) bool {
	return empty && !m.Engine.Generation().BareConnect && m.Config.Engine.Revision == 0
}

// misjudge: the server on a link is of Generation3. The next connection asks for that. It
// takes the place of this one at once if nobody is connected here; else this one ends, as it
// cannot be read.
func (m *Manager) misjudge(link int) {
	if !m.Engine.Owns(link) {
		return
	}
	m.misjudged = true
	if m.unused() {
		m.retireFirst(cueMisjudged)
		return
	}
	m.engine(&engineio.Event{Kind: engineio.EvFault, Link: link, Now: m.now})
}
