package lifecycle

func (o *owner) userEmits() {
	o.give(Event{Kind: EvTick}) // timers sleep; before each send the deadlines are looked at
	o.emitted++
	o.kept = append(o.kept, o.emitted)
	o.flush()
}

func (o *owner) userConnects() {
	if o.wanted && !o.halted && o.active() {
		return
	}
	o.wanted, o.halted = true, false
	o.sim.note("socket %d: connect()", o.id)
	o.begin(CauseConnect)
}

func (o *owner) userStops() {
	o.sim.note("socket %d: disconnect()", o.id)
	o.wanted = false
	o.cancel()
	o.waits = false
	o.give(Event{Kind: EvStop})
	o.close()
	o.announced = false
	o.sim.giveSource(SourceEvent{Kind: SrcForget, Socket: o.id})
	o.sim.order++
	o.stopped = o.sim.order
}

func (o *owner) userReauthenticates() {
	o.sim.note("socket %d: reauthenticate()", o.id)
	o.wanted = true
	o.promises++
	if o.l.State() == Refused {
		o.expires, o.redirects = false, false // the user has taken over
		o.halted = false
	}
	o.give(Event{Kind: EvReauthenticate})
}

func (o *owner) userAcknowledges() {
	if o.conn == nil || len(o.conn.callbacks) == 0 {
		return
	}
	c := o.conn
	c.callbacks = c.callbacks[1:]
	o.give(Event{Kind: EvAcked})
	c.soon(200, func() { o.lose(ByServer) })
}

// serverRefusesAgain: servers may say `unauthorized` whenever they like.
func (o *owner) serverRefusesAgain() {
	if c := o.conn; c != nil && c.connected && c.asked == 0 && (c.authed && o.sim.chance(30) || o.l.State() == Refused || o.l.State() == Asking) {
		r := Refusal{Code: "invalid_token", Message: "invalid signature"}
		c.refuse(r)
	}
}

// nonsense is what nobody waits for.
func (o *owner) nonsense() {
	s := o.l.State()
	switch o.sim.rng.IntN(6) {
	case 0:
		o.give(Event{Kind: EvToken, Seq: o.l.seq + 7, Token: o.sim.provider.issue(false)})
	case 1:
		o.give(Event{Kind: EvTokenFailed, Seq: o.l.seq - 1})
	case 2:
		o.give(Event{Kind: EvHookSettled, Seq: o.l.seq + 7, Token: o.sim.provider.issue(true)})
	case 3:
		if s != Authenticating && (s != Authenticated || o.l.renew != renewProving) {
			o.give(Event{Kind: EvAuthenticated})
		}
	case 4:
		if s != Connecting {
			o.give(Event{Kind: EvConnected})
		}
	case 5:
		if o.conn == nil || len(o.conn.callbacks) == 0 {
			o.give(Event{Kind: EvAcked})
		}
	}
}

// arrive checks what must be true of a socket that has come to rest.
func (o *owner) arrive() {
	sim, s := o.sim, o.l.State()
	if s == Authenticated {
		if len(o.kept) > 0 || o.delivered != o.emitted {
			sim.violation("of %d events the servers have %d", o.emitted, o.delivered)
		}
		if !o.gate || o.conn == nil || !o.conn.authed {
			sim.violation("authenticated, but nothing flows")
		}
	}
	if s == Halted && (o.expires || o.redirects) {
		sim.violation("onExpired or redirect never ran")
	}
	if o.conn != nil && len(o.conn.callbacks) > 0 {
		sim.violation("a callback was never acknowledged")
	}
	if o.promises > 0 && o.hooks == 0 && s != Idle && o.l.renew == renewScheduled {
		sim.violation("a promise was never settled")
	}
}

// check is the last word: with a provider that gives good tokens, every socket
// that its user connects is authenticated.
func (o *owner) check() {
	if s := o.l.State(); o.config.Provider && s == Halted {
		o.sim.violation("socket %d halted though nothing fails", o.id)
	}
}
