package engineio

// Next is the whole connection: what a State becomes by an Event, and what is
// to be done about it. Actions are appended to out. Any event is safe in any
// state; one that does not apply changes nothing.
func (s State) Next(e Event, out []Action) (State, []Action) {
	t := turn{State: s, out: out}
	t.next(&e)
	return t.State, t.out
}

// turn is one event's way through a connection. It exists for the size of the
// code: the state is copied in and out once.
type turn struct {
	State
	out []Action
}

//go:noinline
func (t *turn) act(kind ActionKind, link int) *Action {
	t.out = append(t.out, Action{Kind: kind, Link: link})
	return &t.out[len(t.out)-1]
}

func (t *turn) send(link int, p PacketType) *Action {
	a := t.act(ActSend, link)
	a.Packet = p
	return a
}

func (t *turn) next(e *Event) {
	switch e.Kind {
	case EvOpen:
		t.open()
		return
	case EvClose:
		t.hangUp()
		return
	case EvTick:
		if t.Phase != Idle {
			t.tick(e.Now)
		}
		return
	}
	if !t.Owns(e.Link) {
		return
	}
	if t.Probing(e.Link) {
		t.probed(e)
		return
	}
	switch e.Kind {
	case EvLinkOpened:
		t.dialled = true
	case EvHandshake:
		t.handshake(e)
	case EvMessage:
		if t.Phase == Deciding {
			t.decided(3, e.Now)
		}
	case EvPacket:
		t.packet(e)
	case EvPaused:
		switch {
		case t.upgrade != upgradePausing:
		case t.probe == 0: // lost meanwhile; polling is what the server has until it is told otherwise
			t.upgrade = upgradeNone
			t.act(ActUse, t.Link)
		default:
			t.upgrade = upgradeDone
			t.kinds, t.Link, t.probe = t.probing, t.probe, 0
			t.send(t.Link, Upgrade)
			t.act(ActUse, t.Link)
			t.act(ActCloseLink, e.Link)
			t.act(ActUpgraded, t.Link)
		}
	case EvFault:
		t.lost(ActCloseLink, ReasonParse)
	case EvLinkClosed:
		if t.refused(e) {
			t.other, t.Revision = true, 3-t.Revision
			t.openLink()
			return
		}
		r := ReasonTransportClose
		if e.Failed {
			r = ReasonTransportError
		}
		if e.Late {
			r = ReasonPingTimeout
		}
		t.lost(0, r)
	}
}

func (t *turn) open() {
	if t.Phase != Idle && t.Phase != Closed {
		return
	}
	t.State = State{Config: t.Config, links: t.links, begin: t.begin, undialled: t.undialled}
	t.Phase = Opening
	if t.begin == 0 {
		t.begin = t.Begin
	}
	t.ask()
}

// ask opens the transport whose turn it is, with the revision that comes first.
func (t *turn) ask() {
	t.Revision, t.other = t.Config.Revision, false
	if t.Revision == 0 && t.begin == 3 {
		t.Revision = 3
	}
	if t.Transports[t.try] == WebTransport { // no server of revision 3 has it
		t.Revision = 4
	}
	t.openLink()
}

// refused says whether the server may take a handshake with the other revision, which it
// is asked for at once, and once in an attempt. Most servers of revision 3 answer a
// handshake with 4 by one of their own; some look at the revision first (python-socketio
// 4, Flask-SocketIO 4), and answer 400. A page does not see the answer to a websocket's
// handshake. Where there is no polling to tell the status, a websocket that does not open
// twice running is taken for such an answer, until a handshake with 4 has worked. Not the
// first: a server of revision 4 may take 3 as well (allowEIO3), where CONNECT has no token.
func (t *turn) refused(e *Event) bool {
	if t.Phase != Opening || t.Config.Revision != 0 || t.Revision == 4 || t.other {
		return false
	}
	if t.kinds == Polling {
		return e.Refused
	}
	if !e.Failed || t.dialled || t.TryAll && t.Transports[1] != 0 || t.begin == 4 {
		return false
	}
	t.undialled++
	return t.undialled > 1
}

func (t *turn) openLink() {
	t.links++
	t.Link = t.links
	t.kinds, t.asked, t.dialled = t.Transports[t.try], t.Revision, false
	a := t.act(ActOpenLink, t.Link)
	a.Transport, a.Revision = t.kinds, t.Revision
	t.act(ActUse, t.Link)
}

// minBeat keeps a handshake without sensible heartbeat figures from turning
// the heartbeat into a busy loop, ms.
const minBeat = 10

func (t *turn) handshake(e *Event) {
	if t.Phase != Opening {
		return
	}
	if t.Config.Revision == 0 && t.asked == 3 && e.Revision == 4 {
		// The server takes both revisions. CONNECT has a payload, where the token may be,
		// with 4 only.
		t.begin, t.other, t.Revision = 4, true, 0
		t.act(ActCloseLink, t.Link)
		t.openLink()
		return
	}
	t.interval, t.timeout = max(e.Interval, minBeat), max(e.Timeout, minBeat)
	t.try = -1 // no other transport any more: this one works
	if t.Revision == 0 {
		t.Revision = e.Revision
	}
	if t.Revision == 0 {
		t.Phase, t.decideAt = Deciding, e.Now+decideAfter
		return
	}
	t.decided(t.Revision, e.Now)
	if !t.Upgrade || t.kinds != Polling {
		return
	}
	websocket := e.Upgradable.has(WebSocket) && t.Transports.has(WebSocket)
	switch {
	case e.Upgradable.has(WebTransport) && t.Transports.has(WebTransport):
		t.probe, t.probing = t.openProbe(WebTransport), WebTransport
		if websocket {
			t.rivalAt = e.Now + rivalAfter
		}
	case websocket:
		t.probe, t.probing = t.openProbe(WebSocket), WebSocket
	}
}

func (t *turn) openProbe(kind Transport) int {
	t.upgrade = upgradeProbing
	t.links++
	a := t.act(ActOpenLink, t.links)
	a.Transport, a.Revision, a.Probe = kind, t.Revision, true
	return t.links
}

func (t *turn) decided(revision int, now int64) {
	t.Phase, t.Revision, t.decideAt, t.undialled = Opened, revision, 0, 0
	if t.Config.Revision == 0 {
		t.begin = 4
		if t.asked == 3 {
			t.begin = 3
		}
	}
	t.heard(now)
	t.act(ActOpened, t.Link)
}

// heard moves the heartbeat's deadlines. The side that pings does so every interval, and
// the other side's word may take the timeout on top.
func (t *turn) heard(now int64) {
	t.deadAt = now + t.interval + t.timeout
	if t.Generation().ClientPings {
		t.pingAt = now + t.interval
	}
}

func (t *turn) packet(e *Event) {
	switch e.Packet {
	case Close:
		t.fail(ReasonTransportClose)
		return
	case Ping:
		if t.Phase == Deciding {
			t.decided(4, e.Now)
		}
		if t.Phase != Opened || t.Generation().ClientPings {
			return
		}
		t.send(t.Link, Pong)
	case Pong:
		if t.Phase != Opened || !t.Generation().ClientPings {
			return
		}
	default:
		return
	}
	t.heard(e.Now)
	t.act(ActPinged, 0)
}

// probed handles what a transport does before it is in use. Of two that are probed the
// first to answer is taken.
func (t *turn) probed(e *Event) {
	link := e.Link
	pausing := t.upgrade == upgradePausing
	switch {
	case e.Kind == EvLinkOpened:
		t.send(link, Ping).Probe = true
		return
	case e.Kind == EvLinkClosed:
	case pausing: // a ping may cross the change of transports
		return
	case e.Kind == EvPacket && e.Packet == Pong && e.Probe:
		t.answered(link)
		return
	default:
		t.act(ActCloseLink, link)
	}
	if link == t.probe { // the websocket beside it, if there is one, is probed on
		t.probe, t.probing = t.rival, WebSocket
	}
	t.rival = 0
	t.act(ActUpgradeError, link)
	switch {
	case t.rivalAt != 0:
		t.rivalAt = 0
		t.probe = t.openProbe(WebSocket)
	case t.probe == 0 && !pausing: // else polling goes on as soon as it has stopped
		t.upgrade = upgradeNone
	}
}

// answered: packets are to travel over a transport that was probed.
func (t *turn) answered(link int) {
	other := t.rival
	if link == t.rival {
		other, t.probe, t.probing = t.probe, link, WebSocket
	}
	t.rival, t.rivalAt = 0, 0
	if other != 0 {
		t.act(ActCloseLink, other)
	}
	t.upgrade = upgradePausing
	t.act(ActUpgrading, link)
	t.act(ActPause, t.Link)
}

// lost: the transport is of no use any more. how is what remains to be done with
// it, if another one is tried in its place.
func (t *turn) lost(how ActionKind, r Reason) {
	next := t.try + 1
	if t.Phase != Opening || !t.TryAll || t.try < 0 || next == len(t.Transports) || t.Transports[next] == 0 {
		t.fail(r)
		return
	}
	if how != 0 {
		t.act(how, t.Link)
	}
	t.try = next
	t.ask()
}

// fail ends the connection without another word to the server.
func (t *turn) fail(r Reason) { t.end(ActCloseLink, r) }

// hangUp ends it after what is queued has been sent.
func (t *turn) hangUp() {
	switch t.Phase {
	case Idle, Closed:
	case Opening:
		t.end(ActCloseLink, ReasonForced)
	default:
		t.end(ActFinishLink, ReasonForced)
	}
}

func (t *turn) end(how ActionKind, r Reason) {
	for _, link := range [...]int{t.probe, t.rival} {
		if link != 0 {
			t.act(ActCloseLink, link)
		}
	}
	t.act(how, t.Link)
	t.act(ActClosed, 0).Reason = r
	t.Phase = Closed
	t.Link, t.probe, t.rival, t.upgrade = 0, 0, 0, upgradeNone
	t.deadAt, t.pingAt, t.decideAt, t.rivalAt = 0, 0, 0, 0
}

func (t *turn) tick(now int64) {
	if t.decideAt != 0 && now >= t.decideAt {
		t.decided(4, now)
	}
	if t.deadAt != 0 && now >= t.deadAt {
		t.fail(ReasonPingTimeout)
		return
	}
	if t.rivalAt != 0 && now >= t.rivalAt {
		t.rivalAt = 0
		t.rival = t.openProbe(WebSocket)
	}
	if t.pingAt != 0 && now >= t.pingAt {
		t.pingAt = now + t.interval
		t.send(t.Link, Ping)
	}
}
