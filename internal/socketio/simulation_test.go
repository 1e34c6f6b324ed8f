package socketio

import (
	"flag"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

var (
	simLives = flag.Int("sim.lives", 8_000, "lives of the simulation")
	simSteps = flag.Int("sim.steps", 120, "steps of a life")
	simSeed  = flag.Uint64("sim.seed", 6, "what they are drawn from")
)

// A long life of any event in any state, for three namespaces: "/", one whose token CONNECT carries and one whose token
// the handshake carries, or CONNECT, too; some of them numbered. Half of the events are what a server, the lifecycle and a user would do
// next, so that it gets somewhere; the other half is noise. After every single event what the page relies on holds.
func TestAnyEventInAnyManager(t *testing.T) {
	lives, steps := *simLives, *simSteps
	r := rand.New(rand.NewPCG(5, *simSeed))
	visits := map[string]int{}
	for range lives {
		config := [...]string{"/ /a:connect /q:open", "/:event /a:connect /q:open", "/ /a:connect /b:connect"}[r.IntN(3)] + [...]string{"", "", " eio3", " auto"}[r.IntN(4)]
		for _, word := range []string{" attempts=2", " timeout=5000", " polling", " all", " noreconnect"} {
			if r.IntN(4) == 0 {
				config += word
			}
		}
		w := &witness{T: t, player: newPlayer(config), told: map[int]bool{}, on: map[int]int{}, live: map[int]bool{}, owed: map[int]bool{}, gone: map[int]bool{}}
		all := r.IntN(2) == 0
		for _, n := range w.m.Namespaces {
			n.Numbered = all || r.IntN(2) == 0
		}
		for range steps {
			e := w.noise(r)
			if r.IntN(2) == 0 {
				e = w.sense(r)
			}
			w.step(e)
			visits[w.place()]++
			if t.Failed() {
				t.Fatalf("%s: %s by %+v", config, w.place(), e)
			}
		}
		w.wayOut(config, r.IntN(2) == 0)
	}
	for _, place := range places() {
		if visits[place] < lives/50 {
			t.Errorf("the simulation came to %s %d times", place, visits[place])
		}
	}
}

// places are where a manager may stand: see player.place.
func places() (all []string) {
	for p := PhaseClosed; p <= PhaseOpen; p++ {
		all = append(all, p.String())
	}
	for s := draining; s <= standbyDelivering; s++ {
		all = append(all, s.String())
	}
	return all
}

// witness watches what the sockets are told and what becomes of the links.
type witness struct {
	*testing.T
	*player
	told  map[int]bool // by slot: the user knows it as connected
	on    map[int]int  // by slot: the link that it was connected on
	live  map[int]bool // links that were opened and neither closed nor lost
	owed  map[int]bool // by slot: its lifecycle waits for an attempt, or to hear that none comes
	gone  map[int]bool // by slot: DISCONNECT was sent, and no CONNECT since
	stood bool         // there was a standby before this event
}

func (w *witness) step(e Event) {
	if e.Kind == EvConnect && w.told[e.Slot] { // connect() of a socket that is connected: its session is over, or nothing is
		if w.m.Find(e.Slot).Active {
			return
		}
		w.step(Event{Kind: EvDisconnect, Slot: e.Slot})
	}
	if e.Kind == EvEngine && e.Engine.Kind == engineio.EvLinkClosed {
		delete(w.live, e.Engine.Link)
	}
	switch e.Kind {
	case EvRenew:
		w.owed[e.Slot] = true
	case EvDisconnect, EvHalt, EvBackoff: // the lifecycle's own end of it
		delete(w.owed, e.Slot)
	}
	out := w.next(e)
	defer func() {
		if w.Failed() {
			var said []string
			for _, a := range out {
				said = append(said, w.say(a))
			}
			w.Errorf("… by %v", said)
		}
	}()
	defer func() { w.stood = w.m.handover.carried != nil }()
	if len(out) > 40 {
		w.Errorf("%d actions at once", len(out))
	}
	for _, a := range out {
		n := w.m.Find(a.Slot)
		w.covers(a, n)
		if a.Kind == ActAttempt || a.Kind == ActSocketClosed || a.Kind == ActSocketError {
			delete(w.owed, a.Slot)
		}
		switch a.Kind {
		case ActEngine:
			w.link(a.Engine)
		case ActSocketConnected:
			if w.told[a.Slot] && !a.Silent {
				w.Errorf("%s is told twice that it is connected", w.names[a.Slot])
			}
			w.told[a.Slot], w.on[a.Slot] = true, w.m.Engine.Link
		case ActSocketClosed:
			w.told[a.Slot] = false
		case ActConnect:
			if n.Gate != GateNone && !n.cleared {
				w.Errorf("CONNECT of %s without its token", w.names[a.Slot])
			}
		}
	}
	if e.Kind == EvNspRefused && w.m.Find(e.Slot).Token { // the lifecycle's answer: another token, or the end
		w.step([]Event{{Kind: EvRenew, Slot: e.Slot, Cause: CauseUnauthorized}, {Kind: EvHalt, Slot: e.Slot}}[len(out)%2])
		return
	}
	w.standing()
	if at := w.m.Deadline(); e.Kind == EvTick && at != 0 && at <= w.now {
		w.Errorf("the deadline %d is not met at %d: a busy loop", at, w.now)
	}
}

// covers: the user of a namespace without a token hears of every change of its connection, unless the handshake of that
// carries another's token; a standby's token is in hand, and its queue is delivered when the namespace is back.
func (w *witness) covers(a Action, n *Namespace) {
	name := w.names[a.Slot]
	switch a.Kind {
	case ActSocketConnected:
		w.gone[a.Slot] = false
		if a.Silent && !n.Token && !slices.ContainsFunc(w.m.Namespaces, func(n *Namespace) bool { return n.Gate == GateOpen }) {
			w.Errorf("%s is another socket of the server's, and its user does not know", name)
		}
	case ActDisconnect:
		if w.gone[a.Slot] {
			w.Errorf("%s leaves twice, which servers take for a fault", name)
		}
		w.gone[a.Slot] = true
	case ActConnect:
		if a.N != 0 && (n != w.m.handover.carried || w.gone[a.Slot] || !w.m.handover.other.Owns(a.N)) {
			w.Errorf("%s joins a standby after it has left, or one that carries another namespace", name)
		}
	case ActDeliver:
		if n := w.m.handover.carried; n == nil || n.Phase != Connected || w.on[n.Slot] != w.m.Engine.Link {
			w.Errorf("the standby is delivered before %+v is back", n)
		}
	case ActFlush:
		if a.Silent && w.stood {
			w.Errorf("what %s emitted is given up, and its connection has not changed", name)
		}
	case ActFence:
		if !w.live[a.N] {
			w.Errorf("a question for link %d, which is closed", a.N)
		}
	}
}

func (w *witness) link(a engineio.Action) {
	switch a.Kind {
	case engineio.ActOpenLink:
		if w.live[a.Link] {
			w.Errorf("link %d is given out twice", a.Link)
		}
		w.live[a.Link] = true
	case engineio.ActCloseLink, engineio.ActFinishLink:
		delete(w.live, a.Link)
	case engineio.ActUpgraded: // the same connection, by its probe
		for slot := range w.on {
			if w.on[slot] == a.Link-1 {
				w.on[slot] = a.Link
			}
		}
	case engineio.ActSend:
		if !w.live[a.Link] {
			w.Errorf("%s goes to link %d, which is closed", a.Text(), a.Link)
		}
	}
}

// standing is what holds between two events.
func (w *witness) standing() {
	m := w.m
	for link := range w.live {
		if !m.Engine.Owns(link) && !m.handover.other.Owns(link) {
			w.Errorf("link %d is left open, and nobody's", link)
		}
	}
	for i, n := range m.Namespaces {
		name := w.names[i]
		switch {
		case n.Phase == Connected && !w.told[n.Slot]:
			w.Errorf("%s is connected and was not told", name)
		case n.Phase == Connected && gone(m.handover.stage): // until the next connection opens
		case n.Phase == Connected && w.on[n.Slot] != m.Engine.Link:
			w.Errorf("%s is connected on link %d, which was connected on %d", name, m.Engine.Link, w.on[n.Slot])
		case n.Phase == Connected && m.Engine.Phase != engineio.Opened:
			w.Errorf("%s is connected on a connection that is %v", name, m.Engine.Phase)
		case n.Phase == Connecting && m.phase != PhaseOpen:
			w.Errorf("%s waits for CONNECT, and nothing is open", name)
		case n.Phase == Off && n.Silent:
			w.Errorf("%s is off, and that is kept from the user", name)
		case w.told[n.Slot] && n.Phase != Connected && !n.Silent:
			w.Errorf("%s is %v, and the user thinks it is connected", name, n.Phase)
		}
	}
	stage := m.handover.stage
	if n := m.handover.carried; (n != nil) != stage.standby() || n != nil && !n.Active {
		w.Errorf("%v, and the standby carries %+v", stage, n)
	}
	if stage == opening || stage == openingBeside {
		if m.phase != PhaseOpening {
			w.Errorf("%v, and the manager is %v", stage, m.phase)
		}
	} else if stage != steady && m.phase != PhaseOpen {
		w.Errorf("%v, and the manager is %v", stage, m.phase)
	}
	if two := m.handover.other.Phase != engineio.Idle && m.handover.other.Phase != engineio.Closed; two && !stage.beside() && !stage.standby() {
		w.Errorf("%v, and there are two connections", stage)
	}
	switch m.phase {
	case PhaseClosed, PhasePausing:
		if m.Engine.Phase != engineio.Idle && m.Engine.Phase != engineio.Closed {
			w.Errorf("closed, and the connection is %v", m.Engine.Phase)
		}
	case PhaseOpen:
		if m.Engine.Phase != engineio.Opened && !gone(stage) {
			w.Errorf("open, and the connection is %v", m.Engine.Phase)
		}
	}
}

// gone says whether the connection in use has closed, and the next one is not opened yet.
func gone(s stage) bool { return s == retiring || s == drainingAlone || s == retiringAlone }

func (w *witness) noise(r *rand.Rand) Event {
	w.now += r.Int64N(200)
	e := managerEvent(byte(r.Uint32()), byte(r.Uint32()))
	e.Slot %= len(w.names)
	if e.Kind == EvConnect {
		e.Cause = CauseConnect // the page has no other
	}
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
	case (e.Kind == EvClose || e.Kind == EvDisconnect || e.Kind == EvHalt || e.Kind == EvStay) && r.IntN(8) != 0:
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
	if m.rejoining.who != nil && m.Engine.Phase == engineio.Opened && r.IntN(2) == 0 {
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
		e.Engine = engineio.Event{Kind: engineio.EvHandshake, Link: m.Engine.Link, Revision: m.Config.Engine.Revision, Interval: 25_000, Timeout: 20_000, Upgradable: true}
		if !m.Engine.OnPolling(m.Engine.Link) { // only a polling body shows it
			break
		}
		if e.Engine.Revision == 0 {
			e.Engine.Revision = 3 + r.IntN(2)
		}
	case !n.Active:
		e.Kind = EvConnect
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
		return Event{Kind: EvEngine, Engine: engineio.Event{Kind: engineio.EvHandshake, Link: m.handover.other.Link, Interval: 25_000, Timeout: 20_000, Upgradable: true}}
	case stage == standbyJoining:
		return answer(&m.handover.other, w.names[m.handover.carried.Slot], "greeted", "greeted", "denied")
	case stage == standbyJoined && r.IntN(2) == 0:
		w.now = max(w.now, m.handover.carried.leaves.by)
		return Event{Kind: EvTick}
	case stage == standbyJoined:
		return answer(&m.Engine, "", fenced...)
	case stage == standbyCarrying && m.handover.carried.Phase == Waiting && m.rejoining.who == nil: // no fence
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

// wayOut: whatever came before, a user who connects and a server and a lifecycle that answer get everybody connected.
func (w *witness) wayOut(config string, closes bool) {
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
