package lifecycle

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A world is what a Lifecycle lives in, all of it drawn from one seed: a clock
// that is wrong, a provider that is slow, stale or broken, a server that refuses,
// sleeps, hangs up or dies, and users who do what they like in any order. Its
// owners do what the contract asks of an owner and no more; what must never
// happen is checked where it would happen, by broke.
type world struct {
	rng    *rand.Rand
	now    int64 // by the server's and the issuer's clock
	ahead  int64 // of the host's clock
	skewed bool
	mood   mood
	timers []timer
	order  uint64

	source   Source
	provider provider
	owners   []*owner
	steps    int
	moves    map[string]bool
	tells    bool // writes its story down
	trace    []string
	faults   []string
}

// mood is how the world treats its inhabitants.
type mood uint8

const (
	rough mood = iota
	kind
)

type timer struct {
	at    int64
	order uint64
	do    func()
}

func newWorld(seed uint64) *world {
	rng := rand.New(rand.NewPCG(seed, 1))
	w := &world{rng: rng, now: start, moves: map[string]bool{}}
	w.skewed = w.chance(50)
	if w.skewed {
		w.ahead = []int64{-3_600_000, -40_000, 40_000, 3_600_000}[rng.IntN(4)]
	}
	w.source = NewSource(10_000)
	w.provider = newProvider(w)
	for i := range 2 {
		w.owners = append(w.owners, newOwner(w, i))
	}
	return w
}

func (w *world) host() int64         { return w.now + w.ahead }
func (w *world) chance(of int) bool  { return w.rng.IntN(100) < of }
func (w *world) upTo(ms int64) int64 { return w.rng.Int64N(ms + 1) }

func (w *world) after(ms int64, do func()) {
	w.order++
	w.timers = append(w.timers, timer{w.now + ms, w.order, do})
}

// fire runs the next timer, or says that there is none.
func (w *world) fire() bool {
	if len(w.timers) == 0 {
		return false
	}
	first := 0
	for i, t := range w.timers {
		f := w.timers[first]
		if t.at < f.at || t.at == f.at && t.order < f.order {
			first = i
		}
	}
	t := w.timers[first]
	w.timers = append(w.timers[:first], w.timers[first+1:]...)
	w.now = max(w.now, t.at)
	t.do()
	return true
}

func (w *world) broke(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

func (w *world) note(format string, args ...any) {
	if !w.tells {
		return
	}
	if len(w.trace) > 400 {
		w.trace = append(w.trace[:0], w.trace[200:]...)
	}
	w.trace = append(w.trace, fmt.Sprintf("%8.3f ", float64(w.now-start)/1000)+fmt.Sprintf(format, args...))
}

func (w *world) story() string {
	return strings.Join(w.trace[max(0, len(w.trace)-60):], "\n")
}

// step lets one thing happen.
func (w *world) step() {
	if !w.chance(30) && w.fire() {
		return
	}
	o := w.owners[w.rng.IntN(len(w.owners))]
	switch w.rng.IntN(22) {
	case 0, 1, 2:
		o.userEmits()
	case 3:
		o.userConnects()
	case 4:
		if w.chance(20) {
			o.userStops()
		}
	case 5:
		if w.chance(30) {
			o.userReauthenticates()
		}
	case 6:
		o.userAcknowledges()
	case 7:
		w.sleep()
	case 8:
		o.lose(ByNetwork)
	case 9:
		if w.chance(30) {
			o.lose(ByServer)
		}
	case 10:
		if w.chance(10) {
			for _, o := range w.owners {
				o.lose(ByNetwork)
			}
		}
	case 11:
		// A Date header, cut to the second, a little late.
		o.give(Event{Kind: EvServerClock, ServerTime: (w.now - w.upTo(300)) / 1000 * 1000})
	case 12:
		if w.skewed && w.chance(5) {
			w.ahead += 3_600_000 // somebody sets the clock; it never goes back
			w.note("the clock jumps")
		}
	case 13:
		w.provider.changeMind()
	case 14, 15:
		o.nonsense()
	case 16:
		o.serverRefusesAgain()
	case 17:
		o.give(Event{Kind: EvTick})
	default:
		w.now += w.upTo(2_000)
	}
}

// sleep lets time go by without a timer; on waking, deadlines come first.
func (w *world) sleep() {
	w.now += w.upTo([]int64{1_000, 60_000, 3_600_000, 400 * 24 * 3_600_000}[w.rng.IntN(4)])
	w.note("wakes up")
	for _, o := range w.owners {
		o.give(Event{Kind: EvTick})
		if w.chance(70) {
			o.lose(ByNetwork)
		}
	}
	w.tickSource()
}

// settle makes the world kind and waits until everybody has arrived.
func (w *world) settle() {
	w.mood = kind
	w.note("the world becomes kind")
	w.provider.becomeKind()
	w.wait(func(o *owner) bool {
		s := o.l.State()
		return s == Authenticated || s == Halted || s == Idle && !o.active()
	})
	for range 2 { // the first time a call from rougher days may answer
		for _, o := range w.owners {
			o.userConnects()
		}
		w.wait(func(o *owner) bool {
			s := o.l.State()
			return (s == Authenticated || s == Halted || s == Idle && o.stays) && o.hooks == 0 && o.promises == 0
		})
	}
	for _, o := range w.owners {
		o.check()
	}
}

// wait goes on until each owner has arrived once, for a quarter of an hour.
func (w *world) wait(arrived func(*owner) bool) {
	there := map[int]bool{}
	for end := w.now + 900_000; ; {
		for _, o := range w.owners {
			if !there[o.id] && arrived(o) {
				there[o.id] = true
				o.arrive()
			}
		}
		if len(there) == len(w.owners) {
			return
		}
		if w.now >= end || !w.fire() {
			break
		}
	}
	for _, o := range w.owners {
		if !there[o.id] {
			w.broke("socket %d: no way out of %s", o.id, o.l.State())
			w.note("socket %d: %+v", o.id, *o)
		}
	}
}
