package socketio

// Use is what is to be done with a packet.
type Use uint8

const (
	UseNow    Use = iota
	UseLater      // keep it, and all that follows on its connection, until ActRetire, or on a standby until ActDeliver
	UseAnswer     // the manager has noted it: an answer to a fence, or to CONNECT on a standby
)

// Use says what is to be done with a packet of a namespace, or of none that is known, by its
// header and as much of its payload as is there. other says that it came over the connection
// beside the one in use.
func (m *Manager) Use(other bool, n *Namespace, h *Header, payload []uint16) Use {
	answer := h.Type == TypeConnect || h.Type == TypeConnectError
	if answer && n == nil {
		if which := fenceOf(h.Namespace); which >= 0 {
			m.fenced(other, h, payload, which)
			return UseAnswer
		}
	}
	if m.keeps(other, h.Type) {
		return UseLater
	}
	if other && answer && m.handover.stage == standbyJoining && n == m.handover.carried {
		m.handover.awaited--
		m.handover.single = m.handover.single || h.Type == TypeConnectError
		return UseAnswer
	}
	return UseNow
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
// connect the namespace twice. So another connection takes the place of this one with the
// next EvFault of EvEngine, if nobody is connected on it.
func (m *Manager) Misjudged(empty bool) bool {
	if !empty || !m.Engine.Generation().ConnectPayload || m.Config.Engine.Revision != 0 {
		return false
	}
	m.misjudged = true
	return true
}
