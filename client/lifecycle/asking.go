package lifecycle

// attempt is the beginning of a connection attempt.
func (t *turn) attempt(e Event) {
	switch t.state {
	case Halted:
		if e.Cause == CauseReconnect {
			return // only the user starts again
		}
	case Refused:
		if e.Cause == CauseReconnect {
			// What may pass is tried again, but not under the hook's feet.
			t.waiting = !t.reason.Fatal() && !t.stopped
			t.asked, t.tries = e.Cause, e.Attempt
			return
		}
		t.acknowledge()
	case Asking:
		t.waiting = true
		t.connected = false
		return
	case Replacing:
		if t.fresh && !t.clock.over(t.token, t.now) {
			t.waiting = true
			t.place()
			return
		}
	}
	if e.Cause < CauseRefresh {
		t.tried = chain{} // the user's wish or the manager's backoff: a new failure
	}
	t.begin(e.Cause, e.Attempt)
}

// begin asks for the token that an attempt waits for.
func (t *turn) begin(c Cause, attempt int) {
	t.hold()
	t.state = Asking
	t.waiting = true
	t.connected = false
	t.stopped = false
	t.reason = 0
	t.ask(c, attempt)
}

func (t *turn) ask(c Cause, attempt int) {
	t.due = 0
	t.seq++
	t.asked = c
	a := Action{Kind: ActAsk, Seq: t.seq, Cause: c, Attempt: attempt}
	if c >= CauseRefresh {
		a.Token, a.Reason = t.token, t.reason
	}
	t.act(a)
}

// answered is the source's token.
func (t *turn) answered(e Event) {
	if e.Seq != t.seq || !t.asks() {
		return
	}
	got := e.Token
	if got.ID != 0 {
		if got.ReceivedAt == 0 {
			got.ReceivedAt = t.now
		}
		t.clock.received(got)
		if got.ID == t.token.ID && t.token.ReceivedAt != 0 {
			got.ReceivedAt = t.token.ReceivedAt
		}
	}
	over := t.clock.over(got, t.now)
	switch {
	case t.state == Authenticated:
		t.renewed(got, over)
	case got.ID == 0 && t.reason == 0 && t.config.Guest:
		t.token = got
		t.enterAsGuest()
	case got.ID == 0 && t.reason == 0:
		t.reason = ReasonMissing
		t.byServer = false
		t.token = got
		t.stand()
	case over && !(t.byServer && got.ID == t.token.ID && t.reason != 0) && t.mayDoubt(got):
		t.tried.doubt = true
		t.trying(&t.tried.provider)
		t.token = got
		if t.reason == 0 {
			t.reason = ReasonExpired
			t.byServer = false
		}
		t.due = t.now + doubtPause
	case t.reason == 0 && over:
		t.token = got
		t.refuse(ReasonExpired, false)
	case t.reason != 0 && (got.ID == 0 || over || got.ID == t.token.ID):
		if t.asked != CauseUnauthorized && t.mayRetry() {
			t.ask(CauseUnauthorized, 1)
			return
		}
		t.stand()
	default:
		t.token = got
		t.place()
	}
}

// A fresh token issued a second later has another text, a stored one has not.
const doubtPause = claimWidth + 100

func (t *turn) mayDoubt(got Token) bool {
	t.forgive()
	return t.config.Provider && !t.tried.doubt && t.clock.doubtful(got, t.now)
}

// failed is the provider throwing, rejecting or taking too long.
func (t *turn) failed(e Event) {
	if e.Seq != t.seq || !t.asks() {
		return
	}
	if e.Reason.Fatal() { // the provider knows that there is no session any more
		t.reason = e.Reason
		t.byServer = false
		t.stand()
		return
	}
	if t.state == Authenticated {
		t.settle(false, ReasonUnavailable)
		t.fails++
		t.again(renewalPause(t.fails, &t.jitter))
		return
	}
	// The server's refusal stands whatever the provider does; what only our
	// clock says may pass when the provider is back.
	if t.reason == 0 || !t.byServer {
		t.reason = ReasonUnavailable
	}
	t.stand()
}

// asks tells whether an answer is waited for.
func (t *turn) asks() bool {
	return t.state == Asking && t.due == 0 || t.state == Authenticated && t.renew == renewAsking
}

// place brings the good token in hand to the server.
func (t *turn) place() {
	t.acknowledge()
	switch {
	case t.connected:
		t.state = Authenticating
		t.due = t.now + t.config.AuthTimeout
		t.act(Action{Kind: ActAuthenticate, Token: t.token})
	case t.waiting:
		t.waiting = false
		t.fresh = false
		t.state = Connecting
		t.act(Action{Kind: ActGo, Token: t.token})
	default:
		t.hold()
		t.fresh = true
		t.state = Replacing
		t.act(Action{Kind: ActReconnect, Cause: t.asked, Token: t.token})
	}
}

// enterAsGuest goes on without a token.
func (t *turn) enterAsGuest() {
	if t.connected { // a guest's connection is at hand
		t.guest(false)
		return
	}
	t.place()
}

// reauthenticate asks for a token for the user's own sake, or joins what already
// does.
func (t *turn) reauthenticate() {
	t.reauth = true
	switch t.state {
	case Authenticated:
		if t.renew == renewScheduled {
			t.renew = renewAsking
			t.ask(CauseRefresh, 1)
		}
	case Guest:
		// The connection stays. What is emitted from now on is another user's.
		t.hold()
		t.state = Asking
		t.ask(CauseRefresh, 1)
	case Refused:
		// The user has taken over: the hook needs not be waited for, and nothing
		// of what would follow it is wanted.
		t.acknowledge()
		fallthrough
	case Idle, Halted:
		t.tried = chain{}
		t.begin(CauseRefresh, 1)
		t.waiting = false
	}
}
