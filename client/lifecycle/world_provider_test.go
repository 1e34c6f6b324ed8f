package lifecycle

import "slices"

// provider is a token function: it issues tokens, some from a cache, some never.
type provider struct {
	w      *world
	lives  int64
	habit  habit
	cached Token
	id     uint32
	calls  []uint32        // that run and have not run out of time
	asked  []uint64        // when each call began, in the world's order; by Call
	newest map[uint32]int  // the last call that gave a token, by the token's ID
	tokens map[uint32]bool // whether the signature is good
}

type habit uint8

const (
	issues  habit = iota // a new one each time
	caches               // the same until half of its life is over
	stale                // the same, whatever its age
	empties              // no token
	throws
	hangs
	scribbles // not a token at all
	habits
)

func newProvider(w *world) provider {
	p := provider{w: w, tokens: map[uint32]bool{}, newest: map[uint32]int{}, asked: []uint64{0}}
	p.lives = []int64{3_000, 10_000, 60_000, 600_000, 0}[w.rng.IntN(5)]
	if w.skewed {
		p.lives = max(p.lives, 10_000) // a clock that jumps is known to two or three seconds
	}
	return p
}

func (p *provider) changeMind() {
	p.habit = issues
	if !p.w.chance(50) {
		return
	}
	p.habit = habit(p.w.rng.IntN(int(habits)))
	if p.w.skewed && (p.habit == caches || p.habit == stale) {
		p.habit = issues // under a wrong clock nobody knows how old a cached one is
	}
	p.w.note("provider now %d", p.habit)
}

func (p *provider) becomeKind() {
	p.habit = issues
	if p.lives != 0 {
		p.lives = 600_000
	}
}

func (p *provider) issue(good bool) Token {
	p.id++
	p.tokens[p.id] = good
	t := Token{ID: p.id}
	if good {
		t.IssuedAt = p.w.now / 1000 * 1000
		if p.lives != 0 {
			t.ExpiresAt = t.IssuedAt + p.lives
		}
	}
	return t
}

func (w *world) giveSource(e SourceEvent) {
	e.Now = w.host()
	var out []SourceAction
	w.source, out = w.source.Next(e, nil)
	for _, a := range out {
		switch a.Kind {
		case SrcCall:
			w.callProvider(a)
		case SrcDeliver:
			if w.provider.asked[w.provider.newest[a.Token.ID]] < w.owners[a.Socket].stopped {
				w.broke("socket %d gets what was asked before its user's disconnect()", a.Socket)
			}
			w.after(0, func() { w.owners[a.Socket].give(Event{Kind: EvToken, Seq: a.Seq, Token: a.Token}) })
		case SrcDeliverFailed:
			w.after(0, func() { w.owners[a.Socket].give(Event{Kind: EvTokenFailed, Seq: a.Seq}) })
		case SrcCancel:
			w.cancelProvider(a.Call)
		case SrcDeadline:
			if a.At != 0 {
				w.after(max(0, a.At-w.host()), w.tickSource)
			}
		}
	}
}

func (w *world) tickSource() {
	if w.source.state != quiet && w.host() >= w.source.due {
		w.provider.calls = nil // it ran out of time
	}
	w.giveSource(SourceEvent{Kind: SrcTick})
}

// cancelProvider: some functions can be cancelled, or have not been called yet.
func (w *world) cancelProvider(call uint32) {
	w.note("call %d cancelled", call)
	if w.chance(50) {
		return
	}
	w.after(w.upTo(50), func() {
		p := &w.provider
		if i := slices.Index(p.calls, call); i >= 0 {
			p.calls = slices.Delete(p.calls, i, i+1)
			w.giveSource(SourceEvent{Kind: SrcFailed, Call: call})
		}
	})
}

func (w *world) callProvider(a SourceAction) {
	p := &w.provider
	w.note("provider called: %s", a.Cause)
	if len(p.calls) > 0 {
		w.broke("two calls of the provider at once")
	}
	p.calls = append(p.calls, a.Call)
	w.order++
	p.asked = append(p.asked, w.order)
	answer := func(kind SourceEventKind, t Token) {
		if i := slices.Index(p.calls, a.Call); i >= 0 {
			p.calls = slices.Delete(p.calls, i, i+1)
			if kind == SrcAnswer {
				p.newest[t.ID] = int(a.Call)
			}
		}
		w.giveSource(SourceEvent{Kind: kind, Call: a.Call, Token: t})
	}
	habit := p.habit
	delay := w.upTo(300)
	if w.mood == rough && w.chance(5) {
		delay = w.upTo(15_000)
	}
	if habit == hangs {
		return
	}
	w.after(delay, func() {
		switch habit {
		case issues:
			// Issued at the end of the way: what is old on arrival is cached.
			p.cached = p.issue(true)
			answer(SrcAnswer, p.cached)
		case caches, stale:
			fresh := p.cached.ExpiresAt == 0 || w.now < p.cached.IssuedAt+p.lives/2
			if p.cached.ID == 0 || habit == caches && (!fresh || a.Cause == CauseUnauthorized) {
				p.cached = p.issue(true)
			}
			answer(SrcAnswer, p.cached)
		case empties:
			answer(SrcAnswer, Token{})
		case throws:
			answer(SrcFailed, Token{})
		case scribbles:
			answer(SrcAnswer, p.issue(false))
		default:
		}
	})
}
