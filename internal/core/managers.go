package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// Manager makes a manager known, or changes its options.
func (p *Core) Manager(id int, o ManagerOptions) {
	c := socketio.Config{
		Engine: engineio.Config{
			Transports: engineio.Order{o.First, o.Second, o.Third, o.Fourth},
			Upgrade:    o.Upgrade, TryAll: o.TryAll, Revision: o.Revision,
		},
		Reconnection: o.Reconnection,
		NoFences:     o.Opaque,
		Wildcard:     o.Wildcard,
		MaxAttempts:  o.Attempts,
		Timeout:      o.Timeout,
		Backoff:      socketio.Backoff{Backoff: lifecycle.Backoff{Spread: o.Spread, Min: o.Delay, Max: o.DelayMax, Jitter: o.Jitter}},
	}
	if o.Older {
		c.Engine.Begin = engineio.Generation3.Revision
	}
	p.random = lifecycle.NewRandom(p.random.Next() + uint32(max(0, min(o.Seed, 1))*(1<<32-1)))
	c.Backoff.Random = lifecycle.NewRandom(p.random.Next())
	if known := p.managers.get(id); known != nil { // options changed by the manager's setters
		known.m.Configure(c)
		return
	}
	if !p.managers.free(id) {
		return
	}
	p.managers.put(id, &manager{id: id, m: *socketio.NewManager(c, p.links), opaque: o.Opaque})
}

// onManager gives the manager with a number an event, if there is one.
func (p *Core) onManager(id int, e *socketio.Event) {
	if c := p.managers.get(id); c != nil {
		p.stepManager(c, e)
	}
}

// onEngine gives a manager's connection an event.
func (p *Core) onEngine(id int, e *engineio.Event) {
	p.onManager(id, &socketio.Event{Kind: socketio.EvEngine, Engine: *e})
}

// Open is the user's manager.open().
func (p *Core) Open(id int, callback bool) {
	p.onManager(id, &socketio.Event{Kind: socketio.EvOpen, Callback: callback})
}

// Close is the user's manager.close().
func (p *Core) Close(id int) { p.onManager(id, &socketio.Event{Kind: socketio.EvClose}) }

// StopReconnecting ends the planned reconnection. The user has called manager.reconnection(false).
func (p *Core) StopReconnecting(id int) {
	c := p.managers.get(id)
	if c == nil {
		return
	}
	waited := c.m.Reconnecting()
	p.stepManager(c, &socketio.Event{Kind: socketio.EvStopReconnecting})
	if waited && !c.m.Reconnecting() {
		p.host.ManagerWait(id, false, 0)
	}
}

// CountAttempts sets the number of attempts from which the next pause is computed. The page has written it to
// manager.backoff.attempts.
func (p *Core) CountAttempts(id, attempts int) {
	if c := p.managers.get(id); c != nil {
		c.m.Backoff.Attempts = max(attempts, 0)
	}
}

// Continue: the listeners of reconnect_attempt have run.
func (p *Core) Continue(id int) { p.onManager(id, &socketio.Event{Kind: socketio.EvContinue}) }

// Acked: an ack has arrived while a handover waits for it.
func (p *Core) Acked(id int) { p.onManager(id, &socketio.Event{Kind: socketio.EvAcked}) }

// RootConnected: the server has connected "/", for which there is no socket.
func (p *Core) RootConnected(id int) {
	p.onManager(id, &socketio.Event{Kind: socketio.EvRootConnected})
}

// Finished: a transport has sent its last and closed.
func (p *Core) Finished(id, link int) {
	p.onManager(id, &socketio.Event{Kind: socketio.EvFinished, Link: link})
}

// Misjudged: the server on a link is 1.x or 2.x, though it was taken for a later one.
func (p *Core) Misjudged(id, link int) {
	p.onManager(id, &socketio.Event{Kind: socketio.EvMisjudged, Link: link})
}

// Answered: the server has answered a question of the core's own.
func (p *Core) Answered(id, link int, answer socketio.Answer) {
	p.onManager(id, &socketio.Event{Kind: socketio.EvAnswered, Link: link, Answer: answer})
}

// LinkOpened: a transport has opened. Polling never reports this.
func (p *Core) LinkOpened(id, link int) {
	p.onEngine(id, &engineio.Event{Kind: engineio.EvLinkOpened, Link: link})
}

// Handshake: Engine.IO's open packet.
func (p *Core) Handshake(id, link int, pingInterval, pingTimeout int64, upgrades int, revision int) {
	p.onEngine(id, &engineio.Event{
		Kind: engineio.EvHandshake, Link: link,
		Interval: pingInterval, Timeout: pingTimeout, Upgradable: engineio.TransportSet(upgrades), Revision: revision,
	})
}

// ControlPacket: a packet of Engine.IO's own.
func (p *Core) ControlPacket(id, link int, packet engineio.PacketType, probe bool) {
	p.onEngine(id, &engineio.Event{Kind: engineio.EvPacket, Link: link, Packet: packet, Probe: probe})
}

// Message: a message has arrived on a link whose protocol revision it decides (RxDecide).
func (p *Core) Message(id, link int) {
	p.onEngine(id, &engineio.Event{Kind: engineio.EvMessage, Link: link})
}

// Paused: polling has no request in flight, as EnginePause asked for.
func (p *Core) Paused(id, link int) {
	p.onEngine(id, &engineio.Event{Kind: engineio.EvPaused, Link: link})
}

// Fault: what has arrived cannot be read.
func (p *Core) Fault(id, link int) {
	p.onEngine(id, &engineio.Event{Kind: engineio.EvFault, Link: link})
}

// EngineClose is the user's manager.engine.close().
func (p *Core) EngineClose(id int) { p.onEngine(id, &engineio.Event{Kind: engineio.EvClose}) }

// LinkClosed: the end of a transport.
func (p *Core) LinkClosed(id, link int, ending Ending) {
	p.onEngine(id, &engineio.Event{
		Kind: engineio.EvLinkClosed, Link: link, Failed: ending == EndingFailed, Late: ending == EndingLate,
	})
}

// HandshakeFailed: the end of a transport, as its handshake was answered by an HTTP
// status. The lifecycles of the tokens that it carried hear of it before the end of the
// attempt looks like the network's.
func (p *Core) HandshakeFailed(id, link, status int, message string, reason lifecycle.Reason, code string) {
	c := p.managers.get(id)
	if c == nil {
		return
	}
	if c.m.Opening() && c.m.Engine.Owns(link) {
		p.denied(c, status, message, reason)
	}
	p.onEngine(id, &engineio.Event{
		Kind: engineio.EvLinkClosed, Link: link, Failed: true, Refused: refusesRevision(status, code),
	})
}

// refusesRevision says whether the HTTP response to a handshake may mean that the server
// takes another protocol revision: a 400 without an error code, or with Engine.IO's code 5
// (unsupported protocol version). Any other code means another fault.
func refusesRevision(status int, code string) bool {
	return status == 400 && (code == "" || code == "5")
}

// denied tells each lifecycle whose token the handshake carried that the server has refused
// it, if the HTTP response says so (lifecycle.Refusal.OfToken). Any other response is a
// failure of the network.
func (p *Core) denied(c *manager, status int, message string, classified lifecycle.Reason) {
	said := lifecycle.Refusal{Message: message, Status: status, Reason: classified}
	if status == 401 {
		said.Code = "invalid_token"
	}
	if status == 0 || !said.OfToken() {
		return
	}
	for _, n := range c.m.Namespaces {
		if n.Token && n.Gate == socketio.GateOpen {
			s := p.socket(n.Slot)
			s.attempt = s.attempt.next(refusesByStatus)
			p.stepLifecycle(s, &lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: said})
		}
	}
}

// Clock: the server's time, from a response's Date header, ms since 1970.
func (p *Core) Clock(id int, time int64) {
	c := p.managers.get(id)
	if c == nil {
		return
	}
	for _, n := range c.m.Namespaces {
		p.stepLifecycle(p.socket(n.Slot), &lifecycle.Event{Kind: lifecycle.EvServerClock, ServerTime: time})
	}
}
