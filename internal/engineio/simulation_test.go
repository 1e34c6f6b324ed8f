package engineio

import (
	"math/rand/v2"
	"testing"
)

// A long life of any event in any state. Half of the events are what a server and a network would do next, so that it
// gets somewhere; the other half is noise. Nothing panics, and after every single event what an owner relies on holds.
func TestAnyEventInAnyState(t *testing.T) {
	const lives, steps = 4_000, 60
	r := rand.New(rand.NewPCG(3, 4))
	visits := map[string]int{}
	for range lives {
		p := newPlayer("")
		p.s.Config = configOf(uint8(r.Uint32()))
		w := &witness{t: t, player: p, live: map[int]bool{}}
		for range steps {
			e := w.noise(r)
			if r.IntN(2) == 0 {
				e = w.sense(r)
			}
			w.next(e)
			visits[p.place()]++
			if t.Failed() {
				return
			}
		}
		w.wayOut()
	}
	for _, place := range []string{"idle", "opening", "deciding", "opened", "probing", "pausing", "upgraded", "closed"} {
		if visits[place] < lives/10 && place != "idle" {
			t.Errorf("the simulation came to %s %d times", place, visits[place])
		}
	}
}

// witness watches what the machine does with transports.
type witness struct {
	t *testing.T
	*player
	live map[int]bool // links that were opened and neither closed nor lost
	open bool
}

func (w *witness) next(e Event) {
	before := w.s
	was := w.place()
	e.Now = w.now
	if e.Kind == EvLinkClosed {
		delete(w.live, e.Link)
	}
	var out []Action
	w.s, out = w.s.Next(e, nil)
	if len(out) > 6 {
		w.t.Errorf("%d actions at once", len(out))
	}
	for _, a := range out {
		switch a.Kind {
		case ActOpenLink:
			if a.Link <= before.links {
				w.t.Errorf("link %d is given out again", a.Link)
			}
			if a.Transport < Polling || a.Transport > WebTransport {
				w.t.Errorf("%v is opened", a.Transport)
			}
			w.live[a.Link] = true
		case ActCloseLink, ActFinishLink:
			if !w.live[a.Link] && a.Link != e.Link {
				w.t.Errorf("link %d is closed, and was before", a.Link)
			}
			if a.Kind == ActFinishLink && !w.live[a.Link] {
				w.t.Errorf("link %d is to send its last, and is gone", a.Link)
			}
			delete(w.live, a.Link)
		case ActSend, ActPause, ActUse, ActUpgraded, ActUpgrading:
			if !w.live[a.Link] {
				w.t.Errorf("%s, and that is closed", say(a))
			}
		case ActOpened:
			if w.open {
				w.t.Error("opened twice")
			}
			w.open = true
		case ActClosed:
			if before.Phase == Idle || before.Phase == Closed {
				w.t.Error("closed twice")
			}
			w.open = false
		}
	}
	if w.open != (w.s.Phase == Opened) {
		w.t.Errorf("told that it is open: %v, and it is %v", w.open, w.s.Phase)
	}
	at := w.s.Deadline()
	switch w.s.Phase {
	case Idle, Closed:
		if at != 0 || len(w.live) != 0 || w.s.Link != 0 {
			w.t.Errorf("%v, with deadline %d and links %v", w.s.Phase, at, w.live)
		}
	case Opening:
		if !w.live[w.s.Link] || at != 0 {
			w.t.Errorf("opening, with deadline %d and links %v", at, w.live)
		}
	case Deciding, Opened: // nothing is waited for without an end
		if at == 0 || w.s.Phase == Opened && (w.s.Revision != 3 && w.s.Revision != 4) {
			w.t.Errorf("%v, revision %d, without a deadline", w.s.Phase, w.s.Revision)
		}
	}
	if w.s.probe != 0 && !w.live[w.s.probe] || len(w.live) > 2 || w.s.Phase == Opened && w.s.probe == 0 && len(w.live) > 1 {
		w.t.Errorf("probe %d among links %v", w.s.probe, w.live)
	}
	if e.Kind == EvTick && at != 0 && at <= w.now {
		w.t.Errorf("the deadline %d is not met at %d: a busy loop", at, w.now)
	}
	if e.Kind == EvTick && len(out) > 0 && (before.Deadline() == 0 || before.Deadline() > w.now) {
		w.t.Errorf("%d actions before the deadline", len(out))
	}
	if w.t.Failed() {
		w.t.Errorf("%s → %s by %+v: %+v", was, w.place(), e, out)
	}
}

func (w *witness) noise(r *rand.Rand) Event {
	w.now += r.Int64N(100)
	e := eventOf(byte(r.Uint32()), byte(r.Uint32()))
	e.Link = w.s.links - r.IntN(3)
	if e.Kind == EvClose && r.IntN(4) != 0 {
		e.Kind = EvTick
	}
	return e
}

// sense is what would come next.
func (w *witness) sense(r *rand.Rand) Event {
	e := Event{Link: w.s.Link, Interval: 25_000, Timeout: 20_000, Upgradable: 1 << WebSocket}
	switch w.place() {
	case "idle", "closed":
		e.Kind = EvOpen
	case "opening":
		e.Kind, e.Revision = EvHandshake, [...]int{3, 4, 0}[r.IntN(3)]
	case "deciding":
		e.Kind = [...]EventKind{EvMessage, EvTick, EvTick}[r.IntN(3)]
		w.now += r.Int64N(150)
	case "probing":
		e.Kind, e.Packet, e.Probe, e.Link = EvPacket, Pong, true, w.s.probe
	case "pausing":
		e.Kind = EvPaused
	case "opened", "upgraded":
		e.Kind = EvTick
		if at := w.s.Deadline(); r.IntN(2) == 0 {
			w.now = max(w.now, at)
		} else {
			e.Kind, e.Packet = EvPacket, [...]PacketType{Ping, Pong}[r.IntN(2)]
		}
	}
	return e
}

// wayOut: from wherever this life has come to, the connection can be closed and opened again.
func (w *witness) wayOut() {
	w.next(Event{Kind: EvClose})
	if w.s.Phase != Closed && w.s.Phase != Idle {
		w.t.Errorf("hung up, and it is %v", w.s.Phase)
	}
	w.next(Event{Kind: EvOpen})
	w.next(Event{Kind: EvHandshake, Link: w.s.Link, Revision: 4})
	if w.s.Phase != Opened {
		w.t.Errorf("opened again, and it is %v", w.s.Phase)
	}
}
