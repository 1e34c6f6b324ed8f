package core

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// server is what a manager connects to. It speaks in frames.
type server struct {
	revision int
	numbered bool                       // connection state recovery
	single   bool                       // one connection of a user at a time
	wildcard bool                       // each namespace that is asked for exists
	accepted map[string]map[uint32]bool // tokens, by namespace
}

// link is a transport, with the server's session at its other end.
type link struct {
	n         int
	polling   bool
	shown     bool  // the page knows the session
	finishing bool  // the page has hung up
	closed    bool  // the server has, and the page does not know yet
	pinged    int64 // when the server did so last, or opened
	spaces    map[string]*space
	leaving   map[string]bool // namespaces whose DISCONNECT the server has read, and not handled yet
	toPage    []string        // frames under way; those that begin with "!" are no frames
}

// space is a namespace that is connected at the server.
type space struct {
	accepted bool // its token has been
}

func (w *world) newServer() *server {
	return &server{
		revision: 3 + w.IntN(2), numbered: !w.chance(3), single: w.chance(6), wildcard: w.chance(6),
		accepted: map[string]map[uint32]bool{"/": {}, "/admin": {}, "/chat": {}},
	}
}

// judge says whether a server takes a token.
func (w *world) judge(token uint32) bool {
	return token != 0 && !w.bad[token] && w.expires[token] > w.now
}

// --- Transports -------------------------------------------------------------------------------------------------------

// opens begins a transport, whose handshake carries the tokens of the sockets that say so.
func (w *world) opens(m *simManager, n int, transport engineio.Transport, revision int) {
	if m.links[n] != nil {
		w.fail("link %d is given out twice", n)
	}
	l := &link{n: n, polling: transport == engineio.Polling, spaces: map[string]*space{}, leaving: map[string]bool{}}
	m.links[n] = l
	refused := false
	for _, s := range m.sockets {
		refused = refused || s.active && s.slot >= 0 && s.token != 0 && inHandshake(s) && !w.judge(s.token)
	}
	switch {
	case !w.good && w.chance(8):
		l.say("!failed")
	case revision == 3 && m.server.revision == 4:
		l.say("!old")
	case refused && l.polling:
		l.say("!status")
	case refused:
		l.say("!failed")
	default:
		if !l.polling {
			l.say("!opened")
		}
		w.packet(m, l, `0{"sid":"s"}`)
		if m.server.revision == 3 {
			w.joins(m, l, "/")
			w.packet(m, l, "40")
		}
	}
}

// inHandshake says whether a socket's token travels in the handshake. A server that takes
// the handshake takes all sockets on the connection, whichever token that was.
func inHandshake(s *simSocket) bool {
	return s.options.Via&(lifecycle.ViaQuery|lifecycle.ViaHeader) != 0
}

func (l *link) say(frame string) { l.toPage = append(l.toPage, frame) }

// packet sends a packet to the page, in a frame of its own.
func (w *world) packet(m *simManager, l *link, text string) {
	if l.polling && m.server.revision == 3 {
		text = fmt.Sprintf("%d:%s", len(text), text)
	}
	l.say(text)
}

func (w *world) cut(m *simManager, l *link) {
	delete(m.links, l.n)
	delete(m.kept, l.n)
}

// inUse is the transport that the page writes to.
func (w *world) inUse(m *simManager) *link { return w.linkOf(m, false) }

// linkOf is the transport of the connection in use, or of the one beside it.
func (w *world) linkOf(m *simManager, other bool) *link {
	c := w.core.managers.get(m.id)
	if c == nil {
		return nil
	}
	for n := range m.newest() {
		l := m.links[n]
		if l == nil {
			continue
		}
		if engine, beside := c.m.Connection(n); engine != nil && beside == other {
			return l
		}
	}
	return nil
}

// ping lets a server ping that is to, before the core wants to be woken. It says whether one
// did.
func (w *world) ping() bool {
	for _, m := range w.managers {
		if m == nil || m.server.revision == 3 {
			continue
		}
		for n := range m.newest() {
			l := m.links[n]
			if l == nil || !l.shown || l.finishing {
				continue
			}
			if at := l.pinged + 25_000; at < w.wake {
				w.now = max(w.now, at)
				l.pinged = w.now
				w.packet(m, l, "2")
				return true
			}
		}
	}
	return false
}

// newest is above the number of each transport.
func (m *simManager) newest() int {
	most := 0
	for n := range m.links {
		most = max(most, n+1)
	}
	return most
}

// --- What the server hears --------------------------------------------------------------------------------------------

// toServer takes in a packet of the page's. emitted: by the user.
func (w *world) toServer(m *simManager, l *link, text string, emitted bool) {
	if l == nil || l.finishing || l.closed {
		return
	}
	switch text {
	case "2":
		w.packet(m, l, "3")
		return
	case "1", "3":
		return
	}
	units := utf16.Encode([]rune(text))
	h, ok, fault := socketio.ParseHeader(units, 1, true)
	if !ok || fault != engineio.FaultNone {
		w.fail("the server cannot read %q", text)
		return
	}
	name, payload := string(utf16.Decode(h.Namespace)), string(utf16.Decode(units[h.Start:]))
	if name == "" {
		name = "/"
	}
	switch h.Type {
	case socketio.TypeConnect:
		w.hearsConnect(m, l, name)
	case socketio.TypeDisconnect:
		delete(l.spaces, name)
		l.leaving[name] = m.server.revision == 4
	case socketio.TypeEvent:
		w.hearsEvent(m, l, name, h.AckID, payload, emitted)
	}
}

// handles lets the servers handle the DISCONNECTs that they have read.
func (w *world) handles() {
	for _, m := range w.managers {
		if m == nil {
			continue
		}
		for _, l := range m.links {
			clear(l.leaving)
		}
	}
}

func prefix(digits, name string) string {
	if name == "/" {
		return digits
	}
	return digits + name + ","
}

func (m *simManager) named(name string) *simSocket {
	for _, s := range m.sockets {
		if s.name == name {
			return s
		}
	}
	return nil
}

// joins notes that a namespace is connected, and what becomes of its token.
func (w *world) joins(m *simManager, l *link, name string) {
	l.spaces[name] = &space{}
	if s := m.named(name); s != nil && s.source != nil && s.token != 0 && s.options.Via != lifecycle.ViaEvent {
		l.spaces[name].accepted = true
		m.server.accepted[name][s.token] = true
	}
}

func (w *world) hearsConnect(m *simManager, l *link, name string) {
	s := m.named(name)
	switch {
	case s == nil && m.server.wildcard:
		w.packet(m, l, prefix("40", name)+`{"sid":"f"}`)
		return
	case s == nil:
		w.packet(m, l, prefix("44", name)+`{"message":"Invalid namespace"}`)
		return
	case l.spaces[name] != nil && m.server.revision == 3 && name == "/": // taken for a 3.x, see Misjudged
		return
	case l.leaving[name]:
		w.fail("%s is connected again on link %d before the server has handled its DISCONNECT", name, l.n)
		return
	case l.spaces[name] != nil:
		w.fail("%s is connected twice on link %d, which servers take for a fault", name, l.n)
		return
	}
	if m.server.single {
		for _, other := range m.links {
			if other != l && !other.finishing && other.spaces[name] != nil {
				w.packet(m, l, prefix("44", name)+`{"message":"one is enough"}`)
				return
			}
		}
	}
	if s.source != nil && s.options.Via&lifecycle.ViaAuth != 0 && !w.judge(s.token) {
		w.packet(m, l, prefix("44", name)+`{"message":"jwt expired"}`)
		return
	}
	w.joins(m, l, name)
	if m.server.revision == 3 {
		w.packet(m, l, prefix("40", name))
	} else {
		w.packet(m, l, prefix("40", name)+`{"sid":"x"}`)
	}
}

func (w *world) hearsEvent(m *simManager, l *link, name string, ack int, payload string, emitted bool) {
	at := l.spaces[name]
	if at == nil {
		return
	}
	s := m.named(name)
	if emitted && s.source != nil && !at.accepted && !inHandshake(s) {
		w.fail("what the user of %s emits goes to a server that has not accepted a token on link %d", name, l.n)
	}
	var token uint32
	if n, _ := fmt.Sscanf(payload, `["authenticate",%d]`, &token); n == 1 {
		switch {
		case !w.good && w.chance(10): // no answer
		case w.judge(token):
			at.accepted = true
			m.server.accepted[name][token] = true
			w.packet(m, l, prefix("42", name)+`["authenticated"]`)
		case w.chance(2):
			w.packet(m, l, prefix("42", name)+`7["unauthorized"]`)
		default:
			w.packet(m, l, prefix("42", name)+`["unauthorized"]`)
		}
		return
	}
	if ack >= 0 && (w.good || !w.chance(4)) {
		w.packet(m, l, prefix("43", name)+fmt.Sprintf("%d[]", ack))
	}
}

// acknowledged: the page has called the server's callbacks. The server hangs up.
func (w *world) acknowledged(s *simSocket) {
	if l := w.inUse(s.m); l != nil && l.spaces[s.name] != nil && w.core.socket(s.slot).hangsUp {
		w.hangsUp(s.m, l, s.name)
	}
}

func (w *world) hangsUp(m *simManager, l *link, name string) {
	delete(l.spaces, name)
	w.packet(m, l, prefix("41", name))
}

// --- What the page hears ----------------------------------------------------------------------------------------------

// deliver lets one frame arrive. It says whether there was one.
func (w *world) deliver(m *simManager) bool {
	var waiting []*link
	for n := range m.newest() {
		if l := m.links[n]; l != nil && len(l.toPage) > 0 {
			waiting = append(waiting, l)
		}
	}
	if m.id < 0 || len(waiting) == 0 {
		return false
	}
	l := waiting[w.IntN(len(waiting))]
	frame := l.toPage[0]
	l.toPage = l.toPage[1:]
	switch frame {
	case "!opened":
		w.call("opened", func() { w.core.LinkOpened(m.id, l.n) })
	case "!closed":
		w.cut(m, l)
		w.call("closed", func() { w.core.LinkClosed(m.id, l.n, EndingClosed) })
	case "!failed":
		w.cut(m, l)
		w.call("failed", func() { w.core.LinkClosed(m.id, l.n, EndingFailed) })
	case "!old":
		w.cut(m, l)
		w.call("refused revision 3", func() { w.core.HandshakeFailed(m.id, l.n, 400, "", 0, "5") })
	case "!status":
		w.seen["status"]++
		w.cut(m, l)
		w.call("refused by status", func() { w.core.HandshakeFailed(m.id, l.n, 401, "jwt expired", 0, "") })
	case "!finished":
		w.cut(m, l)
		w.call("finished", func() { w.core.Finished(m.id, l.n) })
	default:
		w.read(m, l, frame)
	}
	return true
}

// readKept reads what RxLater was about.
func (w *world) readKept(m *simManager) {
	kept := m.kept
	m.kept = map[int][]string{}
	for n := range m.newest() {
		for _, frame := range kept[n] {
			if l := m.links[n]; l != nil {
				w.read(m, l, frame)
			}
		}
	}
}

// read is js/src/engine/reader.ts.
func (w *world) read(m *simManager, l *link, frame string) {
	if len(m.kept[l.n]) > 0 {
		m.kept[l.n] = append(m.kept[l.n], frame)
		return
	}
	var words Words
	units := utf16.Encode([]rune(frame))
	rx := func() Rx { return w.core.Rx(m.id, l.n, units, len(units), &words) }
	kind := rx()
	if kind == RxDecide {
		w.call("message", func() { w.core.Message(m.id, l.n) })
		kind = rx()
	}
	w.note("%d reads %q: %d", l.n, frame, kind)
	s := at(w.sockets, int(words.Slot))
	payload := frame
	if kind != RxFault && kind != RxStale && kind != RxLater {
		payload = string(utf16.Decode(units[words.Start:]))
	}
	switch kind {
	case RxLater:
		m.kept[l.n] = append(m.kept[l.n], frame)
	case RxFault:
		if words.Foreign != 0 {
			w.cut(m, l)
			w.call("foreign", func() { w.core.LinkClosed(m.id, l.n, EndingFailed) })
			return
		}
		w.call("fault", func() { w.core.Fault(m.id, l.n) })
	case RxMisjudged:
		w.call("misjudged", func() { w.core.Misjudged(m.id, l.n) })
	case RxHandshake:
		if l.shown {
			return
		}
		l.shown, l.pinged = true, w.now
		revision := int(words.Revision)
		if revision == 0 && m.server.revision == 4 && w.chance(2) { // it has what no 1.x or 2.x server sends
			revision = 4
		}
		w.call("handshake", func() { w.core.Handshake(m.id, l.n, 25_000, 20_000, 0, revision) })
	case RxControl:
		w.call("control", func() { w.core.ControlPacket(m.id, l.n, engineio.PacketType(words.Packet), false) })
	case RxAnswer:
		w.call("answered", func() { w.core.Answered(m.id, l.n, socketio.Answer(words.Answer)) })
	case RxConnect:
		recovery := RecoveryNone
		if m.server.numbered && m.server.revision == 4 {
			recovery = RecoveryPossible
		}
		if s == nil {
			w.call("root connected", func() { w.core.RootConnected(m.id) })
			return
		}
		w.call("connected "+s.name, func() { w.core.Connected(s.slot, recovery) })
	case RxLate:
		w.seen["late"]++
		w.call("late answer for "+s.name, func() { w.core.LateAnswer(s.slot, words.Connected != 0) })
	case RxRefused:
		if s != nil {
			s.refusal = true
			message := strings.Split(payload, `"`)[3]
			w.call("refused "+s.name, func() { w.core.Refused(s.slot, "", message, "", 0) })
		}
	case RxDisconnect:
		if s != nil {
			w.call("disconnected "+s.name, func() { w.core.Disconnected(s.slot) })
		}
	case RxEvent:
		if s != nil {
			w.hears(s, words.Ack >= 0, payload)
		}
	case RxAck:
		if words.Draining != 0 {
			w.call("acked", func() { w.core.Acked(m.id) })
		}
	}
}

// hears is what a token looks at among the events.
func (w *world) hears(s *simSocket, callback bool, payload string) {
	switch {
	case s.source == nil:
	case payload == `["authenticated"]` && s.options.Via&lifecycle.ViaEvent != 0:
		w.call("authenticated "+s.name, func() { w.core.Authenticated(s.slot) })
	case payload == `["unauthorized"]`:
		w.call("unauthorized "+s.name, func() {
			w.core.Unauthorized(s.slot, "invalid_token", "jwt expired", callback, "UnauthorizedError", 0)
		})
	}
}

// --- Tokens and hooks -------------------------------------------------------------------------------------------------

func (w *world) newToken(from *simSource) lifecycle.Token {
	w.tokens++
	id, life := w.tokens, int64(3_600_000)
	switch {
	case w.good:
	case w.calm:
		life = int64(40_000 + w.IntN(40_000))
	default:
		w.bad[id] = w.chance(6)
		if w.chance(3) {
			life = int64(1000 + w.IntN(60_000))
		}
	}
	w.expires[id] = w.now + life
	from.given[id] = true
	return lifecycle.Token{ID: id, ReceivedAt: w.now, IssuedAt: w.now, ExpiresAt: w.now + life}
}

// answerSource lets a token function of a manager's answer. It says whether one was asked.
func (w *world) answerSource(m *simManager) bool {
	for _, s := range m.sockets {
		from := s.source
		if from == nil || from.id < 0 || len(from.calls) == 0 {
			continue
		}
		call := from.calls[0]
		from.calls = from.calls[1:]
		switch n := w.IntN(12); {
		case w.good || n < 9:
			token := w.newToken(from)
			w.call(fmt.Sprintf("token %d", token.ID), func() { w.core.Token(from.id, call, token) })
		case n == 9:
			w.call("no token", func() { w.core.Token(from.id, call, lifecycle.Token{}) })
		default:
			reason := lifecycle.Reason(w.IntN(4))
			w.call("token failed: "+reason.String(), func() { w.core.TokenFailed(from.id, call, reason) })
		}
		return true
	}
	return false
}

// answerHook lets onUnauthorized of a socket settle. It says whether it was running.
func (w *world) answerHook(s *simSocket) bool {
	if len(s.hooks) == 0 {
		return false
	}
	seq := s.hooks[0]
	s.hooks = s.hooks[1:]
	if s.slot < 0 {
		return true
	}
	var token lifecycle.Token
	if w.chance(3) {
		token = w.newToken(s.source)
	}
	if w.chance(3) {
		w.call("called "+s.name, func() { w.core.Called(s.slot) })
	}
	w.call(fmt.Sprintf("hook %s %d", s.name, token.ID), func() { w.core.Hook(s.slot, seq, token) })
	return true
}

// --- Trouble ----------------------------------------------------------------------------------------------------------

// trouble is what nobody has asked for.
func (w *world) trouble(m *simManager, s *simSocket) {
	l := w.inUse(m)
	if m.id < 0 {
		return
	}
	switch n := w.IntN(10); {
	case n == 0 && l != nil:
		w.cut(m, l)
		w.call("lost", func() { w.core.LinkClosed(m.id, l.n, Ending(w.IntN(2))) })
	case n == 1 && l != nil && l.spaces[s.name] != nil && s.m == m && !(m.server.revision == 3 && s.name == "/"):
		w.hangsUp(m, l, s.name)
	case n == 2:
		w.bad[s.token] = true
	case n == 3 && l != nil && l.shown && m.server.revision == 4:
		w.packet(m, l, "2")
	case n == 4 && l != nil && l.shown && w.chance(4):
		l.say([...]string{"x", "<html>", "49", "7"}[w.IntN(4)])
	case n == 5 && l != nil && l.spaces[s.name] != nil:
		w.packet(m, l, prefix("42", s.name)+`["unauthorized"]`)
	case n == 6:
		w.call("clock", func() { w.core.Clock(m.id, w.now+int64(w.IntN(7_200_000)-3_600_000)) })
	case n == 7: // late words about a transport that is gone
		w.call("late", func() { w.core.LinkClosed(m.id, w.IntN(4), EndingClosed) })
	case n == 8:
		w.call("options", func() { w.core.Manager(m.id, m.options) })
	default:
		if l != nil && l.spaces[s.name] != nil {
			w.packet(m, l, prefix("42", s.name)+`["y"]`)
		}
	}
}
