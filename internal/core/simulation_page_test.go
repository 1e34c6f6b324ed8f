package core

import (
	"fmt"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// simManager is a manager of the page's, as js/src/manager.ts keeps it.
type simManager struct {
	id           int // -1: the core does not know it
	server       *server
	options      ManagerOptions
	closed       bool
	reconnecting bool
	links        map[int]*link
	kept         map[int][]string // frames that RxLater is about, by link
	asks         bool             // it may be at rest
	sockets      []*simSocket
}

// simSocket is a socket of the page's, as js/src/socket.ts and js/src/auth/token.ts keep it.
type simSocket struct {
	slot      int // -1: the core does not know it
	m         *simManager
	name      string
	source    *simSource // nil: no token
	options   TokenOptions
	active    bool
	connected bool
	accepted  bool
	refusal   bool // the server has said no to CONNECT
	rests     bool
	token     uint32 // the one that travels
	ids       int
	hooks     []uint32
	promises  int
}

// simSource is a token function.
type simSource struct {
	id    int // -1: the core does not know it
	users int
	calls []uint32
	given map[uint32]bool
}

func place[T any](table *[]*T, one *T) int {
	for i, there := range *table {
		if there == nil {
			(*table)[i] = one
			return i
		}
	}
	*table = append(*table, one)
	return len(*table) - 1
}

func at[T any](table []*T, i int) *T {
	if i < 0 || i >= len(table) {
		return nil
	}
	return table[i]
}

func (w *world) addManager() {
	m := &simManager{id: -1, closed: true, links: map[int]*link{}, kept: map[int][]string{}, server: w.newServer()}
	m.options = ManagerOptions{
		Reconnection: !w.chance(8), Attempts: -1, Delay: 1000, DelayMax: 5000, Jitter: 0.5, Spread: w.chance(2), Timeout: 20_000,
		First: [...]engineio.Transport{engineio.Polling, engineio.WebSocket}[w.IntN(2)], Seed: w.Float64(),
	}
	if w.chance(2) {
		m.options.Revision = m.server.revision
	}
	if w.chance(8) {
		m.options.Attempts = 2
	}
	names := []string{"/", "/admin", "/chat"}
	ways := []lifecycle.Via{lifecycle.ViaEvent, lifecycle.ViaQuery, lifecycle.ViaAuth, lifecycle.ViaAuth, lifecycle.ViaQuery | lifecycle.ViaAuth}
	var source *simSource
	for _, name := range names[:1+w.IntN(3)] {
		s := &simSocket{slot: -1, m: m, name: name}
		if !w.chance(4) {
			if source == nil || w.chance(2) {
				source = &simSource{id: -1, given: map[uint32]bool{}}
			}
			s.source = source
			via := ways[w.IntN(len(ways))]
			if m.server.revision == 3 && via&lifecycle.ViaAuth != 0 { // 1.x and 2.x have no auth
				via = lifecycle.ViaEvent
			}
			s.options = TokenOptions{Via: via, Provider: true, RefreshBefore: 30_000, InBand: w.chance(3)}
		}
		m.sockets = append(m.sockets, s)
		w.all = append(w.all, s)
	}
}

// --- What the user does ---------------------------------------------------------------------------------------------

func (w *world) user(s *simSocket) {
	switch n := w.IntN(10); {
	case n < 6:
		w.connect(s)
	case n < 8:
		w.disconnect(s)
	case s.source != nil && n < 9:
		s.active = true
		w.register(s)
		s.promises++
		w.call("reauthenticate "+s.name, func() { w.core.Reauthenticate(s.slot) })
	case s.m.id >= 0:
		w.call("close", func() { w.core.Close(s.m.id) })
	}
}

// register makes a socket known to the core, with its manager and its source.
func (w *world) register(s *simSocket) {
	if m := s.m; m.id < 0 {
		m.id = place(&w.managers, m)
		w.call("manager", func() { w.core.Manager(m.id, m.options) })
	}
	if s.slot >= 0 {
		return
	}
	s.slot, s.rests = place(&w.sockets, s), false
	name := utf16.Encode([]rune(s.name))
	if s.source == nil {
		w.call("socket "+s.name, func() { w.core.Socket(s.m.id, s.slot, name) })
		return
	}
	if s.source.users++; s.source.id < 0 {
		s.source.id = place(&w.sources, s.source)
		w.call("source", func() { w.core.Source(s.source.id, 0) })
	}
	w.call(fmt.Sprintf("socket %s by %04b", s.name, s.options.Via), func() {
		w.core.SocketWithToken(s.m.id, s.slot, name, s.source.id, s.options)
	})
}

func (w *world) connect(s *simSocket) {
	if s.connected && s.source != nil && !s.active { // its session is over
		w.disconnect(s)
	}
	if s.connected {
		return
	}
	s.active = true
	w.register(s)
	if s.m.closed && !s.m.reconnecting {
		s.m.closed = false
	}
	w.call("connect "+s.name, func() { w.core.Connect(s.slot) })
}

func (w *world) disconnect(s *simSocket) {
	s.active = false
	if s.slot >= 0 {
		w.call("disconnect "+s.name, func() { w.core.Disconnect(s.slot) })
	}
}

// emit sends an event, with or without an ack that is waited for.
func (w *world) emit(s *simSocket) {
	if !s.connected {
		return
	}
	flags, ack := TxFlags(0), 0
	if w.chance(2) {
		s.ids++
		flags, ack = TxWantsAck, s.ids
	}
	w.send(s, flags, ack, `["x"]`)
}

func (w *world) send(s *simSocket, flags TxFlags, ack int, payload string) {
	var units [MaxHeader]uint16
	n := w.core.Tx(s.slot, flags, 0, ack, units[:])
	if n < 1 {
		return
	}
	header := string(utf16.Decode(units[:n]))
	w.note("%s sends %s%s", s.name, header, payload)
	w.toServer(s.m, w.inUse(s.m), header+payload, flags&TxBypass == 0)
}

// --- At rest ----------------------------------------------------------------------------------------------------------

// rest releases what is at rest, when all effects have been done.
func (w *world) rest() {
	for _, s := range w.all {
		rests := s.rests
		s.rests = false
		if rests && s.slot >= 0 && !s.active && !s.connected {
			slot := s.slot
			w.sockets[slot], s.slot = nil, -1
			w.call("release "+s.name, func() { w.core.ReleaseSocket(slot) })
			if from := s.source; from != nil {
				if from.users--; from.users == 0 && from.id >= 0 {
					id := from.id
					w.sources[id], from.id, from.calls = nil, -1, nil
					w.call("release source", func() { w.core.ReleaseSource(id) })
				}
			}
			s.m.asks = s.m.id >= 0
		}
	}
	for _, m := range w.managers {
		if m == nil || !m.asks {
			continue
		}
		m.asks = false
		used := false
		for _, s := range m.sockets {
			used = used || s.slot >= 0
		}
		if m.closed && !m.reconnecting && !used {
			id := m.id
			w.managers[id], m.id = nil, -1
			w.call("release manager", func() { w.core.ReleaseManager(id) })
		}
	}
}

// --- Host: what the core wants ----------------------------------------------------------------------------------------

// later keeps an effect of one that the page knows.
func (w *world) later(owner any, known bool, what string, do func()) {
	w.note("     %s", what)
	if !known {
		w.fail("the effect %s has no owner (%v)", what, owner)
	}
	w.effects = append(w.effects, do)
}

func (w *world) manager(conn int, what string, do func(m *simManager)) {
	m := at(w.managers, conn)
	w.later(conn, m != nil, what, func() {
		if m.id == conn {
			do(m)
		}
	})
}

func (w *world) engine(conn, link int, what string, do func(m *simManager, l *link)) {
	w.manager(conn, fmt.Sprintf("%s %d", what, link), func(m *simManager) {
		if l := m.links[link]; l != nil {
			do(m, l)
		}
	})
}

func (w *world) managed(conn int, reconnecting bool, what string, do func(m *simManager)) {
	w.manager(conn, what, func(m *simManager) {
		m.reconnecting = reconnecting
		do(m)
	})
}

func (w *world) socket(slot int, what string, do func(s *simSocket)) {
	s := at(w.sockets, slot)
	name := "?"
	if s != nil {
		name = s.name
	}
	w.later(slot, s != nil, what+" "+name, func() {
		if s.slot == slot {
			do(s)
		}
	})
}

func (w *world) tokened(slot int, what string, do func(s *simSocket)) {
	w.socket(slot, what, func(s *simSocket) {
		if s.source == nil {
			w.fail("%s is told %s, and has no token", s.name, what)
			return
		}
		do(s)
	})
}

func (w *world) Wake(at int64) { w.wake = at }

func (w *world) Link(conn, n int, transport engineio.Transport, revision int, probe bool) {
	w.manager(conn, fmt.Sprintf("link %d %s", n, transport), func(m *simManager) { w.opens(m, n, transport, revision) })
}

func (w *world) Ask(source int, call uint32, attempt int, cause lifecycle.Cause) {
	s := at(w.sources, source)
	w.later(source, s != nil, "ask "+cause.String(), func() { s.calls = append(s.calls, call) })
}

func (w *world) Cancel(source int, call uint32) {
	s := at(w.sources, source)
	w.later(source, s != nil, "cancel", func() {
		for i, c := range s.calls {
			if c == call {
				s.calls = append(s.calls[:i], s.calls[i+1:]...)
				return
			}
		}
	})
}

func (w *world) EngineClose(conn, n int) {
	w.engine(conn, n, "close", func(m *simManager, l *link) { w.cut(m, l) })
}

func (w *world) EngineFinish(conn, n int) {
	w.engine(conn, n, "finish", func(m *simManager, l *link) {
		l.finishing = true
		l.say("!finished")
	})
}

func (w *world) EngineSend(conn, n int, packet engineio.PacketType, probe bool) {
	text := fmt.Sprint(packet)
	if probe {
		text += "probe"
	}
	w.engine(conn, n, "send "+text, func(m *simManager, l *link) { w.toServer(m, l, text, false) })
}

func (w *world) EngineFence(conn, n, fence int, leave bool) {
	text := "40" + socketio.FenceNames[fence] + ","
	if leave {
		text = "41" + text[2:]
	}
	w.engine(conn, n, "send "+text, func(m *simManager, l *link) {
		w.seen["fence"]++
		w.toServer(m, l, text, false)
	})
}

func (w *world) EnginePause(conn, n int)  { w.engine(conn, n, "pause", func(*simManager, *link) {}) }
func (w *world) EnginePinged(conn, n int) { w.manager(conn, "pinged", func(*simManager) {}) }
func (w *world) EngineUpgrading(conn, n int) {
	w.engine(conn, n, "upgrading", func(*simManager, *link) {})
}
func (w *world) EngineUpgraded(conn, n int) {
	w.engine(conn, n, "upgraded", func(*simManager, *link) {})
}

func (w *world) EngineUpgradeError(conn, n int) {
	w.engine(conn, n, "upgrade error", func(*simManager, *link) {})
}

func (w *world) EngineUse(conn, n int) {
	w.engine(conn, n, "use", func(*simManager, *link) {})
}

func (w *world) EngineHandover(conn, _ int) {
	w.manager(conn, "handover", func(*simManager) { w.seen["handover"]++ })
}

func (w *world) EngineStandby(conn, _ int) {
	w.manager(conn, "standby", func(*simManager) { w.seen["standby"]++ })
}

func (w *world) EngineDeliver(conn, _ int) { w.manager(conn, "deliver", w.readKept) }
func (w *world) EngineRetire(conn, _ int)  { w.manager(conn, "retire", w.readKept) }

func (w *world) ManagerOpen(conn int, reconnecting bool, revision int) {
	w.managed(conn, reconnecting, "open", func(m *simManager) { m.closed = false })
}

func (w *world) ManagerClose(conn int, reconnecting bool, reason lifecycle.CloseReason) {
	w.managed(conn, reconnecting, "closed "+reason.String(), func(m *simManager) { m.closed, m.asks = true, true })
}

func (w *world) ManagerError(conn int, reconnecting bool, reason lifecycle.CloseReason) {
	w.managed(conn, reconnecting, "error "+reason.String(), func(m *simManager) { m.closed, m.asks = true, true })
}

func (w *world) ManagerReconnectAttempt(conn int, reconnecting bool, attempt int) {
	w.managed(conn, reconnecting, "attempt", func(m *simManager) {
		w.call("continue", func() { w.core.Continue(m.id) })
	})
}

func (w *world) ManagerWait(conn int, reconnecting bool, delay int) {
	w.managed(conn, reconnecting, "wait", func(*simManager) {
		if delay < 0 {
			w.fail("a wait of %d ms", delay)
		}
	})
}

func (w *world) ManagerReconnect(conn int, reconnecting bool, attempt int) {
	w.managed(conn, reconnecting, "reconnect", func(*simManager) {})
}

func (w *world) ManagerReconnectError(conn int, reconnecting bool) {
	w.managed(conn, reconnecting, "reconnect error", func(*simManager) {})
}

func (w *world) ManagerReconnectFailed(conn int, reconnecting bool) {
	w.managed(conn, reconnecting, "reconnect failed", func(m *simManager) { m.asks = true })
}

func (w *world) ManagerWildcard(conn int, reconnecting bool) {
	w.managed(conn, reconnecting, "wildcard", func(m *simManager) {
		if !m.server.wildcard {
			w.fail("a server is said to take each namespace, and does not")
		}
		if m.options.Wildcard {
			w.fail("what was known of a server is found out again")
		}
		m.options.Wildcard = true
		w.seen["wildcard"]++
	})
}

func (w *world) SocketConnect(slot int, standby, fresh bool) {
	w.socket(slot, fmt.Sprintf("connect (standby %t)", standby), func(s *simSocket) {
		if l := w.linkOf(s.m, standby); l != nil {
			w.toServer(s.m, l, "40"+s.name+",", false)
		}
	})
}

func (w *world) SocketDisconnect(slot int) {
	w.socket(slot, "disconnect", func(s *simSocket) {
		if l := w.inUse(s.m); l != nil {
			w.toServer(s.m, l, "41"+s.name+",", false)
		}
	})
}

func (w *world) SocketFlush(slot int, moved bool) {
	w.socket(slot, "flush", func(s *simSocket) { w.emit(s) })
}

func (w *world) SocketConnected(slot int, silent bool) {
	w.socket(slot, fmt.Sprintf("connected (silent %t)", silent), func(s *simSocket) {
		if !silent && s.connected {
			w.fail("%s is told twice that it is connected", s.name)
		}
		s.connected, s.refusal = true, false
	})
}

func (w *world) SocketClosed(slot int, reason lifecycle.CloseReason, goesOn bool) {
	w.socket(slot, "closed "+reason.String(), func(s *simSocket) {
		if reason == lifecycle.CloseByServer && !goesOn {
			s.active = false
		}
		s.connected, s.accepted = false, false
	})
}

func (w *world) SocketError(slot int) {
	w.socket(slot, "error", func(s *simSocket) {
		if s.refusal {
			s.active, s.refusal = false, false
		}
	})
}

func (w *world) SocketWait(slot, delay int) {
	w.socket(slot, "waits", func(s *simSocket) {
		if delay < 1 {
			w.fail("%s waits for %d ms", s.name, delay)
		}
		w.seen["wait"]++
	})
}

func (w *world) SocketAttempt(slot, attempt int) {
	w.socket(slot, "tries again", func(s *simSocket) {
		if attempt < 1 {
			w.fail("%s tries again, attempt %d", s.name, attempt)
		}
		w.seen["retry"]++
	})
}

func (w *world) SocketRests(slot int) {
	w.socket(slot, "rests", func(s *simSocket) { s.rests = true })
}

func (w *world) TokenAuthenticate(slot int, id uint32) {
	w.tokened(slot, "authenticate", func(s *simSocket) {
		w.travels(s, id)
		if s.connected {
			w.send(s, TxBypass, 0, fmt.Sprintf(`["authenticate",%d]`, id))
		}
	})
}

func (w *world) TokenAccepted(slot int, id uint32, acceptance lifecycle.Acceptance) {
	w.tokened(slot, fmt.Sprintf("accepted %d", id), func(s *simSocket) {
		w.travels(s, id)
		if acceptance.Refreshed {
			w.seen["renewal"]++
		}
		if !s.m.server.accepted[s.name][id] && !inHandshake(s) {
			w.fail("%s is told that the token %d was accepted, and the server has not", s.name, id)
		}
		s.accepted, s.active = true, true
	})
}

func (w *world) TokenRefused(slot int, seq uint32, reason lifecycle.Reason, fatal bool) {
	w.tokened(slot, "refused "+reason.String(), func(s *simSocket) {
		s.accepted, s.active = false, !fatal
		s.hooks = append(s.hooks, seq)
	})
}

func (w *world) TokenAcknowledge(slot int) {
	w.tokened(slot, "acknowledge", func(s *simSocket) {
		w.seen["acknowledge"]++
		w.acknowledged(s)
		w.call("acknowledged "+s.name, func() { w.core.Acknowledged(s.slot) })
	})
}

func (w *world) TokenExpired(slot int) { w.tokened(slot, "expired", func(*simSocket) {}) }

func (w *world) TokenRedirect(slot int, reason lifecycle.Reason) {
	w.tokened(slot, "redirect", func(*simSocket) { w.seen["redirect"]++ })
}

func (w *world) TokenSettled(slot int, ok bool, reason lifecycle.Reason) {
	w.tokened(slot, fmt.Sprintf("settled %t", ok), func(s *simSocket) {
		w.seen["settled"]++
		s.promises = 0
	})
}

func (w *world) TokenUse(slot int, id uint32) {
	w.tokened(slot, fmt.Sprintf("use %d", id), func(s *simSocket) { w.travels(s, id) })
}

// travels notes the token of a socket's. 0 is none.
func (w *world) travels(s *simSocket, id uint32) {
	if id != 0 && !s.source.given[id] {
		w.fail("%s takes the token %d, which its source has not given", s.name, id)
	}
	s.token = id
}
