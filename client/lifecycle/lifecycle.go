package lifecycle

// turn is one call of Next: a copy of the state, and the actions so far.
type turn struct {
	Lifecycle
	now int64
	out []Action
}

// Next is the state after e. What is to be done is appended to out.
func (l Lifecycle) Next(e Event, out []Action) (Lifecycle, []Action) {
	e.Token = e.Token.dated()
	t := turn{Lifecycle: l, now: e.Now, out: out}
	switch e.Kind {
	case EvAttempt:
		t.attempt(e)
	case EvToken:
		t.answered(e)
	case EvTokenFailed:
		t.failed(e)
	case EvConnected:
		t.connect(e)
	case EvAuthenticated:
		t.authenticated()
	case EvRefused:
		t.refusal(e.Refusal)
	case EvDisconnected:
		t.disconnected(e.Source)
	case EvHookSettled:
		if t.state == Refused && (e.Seq == t.seq || e.Seq == 0) {
			t.hookSettled(e.Token)
		}
	case EvAcked:
		if t.pending > 0 {
			t.pending--
		}
	case EvReauthenticate:
		t.reauthenticate()
	case EvStop:
		t.stop()
	case EvServerClock:
		if date(e.ServerTime) != 0 {
			t.clock.dated(e.Now, e.ServerTime)
			t.schedule()
		}
	}
	// After the event: an answer that came late because the page was frozen
	// still counts, the deadline it missed does not.
	t.deadlines()
	if at := t.deadline(); at != t.told {
		t.told = at
		t.act(Action{Kind: ActDeadline, At: at})
	}
	return t.Lifecycle, t.out
}

// act is not inlined: appending a large struct is much code.
//
//go:noinline
func (t *turn) act(a Action) { t.out = append(t.out, a) }

// deadline is when the next EvTick is wanted; 0: never.
func (t *Lifecycle) deadline() int64 {
	switch t.state {
	case Asking, Authenticating, Refused:
		return t.due
	case Authenticated:
		at := t.clock.end(t.token)
		switch {
		case t.renew == renewProving && (at == 0 || t.due < at):
			return t.due
		case t.renew == renewScheduled && t.renewAt != 0 && t.renewAt < at:
			return t.renewAt
		}
		return at
	}
	return 0
}

func (t *turn) deadlines() {
	at := t.deadline()
	if at == 0 || t.now < at {
		return
	}
	switch t.state {
	case Asking:
		t.ask(CauseUnauthorized, 1)
	case Authenticating:
		t.refuse(ReasonTimeout, true)
	case Refused:
		t.hookSettled(Token{})
	case Authenticated:
		switch {
		case t.renew == renewProving && t.now >= t.due:
			// The server does not answer a second `authenticate`; a new
			// connection is the other way.
			t.token = t.next
			t.connected = false
			t.place()
		case t.renew == renewProving:
			t.hold() // the old token is over, the new one not yet accepted
			t.token = t.next
			t.state = Authenticating
		case t.clock.over(t.token, t.now):
			t.expire()
		default:
			t.renew = renewAsking
			t.ask(CauseRefresh, t.fails+1)
		}
	}
}

// disconnected is the end of a connection that was not replaced.
func (t *turn) disconnected(by CloseSource) {
	if by == ByUser {
		t.stop()
		return
	}
	t.pending = 0 // nobody is left to hear an acknowledgement
	t.session = false
	was := t.state
	switch was {
	case Connecting, Authenticating:
		if by == ByServer {
			t.refuse(ReasonTimeout, true)
			return
		}
	case Guest:
	case Authenticated:
		end := t.clock.end(t.token)
		switch {
		case by == ByServer && t.renew == renewProving:
			t.token = t.next
			t.refuse(ReasonTimeout, true)
			return
		case by == ByServer && end != 0 && t.now >= end-hangUpEarly:
			t.refuse(ReasonExpired, true)
			return
		}
	case Asking:
		t.connected = false
		t.waiting = false
		if t.reason != 0 || t.reauth {
			return // asked for its own sake
		}
	case Replacing:
		if t.reauth || t.asked == CauseUnauthorized {
			t.place() // another one was wanted in any case
			return
		}
	default:
		return
	}
	t.hold()
	t.connected = false
	if was == Authenticated && t.reauth && t.renew == renewAsking {
		t.state = Asking
		t.due = 0
		return
	}
	t.state = Idle
	t.settle(false, 0) // whether another attempt comes is the manager's to say
}

// Servers that hang up when a token expires may be a little early.
const hangUpEarly = 1_000

// stop is the user's own end. A refusal that runs goes on, without coming back.
func (t *turn) stop() {
	t.acknowledge()
	t.waiting = false
	t.session = false
	if t.state == Refused {
		t.stopped = true
		return
	}
	t.hold()
	t.connected = false
	t.reason = 0
	t.settle(false, 0)
	if t.state != Halted {
		t.state = Idle
	}
}

func (t *turn) hold() {
	if t.open {
		t.open = false
		t.act(Action{Kind: ActHold})
	}
}

func (t *turn) acknowledge() {
	if t.pending > 0 {
		t.pending = 0
		t.act(Action{Kind: ActAcknowledge})
	}
}

func (t *turn) settle(ok bool, reason Reason) {
	if t.reauth {
		t.reauth = false
		t.act(Action{Kind: ActSettled, OK: ok, Reason: reason})
	}
}
