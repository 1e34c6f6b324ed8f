package engineio

// Next is the whole connection: what a State becomes by an Event, and what is
// to be done about it. Actions are appended to out. Any event is safe in any
// state; one that does not apply changes nothing.
func (s State) Next(e Event, out []Action) (State, []Action) {
	switch e.Kind {
	case EvOpen:
		return s.open(out)
	case EvClose:
		return s.hangUp(out)
	case EvTick:
		return s.tick(e.Now, out)
	}
	if !s.Owns(e.Link) {
		return s, out
	}
	if e.Link == s.probe {
		return s.probed(e, out)
	}
	switch e.Kind {
	case EvHandshake:
		return s.handshake(e, out)
	case EvMessage:
		if s.Phase == Deciding {
			return s.decided(3, e.Now, out)
		}
	case EvPacket:
		return s.packet(e, out)
	case EvPaused:
		if s.upgrade == upgradePausing {
			s.upgrade = upgradeDone
			s.kinds, s.Link, s.probe = WebSocket, s.probe, 0
			out = append(out, Action{Kind: ActSend, Link: s.Link, Text: "5"}, Action{Kind: ActUse, Link: s.Link}, Action{Kind: ActUpgraded, Link: s.Link})
		}
	case EvFault:
		return s.fail(ReasonParse, out)
	case EvLinkClosed:
		return s.lost(e.Failed, out)
	}
	return s, out
}

func (s State) open(out []Action) (State, []Action) {
	if s.Phase != Idle && s.Phase != Closed {
		return s, out
	}
	links := s.links
	s = State{Config: s.Config, links: links}
	s.Phase = Opening
	s.Revision = s.Config.Revision
	return s.openLink(out)
}

func (s State) openLink(out []Action) (State, []Action) {
	s.links++
	s.Link = s.links
	s.kinds = s.Transports[s.try]
	return s, append(out, Action{Kind: ActOpenLink, Link: s.Link, Transport: s.kinds, Revision: s.Revision}, Action{Kind: ActUse, Link: s.Link})
}

// minBeat keeps a handshake without sensible heartbeat figures from turning
// the heartbeat into a busy loop, ms.
const minBeat = 10

func (s State) handshake(e Event, out []Action) (State, []Action) {
	if s.Phase != Opening {
		return s, out
	}
	s.interval, s.timeout = max(e.Interval, minBeat), max(e.Timeout, minBeat)
	s.try = -1 // no other transport any more: this one works
	if s.Revision == 0 {
		s.Revision = e.Revision
	}
	canUpgrade := s.Upgrade && e.Upgradable && s.kinds == Polling && (s.Transports[0] == WebSocket || s.Transports[1] == WebSocket)
	if s.Revision == 0 {
		s.Phase, s.decideAt = Deciding, e.Now+decideAfter
		return s, out
	}
	s, out = s.decided(s.Revision, e.Now, out)
	if canUpgrade {
		s.upgrade = upgradeProbing
		s.links++
		s.probe = s.links
		out = append(out, Action{Kind: ActOpenLink, Link: s.probe, Transport: WebSocket, Revision: s.Revision, Probe: true})
	}
	return s, out
}

func (s State) decided(revision int, now int64, out []Action) (State, []Action) {
	s.Phase, s.Revision, s.decideAt = Opened, revision, 0
	return s.heard(now), append(out, Action{Kind: ActOpened, Link: s.Link, Revision: revision})
}

// heard moves the heartbeat's deadlines. In revision 4 the server pings every
// interval and the client allows it the timeout on top; in revision 3 the
// client pings, and the answer may take as long.
func (s State) heard(now int64) State {
	s.deadAt = now + s.interval + s.timeout
	if s.Revision == 3 {
		s.pingAt = now + s.interval
	}
	return s
}

func (s State) packet(e Event, out []Action) (State, []Action) {
	switch e.Packet {
	case Close:
		return s.fail(ReasonTransportClose, out)
	case Ping:
		if s.Phase == Deciding {
			s, out = s.decided(4, e.Now, out)
		}
		if s.Phase == Opened && s.Revision == 4 {
			s = s.heard(e.Now)
			return s, append(out, Action{Kind: ActSend, Link: s.Link, Text: "3"}, Action{Kind: ActPinged})
		}
	case Pong:
		if s.Phase == Opened && s.Revision == 3 {
			return s.heard(e.Now), append(out, Action{Kind: ActPinged})
		}
	}
	return s, out
}

// probed handles what the websocket does before it is in use.
func (s State) probed(e Event, out []Action) (State, []Action) {
	switch e.Kind {
	case EvLinkOpened:
		return s, append(out, Action{Kind: ActSend, Link: s.probe, Text: "2probe"})
	case EvPacket:
		if e.Packet == Pong && e.Probe && s.upgrade == upgradeProbing {
			s.upgrade = upgradePausing
			return s, append(out, Action{Kind: ActUpgrading, Link: s.probe}, Action{Kind: ActPause, Link: s.Link})
		}
		if s.upgrade == upgradePausing {
			return s, out // a ping may cross the change of transports
		}
	case EvLinkClosed:
		paused := s.upgrade == upgradePausing
		link := s.probe
		s.probe, s.upgrade = 0, upgradeNone
		out = append(out, Action{Kind: ActUpgradeError, Link: link})
		if paused { // polling was stopped for it, and the server has let go of it as well
			return s.fail(ReasonTransportError, out)
		}
		return s, out
	}
	if s.upgrade != upgradeProbing {
		return s, out
	}
	link := s.probe
	s.probe, s.upgrade = 0, upgradeNone
	return s, append(out, Action{Kind: ActCloseLink, Link: link}, Action{Kind: ActUpgradeError, Link: link})
}

func (s State) lost(failed bool, out []Action) (State, []Action) {
	if s.Phase == Opening && s.TryAll && s.try == 0 && s.Transports[1] != 0 {
		s.try = 1
		return s.openLink(out)
	}
	if failed {
		return s.fail(ReasonTransportError, out)
	}
	return s.fail(ReasonTransportClose, out)
}

// fail ends the connection without another word to the server.
func (s State) fail(r Reason, out []Action) (State, []Action) {
	if s.probe != 0 {
		out = append(out, Action{Kind: ActCloseLink, Link: s.probe})
	}
	out = append(out, Action{Kind: ActCloseLink, Link: s.Link}, Action{Kind: ActClosed, Reason: r})
	return s.closed(), out
}

// hangUp ends it after what is queued has been sent.
func (s State) hangUp(out []Action) (State, []Action) {
	if s.Phase == Idle || s.Phase == Closed {
		return s, out
	}
	if s.probe != 0 {
		out = append(out, Action{Kind: ActCloseLink, Link: s.probe})
	}
	kind := ActFinishLink
	if s.Phase == Opening {
		kind = ActCloseLink
	}
	out = append(out, Action{Kind: kind, Link: s.Link}, Action{Kind: ActClosed, Reason: ReasonForced})
	return s.closed(), out
}

func (s State) closed() State {
	s.Phase = Closed
	s.Link, s.probe, s.upgrade = 0, 0, upgradeNone
	s.deadAt, s.pingAt, s.decideAt = 0, 0, 0
	return s
}

func (s State) tick(now int64, out []Action) (State, []Action) {
	if s.decideAt != 0 && now >= s.decideAt {
		s, out = s.decided(4, now, out)
	}
	if s.deadAt != 0 && now >= s.deadAt {
		return s.fail(ReasonPingTimeout, out)
	}
	if s.pingAt != 0 && now >= s.pingAt {
		s.pingAt = now + s.interval
		out = append(out, Action{Kind: ActSend, Link: s.Link, Text: "2"})
	}
	return s, out
}
