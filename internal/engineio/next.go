package engineio

// Next returns the state after an event, and appends the actions to perform to
// out. Any event is safe in any state; one that does not apply changes nothing.
func (s State) Next(e Event, out []Action) (State, []Action) {
	out = s.Step(&e, out)
	return s, out
}

// Step is Next in place: s becomes the state after e. TinyGo copies a struct field by
// field, and passes one as so many arguments, so the page steps.
func (s *State) Step(e *Event, out []Action) []Action {
	s.out = out
	s.next(e)
	out, s.out = s.out, nil
	return out
}

// act adds an action, whose other fields the caller sets.
//
//go:noinline
func (s *State) act(kind ActionKind, link int) *Action {
	s.out = append(s.out, Action{Kind: kind, Link: link})
	return &s.out[len(s.out)-1]
}

func (s *State) send(link int, p PacketType) *Action {
	a := s.act(ActSend, link)
	a.Packet = p
	return a
}

func (s *State) next(e *Event) {
	switch e.Kind {
	case EvOpen:
		s.open()
		return
	case EvClose:
		s.hangUp()
		return
	case EvTick:
		if s.Phase != Idle {
			s.tick(e.Now)
		}
		return
	}
	if !s.Owns(e.Link) {
		return
	}
	if s.Probing(e.Link) {
		s.probed(e)
		return
	}
	switch e.Kind {
	case EvLinkOpened:
		s.dialled = true
	case EvHandshake:
		s.handshake(e)
	case EvMessage:
		if s.Phase == Deciding {
			s.decided(3, e.Now)
		}
	case EvPacket:
		s.packet(e)
	case EvPaused:
		switch {
		case s.upgrade != upgradePausing:
		case s.probe == 0: // the probed transport was lost meanwhile; the server goes on with polling
			s.upgrade = upgradeNone
			s.act(ActUse, s.Link)
		default:
			s.upgrade = upgradeDone
			s.kinds, s.Link, s.probe = s.probing, s.probe, 0
			s.send(s.Link, Upgrade)
			s.act(ActUse, s.Link)
			s.act(ActCloseLink, e.Link)
			s.act(ActUpgraded, s.Link)
		}
	case EvFault:
		s.lost(ActCloseLink, ReasonParse)
	case EvLinkClosed:
		if s.refused(e) {
			s.other, s.Revision = true, 3-s.Revision
			s.openLink()
			return
		}
		r := ReasonTransportClose
		if e.Failed {
			r = ReasonTransportError
		}
		if e.Late {
			r = ReasonPingTimeout
		}
		s.lost(0, r)
	}
}

func (s *State) open() {
	if s.Phase != Idle && s.Phase != Closed {
		return
	}
	*s = State{out: s.out, Config: s.Config, links: s.links, begin: s.begin, undialled: s.undialled}
	s.Phase = Opening
	if s.begin == 0 {
		s.begin = s.Begin
	}
	s.ask()
}

// ask opens the transport whose turn it is, with the revision that is to be tried first.
func (s *State) ask() {
	s.Revision, s.other = s.Config.Revision, false
	if s.Revision == 0 && s.begin == 3 {
		s.Revision = 3
	}
	if s.Transports[s.try] == WebTransport { // no server of revision 3 has it
		s.Revision = 4
	}
	s.openLink()
}

// refused says whether the server may accept a handshake with the other revision. Then that
// is tried at once, and once in an attempt. Most servers of revision 3 answer a handshake with
// 4 by one with 3; some check the revision first (python-socketio 4, Flask-SocketIO 4) and
// answer 400. A page does not see the HTTP status of a websocket's handshake. Without polling,
// a websocket that fails to open in two successive attempts counts as such a 400, until a
// handshake with 4 has worked. One failure is not enough: a server of revision 4 may accept 3
// as well (allowEIO3), and there CONNECT carries no token.
func (s *State) refused(e *Event) bool {
	if s.Phase != Opening || s.Config.Revision != 0 || s.Revision == 4 || s.other {
		return false
	}
	if s.kinds == Polling {
		return e.Refused
	}
	if !e.Failed || s.dialled || s.TryAll && s.Transports[1] != 0 || s.begin == 4 {
		return false
	}
	s.undialled++
	return s.undialled > 1
}

func (s *State) openLink() {
	s.links++
	s.Link = s.links
	s.kinds, s.asked, s.dialled = s.Transports[s.try], s.Revision, false
	a := s.act(ActOpenLink, s.Link)
	a.Transport, a.Revision = s.kinds, s.Revision
	s.act(ActUse, s.Link)
}

// minBeat is the shortest pingInterval and pingTimeout, ms, so that a handshake with a
// senseless value does not make the heartbeat a busy loop.
const minBeat = 10

func (s *State) handshake(e *Event) {
	if s.Phase != Opening {
		return
	}
	if s.Config.Revision == 0 && s.asked == 3 && e.Revision == 4 {
		// The server accepts both revisions. Only with 4 has CONNECT a payload, which may
		// carry the token.
		s.begin, s.other, s.Revision = 4, true, 0
		s.act(ActCloseLink, s.Link)
		s.openLink()
		return
	}
	s.interval, s.timeout = max(e.Interval, minBeat), max(e.Timeout, minBeat)
	s.try = -1 // this transport works: try no other one
	if s.Revision == 0 {
		s.Revision = e.Revision
	}
	if s.Revision == 0 {
		s.Phase, s.decideAt = Deciding, e.Now+decideAfter
		return
	}
	s.decided(s.Revision, e.Now)
	if !s.Upgrade || s.kinds != Polling {
		return
	}
	websocket := e.Upgradable.has(WebSocket) && s.Transports.has(WebSocket)
	switch {
	case e.Upgradable.has(WebTransport) && s.Transports.has(WebTransport):
		s.probe, s.probing = s.openProbe(WebTransport), WebTransport
		if websocket {
			s.rivalAt = e.Now + rivalAfter
		}
	case websocket:
		s.probe, s.probing = s.openProbe(WebSocket), WebSocket
	}
}

func (s *State) openProbe(kind Transport) int {
	s.upgrade = upgradeProbing
	s.links++
	a := s.act(ActOpenLink, s.links)
	a.Transport, a.Revision, a.Probe = kind, s.Revision, true
	return s.links
}

func (s *State) decided(revision int, now int64) {
	s.Phase, s.Revision, s.decideAt, s.undialled = Opened, revision, 0, 0
	if s.Config.Revision == 0 {
		s.begin = 4
		if s.asked == 3 {
			s.begin = 3
		}
	}
	s.heard(now)
	s.act(ActOpened, s.Link)
}

// heard moves the deadlines of the heartbeat. One side pings once in an interval, and the other
// side's packet may take the timeout in addition.
func (s *State) heard(now int64) {
	s.deadAt = now + s.interval + s.timeout
	if s.Generation().ClientPings {
		s.pingAt = now + s.interval
	}
}

func (s *State) packet(e *Event) {
	switch e.Packet {
	case Close:
		s.fail(ReasonTransportClose)
		return
	case Ping:
		if s.Phase == Deciding {
			s.decided(4, e.Now)
		}
		if s.Phase != Opened || s.Generation().ClientPings {
			return
		}
		s.send(s.Link, Pong)
	case Pong:
		if s.Phase != Opened || !s.Generation().ClientPings {
			return
		}
	default:
		return
	}
	s.heard(e.Now)
	s.act(ActPinged, 0)
}

// probed handles an event of a transport that is being probed. Of two such transports the first
// to answer is used.
func (s *State) probed(e *Event) {
	link := e.Link
	pausing := s.upgrade == upgradePausing
	switch {
	case e.Kind == EvLinkOpened:
		s.send(link, Ping).Probe = true
		return
	case e.Kind == EvLinkClosed:
	case pausing: // a ping may arrive during the change of transports
		return
	case e.Kind == EvPacket && e.Packet == Pong && e.Probe:
		s.answered(link)
		return
	default:
		s.act(ActCloseLink, link)
	}
	if link == s.probe { // the websocket beside it, if there is one, is probed on
		s.probe, s.probing = s.rival, WebSocket
	}
	s.rival = 0
	s.act(ActUpgradeError, link)
	switch {
	case s.rivalAt != 0:
		s.rivalAt = 0
		s.probe = s.openProbe(WebSocket)
	case s.probe == 0 && !pausing: // else polling goes on as soon as it has stopped
		s.upgrade = upgradeNone
	}
}

// answered handles the answer to a probe: the connection upgrades to that transport.
func (s *State) answered(link int) {
	other := s.rival
	if link == s.rival {
		other, s.probe, s.probing = s.probe, link, WebSocket
	}
	s.rival, s.rivalAt = 0, 0
	if other != 0 {
		s.act(ActCloseLink, other)
	}
	s.upgrade = upgradePausing
	s.act(ActUpgrading, link)
	s.act(ActPause, s.Link)
}

// lost handles the failure of the transport in use. how is the action that disposes of that
// transport, if another one is tried instead.
func (s *State) lost(how ActionKind, r Reason) {
	next := s.try + 1
	if s.Phase != Opening || !s.TryAll || s.try < 0 || next == len(s.Transports) || s.Transports[next] == 0 {
		s.fail(r)
		return
	}
	if how != 0 {
		s.act(how, s.Link)
	}
	s.try = next
	s.ask()
}

// fail ends the connection without sending anything.
func (s *State) fail(r Reason) { s.end(ActCloseLink, r) }

// hangUp ends the connection after the queued packets have been sent.
func (s *State) hangUp() {
	switch s.Phase {
	case Idle, Closed:
	case Opening:
		s.end(ActCloseLink, ReasonForced)
	default:
		s.end(ActFinishLink, ReasonForced)
	}
}

func (s *State) end(how ActionKind, r Reason) {
	for _, link := range [...]int{s.probe, s.rival} {
		if link != 0 {
			s.act(ActCloseLink, link)
		}
	}
	s.act(how, s.Link)
	s.act(ActClosed, 0).Reason = r
	s.Phase = Closed
	s.Link, s.probe, s.rival, s.upgrade = 0, 0, 0, upgradeNone
	s.deadAt, s.pingAt, s.decideAt, s.rivalAt = 0, 0, 0, 0
}

func (s *State) tick(now int64) {
	if s.decideAt != 0 && now >= s.decideAt {
		s.decided(4, now)
	}
	if s.deadAt != 0 && now >= s.deadAt {
		s.fail(ReasonPingTimeout)
		return
	}
	if s.rivalAt != 0 && now >= s.rivalAt {
		s.rivalAt = 0
		s.rival = s.openProbe(WebSocket)
	}
	if s.pingAt != 0 && now >= s.pingAt {
		s.pingAt = now + s.interval
		s.send(s.Link, Ping)
	}
}
