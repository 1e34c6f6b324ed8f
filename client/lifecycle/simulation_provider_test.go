package lifecycle

import "slices"

// provider is a token function: it issues tokens, some from a cache, some never.
type provider struct {
	sim       *simulation
	lives     int64
	behaviour behaviour
	cached    Token
	id        uint32
	calls     []uint32        // that run and have not run out of time
	asked     []uint64        // when each call began, as a number of sim.order; by Call
	newest    map[uint32]int  // the last call that gave a token, by the token's ID
	tokens    map[uint32]bool // whether the signature is good
}

type behaviour uint8

const (
	issues  behaviour = iota // a new one each time
	caches                   // the same until half of its life is over
	stale                    // the same, whatever its age
	empties                  // no token
	throws
	hangs
	garbles // not a token at all
	behaviours
)

func newProvider(sim *simulation) provider {
	p := provider{sim: sim, tokens: map[uint32]bool{}, newest: map[uint32]int{}, asked: []uint64{0}}
	p.lives = []int64{3_000, 10_000, 60_000, 600_000, 0}[sim.rng.IntN(5)]
	if sim.skewed {
		p.lives = max(p.lives, 10_000) // a clock that jumps is known to two or three seconds
	}
	return p
}

func (p *provider) changeBehaviour() {
	p.behaviour = issues
	if !p.sim.chance(50) {
		return
	}
	p.behaviour = behaviour(p.sim.rng.IntN(int(behaviours)))
	if p.sim.skewed && (p.behaviour == caches || p.behaviour == stale) {
		p.behaviour = issues // under a wrong clock nobody knows how old a cached one is
	}
	p.sim.note("provider now %d", p.behaviour)
}

func (p *provider) recover() {
	p.behaviour = issues
	if p.lives != 0 {
		p.lives = 600_000
	}
}

func (p *provider) issue(good bool) Token {
	p.id++
	p.tokens[p.id] = good
	t := Token{ID: p.id}
	if good {
		t.IssuedAt = p.sim.now / 1000 * 1000
		if p.lives != 0 {
			t.ExpiresAt = t.IssuedAt + p.lives
		}
	}
	return t
}

func (sim *simulation) giveSource(e SourceEvent) {
	e.Now = sim.host()
	var out []SourceAction
	sim.source, out = sim.source.Next(e, nil)
	for _, a := range out {
		switch a.Kind {
		case SrcCall:
			sim.callProvider(a)
		case SrcDeliver:
			if sim.provider.asked[sim.provider.newest[a.Token.ID]] < sim.owners[a.Socket].stopped {
				sim.violation("socket %d gets what was asked before its user's disconnect()", a.Socket)
			}
			sim.after(0, func() { sim.owners[a.Socket].give(Event{Kind: EvToken, Seq: a.Seq, Token: a.Token}) })
		case SrcDeliverFailed:
			sim.after(0, func() { sim.owners[a.Socket].give(Event{Kind: EvTokenFailed, Seq: a.Seq}) })
		case SrcCancel:
			sim.cancelProvider(a.Call)
		case SrcDeadline:
			if a.At != 0 {
				sim.after(max(0, a.At-sim.host()), sim.tickSource)
			}
		}
	}
}

func (sim *simulation) tickSource() {
	if sim.source.state != quiet && sim.host() >= sim.source.due {
		sim.provider.calls = nil // it ran out of time
	}
	sim.giveSource(SourceEvent{Kind: SrcTick})
}

// cancelProvider: some functions can be cancelled, or have not been called yet.
func (sim *simulation) cancelProvider(call uint32) {
	sim.note("call %d cancelled", call)
	if sim.chance(50) {
		return
	}
	sim.after(sim.upTo(50), func() {
		p := &sim.provider
		if i := slices.Index(p.calls, call); i >= 0 {
			p.calls = slices.Delete(p.calls, i, i+1)
			sim.giveSource(SourceEvent{Kind: SrcFailed, Call: call})
		}
	})
}

func (sim *simulation) callProvider(a SourceAction) {
	p := &sim.provider
	sim.note("provider called: %s", a.Cause)
	if len(p.calls) > 0 {
		sim.violation("two calls of the provider at once")
	}
	p.calls = append(p.calls, a.Call)
	sim.order++
	p.asked = append(p.asked, sim.order)
	answer := func(kind SourceEventKind, t Token) {
		if i := slices.Index(p.calls, a.Call); i >= 0 {
			p.calls = slices.Delete(p.calls, i, i+1)
			if kind == SrcAnswer {
				p.newest[t.ID] = int(a.Call)
			}
		}
		sim.giveSource(SourceEvent{Kind: kind, Call: a.Call, Token: t})
	}
	behaviour := p.behaviour
	delay := sim.upTo(300)
	if sim.faulty && sim.chance(5) {
		delay = sim.upTo(15_000)
	}
	if behaviour == hangs {
		return
	}
	sim.after(delay, func() {
		switch behaviour {
		case issues:
			// Issued at the end of the way: what is old on arrival is cached.
			p.cached = p.issue(true)
			answer(SrcAnswer, p.cached)
		case caches, stale:
			fresh := p.cached.ExpiresAt == 0 || sim.now < p.cached.IssuedAt+p.lives/2
			if p.cached.ID == 0 || behaviour == caches && (!fresh || a.Cause == CauseUnauthorized) {
				p.cached = p.issue(true)
			}
			answer(SrcAnswer, p.cached)
		case empties:
			answer(SrcAnswer, Token{})
		case throws:
			answer(SrcFailed, Token{})
		case garbles:
			answer(SrcAnswer, p.issue(false))
		default:
		}
	})
}
