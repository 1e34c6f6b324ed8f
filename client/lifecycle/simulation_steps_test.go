package lifecycle

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A simulation is one run of what surrounds a Lifecycle, drawn from one seed: a clock
// that is wrong, a provider that is slow, stale or broken, a server that refuses,
// sleeps, hangs up or dies, and users who act in any order. Its owners keep the contract
// of an owner and do nothing else; whatever breaks an invariant calls violation.
type simulation struct {
	rng    *rand.Rand
	now    int64 // by the server's and the issuer's clock
	ahead  int64 // of the host's clock
	skewed bool
	faulty bool // servers, provider and network fail at random
	timers []timer
	order  uint64

	source   Source
	provider provider
	owners   []*owner
	steps    int
	moves    map[string]bool
	traced   bool // keeps a trace
	trace    []string
	faults   []string
}

type timer struct {
	at    int64
	order uint64
	do    func()
}

func newSimulation(seed uint64) *simulation {
	rng := rand.New(rand.NewPCG(seed, 1))
	sim := &simulation{rng: rng, now: start, faulty: true, moves: map[string]bool{}}
	sim.skewed = sim.chance(50)
	if sim.skewed {
		sim.ahead = []int64{-3_600_000, -40_000, 40_000, 3_600_000}[rng.IntN(4)]
	}
	sim.source = NewSource(10_000)
	sim.provider = newProvider(sim)
	for i := range 2 {
		sim.owners = append(sim.owners, newOwner(sim, i))
	}
	return sim
}

func (sim *simulation) host() int64         { return sim.now + sim.ahead }
func (sim *simulation) chance(of int) bool  { return sim.rng.IntN(100) < of }
func (sim *simulation) upTo(ms int64) int64 { return sim.rng.Int64N(ms + 1) }

func (sim *simulation) after(ms int64, do func()) {
	sim.order++
	sim.timers = append(sim.timers, timer{sim.now + ms, sim.order, do})
}

// fire runs the next timer, or says that there is none.
func (sim *simulation) fire() bool {
	if len(sim.timers) == 0 {
		return false
	}
	first := 0
	for i, t := range sim.timers {
		f := sim.timers[first]
		if t.at < f.at || t.at == f.at && t.order < f.order {
			first = i
		}
	}
	t := sim.timers[first]
	sim.timers = append(sim.timers[:first], sim.timers[first+1:]...)
	sim.now = max(sim.now, t.at)
	t.do()
	return true
}

func (sim *simulation) violation(format string, args ...any) {
	sim.faults = append(sim.faults, fmt.Sprintf(format, args...))
}

func (sim *simulation) note(format string, args ...any) {
	if !sim.traced {
		return
	}
	if len(sim.trace) > 400 {
		sim.trace = append(sim.trace[:0], sim.trace[200:]...)
	}
	sim.trace = append(sim.trace, fmt.Sprintf("%8.3f ", float64(sim.now-start)/1000)+fmt.Sprintf(format, args...))
}

func (sim *simulation) lastTrace() string {
	return strings.Join(sim.trace[max(0, len(sim.trace)-60):], "\n")
}

// step lets one thing happen.
func (sim *simulation) step() {
	if !sim.chance(30) && sim.fire() {
		return
	}
	o := sim.owners[sim.rng.IntN(len(sim.owners))]
	switch sim.rng.IntN(22) {
	case 0, 1, 2:
		o.userEmits()
	case 3:
		o.userConnects()
	case 4:
		if sim.chance(20) {
			o.userStops()
		}
	case 5:
		if sim.chance(30) {
			o.userReauthenticates()
		}
	case 6:
		o.userAcknowledges()
	case 7:
		sim.sleep()
	case 8:
		o.lose(ByNetwork)
	case 9:
		if sim.chance(30) {
			o.lose(ByServer)
		}
	case 10:
		if sim.chance(10) {
			for _, o := range sim.owners {
				o.lose(ByNetwork)
			}
		}
	case 11:
		// A Date header, cut to the second, a little late.
		o.give(Event{Kind: EvServerClock, ServerTime: (sim.now - sim.upTo(300)) / 1000 * 1000})
	case 12:
		if sim.skewed && sim.chance(5) {
			sim.ahead += 3_600_000 // somebody sets the clock; it never goes back
			sim.note("the clock jumps")
		}
	case 13:
		sim.provider.changeBehaviour()
	case 14, 15:
		o.nonsense()
	case 16:
		o.serverRefusesAgain()
	case 17:
		o.give(Event{Kind: EvTick})
	default:
		sim.now += sim.upTo(2_000)
	}
}

// sleep lets time go by without a timer; on waking, deadlines come first.
func (sim *simulation) sleep() {
	sim.now += sim.upTo([]int64{1_000, 60_000, 3_600_000, 400 * 24 * 3_600_000}[sim.rng.IntN(4)])
	sim.note("wakes up")
	for _, o := range sim.owners {
		o.give(Event{Kind: EvTick})
		if sim.chance(70) {
			o.lose(ByNetwork)
		}
	}
	sim.tickSource()
}

// settle ends the faults and waits until every socket has come to rest.
func (sim *simulation) settle() {
	sim.faulty = false
	sim.note("nothing fails any more")
	sim.provider.recover()
	sim.wait(func(o *owner) bool {
		s := o.l.State()
		return s == Authenticated || s == Halted || s == Idle && !o.active()
	})
	for range 2 { // the first time a call from before may answer
		for _, o := range sim.owners {
			o.userConnects()
		}
		sim.wait(func(o *owner) bool {
			s := o.l.State()
			return (s == Authenticated || s == Halted || s == Idle && o.stays) && o.hooks == 0 && o.promises == 0
		})
	}
	for _, o := range sim.owners {
		o.check()
	}
}

// wait goes on until each owner has arrived once, for a quarter of an hour.
func (sim *simulation) wait(arrived func(*owner) bool) {
	there := map[int]bool{}
	for end := sim.now + 900_000; ; {
		for _, o := range sim.owners {
			if !there[o.id] && arrived(o) {
				there[o.id] = true
				o.arrive()
			}
		}
		if len(there) == len(sim.owners) {
			return
		}
		if sim.now >= end || !sim.fire() {
			break
		}
	}
	for _, o := range sim.owners {
		if !there[o.id] {
			sim.violation("socket %d: no way out of %s", o.id, o.l.State())
			sim.note("socket %d: %+v", o.id, *o)
		}
	}
}
