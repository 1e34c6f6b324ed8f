package socketio

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

var (
	simLives = flag.Int("sim.lives", 8_000, "lives of the simulation")
	simSteps = flag.Int("sim.steps", 120, "steps of a life")
	simSeed  = flag.Uint64("sim.seed", 6, "what they are drawn from")
)

// A long life of any event in any state, for three namespaces: "/", one whose token CONNECT carries and one whose token
// the handshake carries, or CONNECT, too; some of them numbered. Half of the events are what a server, the lifecycle and a user would do
// next, so that it gets somewhere; the other half is noise. After every single event what the page relies on holds.
func TestAnyEventInAnyManager(t *testing.T) {
	lives, steps := *simLives, *simSteps
	r := rand.New(rand.NewPCG(5, *simSeed))
	visits := map[string]int{}
	for range lives {
		config := [...]string{"/ /a:connect /q:open", "/:event /a:connect /q:open", "/ /a:connect /b:connect"}[r.IntN(3)] + [...]string{"", "", " eio3", " auto"}[r.IntN(4)]
		for _, word := range []string{" attempts=2", " timeout=5000", " polling", " all", " noreconnect"} {
			if r.IntN(4) == 0 {
				config += word
			}
		}
		w := &witness{T: t, player: newPlayer(config), told: map[int]bool{}, on: map[int]int{}, live: map[int]bool{}, owed: map[int]bool{}, gone: map[int]bool{}}
		all := r.IntN(2) == 0
		for _, n := range w.m.Namespaces {
			n.Numbered = all || r.IntN(2) == 0
		}
		for range steps {
			e := w.noise(r)
			if r.IntN(2) == 0 {
				e = w.sense(r)
			}
			w.step(e)
			visits[w.place()]++
			if t.Failed() {
				t.Fatalf("%s: %s by %+v", config, w.place(), e)
			}
		}
		w.wayOut(config, r.IntN(2) == 0, r.IntN(2) == 0)
	}
	for _, place := range places() {
		if visits[place] < lives/50 {
			t.Errorf("the simulation came to %s %d times", place, visits[place])
		}
	}
}

// places are where a manager may stand: see player.place.
func places() (all []string) {
	for p := PhaseClosed; p <= PhaseOpen; p++ {
		all = append(all, p.String())
	}
	for s := draining; s <= standbyDelivering; s++ {
		all = append(all, s.String())
	}
	return all
}

// witness watches what the sockets are told and what becomes of the links.
type witness struct {
	*testing.T
	*player
	told  map[int]bool // by slot: the user knows it as connected
	on    map[int]int  // by slot: the link that it was connected on
	live  map[int]bool // links that were opened and neither closed nor lost
	owed  map[int]bool // by slot: its lifecycle waits for an attempt, or to hear that none comes
	gone  map[int]bool // by slot: DISCONNECT was sent, and no CONNECT since
	stood bool         // there was a standby before this event
	mute  bool         // the server answers no CONNECT that was given up
}

func (w *witness) step(e Event) {
	if e.Kind == EvConnect && w.told[e.Slot] { // connect() of a socket that is connected: its session is over, or nothing is
		if w.m.Find(e.Slot).Active {
			return
		}
		w.step(Event{Kind: EvDisconnect, Slot: e.Slot})
	}
	if e.Kind == EvEngine && e.Engine.Kind == engineio.EvLinkClosed {
		delete(w.live, e.Engine.Link)
	}
	switch e.Kind {
	case EvLateAnswer, EvNspConnected:
		if n := w.m.Find(e.Slot); n != nil && w.m.GivenUp(n) && (e.Connected || e.Kind == EvNspConnected) {
			w.gone[e.Slot] = false
		}
	case EvRenew:
		w.owed[e.Slot] = true
	case EvDisconnect, EvHalt, EvBackoff: // the lifecycle's own end of it
		delete(w.owed, e.Slot)
	}
	out := w.next(e)
	defer func() {
		if w.Failed() {
			var said []string
			for _, a := range out {
				said = append(said, w.say(a))
			}
			w.Errorf("… by %v", said)
		}
	}()
	defer func() { w.stood = w.m.handover.carried != nil }()
	if len(out) > 40 {
		w.Errorf("%d actions at once", len(out))
	}
	for _, a := range out {
		n := w.m.Find(a.Slot)
		w.covers(a, n)
		if a.Kind == ActAttempt || a.Kind == ActSocketClosed || a.Kind == ActSocketError {
			delete(w.owed, a.Slot)
		}
		switch a.Kind {
		case ActEngine:
			w.link(*a.Engine)
		case ActSocketConnected:
			if w.told[a.Slot] && !a.Silent {
				w.Errorf("%s is told twice that it is connected", w.names[a.Slot])
			}
			w.told[a.Slot], w.on[a.Slot] = true, w.m.Engine.Link
		case ActSocketClosed:
			w.told[a.Slot] = false
		case ActConnect:
			if n.Gate != GateNone && !n.cleared {
				w.Errorf("CONNECT of %s without its token", w.names[a.Slot])
			}
		}
	}
	if e.Kind == EvNspRefused && w.m.Find(e.Slot).Token { // the lifecycle's answer: another token, or the end
		w.step([]Event{{Kind: EvRenew, Slot: e.Slot, Cause: CauseUnauthorized}, {Kind: EvHalt, Slot: e.Slot}}[len(out)%2])
		return
	}
	w.standing()
	if at := w.m.Deadline(); e.Kind == EvTick && at != 0 && at <= w.now {
		w.Errorf("the deadline %d is not met at %d: a busy loop", at, w.now)
	}
}

// covers: the user of a namespace without a token hears of every change of its connection, unless the handshake of that
// carries another's token; a standby's token is in hand, and its queue is delivered when the namespace is back.
func (w *witness) covers(a Action, n *Namespace) {
	name := w.names[a.Slot]
	switch a.Kind {
	case ActSocketConnected:
		w.gone[a.Slot] = false
		if a.Silent && !n.Token && !slices.ContainsFunc(w.m.Namespaces, func(n *Namespace) bool { return n.Gate == GateOpen }) {
			w.Errorf("%s is another socket of the server's, and its user does not know", name)
		}
	case ActDisconnect:
		if w.gone[a.Slot] {
			w.Errorf("%s leaves twice, which servers take for a fault", name)
		}
		w.gone[a.Slot] = true
	case ActConnect:
		if a.N != 0 && (n != w.m.handover.carried || w.gone[a.Slot] || !w.m.handover.other.Owns(a.N)) {
			w.Errorf("%s joins a standby after it has left, or one that carries another namespace", name)
		}
	case ActDeliver:
		if n := w.m.handover.carried; n == nil || n.Phase != Connected || w.on[n.Slot] != w.m.Engine.Link {
			w.Errorf("the standby is delivered before %+v is back", n)
		}
	case ActFlush:
		if a.Silent && w.stood {
			w.Errorf("what %s emitted is given up, and its connection has not changed", name)
		}
	case ActFence:
		if !w.live[a.N] {
			w.Errorf("a question for link %d, which is closed", a.N)
		}
	}
}

func (w *witness) link(a engineio.Action) {
	switch a.Kind {
	case engineio.ActOpenLink:
		if w.live[a.Link] {
			w.Errorf("link %d is given out twice", a.Link)
		}
		w.live[a.Link] = true
	case engineio.ActCloseLink, engineio.ActFinishLink:
		delete(w.live, a.Link)
	case engineio.ActUpgraded: // the same connection, by its probe
		for slot := range w.on {
			if w.on[slot] == a.Link-1 {
				w.on[slot] = a.Link
			}
		}
	case engineio.ActSend:
		if !w.live[a.Link] {
			w.Errorf("packet %d goes to link %d, which is closed", a.Packet, a.Link)
		}
	}
}

// standing is what holds between two events.
func (w *witness) standing() {
	m := w.m
	for link := range w.live {
		if !m.Engine.Owns(link) && !m.handover.other.Owns(link) {
			w.Errorf("link %d is left open, and nobody's", link)
		}
	}
	for i, n := range m.Namespaces {
		name := w.names[i]
		switch {
		case n.Phase == Connected && !w.told[n.Slot]:
			w.Errorf("%s is connected and was not told", name)
		case n.Phase == Connected && gone(m.handover.stage): // until the next connection opens
		case n.Phase == Connected && w.on[n.Slot] != m.Engine.Link:
			w.Errorf("%s is connected on link %d, which was connected on %d", name, m.Engine.Link, w.on[n.Slot])
		case n.Phase == Connected && m.Engine.Phase != engineio.Opened:
			w.Errorf("%s is connected on a connection that is %v", name, m.Engine.Phase)
		case n.Phase == Connecting && m.phase != PhaseOpen:
			w.Errorf("%s waits for CONNECT, and nothing is open", name)
		case n.Phase == Off && n.Silent:
			w.Errorf("%s is off, and that is kept from the user", name)
		case w.told[n.Slot] && n.Phase != Connected && !n.Silent:
			w.Errorf("%s is %v, and the user thinks it is connected", name, n.Phase)
		}
	}
	stage := m.handover.stage
	if n := m.handover.carried; (n != nil) != stage.standby() || n != nil && !n.Active {
		w.Errorf("%v, and the standby carries %+v", stage, n)
	}
	if stage == opening || stage == openingBeside {
		if m.phase != PhaseOpening {
			w.Errorf("%v, and the manager is %v", stage, m.phase)
		}
	} else if stage != steady && m.phase != PhaseOpen {
		w.Errorf("%v, and the manager is %v", stage, m.phase)
	}
	if two := m.handover.other.Phase != engineio.Idle && m.handover.other.Phase != engineio.Closed; two && !stage.beside() && !stage.standby() {
		w.Errorf("%v, and there are two connections", stage)
	}
	switch m.phase {
	case PhaseClosed, PhasePausing:
		if m.Engine.Phase != engineio.Idle && m.Engine.Phase != engineio.Closed {
			w.Errorf("closed, and the connection is %v", m.Engine.Phase)
		}
	case PhaseOpen:
		if m.Engine.Phase != engineio.Opened && !gone(stage) {
			w.Errorf("open, and the connection is %v", m.Engine.Phase)
		}
	}
}

// gone says whether the connection in use has closed, and the next one is not opened yet.
func gone(s stage) bool { return s == retiring || s == drainingAlone || s == retiringAlone }
