package lifecycle

// connect is the server's CONNECT.
func (t *turn) connect(e Event) {
	switch {
	case t.state != Connecting:
	case t.token.ID == 0:
		t.guest(e.Recovered)
	case t.config.Via&ViaEvent == 0:
		t.accept(e.Recovered)
	default:
		t.connected = true
		if t.clock.over(t.token, t.now) {
			t.refuse(ReasonExpired, false)
			return
		}
		t.recovered = e.Recovered
		t.place()
	}
}

// authenticated is the server's yes to `authenticate`.
func (t *turn) authenticated() {
	switch {
	case t.state == Authenticating:
		t.accept(t.recovered)
	case t.state == Authenticated && t.renew == renewProving:
		t.token = t.next
		t.accept(false)
	}
}

func (t *turn) accept(recovered bool) {
	refreshed := t.session
	t.state = Authenticated
	t.renew = renewScheduled
	t.session = true
	t.open = true
	t.connected = t.config.InBand
	t.reason = 0
	t.fails = 0
	t.tried.accepted = true
	t.act(Action{Kind: ActAccepted, Token: t.token, Refreshed: refreshed, Recovered: recovered})
	t.schedule()
	t.settle(true, 0)
}

// guest is a connection without a token: what is emitted flows. With ViaEvent a
// token that comes later is sent over it.
func (t *turn) guest(recovered bool) {
	t.state = Guest
	t.session = false
	t.open = true
	t.connected = t.config.Via&ViaEvent != 0
	t.reason = 0
	t.act(Action{Kind: ActAccepted, Recovered: recovered})
	t.settle(true, 0)
}

// schedule sets the time of the next renewal.
func (t *turn) schedule() {
	if t.state == Authenticated && t.renew == renewScheduled && t.fails == 0 {
		t.again(0)
	}
}

// again schedules the next renewal, no sooner than in delay after one that
// brought nothing.
func (t *turn) again(delay int64) {
	t.renew = renewScheduled
	t.renewAt = 0
	end := t.clock.end(t.token)
	if end == 0 || t.config.RefreshBefore == 0 {
		return
	}
	before := max(0, min(t.config.RefreshBefore, (end-t.token.ReceivedAt)/2))
	// The nearer the end, the oftener.
	delay = max(minRenewal, min(delay, (end-t.now)/2))
	t.renewAt = max(end-before, t.now+delay)
}

// renewed is a token that came while the session goes on.
func (t *turn) renewed(got Token, over bool) {
	switch {
	case got.ID == 0, over, got.ID == t.token.ID && !t.reauth:
		if got.ID == 0 {
			t.settle(false, ReasonMissing)
		} else {
			t.settle(false, ReasonExpired)
		}
		t.fails++
		t.again(maxRenewalPause)
	case t.connected:
		t.next = got
		t.renew = renewProving
		t.due = t.now + t.config.AuthTimeout
		t.act(Action{Kind: ActAuthenticate, Token: got})
	default:
		t.token = got
		t.place()
	}
}

// expire ends a live session whose time is over.
func (t *turn) expire() {
	if t.renew != renewAsking {
		t.refuse(ReasonExpired, false)
		return
	}
	// The answer may come any moment; until then nothing is sent.
	t.hold()
	t.state = Asking
	t.due = 0
	t.reason = ReasonExpired
	t.byServer = false
}
