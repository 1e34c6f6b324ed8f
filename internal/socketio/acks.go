package socketio

// acks are the ids of what was emitted and has not been answered. The page numbers its
// emits itself, over all connections of a socket: an id that is not here was never sent, or
// its answer is not waited for any more.
type acks []int

func (a *acks) add(id int) { *a = append(*a, id) }

// remove says whether the id was there. Answers mostly come in order.
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

// AwaitAck notes that the answer to an emit is waited for.
func (n *Namespace) AwaitAck(id int) { n.acks.add(id) }

// Acked notes that an answer has come, or that nobody waits for it any more: its user has
// given it up. The same id counts once.
func (m *Manager) Acked(n *Namespace, id int) {
	if !n.acks.remove(id) && n.before.remove(id) {
		m.handover.awaited--
	}
}
