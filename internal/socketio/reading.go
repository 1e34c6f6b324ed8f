package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// Use says what the page does with a packet.
type Use uint8

const (
	UseNow    Use = iota
	UseLater      // keep it, and all that follows on its connection, until ActRetire, or on a standby until ActDeliver
	UseAnswer     // it answers a CONNECT of the manager's own: report it by EvAnswered
)

// Answer is the server's answer to a CONNECT of the manager's own: one on a standby, or a
// fence.
type Answer uint8

const (
	AnswerNone Answer = iota

	AnswerStandbyConnected
	AnswerStandbyRefused

	AnswerDelivered          // to FenceDelivered: the namespace does not exist, as expected
	AnswerDeliveredRefused   // to FenceDelivered: a middleware has refused, so the namespace may exist
	AnswerDeliveredConnected // to FenceDelivered: the namespace exists

	AnswerRejoin          // to FenceRejoin: the namespace does not exist, as expected
	AnswerRejoinRefused   // to FenceRejoin: a middleware has refused, so the namespace may exist
	AnswerRejoinConnected // to FenceRejoin: the namespace exists
)

// Use returns what the page does with a packet. n is its namespace, nil if the manager has
// none of that name. payload is the beginning of its payload. other says that the packet came
// over the connection beside the one in use. Use changes nothing.
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

// answered handles an answer to a CONNECT of the manager's own. other says that it came over
// the connection beside the one in use.
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

// keeps says whether the page keeps a packet for later. While two connections bring events,
// one of them is read to its end first.
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

// Misjudged is called for each answer to CONNECT; empty says whether its payload is empty. It
// returns whether the server is of Generation3 though it was taken for a later one. That
// happens over WebSocket alone, when such a server takes longer than 200 ms to connect "/"
// unasked. It has received our CONNECT by then and would connect the namespace twice, so
// EvMisjudged replaces the connection.
func (m *Manager) Misjudged(empty bool) bool {
	return empty && !m.Engine.Generation().BareConnect && m.Config.Engine.Revision == 0
}

// misjudge makes the next connection ask for Generation3. If no namespace is connected here,
// that connection replaces this one silently. Otherwise this one ends with a fault.
func (m *Manager) misjudge(link int) {
	if !m.Engine.Owns(link) {
		return
	}
	m.misjudged = true
	if m.unused() {
		m.retireFirst(evMisjudged)
		return
	}
	m.engine(&engineio.Event{Kind: engineio.EvFault, Link: link, Now: m.now})
}
