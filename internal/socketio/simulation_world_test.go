package socketio

import (
	"math/rand/v2"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// What happens to a manager in the simulation.

// noise is any event.
func (w *witness) noise(r *rand.Rand) Event {
	w.now += r.Int64N(200)
	e := managerEvent(byte(r.Uint32()), byte(r.Uint32()))
	e.Slot %= len(w.names)
	e.Engine.Link = max(w.m.Engine.Link, w.m.handover.other.Link) + 1 - r.IntN(4)
	switch e.Kind {
	case EvCleared, EvAccepted, EvHold, EvRenew, EvBackoff, EvHalt:
		if !w.m.Find(e.Slot).Token {
			e.Kind = EvTick // no lifecycle stands above it
		}
	}
	if e.Engine.Kind == engineio.EvOpen {
		e.Engine.Kind = engineio.EvTick // only the manager opens a connection
	}
	switch {
	case e.Kind == EvNspConnected || e.Kind == EvNspRefused || e.Kind == EvNspDisconnected || e.Kind == EvRootConnected:
		if w.m.Engine.Phase != engineio.Opened {
			e.Kind = EvTick // packets come over an open connection only
		}
	case (e.Kind == EvClose || e.Kind == EvDisconnect || e.Kind == EvHalt || e.Kind == EvStopReconnecting) && r.IntN(8) != 0:
		e.Kind = EvTick
	}
	return e
}

// sense is what would come next.
func (w *witness) sense(r *rand.Rand) Event {
	m := w.m
	n := m.Namespaces[r.IntN(len(m.Namespaces))]
	e := Event{Slot: n.Slot}
	if n.Open() && r.IntN(4) == 0 {
		w.emits++
		n.AwaitAck(w.emits)
	}
	if link := m.Engine.Link + 1; m.Engine.Probing(link) && r.IntN(3) == 0 { // the upgrade's steps
		e.Kind = EvEngine
		e.Engine = [...]engineio.Event{
			{Kind: engineio.EvLinkOpened, Link: link},
			{Kind: engineio.EvPacket, Link: link, Packet: engineio.Pong, Probe: true},
			{Kind: engineio.EvPaused, Link: m.Engine.Link},
		}[r.IntN(3)]
		return e
	}
	if m.handover.carried != nil && r.IntN(4) != 0 { // a standby's next step
		return w.standby(r)
	}
	if m.rejoining.until != 0 && m.Engine.Phase == engineio.Opened && r.IntN(2) == 0 {
		return w.answered([...]string{"read", "read", "read", "read", "taken", "guarded"}[r.IntN(6)], "")
	}
	if m.handover.stage == drainingBeside && m.handover.other.Phase == engineio.Opened && r.IntN(2) == 0 {
		return w.answered("passed", "")
	}
	switch {
	case (m.handover.stage == retiring || m.HandingOver()) && r.IntN(2) == 0:
		e.Kind, e.Link = EvFinished, m.handover.finishing
		return e
	case m.AwaitsAcks() && r.IntN(2) == 0: // an answer, as the page counts it
		for range 1 + r.IntN(2) { // or it is given up first
			m.Acked(n, w.emits-r.IntN(2))
		}
		e.Kind = EvAcked
	case m.Engine.Phase == engineio.Deciding && r.IntN(2) == 0: // a server 1.x or 2.x
		e.Kind, e.Engine = EvEngine, engineio.Event{Kind: engineio.EvMessage, Link: m.Engine.Link}
	case m.Config.Engine.Revision == 0 && m.Engine.Revision == 4 && m.phase == PhaseOpen && r.IntN(16) == 0: // and one that took its time
		e.Kind, e.Link = EvMisjudged, m.Engine.Link
	case m.handover.stage == joining && r.IntN(4) == 0:
		e.Kind = EvSecondRefused
	case m.Engine.Phase == engineio.Opened && m.Engine.Revision == 3 && !m.rootConnected && r.IntN(4) == 0:
		e.Kind = EvRootConnected
	case m.phase == PhasePausing && m.reconnectAt == 0:
		e.Kind = EvContinue
	case m.phase == PhasePausing:
		w.now = max(w.now, m.reconnectAt)
		e.Kind = EvTick
	case m.phase.opening() && m.Engine.Phase == engineio.Opening:
		e.Kind = EvEngine
		e.Engine = engineio.Event{Kind: engineio.EvHandshake, Link: m.Engine.Link, Revision: m.Config.Engine.Revision, Interval: 25_000, Timeout: 20_000, Upgradable: 1 << engineio.WebSocket}
		if !m.Engine.OnPolling(m.Engine.Link) { // only a polling body shows it
			break
		}
		if e.Engine.Revision == 0 {
			e.Engine.Revision = 3 + r.IntN(2)
		}
	case !n.Active:
		e.Kind = EvConnect
	case m.GivenUp(n) && m.Engine.Phase == engineio.Opened && r.IntN(2) == 0:
		e.Kind, e.Connected = EvLateAnswer, r.IntN(4) != 0
	case n.Phase == Waiting && !n.cleared:
		e.Kind = EvCleared
	case n.Phase == Connecting && m.Engine.Phase == engineio.Opened:
		e.Kind = EvNspConnected
	case n.Phase == Connected && n.Held:
		e.Kind = EvAccepted
	case n.Phase == Connected && n.Token && r.IntN(3) == 0:
		e.Kind, e.Cause = EvRenew, CauseRefresh
	default:
		e.Kind = EvTick
		if at := m.Deadline(); at != 0 && at < w.now+20_000 {
			w.now = max(w.now, at)
		}
	}
	return e
}

// standby is what comes next where there is one.
func (w *witness) standby(r *rand.Rand) Event {
	m, stage := w.m, w.m.handover.stage
	answer := func(engine *engineio.State, n string, words ...string) Event {
		if engine.Phase != engineio.Opened {
			return Event{Kind: EvTick}
		}
		return w.answered(words[r.IntN(len(words))], n)
	}
	fenced := []string{"read", "read", "read", "read", "taken", "guarded"}
	switch {
	case r.IntN(12) == 0:
		return Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvLinkClosed, Link: m.handover.other.Link, Failed: true}}
	case r.IntN(12) == 0:
		return Event{Kind: EvNspDisconnected, Slot: m.handover.carried.Slot}
	case (stage == standbyOpening || stage == standbyCarrying) && !m.handover.carried.cleared:
		return Event{Kind: EvCleared, Slot: m.handover.carried.Slot}
	case m.handover.other.Phase == engineio.Opening:
		return Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: m.handover.other.Link, Interval: 25_000, Timeout: 20_000, Upgradable: 1 << engineio.WebSocket}}
	case stage == standbyJoining:
		return answer(&m.handover.other, w.names[m.handover.carried.Slot], "greeted", "greeted", "denied")
	case stage == standbyJoined && r.IntN(2) == 0:
		w.now = max(w.now, m.handover.carried.leaves.by)
		return Event{Kind: EvTick}
	case stage == standbyJoined:
		return answer(&m.Engine, "", fenced...)
	case stage == standbyCarrying && m.handover.carried.Phase == Waiting && m.rejoining.until == 0: // no fence
		w.now = max(w.now, m.handover.carried.retryAt)
		return Event{Kind: EvTick}
	case stage == standbyCarrying && m.handover.carried.Phase == Waiting:
		return answer(&m.Engine, "", fenced...)
	case stage == standbyCarrying && m.handover.carried.Phase == Connecting:
		return Event{Kind: EvNspConnected, Slot: m.handover.carried.Slot}
	case m.fences.none && r.IntN(2) == 0:
		w.now = max(w.now, m.handover.wait.by)
		return Event{Kind: EvTick}
	}
	return answer(&m.handover.other, "", "passed")
}

// wayOut: whatever came before, a user who connects and a server and a lifecycle that answer get everybody connected. mute:
// the server answers no CONNECT that was given up.
func (w *witness) wayOut(config string, closes, mute bool) {
	w.mute = mute
	if closes || w.m.skipReconnect { // who has said that it is not to reconnect has to open it himself
		w.step(Event{Kind: EvClose})
	}
	for slot := range w.names {
		w.step(Event{Kind: EvConnect, Slot: slot})
	}
	for range 300 {
		e, ok := w.answer()
		if !ok {
			return
		}
		w.step(e)
	}
	w.Errorf("%s: no way from %s to connected, or these wait for an attempt for ever, %v: %+v %+v %+v", config, w.place(), w.owed, *w.m.Namespaces[0], *w.m.Namespaces[1], *w.m.Namespaces[2])
}

// answer is what the others owe the manager; ok: somebody is not connected yet, or may not emit, or waits for an attempt.
func (w *witness) answer() (e Event, ok bool) {
	m := w.m
	ok = len(w.owed) > 0 || m.handover.stage != steady // what the user emits waits
	if m.Engine.Phase == engineio.Opening {
		return Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: m.Engine.Link, Interval: 25_000, Timeout: 20_000}}, true
	}
	if m.phase == PhasePausing && m.reconnectAt == 0 {
		return Event{Kind: EvContinue}, true
	}
	for _, n := range m.Namespaces {
		e.Slot = n.Slot
		switch {
		case m.GivenUp(n) && m.Engine.Phase == engineio.Opened && !w.mute:
			e.Kind, e.Connected = EvLateAnswer, true
		case n.Phase == Waiting && !n.cleared:
			e.Kind = EvCleared
		case n == m.handover.carried && !n.cleared:
			e.Kind = EvCleared
		case n.Phase == Connecting && m.Engine.Phase == engineio.Opened:
			e.Kind = EvNspConnected
		case n.Phase == Connected && n.Held && n != m.handover.carried:
			e.Kind = EvAccepted
		default:
			ok = ok || !n.Open()
			continue
		}
		return e, true
	}
	w.now = max(w.now, min(m.Deadline(), w.now+20_000))
	return Event{Kind: EvTick}, ok
}
