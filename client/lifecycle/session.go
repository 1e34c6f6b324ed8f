package lifecycle

// connect handles EvConnected, the server's CONNECT.
func (l *Lifecycle) connect(e *Event) {
	switch {
	case l.state != Connecting:
	case l.token.ID == 0 && l.reauth && l.asked != CauseRefresh:
		// The guest's token was asked for before the user wanted another one.
		l.connected = l.config.Via&ViaEvent != 0
		l.state = Asking
		l.ask(CauseRefresh, 1)
	case l.token.ID == 0:
		l.guest(e.Recovered)
	case l.config.Via&ViaEvent == 0:
		l.accept(e.Recovered)
	default:
		l.connected = true
		if l.clock.over(l.token, l.now) {
			l.refuse(ReasonExpired, false)
			return
		}
		l.recovered = e.Recovered
		l.place()
	}
}

// authenticated handles EvAuthenticated, the server's answer to `authenticate`.
func (l *Lifecycle) authenticated() {
	switch {
	case l.state == Authenticating:
		l.accept(l.recovered)
	case l.state == Authenticated && l.renew == renewProving:
		l.token = l.next
		l.accept(false)
	}
}

func (l *Lifecycle) accept(recovered bool) {
	refreshed := l.session
	l.state = Authenticated
	l.renew = renewScheduled
	l.session = true
	l.open = true
	l.connected = l.config.InBand
	l.reason = 0
	l.fails = 0
	l.tried.accepted = true
	a := l.act(ActAccepted)
	a.Token, a.Acceptance = l.token, Acceptance{Refreshed: refreshed, Recovered: recovered}
	l.schedule()
	l.settle(true, 0)
}

// guest handles a connection without a token: emits are sent. With ViaEvent a later token is
// sent over the same connection.
func (l *Lifecycle) guest(recovered bool) {
	l.state = Guest
	l.session = false
	l.open = true
	l.connected = l.config.Via&ViaEvent != 0
	l.reason = 0
	l.act(ActAccepted).Recovered = recovered
	l.settle(true, 0)
}

// schedule sets the time of the next renewal.
func (l *Lifecycle) schedule() {
	if l.state == Authenticated && l.renew == renewScheduled && l.fails == 0 {
		l.again(0)
	}
}

// again schedules the next renewal after one that failed or brought no new token, delay ms
// from now or, near the expiry, earlier.
func (l *Lifecycle) again(delay int64) {
	l.renew = renewScheduled
	l.renewAt = 0
	end := l.clock.end(l.token)
	if end == 0 || l.config.RefreshBefore == 0 {
		return
	}
	before := max(0, min(l.config.RefreshBefore, (end-l.token.ReceivedAt)/2))
	// Try more often as the expiry comes nearer.
	delay = max(minRenewal, min(delay, (end-l.now)/2))
	l.renewAt = max(end-before, l.now+delay)
}

// renewed handles a token that the source gave for a renewal.
func (l *Lifecycle) renewed(got Token, over bool) {
	switch {
	case got.ID == 0, over, got.ID == l.token.ID && !l.reauth:
		if got.ID == 0 {
			l.settle(false, ReasonMissing)
		} else {
			l.settle(false, ReasonExpired)
		}
		l.fails++
		l.again(maxRenewalPause)
	case l.connected:
		l.next = got
		l.renew = renewProving
		l.due = l.now + l.config.AuthTimeout
		l.act(ActAuthenticate).Token = got
	default:
		l.token = got
		l.place()
	}
}

// expire handles the expiry of the token in a live session.
func (l *Lifecycle) expire() {
	if l.renew != renewAsking {
		l.refuse(ReasonExpired, false)
		return
	}
	// The answer may come any moment; until then nothing is sent.
	l.hold()
	l.state = Asking
	l.due = 0
	l.reason = ReasonExpired
	l.byServer = false
}
