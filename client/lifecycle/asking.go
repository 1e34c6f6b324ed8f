package lifecycle

// attempt handles EvAttempt: a connection attempt begins.
func (l *Lifecycle) attempt(e *Event) {
	switch l.state {
	case Halted:
		if e.Cause == CauseReconnect {
			return // only the user's connect() or reauthenticate() begins again
		}
	case Refused:
		if e.Cause == CauseReconnect {
			// After a refusal that is not fatal the attempt goes on, but only when the hook has settled.
			l.waiting = !l.reason.Fatal() && !l.stopped
			l.asked, l.tries = e.Cause, e.Attempt
			return
		}
		l.acknowledge()
	case Asking:
		l.waiting = true
		l.connected = false
		return
	case Replacing:
		if l.fresh && !l.clock.over(l.token, l.now) {
			l.waiting = true
			l.place()
			return
		}
	}
	if e.Cause < CauseRefresh {
		l.tried = chain{} // the user's wish or the manager's backoff: a new failure
	}
	l.begin(e.Cause, e.Attempt)
}

// begin asks for the token that an attempt waits for.
func (l *Lifecycle) begin(c Cause, attempt int) {
	l.hold()
	l.state = Asking
	l.waiting = true
	l.connected = false
	l.stopped = false
	l.reason = 0
	l.ask(c, attempt)
}

func (l *Lifecycle) ask(c Cause, attempt int) {
	l.due = 0
	l.seq++
	l.asked = c
	a := l.act(ActAsk)
	a.Seq, a.Cause, a.Attempt = l.seq, c, attempt
	if c >= CauseRefresh {
		a.Token, a.Reason = l.token, l.reason
	}
}

// answered handles EvToken, the source's answer.
func (l *Lifecycle) answered(e *Event) {
	if e.Seq != l.seq || !l.asks() {
		return
	}
	got := e.Token
	if got.ID != 0 {
		if got.ReceivedAt == 0 {
			got.ReceivedAt = l.now
		}
		l.clock.received(got)
		if got.ID == l.token.ID && l.token.ReceivedAt != 0 {
			got.ReceivedAt = l.token.ReceivedAt
		}
	}
	over := l.clock.over(got, l.now)
	switch {
	case l.state == Authenticated:
		l.renewed(got, over)
	case got.ID == 0 && l.reason == 0 && l.config.Guest:
		l.token = got
		l.enterAsGuest()
	case got.ID == 0 && l.reason == 0:
		l.reason = ReasonMissing
		l.byServer = false
		l.token = got
		l.stand()
	case over && !(l.byServer && got.ID == l.token.ID && l.reason != 0) && l.mayDoubt(got):
		l.tried.doubt = true
		l.trying(&l.tried.provider)
		l.token = got
		if l.reason == 0 {
			l.reason = ReasonExpired
			l.byServer = false
		}
		l.due = l.now + doubtPause
	case l.reason == 0 && over:
		l.token = got
		l.refuse(ReasonExpired, false)
	case l.reason != 0 && (got.ID == 0 || over || got.ID == l.token.ID):
		if l.asked != CauseUnauthorized && l.mayRetry() {
			l.ask(CauseUnauthorized, 1)
			return
		}
		l.stand()
	default:
		l.token = got
		l.place()
	}
}

// doubtPause is the pause, ms, before a doubtful token is asked for again. A provider that issues
// tokens gives one with another `iat` then, a provider that stores them gives the same.
const doubtPause = claimWidth + 100

func (l *Lifecycle) mayDoubt(got Token) bool {
	l.forgive()
	return l.config.Provider && !l.tried.doubt && l.clock.doubtful(got, l.now)
}

// failed handles EvTokenFailed: the provider threw, rejected or took too long.
func (l *Lifecycle) failed(e *Event) {
	if e.Seq != l.seq || !l.asks() {
		return
	}
	if e.Reason.Fatal() { // the provider knows that there is no session any more
		l.reason = e.Reason
		l.byServer = false
		l.stand()
		return
	}
	if l.state == Authenticated {
		l.settle(false, ReasonUnavailable)
		l.fails++
		l.again(renewalPause(l.fails, &l.random))
		return
	}
	// The server's refusal stands whatever the provider does; what only our
	// clock says may pass when the provider is back.
	if l.reason == 0 || !l.byServer {
		l.reason = ReasonUnavailable
	}
	l.stand()
}

// asks says whether an answer of the source is outstanding.
func (l *Lifecycle) asks() bool {
	return l.state == Asking && l.due == 0 || l.state == Authenticated && l.renew == renewAsking
}

// place makes the token in hand travel: by a new attempt, the attempt under way, or an event.
func (l *Lifecycle) place() {
	l.acknowledge()
	switch {
	case l.connected:
		l.state = Authenticating
		l.due = l.now + l.config.AuthTimeout
		l.act(ActAuthenticate).Token = l.token
	case l.waiting:
		l.waiting = false
		l.fresh = false
		l.state = Connecting
		l.act(ActGo).Token = l.token
	default:
		l.hold()
		l.fresh = true
		l.state = Replacing
		a := l.act(ActReconnect)
		a.Cause, a.Token = l.asked, l.token
	}
}

// enterAsGuest continues the attempt without a token.
func (l *Lifecycle) enterAsGuest() {
	if l.connected { // a guest's connection is at hand
		l.guest(false)
		return
	}
	l.place()
}

// reauthenticate handles the user's reauthenticate(): it asks for a token, or joins an ask
// that is under way.
func (l *Lifecycle) reauthenticate() {
	l.reauth = true
	switch l.state {
	case Authenticated:
		if l.renew == renewScheduled {
			l.renew = renewAsking
			l.ask(CauseRefresh, 1)
		}
	case Guest:
		// The connection stays. What is emitted from now on is another user's.
		l.hold()
		l.state = Asking
		l.ask(CauseRefresh, 1)
	case Refused:
		// The user has taken over: the hook needs not be waited for, and nothing
		// of what would follow it is wanted.
		l.acknowledge()
		fallthrough
	case Idle, Halted:
		l.tried = chain{}
		l.begin(CauseRefresh, 1)
		l.waiting = false
	}
}
