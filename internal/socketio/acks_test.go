package socketio

import (
	"slices"
	"testing"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

func TestAcks(t *testing.T) {
	for _, row := range []struct {
		name      string
		answers   []int
		remaining acks
	}{
		{"none", nil, acks{1, 2, 3}},
		{"in order", []int{1, 2}, acks{3}},
		{"the last first", []int{3, 1}, acks{2}},
		{"from the middle", []int{2}, acks{1, 3}},
		{"given up, and answered late: counted once", []int{1, 1}, acks{2, 3}},
		{"never sent", []int{0, 4, -1}, acks{1, 2, 3}},
	} {
		t.Run(row.name, func(t *testing.T) {
			m, n := NewManager(Config{}, 0), &Namespace{}
			for id := 1; id <= 3; id++ {
				n.AwaitAck(id)
			}
			for _, id := range row.answers {
				m.Acked(n, id)
			}
			if !slices.Equal(n.acks, row.remaining) || m.handover.awaited != 0 {
				t.Errorf("%v remain, %d on the old connection", n.acks, m.handover.awaited)
			}
		})
	}
}

// TestAcksOfTwoConnections: on the old connection, which goes on delivering, answers count there. One that was given up and comes
// late does not count for another one.
func TestAcksOfTwoConnections(t *testing.T) {
	r := numbered(t)
	r.n.AwaitAck(1)
	r.n.AwaitAck(2)
	r.n.AwaitAck(3)
	r.m.Acked(r.n, 1) // given up before the renewal
	r.renew()
	r.open(false)
	r.m.handover.awaited--              // the answer to the fence
	for _, id := range []int{2, 2, 1} { // given up, then late
		r.m.Acked(r.n, id)
		r.do(Event{Kind: EvAcked})
	}
	if at := r.m.Deadline(); r.m.handover.awaited != 1 || at <= r.now+settleFor {
		t.Fatalf("%d answers are awaited, for %d ms", r.m.handover.awaited, at-r.now)
	}
	r.m.Acked(r.n, 3)
	r.do(Event{Kind: EvAcked})
	r.after(settleFor)
	r.expect(engineio.ActFinishLink, 1)
	r.do(Event{Kind: EvFinished, Link: 1})
	if r.n.before != nil || r.m.handover.awaited != 0 || r.m.HandingOver() {
		t.Fatal("the old connection is remembered")
	}
}
