package core

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var (
	simSteps = flag.Int("sim.steps", 1_000_000, "steps of the simulation")
	simTrace = flag.Int("sim.trace", 60, "how much of a life with a fault to show, in lines")
	simSeed  = flag.Uint64("sim.seed", 0, "seed of one life to repeat; 0: as many lives as there are steps, then some of random seeds")
)

// stepsOfALife is how long one page lives before it has to come to an end in order.
const stepsOfALife = 400

// TestSimulation lets random pages live with model servers: managers, sockets and token
// sources come and go, servers refuse, hang up and lose connections, token functions fail,
// users do things in any order. Every frame goes through Rx and every emit through Tx, as
// in the page. A fault names the seed of its life, and -sim.seed repeats that one.
//
// What holds at every step:
//   - an effect has an owner: the page knows the manager, the socket or the source that it
//     is told for;
//   - packets go to transports that are open, and each number of a transport is given out
//     once;
//   - what a user with a token emits goes to a server that has accepted the token;
//   - a token is told accepted that the server has accepted, and travels as one that its
//     source has given;
//   - a deadline that has been met is not wanted again.
//
// And at the end of a life, when the network, the server and the token functions mean well:
//   - every socket that its user wants is connected, and authenticated if it has a token;
//   - every promise of reauthenticate() has been settled;
//   - when all are disconnected, the core has no manager, socket, source or deadline left.
func TestSimulation(t *testing.T) {
	if *simSeed != 0 {
		live(t, *simSeed)
		return
	}
	steps := *simSteps
	if testing.Short() {
		steps /= 20
	}
	seen := map[string]int{}
	lives := 0
	for seed := uint64(1); lives*stepsOfALife < steps; seed++ {
		w := live(t, seed)
		lives++
		for what, n := range w.seen {
			seen[what] += n
		}
		if t.Failed() {
			return
		}
	}
	for range 20 { // and a few that nobody has seen
		live(t, rand.Uint64()|1)
	}
	for a := asking; a <= reported; a++ {
		if seen[a.String()] < lives/20 {
			t.Errorf("a socket was %s %d times in %d lives", a, seen[a.String()], lives)
		}
	}
	for _, what := range []string{"handover", "standby", "fence", "renewal", "acknowledge", "settled", "status", "redirect", "late", "wildcard", "wait", "retry"} {
		if seen[what] < lives/50 {
			t.Errorf("%s was seen %d times in %d lives", what, seen[what], lives)
		}
	}
}

// live lives one page's life.
func live(t *testing.T, seed uint64) *world {
	t.Helper()
	w := newWorld(seed)
	for range stepsOfALife {
		if w.step(); w.fault != "" {
			break
		}
	}
	if w.fault == "" {
		w.end()
	}
	if w.fault != "" {
		t.Errorf("seed %d: %s\n%s", seed, w.fault, strings.Join(w.trace[max(0, len(w.trace)-*simTrace):], "\n"))
	}
	return w
}

// world is a page, the servers that it connects to, and its user.
type world struct {
	*rand.Rand
	core  *Core
	now   int64
	wake  int64
	fault string   // the first one
	trace []string // what happened
	seen  map[string]int
	calm  bool // little happens but renewals
	good  bool // network, servers and token functions mean well

	managers []*simManager
	sockets  []*simSocket
	sources  []*simSource
	all      []*simSocket // also those that the core does not know

	effects []func() // told, and not done yet
	doing   bool
	tokens  uint32 // the last token's number
	bad     map[uint32]bool
	expires map[uint32]int64
}

func newWorld(seed uint64) *world {
	w := &world{
		Rand: rand.New(rand.NewPCG(seed, 1)), now: 1_800_000_000_000, seen: map[string]int{}, bad: map[uint32]bool{}, expires: map[uint32]int64{},
	}
	w.core = New(w)
	w.calm = w.chance(2)
	for range 1 + w.IntN(2) {
		w.addManager()
	}
	for _, s := range w.all {
		if w.calm {
			w.connect(s)
		}
	}
	return w
}

func (w *world) chance(n int) bool { return w.IntN(n) == 0 }

func (w *world) note(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf(format, args...))
}

// fail notes the first fault of a life.
func (w *world) fail(format string, args ...any) {
	if w.fault == "" {
		w.fault = fmt.Sprintf(format, args...)
		w.note("FAULT: %s", w.fault)
	}
}

// call tells the core an operation, and does what it wants, as js/src/bridge/calls.ts does:
// in the core's order, also when the page calls the core again meanwhile.
func (w *world) call(what string, op func()) {
	w.note("%d %s", w.now, what)
	w.core.Begin(w.now)
	op()
	w.core.End()
	w.look()
	if w.doing {
		return
	}
	w.doing = true
	for len(w.effects) > 0 && w.fault == "" {
		next := w.effects[0]
		w.effects = w.effects[1:]
		next()
	}
	w.doing = false
	w.rest()
}

// look notes where the sockets stand.
func (w *world) look() {
	for _, s := range w.core.sockets {
		if s != nil && s.token {
			w.seen[s.attempt.String()]++
		}
	}
}

// step is something that happens.
func (w *world) step() {
	w.handles()
	s := w.all[w.IntN(len(w.all))]
	m := s.m
	n := w.IntN(100)
	if w.calm && n >= 76 && !w.chance(8) {
		n = w.IntN(76)
	}
	switch {
	case n < 45:
		w.deliver(m)
	case n < 60:
		w.answerSource(m)
	case n < 66:
		w.answerHook(s)
	case n < 76:
		w.pass()
	case n < 84:
		w.user(s)
	case n < 90:
		w.emit(s)
	default:
		w.trouble(m, s)
	}
}

// pass lets time go by, mostly until the core wants to be woken.
func (w *world) pass() {
	switch {
	case w.wake != 0 && !w.chance(4):
		w.now = max(w.now, w.wake)
	case w.chance(50):
		w.now += 3_600_000
	default:
		w.now += int64(w.IntN(3000))
	}
	w.call("tick", w.core.Tick)
	for again := 0; w.wake != 0 && w.wake <= w.now; again++ { // a pause may be 0 ms
		if again == 5 {
			w.fail("the deadline %d is not met at %d", w.wake, w.now)
			return
		}
		w.call("tick", w.core.Tick)
	}
}

// end brings everything to a good end, and looks what is left.
func (w *world) end() {
	w.good = true
	w.note("all mean well from here on")
	wanted := func() (waiting *simSocket) {
		for _, s := range w.all {
			if s.active && (!s.connected || s.source != nil && !s.accepted) {
				waiting = s
			}
		}
		return waiting
	}
	for round := 0; ; round++ {
		if round%100 == 0 { // who has been refused, or does not reconnect, connects again
			for _, m := range w.managers {
				if m != nil && m.server.revision == 3 { // as in the official client, "/" joins a connection once
					w.call("close", func() { w.core.Close(m.id) })
				}
			}
			for _, s := range w.all {
				if w.chance(4) && s.m.server.revision != 3 || s.active && !s.connected {
					w.disconnect(s)
				}
				if w.connect(s); w.fault != "" {
					return
				}
			}
		}
		for range 30 {
			w.settleOnce()
		}
		if w.fault != "" {
			return
		}
		s := wanted()
		if s == nil {
			break
		}
		if round > 400 {
			where := "unknown to the core"
			if known := w.core.socket(s.slot); known != nil {
				where = fmt.Sprintf("%s, %s, %+v of %+v", known.attempt, known.life.State(), known.n, known.manager.m)
			}
			w.fail("%s is not connected, or not authenticated: %s", s.name, where)
			return
		}
	}
	for _, s := range w.all {
		w.disconnect(s)
	}
	for range 3000 {
		w.settleOnce()
		if len(w.core.managers)+len(w.core.sockets)+len(w.core.sources) == 0 && w.wake == 0 {
			break
		}
	}
	for _, s := range w.all {
		if s.promises != 0 {
			w.fail("%d promises of reauthenticate() of %s are not settled", s.promises, s.name)
		}
	}
	if n := len(w.core.managers) + len(w.core.sockets) + len(w.core.sources); n != 0 || w.wake != 0 {
		w.fail("%d managers, %d sockets, %d sources are left, and the deadline %d", len(w.core.managers), len(w.core.sockets), len(w.core.sources), w.wake)
	}
}

// settleOnce does one thing that is owed to somebody, or lets time go by.
func (w *world) settleOnce() {
	w.handles()
	for _, m := range w.managers {
		if m != nil && (w.deliver(m) || w.answerSource(m)) {
			return
		}
	}
	for _, s := range w.all {
		if w.answerSource(s.m) || w.answerHook(s) {
			return
		}
	}
	if w.ping() || w.wake == 0 {
		return
	}
	w.now = max(w.now, w.wake)
	w.call("tick", w.core.Tick)
}
