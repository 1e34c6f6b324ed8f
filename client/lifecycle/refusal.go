package lifecycle

// sameFailure, ms: a retry sooner than this after the last one belongs to the same failure,
// even if the server accepted a token in between.
const sameFailure = 2_000

// refusal handles EvRefused.
func (l *Lifecycle) refusal(r *Refusal) {
	if r.Callback && l.pending < 255 {
		l.pending++
	}
	switch l.state {
	case Refused:
		return // one refusal at a time; its end acknowledges this one too
	case Asking:
		l.connected = false // for the same reason
		return
	case Connecting, Authenticating, Authenticated, Guest:
	default:
		l.acknowledge() // an echo of a connection that is over
		return
	}
	if l.state == Authenticated && l.renew == renewProving {
		l.token = l.next
	}
	reason := r.Reason
	if !reason.Fatal() {
		reason = Recognise(r.said(), l.clock.over(l.token, l.now))
	}
	if reason == 0 {
		reason = ReasonInvalid
	}
	if reason == ReasonExpired {
		l.clock.refused(l.token, l.now)
	}
	l.refuse(reason, true)
}

// refuse handles a refusal of the token: it tries another token first, then calls the hooks.
func (l *Lifecycle) refuse(reason Reason, byServer bool) {
	l.hold()
	l.reason = reason
	l.byServer = byServer
	if byServer {
		l.connected = false
		l.waiting = false
	}
	if (reason == ReasonExpired || reason == ReasonInvalid) && l.mayRetry() {
		l.trying(&l.tried.provider)
		l.state = Asking
		l.ask(CauseUnauthorized, 1)
		return
	}
	l.stand()
}

// mayRetry tells whether the provider can be asked once more about this failure.
func (l *Lifecycle) mayRetry() bool {
	l.forgive()
	return l.config.Provider && !l.tried.provider
}

func (l *Lifecycle) trying(what *bool) {
	*what = true
	l.tried.accepted = false
	l.tried.at = l.now
}

// forgive forgets the attempts to mend a failure that is over.
func (l *Lifecycle) forgive() {
	if l.tried.accepted && l.now-l.tried.at >= sameFailure {
		l.tried = chain{}
	}
}

// stand makes the refusal stand: the hooks are called.
func (l *Lifecycle) stand() {
	l.hold()
	l.session = false
	l.connected = false
	l.waiting = false
	fatal := l.reason.Fatal()
	if fatal {
		l.act(ActHalt)
	}
	l.seq++
	l.state = Refused
	l.due = l.now + l.config.HookTimeout
	a := l.act(ActRefused)
	a.Seq, a.Reason, a.Fatal, a.Token = l.seq, l.reason, fatal, l.token
}

// hookSettled handles EvHookSettled, the end of onUnauthorized.
func (l *Lifecycle) hookSettled(got Token) {
	if got.ID != 0 {
		if got.ReceivedAt == 0 {
			got.ReceivedAt = l.now
		}
		l.clock.received(got)
	}
	if got.ID != 0 && got.ID != l.token.ID && !l.tried.hook && !l.stopped && !l.clock.over(got, l.now) {
		l.trying(&l.tried.hook)
		l.asked = CauseUnauthorized
		l.token = got
		l.place()
		return
	}
	l.acknowledge()
	reason := l.reason
	if reason == ReasonExpired {
		l.act(ActExpired)
	}
	if reason.Fatal() {
		l.state = Halted
		l.act(ActRedirect).Reason = reason
		l.settle(false, reason)
	} else {
		l.settle(false, reason)
		l.comeBack()
	}
	l.stopped = false
}

// comeBack tries again after a refusal that is not fatal.
func (l *Lifecycle) comeBack() {
	l.reason = 0
	l.state = Idle
	switch {
	case l.stopped:
	case l.waiting:
		l.begin(l.asked, l.tries)
	default:
		l.act(ActBackoff)
	}
}
