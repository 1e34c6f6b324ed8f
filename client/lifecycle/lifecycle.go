package lifecycle

// Next returns the state after e, and appends the actions to perform to out.
func (l Lifecycle) Next(e Event, out []Action) (Lifecycle, []Action) {
	out = l.Step(&e, out)
	return l, out
}

// Step is Next in place: l becomes the state after e. TinyGo copies a struct field by
// field, and passes one as so many arguments, so the page steps.
func (l *Lifecycle) Step(e *Event, out []Action) []Action {
	e.Token = e.Token.dated()
	l.now, l.out = e.Now, out
	switch e.Kind {
	case EvAttempt:
		l.attempt(e)
	case EvToken:
		l.answered(e)
	case EvTokenFailed:
		l.failed(e)
	case EvConnected:
		l.connect(e)
	case EvAuthenticated:
		l.authenticated()
	case EvRefused:
		l.refusal(&e.Refusal)
	case EvDisconnected:
		l.disconnected(e.Source)
	case EvHookSettled:
		if l.state == Refused && (e.Seq == l.seq || e.Seq == 0) {
			l.hookSettled(e.Token)
		}
	case EvAcked:
		if l.pending > 0 {
			l.pending--
		}
	case EvReauthenticate:
		l.reauthenticate()
	case EvStop:
		l.stop()
	case EvServerClock:
		if date(e.ServerTime) != 0 {
			l.clock.dated(e.Now, e.ServerTime)
			l.schedule()
		}
	}
	// After the event, so that an answer that is late because the page was frozen
	// counts before its deadline does.
	l.deadlines()
	if at := l.deadline(); at != l.told {
		l.told = at
		l.act(ActDeadline).At = at
	}
	out, l.out = l.out, nil
	return out
}

// act adds an action, whose fields the caller sets.
//
//go:noinline
func (l *Lifecycle) act(kind ActionKind) *Action {
	l.out = append(l.out, Action{Kind: kind})
	return &l.out[len(l.out)-1]
}

// deadline is when the next EvTick is wanted; 0: never.
func (l *Lifecycle) deadline() int64 {
	switch l.state {
	case Asking, Authenticating, Refused:
		return l.due
	case Authenticated:
		at := l.clock.end(l.token)
		switch {
		case l.renew == renewProving && (at == 0 || l.due < at):
			return l.due
		case l.renew == renewScheduled && l.renewAt != 0 && l.renewAt < at:
			return l.renewAt
		}
		return at
	}
	return 0
}

func (l *Lifecycle) deadlines() {
	at := l.deadline()
	if at == 0 || l.now < at {
		return
	}
	switch l.state {
	case Asking:
		l.ask(CauseUnauthorized, 1)
	case Authenticating:
		l.refuse(ReasonTimeout, true)
	case Refused:
		l.hookSettled(Token{})
	case Authenticated:
		switch {
		case l.renew == renewProving && l.now >= l.due:
			// The server does not answer a second `authenticate`; a new
			// connection is the other way.
			l.token = l.next
			l.connected = false
			l.place()
		case l.renew == renewProving:
			l.hold() // the old token is over, the new one not yet accepted
			l.token = l.next
			l.state = Authenticating
		case l.clock.over(l.token, l.now):
			l.expire()
		default:
			l.renew = renewAsking
			l.ask(CauseRefresh, l.fails+1)
		}
	}
}

// disconnected handles EvDisconnected. The owner sends none for a connection that it replaces.
func (l *Lifecycle) disconnected(by CloseSource) {
	if by == ByUser {
		l.stop()
		return
	}
	l.pending = 0 // no acknowledgement can be sent any more
	l.session = false
	was := l.state
	switch was {
	case Connecting, Authenticating:
		if by == ByServer {
			l.refuse(ReasonTimeout, true)
			return
		}
	case Guest:
	case Authenticated:
		end := l.clock.end(l.token)
		switch {
		case by == ByServer && l.renew == renewProving:
			l.token = l.next
			l.refuse(ReasonTimeout, true)
			return
		case by == ByServer && end != 0 && l.now >= end-hangUpEarly:
			l.refuse(ReasonExpired, true)
			return
		}
	case Asking:
		l.connected = false
		l.waiting = false
		if l.reason != 0 || l.reauth {
			return // asked for its own sake
		}
	case Replacing:
		if l.reauth || l.asked == CauseUnauthorized {
			l.place() // another one was wanted in any case
			return
		}
	default:
		return
	}
	l.hold()
	l.connected = false
	if was == Authenticated && l.reauth && l.renew == renewAsking {
		l.state = Asking
		l.due = 0
		return
	}
	l.state = Idle
	l.settle(false, 0) // whether another attempt comes is the manager's to say
}

// GoesOn says whether the session continues by itself, without the user and without the
// manager's backoff: another token is asked for or about to be sent, or the hooks run for a
// refusal that is not fatal.
func (l *Lifecycle) GoesOn() bool {
	switch l.state {
	case Asking, Replacing:
		return true
	case Refused:
		return !l.reason.Fatal() && !l.stopped
	}
	return false
}

// hangUpEarly is how much earlier, ms, a server may disconnect a socket because its token
// expires.
const hangUpEarly = 1_000

// stop handles EvStop, the user's disconnect(). A running hook runs to its end, but no attempt
// follows.
func (l *Lifecycle) stop() {
	l.acknowledge()
	l.waiting = false
	l.session = false
	if l.state == Refused {
		l.stopped = true
		return
	}
	l.hold()
	l.connected = false
	l.reason = 0
	l.settle(false, 0)
	if l.state != Halted {
		l.state = Idle
	}
}

func (l *Lifecycle) hold() {
	if l.open {
		l.open = false
		l.act(ActHold)
	}
}

func (l *Lifecycle) acknowledge() {
	if l.pending > 0 {
		l.pending = 0
		l.act(ActAcknowledge)
	}
}

func (l *Lifecycle) settle(ok bool, reason Reason) {
	if l.reauth {
		l.reauth = false
		a := l.act(ActSettled)
		a.OK, a.Reason = ok, reason
	}
}
