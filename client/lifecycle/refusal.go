package lifecycle

// A retry sooner than this after the last one belongs to the same failure, even
// when the server accepted in between.
const sameFailure = 2_000

// refusal is the server's no.
func (t *turn) refusal(r Refusal) {
	if r.Callback && t.pending < 255 {
		t.pending++
	}
	switch t.state {
	case Refused:
		return // one refusal at a time; its end acknowledges this one too
	case Asking:
		t.connected = false // for the same reason
		return
	case Connecting, Authenticating, Authenticated, Guest:
	default:
		t.acknowledge() // an echo of a connection that is over
		return
	}
	if t.state == Authenticated && t.renew == renewProving {
		t.token = t.next
	}
	reason := r.Reason
	if !reason.Fatal() {
		reason = Recognise(r.said(), t.clock.over(t.token, t.now))
	}
	if reason == 0 {
		reason = ReasonInvalid
	}
	if reason == ReasonExpired {
		t.clock.refused(t.token, t.now)
	}
	t.refuse(reason, true)
}

// refuse takes in a refusal: another token first, the hooks after that.
func (t *turn) refuse(reason Reason, byServer bool) {
	t.hold()
	t.reason = reason
	t.byServer = byServer
	if byServer {
		t.connected = false
		t.waiting = false
	}
	if (reason == ReasonExpired || reason == ReasonInvalid) && t.mayRetry() {
		t.trying(&t.tried.provider)
		t.state = Asking
		t.ask(CauseUnauthorized, 1)
		return
	}
	t.stand()
}

// mayRetry tells whether the provider can be asked once more about this failure.
func (t *turn) mayRetry() bool {
	t.forgive()
	return t.config.Provider && !t.tried.provider
}

func (t *turn) trying(what *bool) {
	*what = true
	t.tried.accepted = false
	t.tried.at = t.now
}

// forgive forgets what was tried about a failure that is over.
func (t *turn) forgive() {
	if t.tried.accepted && t.now-t.tried.at >= sameFailure {
		t.tried = chain{}
	}
}

// stand is a refusal that the hooks hear of.
func (t *turn) stand() {
	t.hold()
	t.session = false
	t.connected = false
	t.waiting = false
	fatal := t.reason.Fatal()
	if fatal {
		t.act(Action{Kind: ActHalt})
	}
	t.seq++
	t.state = Refused
	t.due = t.now + t.config.HookTimeout
	t.act(Action{Kind: ActRefused, Seq: t.seq, Reason: t.reason, Fatal: fatal, Token: t.token})
}

// hookSettled goes on after onUnauthorized.
func (t *turn) hookSettled(got Token) {
	if got.ID != 0 {
		if got.ReceivedAt == 0 {
			got.ReceivedAt = t.now
		}
		t.clock.received(got)
	}
	if got.ID != 0 && got.ID != t.token.ID && !t.tried.hook && !t.stopped && !t.clock.over(got, t.now) {
		t.trying(&t.tried.hook)
		t.asked = CauseUnauthorized
		t.token = got
		t.place()
		return
	}
	t.acknowledge()
	reason := t.reason
	if reason == ReasonExpired {
		t.act(Action{Kind: ActExpired})
	}
	if reason.Fatal() {
		t.state = Halted
		t.act(Action{Kind: ActRedirect, Reason: reason})
		t.settle(false, reason)
	} else {
		t.settle(false, reason)
		t.comeBack()
	}
	t.stopped = false
}

// comeBack tries again after what may pass.
func (t *turn) comeBack() {
	t.reason = 0
	t.state = Idle
	switch {
	case t.stopped:
	case t.waiting:
		t.begin(t.asked, t.tries)
	default:
		t.act(Action{Kind: ActBackoff})
	}
}
