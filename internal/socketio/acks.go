package socketio

// acks are the ids of emits whose acks are outstanding. The page numbers the emits of a
// socket over all of its connections. An id that is not in the list was never sent, or nobody
// waits for its ack any more.
type acks []int

func (a *acks) add(id int) { *a = append(*a, id) }

// remove removes an id and says whether it was in the list. Acks mostly come in order, so the
// first id is usually the one.
func (a *acks) remove(id int) bool {
	for i, other := range *a {
		if other == id {
			copy((*a)[1:], (*a)[:i])
			*a = (*a)[1:]
			return true
		}
	}
	return false
}

// AwaitAck notes an emit that waits for an ack.
func (n *Namespace) AwaitAck(id int) { n.acks.add(id) }

// Acked notes that an ack has come, or that nobody waits for it any more. A second call with
// the same id changes nothing.
func (m *Manager) Acked(n *Namespace, id int) {
	if !n.acks.remove(id) && n.before.remove(id) {
		m.handover.awaited--
	}
}
