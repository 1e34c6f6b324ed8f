package lifecycle

// owner is one socket: what the page, or client/zishang, does with the actions.
type owner struct {
	sim    *simulation
	id     int
	stays  bool // no reconnection
	config Config
	l      Lifecycle
	conn   *conn

	wanted, halted bool
	attempt        int
	timer          int
	backoff        bool  // the manager's next attempt is to come
	replacing      bool  // the attempt of an ActReconnect is to come
	waits          bool  // an attempt waits for ActGo
	endless        bool  // the static token has no exp
	loaded         int64 // when it came, with the page

	gate      bool
	kept      []int
	emitted   int
	delivered int // by the servers, in order
	announced bool
	promises  int
	stopped   uint64 // when the user last called disconnect(), as a number of sim.order

	hooks     int  // that run
	expires   bool // onExpired may run
	redirects bool
	deadline  int64
}

func newOwner(sim *simulation, id int) *owner {
	o := &owner{sim: sim, id: id, endless: sim.chance(50), loaded: sim.host()}
	o.config = Config{
		Via:           []Via{ViaEvent, ViaHeader, ViaEvent | ViaQuery, ViaAuth}[sim.rng.IntN(4)],
		Provider:      sim.chance(85),
		InBand:        sim.chance(40),
		RefreshBefore: []int64{0, 5_000, 30_000}[sim.rng.IntN(3)],
		Seed:          sim.rng.Uint32(),
	}
	o.stays = sim.chance(20)
	o.l = New(o.config)
	return o
}

// active tells whether the socket is on its way by itself.
func (o *owner) active() bool {
	return o.backoff || o.waits || o.replacing || o.conn != nil || o.hooks > 0
}

func (o *owner) give(e Event) {
	sim := o.sim
	sim.steps++
	e.Now = sim.host()
	from := o.l.State()
	var out []Action
	o.l, out = o.l.Next(e, nil)
	if to := o.l.State(); to != from {
		sim.moves[from.String()+" → "+to.String()] = true
		sim.note("socket %d: %s: %s → %s", o.id, eventNames[e.Kind], from, to)
	} else if len(out) > 0 {
		sim.note("socket %d: %s in %s", o.id, eventNames[e.Kind], from)
	}
	if o.l.state > Halted {
		sim.violation("state %d", o.l.state)
	}
	for _, a := range out {
		o.perform(a)
	}
	if at := o.l.deadline(); e.Kind == EvTick && at != 0 && at <= e.Now {
		sim.violation("a tick in %s leaves its deadline", o.l.State())
	}
	if s := o.l.State(); o.promises > 0 && (s == Idle || s == Halted || s == Replacing && !o.replacing) {
		sim.violation("%s, and nobody settles a promise", s)
	}
	if o.deadline != o.l.deadline() {
		sim.violation("the deadline of %s was not told", o.l.State())
	}
}

func (o *owner) perform(a Action) {
	sim := o.sim
	if sim.traced {
		sim.note("socket %d:   %s", o.id, describe(a))
	}
	switch a.Kind {
	case ActAsk:
		if !o.config.Provider {
			sim.after(0, func() { o.give(Event{Kind: EvToken, Seq: a.Seq, Token: o.static()}) })
			return
		}
		sim.giveSource(SourceEvent{Kind: SrcAsk, Socket: o.id, Seq: a.Seq, Cause: a.Cause, Attempt: a.Attempt, Have: a.Token.ID})
	case ActGo:
		if !o.waits {
			sim.violation("go without an attempt")
		}
		o.waits = false
		o.expires, o.redirects = false, false
		if o.config.Via != ViaEvent {
			o.sends(a.Token)
		}
		o.dial(a.Token)
	case ActAuthenticate:
		if o.config.Via&ViaEvent == 0 {
			sim.violation("authenticate by another way")
		}
		o.sends(a.Token)
		if o.conn == nil || !o.conn.connected {
			sim.violation("authenticate without a connection")
			return
		}
		o.conn.authenticate(a.Token)
	case ActAccepted:
		if o.conn == nil || !o.conn.authed {
			sim.violation("accepted what no server accepted")
		}
		if a.Refreshed != o.announced {
			sim.violation("refreshed: %v, but a session was announced: %v", a.Refreshed, o.announced)
		}
		o.announced = true
		o.gate = true
		o.attempt = 0
		o.flush()
	case ActHold:
		if !o.gate {
			sim.violation("held twice")
		}
		o.gate = false
	case ActRefused:
		o.announced = false
		o.expires, o.redirects = a.Reason == ReasonExpired, a.Fatal
		if a.Fatal != a.Reason.Fatal() || a.Fatal && !o.halted {
			sim.violation("a fatal refusal did not halt first")
		}
		o.runHook(a)
	case ActAcknowledge:
		o.acknowledge()
	case ActExpired:
		o.ordered("onExpired")
		if !o.expires {
			sim.violation("onExpired twice or for another reason")
		}
		o.expires = false
	case ActRedirect:
		o.ordered("redirect")
		if !o.redirects || o.expires {
			sim.violation("redirect twice, before onExpired, or for what may pass")
		}
		o.redirects = false
		o.close()
	case ActHalt:
		o.halted = true
		o.cancel()
	case ActReconnect:
		o.ordered("reconnect")
		if o.gate {
			sim.violation("emits flow while the connection is replaced")
		}
		if sim.chance(50) { // else it serves on until its last words are said
			o.close()
		}
		o.expires, o.redirects = false, false // the refusal does not stand
		o.wanted, o.halted, o.waits = true, false, false
		o.cancel()
		o.replacing = true
		o.later(sim.upTo(100), func() {
			o.close()
			o.begin(a.Cause)
		})
	case ActBackoff:
		o.ordered("backoff")
		o.close()
		o.waits = false
		o.reconnect()
	case ActSettled:
		if o.promises == 0 {
			sim.violation("settled what nobody waits for")
		}
		o.promises = 0
	case ActDeadline:
		o.deadline = a.At
		if a.At != 0 {
			sim.after(max(0, a.At-sim.host()), func() { o.give(Event{Kind: EvTick}) })
		}
	default:
		sim.violation("action %d", a.Kind)
	}
}

// ordered: nothing that follows a refusal comes before the acknowledgement.
func (o *owner) ordered(what string) {
	if o.conn != nil && len(o.conn.callbacks) > 0 {
		o.sim.violation("%s before the acknowledgement", what)
	}
}

// allowed is how late is not too late: under a wrong clock the claims, cut to the
// second, and the time they took to come are what can be known.
func (o *owner) allowed() int64 {
	if o.sim.skewed {
		return claimWidth + 500
	}
	return 0
}

// sends: a token known to be over never travels.
func (o *owner) sends(t Token) {
	if t.ExpiresAt != 0 && o.sim.now >= t.ExpiresAt+o.allowed() {
		o.sim.violation("sent a token that was over for %d ms", o.sim.now-t.ExpiresAt)
	}
}

// runHook is onUnauthorized: slow, absent-minded or helpful.
func (o *owner) runHook(a Action) {
	sim := o.sim
	o.hooks++
	settled := func(t Token) {
		o.hooks--
		o.give(Event{Kind: EvHookSettled, Seq: a.Seq, Token: t})
	}
	switch {
	case sim.faulty && sim.chance(5):
		o.hooks-- // never settles
	case sim.faulty && sim.chance(10):
		sim.after(60_000, func() { settled(Token{}) }) // long after its deadline
	case sim.faulty && sim.chance(20):
		sim.after(sim.upTo(5_000), func() { settled(sim.provider.issue(sim.chance(80))) })
	case sim.faulty && sim.chance(10):
		sim.after(sim.upTo(100), func() {
			if sim.chance(50) {
				o.userReauthenticates()
			} else {
				o.userConnects()
			}
			settled(Token{})
		})
	default:
		sim.after(sim.upTo(500), func() { settled(Token{}) })
	}
}

func (o *owner) begin(c Cause) {
	o.cancel()
	o.waits = true
	o.attempt++
	if o.l.State() == Refused && c < CauseReconnect {
		o.expires, o.redirects = false, false // the user has taken over
	}
	old := o.conn
	o.give(Event{Kind: EvAttempt, Cause: c, Attempt: o.attempt})
	if old != nil && o.conn == old {
		o.close()
	}
}

// reconnect is the manager's backoff.
func (o *owner) reconnect() {
	if !o.wanted || o.halted || o.replacing || o.waits || o.stays {
		return
	}
	o.later(1_000+o.sim.upTo(4_000), func() { o.begin(CauseReconnect) })
	o.backoff = true
}

// later runs do unless something else has been begun since.
func (o *owner) later(ms int64, do func()) {
	o.timer++
	mine := o.timer
	o.sim.after(ms, func() {
		if o.timer == mine {
			do()
		}
	})
}

// cancel forgets what was to come later.
func (o *owner) cancel() {
	o.timer++
	o.backoff, o.replacing = false, false
}

// static is the page's own string, the same for ever.
func (o *owner) static() Token {
	const id = 1_000_000
	o.sim.provider.tokens[id] = true
	t := Token{ID: id, ReceivedAt: o.loaded}
	if !o.endless {
		t.IssuedAt, t.ExpiresAt = start, start+300_000
	}
	return t
}
