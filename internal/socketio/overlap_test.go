package socketio

import (
	"slices"
	"testing"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// numbered is a session on a server that numbers what it sends, whose renewal
// has begun.
func numbered(t *testing.T) *renewing {
	r := renews(t, false)
	r.n.Numbered = true
	return r
}

func (r *renewing) renew() {
	r.Helper()
	r.do(Event{Kind: EvRestart, Cause: CauseRefresh})
	if !r.did(ActLeave) || !r.m.Overlapping() {
		r.Fatal("the new connection does not open beside the old one")
	}
	if len(r.links(engineio.ActFinishLink)) > 0 || !r.m.Old.Owns(1) {
		r.Fatal("the old connection does not serve on")
	}
	if r.n.Open() || !(r.n.Phase == Connected || r.n.Silent) {
		r.Fatal("the page is not to emit, and to hear the old connection")
	}
}

// renewAlone is a renewal whose second connection the server refuses.
func (r *renewing) renewAlone() {
	r.Helper()
	r.renew()
	r.do(Event{Kind: EvCleared})
	r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: 2, Interval: 25000, Timeout: 20000}})
	r.do(Event{Kind: EvAlone})
}

// answer is the server's to the fence on the old connection.
func (r *renewing) answer() {
	r.Helper()
	r.m.OldAcks--
	r.engine(engineio.EvPacket, 1)
	r.after(settleFor)
}

func (r *renewing) did(kind ActionKind) bool {
	return slices.ContainsFunc(r.out, func(a Action) bool { return a.Kind == kind })
}

func TestOverlap(t *testing.T) {
	r := numbered(t)
	r.emits()
	r.renew()
	r.open(false)
	r.now += settleFor
	r.do(Event{Kind: EvTick})
	if r.did(ActRelease) || !r.m.Old.Owns(1) {
		t.Fatal("the old connection has gone while an ack is outstanding there")
	}
	r.answered()
	r.do(Event{Kind: EvAcked})
	r.answer()
	r.expect(engineio.ActFinishLink, 1)
	if !r.m.Overlapping() {
		t.Fatal("emits may overtake what the old connection has to say")
	}
	r.do(Event{Kind: EvFinished, Link: 1})
	if len(r.out) != 2 || r.out[0].Kind != ActFlush || r.out[1].Kind != ActRelease {
		t.Fatalf("after the end of the old connection: %v, want what waits, then what came", r.out)
	}
	if r.m.Overlapping() || !r.n.Open() || r.m.Engine.Link != 2 {
		t.Fatal("the new connection is not in use")
	}
}

// TestOverlapHasDeadlines: an ack that never comes, an old transport that never
// ends.
func TestOverlapHasDeadlines(t *testing.T) {
	r := numbered(t)
	r.emits()
	r.renew()
	r.open(false)
	r.after(drainFor)
	r.expect(engineio.ActFinishLink, 1)
	r.after(finishFor)
	if r.m.Overlapping() || !r.n.Open() {
		t.Fatal("the overlap has no end")
	}
}

// TestOverlapOnlyWhereNumbered: without numbers what comes over both connections
// would be heard twice.
func TestOverlapOnlyWhereNumbered(t *testing.T) {
	r := numbered(t)
	r.m.Add(&Namespace{Slot: 1, Name: []uint16{'/', 'a'}, Gate: GateOpen, Token: true, Active: true, Phase: Connected})
	r.do(Event{Kind: EvRestart, Cause: CauseRefresh})
	if r.m.Overlapping() {
		t.Fatal("a namespace without numbers is on two connections")
	}
}

// TestOverlapRefused: the server takes one connection per user. The old one goes
// first then, and from then on.
func TestOverlapRefused(t *testing.T) {
	r := numbered(t)
	r.renewAlone()
	if got := r.links(engineio.ActFinishLink); !slices.Equal(got, []int{2, 1}) {
		t.Fatalf("finished %v, want both", got)
	}
	if r.did(ActSocketClosed) {
		t.Fatal("the user hears of it")
	}
	r.do(Event{Kind: EvFinished, Link: 1})
	r.open(false)
	r.do(Event{Kind: EvRestart, Cause: CauseRefresh})
	if r.m.Overlapping() {
		t.Fatal("tried again")
	}
}

// TestOverlapRefusedWithAcks: what the old connection was asked is answered before it goes.
func TestOverlapRefusedWithAcks(t *testing.T) {
	for _, end := range []struct {
		name string
		come func(r *renewing)
	}{
		{"answered", func(r *renewing) {
			r.answered()
			r.do(Event{Kind: EvAcked})
			r.after(settleFor)
		}},
		{"never answered", func(r *renewing) { r.after(drainFor) }},
	} {
		t.Run(end.name, func(t *testing.T) {
			r := numbered(t)
			r.emits()
			r.renewAlone()
			if got := r.links(engineio.ActFinishLink); !slices.Equal(got, []int{2}) {
				t.Fatalf("finished %v, want the new one alone", got)
			}
			if !r.m.Changing() || !(r.n.Phase == Connected || r.n.Silent) || r.n.Open() {
				t.Fatal("the ack is not awaited, or the page does not hear it, or may emit")
			}
			r.do(Event{Kind: EvAlone}) // said twice
			end.come(r)
			r.expect(engineio.ActFinishLink, 1)
			r.do(Event{Kind: EvFinished, Link: 1})
			r.open(false)
			if !r.n.Open() || r.m.Overlapping() {
				t.Fatal("the new connection is not in use")
			}
		})
	}

	t.Run("hung up meanwhile", func(t *testing.T) {
		r := numbered(t)
		r.emits()
		r.renewAlone()
		r.engine(engineio.EvLinkClosed, 1)
		r.after(settleFor)
		r.open(false)
		if !r.n.Open() || r.m.Overlapping() {
			t.Fatal("no new connection")
		}
	})
}

// TestOverlapWaits: another renewal begins when the first is over.
func TestOverlapWaits(t *testing.T) {
	r := numbered(t)
	r.renew()
	r.open(false)
	r.do(Event{Kind: EvRestart, Cause: CauseRefresh})
	if len(r.out) > 0 || r.m.Engine.Link != 2 {
		t.Fatalf("in the middle of a renewal: %v", r.out)
	}
	r.answer()
	r.do(Event{Kind: EvFinished, Link: 1})
	if !r.did(ActRelease) || !r.did(ActLeave) || !r.did(ActAttempt) {
		t.Fatalf("after it: %v, want the other one", r.out)
	}
}

// TestOverlapWaitsForNobody: … unless its user has hung up meanwhile.
func TestOverlapWaitsForNobody(t *testing.T) {
	r := numbered(t)
	other := &Namespace{Slot: 1, Name: []uint16{'/', 'a'}, Gate: GateOpen, Token: true, Active: true, Numbered: true, Phase: Connected}
	r.m.Add(other)
	r.renew()
	r.do(Event{Kind: EvCleared, Slot: 1})
	r.open(false)
	r.do(Event{Kind: EvNspConnected, Slot: 1})
	r.do(Event{Kind: EvAccepted, Slot: 1})
	r.do(Event{Kind: EvRestart, Slot: 1, Cause: CauseRefresh})
	r.do(Event{Kind: EvDisconnect, Slot: 1})
	r.answer()
	r.do(Event{Kind: EvFinished, Link: 1})
	if !r.did(ActRelease) || r.did(ActLeave) || other.Active {
		t.Fatalf("after it: %v, and it is connected again: %t", r.out, other.Active)
	}
}

// TestOverlapReads: what waits on the new connection, and what is an answer on
// the old one.
func TestOverlapReads(t *testing.T) {
	r := numbered(t)
	uses := func(old bool, n *Namespace) string { return usesOf(r.m, old, n) }
	if got := uses(false, r.n); got != "nnnnnnn" {
		t.Errorf("with one connection: %s", got)
	}
	r.renew()
	for _, row := range []struct {
		old  bool
		n    *Namespace
		want string
	}{{false, r.n, "nllnnln"}, {true, r.n, "nnnnnnn"}, {true, nil, "annnann"}} {
		if got := uses(row.old, row.n); got != row.want {
			t.Errorf("with two, old: %t, known: %t: %s, want %s", row.old, row.n != nil, got, row.want)
		}
	}
}

// TestOverlapRefusedToOthers: a namespace that comes meanwhile hears what becomes
// of it where the server does not take two connections.
func TestOverlapRefusedToOthers(t *testing.T) {
	for _, on := range []bool{false, true} {
		r := numbered(t)
		r.m.Add(&Namespace{Slot: 1, Name: []uint16{'/', 'a'}})
		r.renew()
		r.do(Event{Kind: EvConnect, Slot: 1})
		r.do(Event{Kind: EvCleared})
		r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: 2, Interval: 25000, Timeout: 20000}})
		if on {
			r.do(Event{Kind: EvNspConnected, Slot: 1})
		}
		if r.do(Event{Kind: EvAlone}); r.did(ActSocketClosed) != on {
			t.Fatalf("connected: %t; it hears of the end: %t", on, !on)
		}
		r.do(Event{Kind: EvFinished, Link: 1})
		r.open(false)
		if r.do(Event{Kind: EvNspConnected, Slot: 1}); len(r.out) == 0 || r.out[0].Kind != ActSocketConnected || r.out[0].Silent {
			t.Fatalf("connected: %t; then %+v, want it told", on, r.out)
		}
	}
}

// TestOverlapFails: the new connection does not open. The old one goes too, and
// the user hears of a loss.
func TestOverlapFails(t *testing.T) {
	r := numbered(t)
	r.renew()
	r.do(Event{Kind: EvCleared})
	r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvLinkClosed, Link: 2, Failed: true}})
	r.expect(engineio.ActFinishLink, 1)
	if r.m.Overlapping() || !r.did(ActRelease) || !r.did(ActSocketClosed) {
		t.Fatalf("%v, want the end of both", r.out)
	}
}

// TestOverlapOldEnds: the server hangs up on the old connection by itself.
func TestOverlapOldEnds(t *testing.T) {
	r := numbered(t)
	r.renew()
	r.engine(engineio.EvLinkClosed, 1)
	if r.did(ActClose) || r.did(ActSocketClosed) {
		t.Fatal("the user hears of it")
	}
	r.open(false)
	r.after(settleFor)
	if !r.did(ActRelease) || r.m.Overlapping() {
		t.Fatalf("%v, want the release", r.out)
	}
}

// TestOverlapUpgrades: the old connection may finish its upgrade meanwhile, as
// polling stands still during it.
func TestOverlapUpgrades(t *testing.T) {
	r := renews(t, true)
	r.n.Numbered = true
	probed(r)
	r.renew()
	r.engine(engineio.EvPaused, 1)
	r.expect(engineio.ActUse, 2)
	if !r.m.Old.Owns(2) || r.m.Old.Owns(1) {
		t.Fatal("it is not the old connection's")
	}
}

// TestOverlapFences: what was sent to the old connection before the new one was
// there may be late; the answer to a question comes behind it.
func TestOverlapFences(t *testing.T) {
	r := numbered(t)
	r.renew()
	r.do(Event{Kind: EvCleared})
	r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: 2, Interval: 25000, Timeout: 20000}})
	if r.do(Event{Kind: EvNspConnected}); !r.did(ActFence) {
		t.Fatalf("%v, want a question", r.out)
	}
	r.do(Event{Kind: EvAccepted})
	r.now += drainFor - 1
	if r.do(Event{Kind: EvTick}); len(r.links(engineio.ActFinishLink)) > 0 {
		t.Fatal("finished before the answer")
	}
}

// TestOverlapUnfenced: a server that is not asked gets a pause in which what is late comes.
func TestOverlapUnfenced(t *testing.T) {
	r := numbered(t)
	r.m.Unfenced, r.m.fencePause = true, 80
	r.renew()
	r.do(Event{Kind: EvCleared})
	r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: 2, Interval: 25000, Timeout: 20000}})
	if r.do(Event{Kind: EvNspConnected}); r.did(ActFence) {
		t.Fatal("asked")
	}
	r.do(Event{Kind: EvAccepted})
	r.after(80)
	r.expect(engineio.ActFinishLink, 1)
}
