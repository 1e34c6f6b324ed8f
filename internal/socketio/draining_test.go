package socketio

import (
	"slices"
	"testing"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// renewing is a manager that the lifecycle above renews, step by step.
type renewing struct {
	*testing.T
	m       *Manager
	n       *Namespace
	now     int64
	out     []Action
	ids     acks // of emits that wait for an answer
	answers int
}

// renews is one namespace with its token in the handshake, connected over
// polling with the upgrade under way.
func renews(t *testing.T, upgradable bool) *renewing {
	c := Config{Engine: engineio.Config{Transports: engineio.Order{engineio.Polling, engineio.WebSocket}, Upgrade: true, Revision: 4}, Reconnection: true, MaxAttempts: -1, Backoff: Backoff{Backoff: lifecycle.Backoff{Min: 1000, Max: 5000}}}
	r := &renewing{T: t, m: NewManager(c, 0), n: &Namespace{Name: []uint16{'/'}, Gate: GateOpen, Token: true}, now: 1000}
	r.m.Add(r.n)
	r.do(Event{Kind: EvConnect})
	r.open(upgradable)
	return r
}

func (r *renewing) do(e Event) []Action {
	e.Now, e.Engine.Now = r.now, r.now
	r.out = r.m.Next(&e, nil)
	return r.out
}

// emits asks for an ack.
func (r *renewing) emits() {
	r.ids.add(len(r.ids) + r.answers)
	r.n.AwaitAck(r.ids[len(r.ids)-1])
}

// answered is the server's answer to the oldest emit.
func (r *renewing) answered() {
	r.m.Acked(r.n, r.ids[0])
	r.ids = r.ids[1:]
	r.answers++
}

func (r *renewing) engine(kind engineio.EventKind, link int) []Action {
	return r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: kind, Link: link}})
}

// open goes from the token in hand to a session that is accepted.
func (r *renewing) open(upgradable bool) {
	r.Helper()
	r.do(Event{Kind: EvCleared})
	handshake := engineio.Event{Kind: engineio.EvHandshake, Link: r.m.Engine.Link, Interval: 25000, Timeout: 20000}
	if upgradable {
		handshake.Upgradable = 1 << engineio.WebSocket
	}
	r.do(Event{Kind: EvEngine, Engine: handshake})
	r.do(Event{Kind: EvNspConnected})
	r.do(Event{Kind: EvAccepted})
	if !r.n.Open() {
		r.Fatal("the session is not open")
	}
}

// after lets time go by up to the next deadline, which must be ms away.
func (r *renewing) after(ms int64) {
	r.Helper()
	if at := r.m.Deadline(); at != r.now+ms {
		r.Fatalf("the next deadline is in %d ms, want %d", at-r.now, ms)
	}
	r.now += ms
	r.do(Event{Kind: EvTick})
}

// links are the transports that the last actions did this to.
func (r *renewing) links(kind engineio.ActionKind) (links []int) {
	for _, a := range r.out {
		if a.Kind == ActEngine && a.Engine.Kind == kind {
			links = append(links, a.Engine.Link)
		}
	}
	return links
}

func (r *renewing) expect(kind engineio.ActionKind, link int) {
	r.Helper()
	if got := r.links(kind); len(got) != 1 || got[0] != link {
		r.Fatalf("action %d on links %v, want %d", kind, got, link)
	}
}

func (r *renewing) did(kind ActionKind) bool {
	return slices.ContainsFunc(r.out, func(a Action) bool { return a.Kind == kind })
}

// numbered is such a session on a server that numbers what it sends.
func numbered(t *testing.T) *renewing {
	r := renews(t, false)
	r.n.Numbered = true
	return r
}

// renew begins a handover beside the old connection.
func (r *renewing) renew() {
	r.Helper()
	r.do(Event{Kind: EvRenew, Cause: CauseRefresh})
	if r.m.handover.stage != openingBeside {
		r.Fatal("the new connection does not open beside the old one")
	}
}

// renewAlone is a handover whose second connection the server refuses.
func (r *renewing) renewAlone() {
	r.Helper()
	r.renew()
	r.do(Event{Kind: EvCleared})
	r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: 2, Interval: 25000, Timeout: 20000}})
	r.do(Event{Kind: EvSecondRefused})
}

// TestRenewalDuringUpgrade: at every stage of an upgrade a renewal waits for
// what was said last, leaves the transport in use in order and the probe at once,
// and opens the new connection when the old one has ended.
func TestRenewalDuringUpgrade(t *testing.T) {
	stages := []struct {
		name      string
		reach     func(r *renewing)
		use       int // the transport that is finished
		abandoned []int
	}{
		{"before: polling alone", nil, 1, []int{2}},
		{"the websocket is open, probe sent", func(r *renewing) { r.engine(engineio.EvLinkOpened, 2) }, 1, []int{2}},
		{"probe answered, polling pauses", func(r *renewing) { probed(r) }, 1, []int{2}},
		{"the websocket has taken over", func(r *renewing) { probed(r); r.engine(engineio.EvPaused, 1) }, 2, nil},
	}
	for _, stage := range stages {
		t.Run(stage.name, func(t *testing.T) {
			r := renews(t, true)
			if stage.reach != nil {
				stage.reach(r)
			}
			r.emits()
			r.do(Event{Kind: EvRenew, Cause: CauseRefresh})
			if r.n.Open() {
				t.Error("emits are not held")
			}
			if len(r.links(engineio.ActFinishLink)) > 0 {
				t.Error("finished with an ack outstanding")
			}
			r.now += 700
			r.answered()
			r.do(Event{Kind: EvAcked})
			r.after(settleFor)
			r.expect(engineio.ActFinishLink, stage.use)
			if got := r.links(engineio.ActCloseLink); len(got) != len(stage.abandoned) || len(got) > 0 && got[0] != stage.abandoned[0] {
				t.Errorf("closed %v at once, want %v", got, stage.abandoned)
			}
			if r.did(ActAttempt) || len(r.links(engineio.ActOpenLink)) > 0 {
				t.Error("opened before the old one has ended")
			}
			r.do(Event{Kind: EvFinished, Link: stage.use})
			r.open(true)
			if r.n.Silent {
				t.Error("the change is still going on")
			}
		})
	}
}

// probed answers the probe.
func probed(r *renewing) {
	r.engine(engineio.EvLinkOpened, 2)
	r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvPacket, Link: 2, Packet: engineio.Pong, Probe: true}})
}

// TestRenewalHasDeadlines: neither an ack that never comes nor a transport that
// never ends keeps the page's emits for longer.
func TestRenewalHasDeadlines(t *testing.T) {
	r := renews(t, false)
	r.emits()
	r.do(Event{Kind: EvRenew, Cause: CauseRefresh})
	r.after(drainFor)
	r.expect(engineio.ActFinishLink, 1)
	r.after(finishFor)
	r.open(false)
}

// TestRenewalWaitsForASlowServer: as long as one ack after the other comes, the
// old connection stays until it has brought them all.
func TestRenewalWaitsForASlowServer(t *testing.T) {
	slow := func(r *renewing, ack func()) {
		for range 3 {
			r.now = r.m.Deadline() - 1
			ack()
			if r.do(Event{Kind: EvAcked}); r.m.Deadline() != r.now+drainFor {
				t.Fatalf("the next deadline is in %d ms", r.m.Deadline()-r.now)
			}
		}
		if got := r.links(engineio.ActFinishLink); len(got) > 0 || r.did(ActDisconnect) {
			t.Fatal("it has not waited")
		}
	}
	await := func(r *renewing) {
		for range 4 {
			r.emits()
		}
	}
	t.Run("another connection", func(t *testing.T) {
		r := renews(t, false)
		await(r)
		r.do(Event{Kind: EvRenew, Cause: CauseRefresh})
		slow(r, r.answered)
		r.after(drainFor)
		r.expect(engineio.ActFinishLink, 1)
	})
	for name, begin := range map[string]func(r *renewing){
		"another beside it": func(r *renewing) {
			r.renew()
			r.open(false)
			r.m.handover.awaited-- // the answer to the fence
			r.do(Event{Kind: EvAcked})
		},
		"another beside it, refused": (*renewing).renewAlone,
	} {
		t.Run(name, func(t *testing.T) {
			r := numbered(t)
			await(r)
			begin(r)
			slow(r, r.answered)
			r.after(drainFor)
			r.expect(engineio.ActFinishLink, 1)
		})
	}
	t.Run("the same, which it leaves and joins again", func(t *testing.T) {
		r := renews(t, false)
		r.m.Add(&Namespace{Slot: 1, Name: []uint16{'/', 'a'}, Active: true, Phase: Connected})
		r.n.Gate = GateConnect
		await(r)
		r.do(Event{Kind: EvRenew, Cause: CauseRefresh})
		slow(r, r.answered)
		r.now += drainFor - 1
		if r.do(Event{Kind: EvTick}); r.did(ActDisconnect) {
			t.Fatal("left too early")
		}
		r.now++
		if r.do(Event{Kind: EvTick}); !r.did(ActDisconnect) {
			t.Fatal("waits for ever for the last")
		}
	})
}

// Whoever is connected on a connection that turns out to be of no use hears of its end.
func TestOlderThanItLookedWhileConnected(t *testing.T) {
	c := Config{Engine: engineio.Config{Transports: engineio.Order{engineio.WebSocket}}, Reconnection: true, MaxAttempts: -1, Backoff: Backoff{Backoff: lifecycle.Backoff{Min: 1000, Max: 5000}}}
	r := &renewing{T: t, m: NewManager(c, 0), n: &Namespace{Name: []uint16{'/'}, Gate: GateOpen, Token: true}, now: 1000}
	r.m.Add(r.n)
	r.do(Event{Kind: EvConnect})
	r.do(Event{Kind: EvCleared})
	taken := r.m.Engine.Link
	r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: taken, Interval: 25000, Timeout: 20000}})
	r.now = r.m.Deadline() // its CONNECT has not come
	r.do(Event{Kind: EvTick})
	r.do(Event{Kind: EvNspConnected})
	r.do(Event{Kind: EvAccepted})
	if !r.n.Open() {
		t.Fatal("the session is not open")
	}
	r.do(Event{Kind: EvMisjudged, Link: taken})
	if !r.did(ActClose) || !r.did(ActSocketClosed) {
		t.Error("the user does not hear that the connection has ended")
	}
}

// TestOlderThanItLooked: over websocket alone a server 1.x or 2.x that takes its
// time is taken for a newer one. It is asked once more, as what it is, and nobody
// hears of that: neither at the start nor at a renewal.
func TestOlderThanItLooked(t *testing.T) {
	c := Config{Engine: engineio.Config{Transports: engineio.Order{engineio.WebSocket}}, Reconnection: true, MaxAttempts: -1, Backoff: Backoff{Backoff: lifecycle.Backoff{Min: 1000, Max: 5000}}}
	r := &renewing{T: t, m: NewManager(c, 0), n: &Namespace{Name: []uint16{'/'}, Gate: GateOpen, Token: true}, now: 1000}
	r.m.Add(r.n)
	r.do(Event{Kind: EvConnect})
	for _, when := range []string{"at the start", "renewed"} {
		r.do(Event{Kind: EvCleared})
		taken := r.m.Engine.Link
		r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: taken, Interval: 25000, Timeout: 20000}})
		r.now = r.m.Deadline() // its CONNECT has not come
		r.do(Event{Kind: EvTick})
		if r.m.Engine.Revision != 4 || r.n.Phase != Connecting {
			t.Fatalf("%s: revision %d, the namespace is %v", when, r.m.Engine.Revision, r.n.Phase)
		}
		if !r.m.Misjudged(true) || r.m.Misjudged(false) {
			t.Fatalf("%s: an answer to CONNECT without a payload does not tell", when)
		}
		r.do(Event{Kind: EvMisjudged, Link: taken})
		r.expect(engineio.ActFinishLink, taken)
		heard := r.did(ActClose) || r.did(ActSocketClosed)
		r.do(Event{Kind: EvFinished, Link: taken})
		if heard || r.did(ActClose) || r.did(ActSocketClosed) {
			t.Fatalf("%s: the user hears of it", when)
		}
		r.do(Event{Kind: EvCleared})
		for _, a := range r.out {
			if a.Kind == ActEngine && a.Engine.Kind == engineio.ActOpenLink && a.Engine.Revision != 3 {
				t.Fatalf("%s: asked with %d", when, a.Engine.Revision)
			}
		}
		r.do(Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: r.m.Engine.Link, Interval: 25000, Timeout: 20000}})
		r.do(Event{Kind: EvRootConnected})
		r.do(Event{Kind: EvNspConnected})
		r.do(Event{Kind: EvAccepted})
		if !r.n.Open() || r.n.Silent {
			t.Fatalf("%s: the session is not open", when)
		}
		r.do(Event{Kind: EvRenew, Cause: CauseRefresh})
		r.now = r.m.Deadline()
		r.do(Event{Kind: EvTick})
		r.do(Event{Kind: EvFinished, Link: r.m.handover.finishing})
	}
}

// TestRefusedConnectionGoesAtOnce: nothing is said there, and the server is about
// to hang up.
func TestRefusedConnectionGoesAtOnce(t *testing.T) {
	r := renews(t, false)
	r.do(Event{Kind: EvRenew, Cause: CauseUnauthorized})
	r.expect(engineio.ActFinishLink, 1)
}
