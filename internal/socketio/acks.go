package socketio

// acks are the ids of emits whose answers are outstanding. The page numbers its emits
// itself, over all connections of a socket: an id that is not here was never sent, or nobody
// waits for its answer any more.
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

// AwaitAck notes an emit whose answer is waited for.
func (n *Namespace) AwaitAck(id int) { n.acks.add(id) }

// Acked notes that an emit has been answered, or that its user waits no longer. The same id
// counts once.
func (m *Manager) Acked(n *Namespace, id int) {
	if !n.acks.remove(id) && n.before.remove(id) {
		m.handover.awaited--
	}
}
