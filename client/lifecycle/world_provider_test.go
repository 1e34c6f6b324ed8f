package lifecycle

// provider is a token function: it issues tokens, some from a cache, some never.
type provider struct {
	w      *world
	lives  int64
	habit  habit
	cached Token
	id     uint32
	calls  []uint32        // that run and have not run out of time
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
	p := provider{w: w, tokens: map[uint32]bool{}}
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
			w.after(0, func() { w.owners[a.Socket].give(Event{Kind: EvToken, Seq: a.Seq, Token: a.Token}) })
		case SrcDeliverFailed:
			w.after(0, func() { w.owners[a.Socket].give(Event{Kind: EvTokenFailed, Seq: a.Seq}) })
		case SrcDeadline:
			if a.At != 0 {
				w.after(max(0, a.At-w.host()), w.tickSource)
			}
		}
	}
}

func (w *world) tickSource() {
	if w.source.running && w.host() >= w.source.due {
		w.provider.calls = nil // it ran out of time
	}
	w.giveSource(SourceEvent{Kind: SrcTick})
}

func (w *world) callProvider(a SourceAction) {
	p := &w.provider
	w.note("provider called: %s", a.Cause)
	if len(p.calls) > 0 {
		w.broke("two calls of the provider at once")
	}
	p.calls = append(p.calls, a.Call)
	answer := func(kind SourceEventKind, t Token) {
		for i, c := range p.calls {
			if c == a.Call {
				p.calls = append(p.calls[:i], p.calls[i+1:]...)
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
