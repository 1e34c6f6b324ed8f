package socketio

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/scripttest"
)

// A row's words are those that player.event and say know; to extend the language, add a word there. Its name draws
// the stages of the handover (where there is
// none, the phases of the manager; with "watch=/name", those of a namespace). Its config: see newPlayer.
type row scripttest.Row

func play(t *testing.T, rows []row) {
	scripttest.Play(t, rows, func(config string) (func() string, func(*testing.T, []string) string) {
		p := newPlayer(config)
		return p.place, p.event
	})
}

// player holds a manager and its clock.
type player struct {
	m     *Manager
	now   int64
	watch *Namespace
	names []string
	fence int // the last one that was sent
	emits int // the last ack's id
}

// start is when the rows begin.
const start = 1_000_000

// newPlayer makes a manager over websocket alone that waits exactly 1, 2, 4, 5, 5 … seconds before it tries again.
//
//	/name[:how]                   a namespace, how its token travels: open, connect, event; without: none
//	noreconnect, attempts=N, timeout=MS, watch=/name
//	numbered (the server numbers what it sends)
//	takesall (the server is known to have every namespace)
//	eio3, auto (either revision), polling (and the upgrade from it), all (the second transport if the first does not open)
func newPlayer(config string) *player {
	c := Config{
		Engine:       engineio.Config{Transports: engineio.Order{engineio.WebSocket}, Revision: 4},
		Reconnection: true, MaxAttempts: -1,
		Backoff: Backoff{Backoff: lifecycle.Backoff{Min: 1000, Max: 5000}},
	}
	p := &player{now: start}
	watch, numbered := "", false
	var all []*Namespace
	for _, word := range strings.Fields(config) {
		key, value, _ := strings.Cut(word, "=")
		n, _ := strconv.Atoi(value)
		switch {
		case word[0] == '/':
			name, how, token := strings.Cut(word, ":")
			gate := map[string]Gate{"": GateNone, "event": GateNone, "connect": GateConnect, "open": GateOpen}[how]
			all = append(all, &Namespace{Slot: len(all), Name: utf16.Encode([]rune(name)), Token: token, Gate: gate})
			p.names = append(p.names, name)
		case word == "noreconnect":
			c.Reconnection = false
		case word == "numbered":
			numbered = true
		case word == "eio3":
			c.Engine.Revision = 3
		case word == "auto":
			c.Engine.Revision = 0
		case word == "polling":
			c.Engine.Transports, c.Engine.Upgrade = engineio.Order{engineio.Polling, engineio.WebSocket}, true
		case word == "takesall":
			c.Wildcard = true
		case word == "parser":
			c.NoFences = true
		case word == "all":
			c.Engine.TryAll = true
		case key == "attempts":
			c.MaxAttempts = n
		case key == "timeout":
			c.Timeout = int64(n)
		case key == "watch":
			watch = value
		default:
			panic(word)
		}
	}
	p.m = NewManager(c, 0)
	for i, n := range all {
		n.Numbered = numbered
		p.m.Add(n)
		if p.names[i] == watch {
			p.watch = n
		}
	}
	return p
}

// place is the stage of the handover, or else the phase of the manager, or that of the namespace that is watched.
func (p *player) place() string {
	switch {
	case p.watch != nil:
		return p.watch.Phase.String()
	case p.m.handover.stage != steady:
		return p.m.handover.stage.String()
	}
	return p.m.phase.String()
}

var namespaceEvents = map[string]EventKind{
	"connect": EvConnect, "disconnect": EvDisconnect, "cleared": EvCleared, "connected": EvNspConnected,
	"refused": EvNspRefused, "kicked": EvNspDisconnected, "late": EvLateAnswer, "accepted": EvAccepted, "hold": EvHold,
	"renew": EvRenew, "retry": EvRenew, "backoff": EvBackoff, "halt": EvHalt,
}

var managerEvents = map[string]EventKind{
	"open": EvOpen, "call": EvOpen, "close": EvClose, "continue": EvContinue, "acked": EvAcked,
	"root": EvRootConnected, "stopreconnecting": EvStopReconnecting, "finished": EvFinished, "single": EvSecondRefused,
}

var engineEvents = map[string]engineio.EventKind{
	"handshake": engineio.EvHandshake, "lost": engineio.EvLinkClosed, "gone": engineio.EvLinkClosed, "fault": engineio.EvFault,
	"ping": engineio.EvPacket, "bye": engineio.EvPacket,
	"linkopened": engineio.EvLinkOpened, "probe": engineio.EvPacket, "paused": engineio.EvPaused,
}

// event is a word and what it happened to. It answers with the actions.
//
//	connect, disconnect /name                   the user
//	cleared, accepted, hold, backoff, halt /name    the lifecycle; renew and retry: EvRenew by CauseRefresh, CauseUnauthorized
//	connected, refused, kicked /name            the server
//	late /name [refused]                        … its answer to a CONNECT that was given up
//	emits, answered /name                       the user emits with an ack, the server answers
//	greeted, denied /name; passed               the server's answer on the standby: to CONNECT, to the fence
//	read, taken, guarded                        its answer to the fence on the connection in use: there is no such namespace, there is, there is one with a guard; taken aside: there is, on the other connection
//	single                                      the server refuses the second connection of a user
//	unnumbered /name                            what the server sends has no number any more
//	open, call, close, stopreconnecting         the manager's user; call: open with a callback
//	continue, root, finished LINK, tick [ms | deadline]
//	handshake, ping, bye, fault, lost, gone LINK    the connection; lost: with an error; handshake LINK upgrade: that it offers
//	linkopened, probe, paused LINK                  the upgrade: the websocket is open, has answered; polling has stopped
func (p *player) event(t *testing.T, words []string) string {
	e := Event{Kind: managerEvents[words[0]], Callback: words[0] == "call"}
	arg := ""
	if len(words) > 1 {
		arg = words[1]
	}
	e.Link, _ = strconv.Atoi(arg)
	for slot, name := range p.names {
		if name == arg {
			e.Slot = slot
		}
	}
	switch word := words[0]; {
	case word == "emits":
		p.emits++
		p.m.Find(e.Slot).AwaitAck(p.emits)
		return ""
	case word == "answered":
		n := p.m.Find(e.Slot)
		if ids := append(n.before, n.acks...); len(ids) > 0 {
			p.m.Acked(n, ids[0])
		}
		e.Kind = EvAcked
	case word == "unnumbered":
		p.m.Find(e.Slot).Numbered = false
		return ""
	case answers[word] != "":
		e = p.answered(word, arg)
	case word == "tick":
		e.Kind = EvTick
		if arg == "deadline" {
			p.now = p.m.Deadline()
		} else {
			ms, err := strconv.ParseInt(arg, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			p.now += ms
		}
	case namespaceEvents[word] != 0:
		e.Kind = namespaceEvents[word]
		e.Connected = len(words) == 2
		e.Cause = map[string]Cause{"renew": CauseRefresh, "retry": CauseUnauthorized}[word]
	case engineEvents[word] != 0:
		e.Kind = EvEngine
		e.Engine = engineio.Event{Kind: engineEvents[word], Link: e.Link, Failed: word == "lost", Interval: 25_000, Timeout: 20_000, Packet: engineio.Ping}
		if len(words) > 2 {
			e.Engine.Upgradable = 1 << engineio.WebSocket
		}
		switch word {
		case "bye":
			e.Engine.Packet = engineio.Close
		case "probe":
			e.Engine.Packet, e.Engine.Probe = engineio.Pong, true
		}
	case e.Kind == 0:
		t.Fatalf("no event %q", word)
	}
	var said []string
	for _, a := range p.next(e) {
		if s := p.say(a); s != "" {
			said = append(said, s)
		}
	}
	return strings.Join(said, ", ")
}

// answers are the server's, to CONNECT and to a fence.
var answers = map[string]string{
	"greeted": `0{"sid":"a"}`, "denied": `4{"message":"one is enough"}`,
	"passed": `4{"message":"Invalid namespace"}`, "read": `4{"message":"Invalid namespace"}`, "taken": `0{"sid":"a"}`, "guarded": `4{"message":"Unauthorized"}`,
}

// answered is an answer of the server's as the page hears it.
func (p *player) answered(word, name string) Event {
	used := (word == "read" || word == "taken" || word == "guarded") && name != "aside"
	if name == "" || name == "aside" {
		name = FenceNames[p.fence]
	}
	h := &Header{Type: PacketType(answers[word][0] - '0'), Namespace: utf16.Encode([]rune(name))}
	e := Event{Kind: EvAnswered, Link: p.m.handover.other.Link}
	if used {
		e.Link = p.m.Engine.Link
	}
	var use Use
	if use, e.Answer = p.m.Use(!used, p.m.Named(h.Namespace), h, utf16.Encode([]rune(answers[word][1:]))); use != UseAnswer {
		e.Kind = EvTick
	}
	return e
}

func (p *player) next(e Event) []Action {
	e.Now, e.Engine.Now = p.now, p.now
	actions := p.m.Next(&e, nil)
	for _, a := range actions {
		if a.Kind == ActFence {
			p.fence = a.Slot
		}
	}
	return actions
}

var reasons = map[Reason]string{
	engineio.ReasonNone: "none", ReasonServer: "io server disconnect", ReasonClient: "io client disconnect", ReasonTimeout: "timeout",
}

// say is an action's word. That a link is in use now goes without saying.
func (p *player) say(a Action) string {
	name := ""
	if a.Slot < len(p.names) {
		name = " " + p.names[a.Slot]
	}
	reason, ok := reasons[a.Reason]
	if !ok {
		reason = a.Reason.String()
	}
	silent := ""
	if a.Silent {
		silent = " silently"
	}
	switch a.Kind {
	case ActEngine:
		switch a.Engine.Kind {
		case engineio.ActOpenLink:
			return fmt.Sprintf("link %d", a.Engine.Link)
		case engineio.ActCloseLink:
			return fmt.Sprintf("cut %d", a.Engine.Link)
		case engineio.ActFinishLink:
			return fmt.Sprintf("finish %d", a.Engine.Link)
		case engineio.ActSend:
			s := fmt.Sprintf("send %d", a.Engine.Packet)
			if a.Engine.Probe {
				s += "probe"
			}
			return s
		}
		return ""
	case ActAttempt:
		return fmt.Sprintf("ask%s %s %d", name, [...]string{"connect", "reconnect", "refresh", "unauthorized"}[a.Cause], a.N)
	case ActConnect:
		if a.N != 0 {
			return fmt.Sprintf("CONNECT%s on %d", name, a.N)
		}
		return "CONNECT" + name
	case ActDisconnect:
		return "DISCONNECT" + name
	case ActFlush:
		return "flush" + name + silent
	case ActOpen:
		return "opened"
	case ActClose:
		return "closed: " + reason
	case ActError:
		return "error: " + reason
	case ActSocketConnected:
		return "connected" + name + silent
	case ActSocketClosed:
		return "disconnected" + name + ": " + reason
	case ActSocketError:
		return "failed" + name
	case ActReconnectAttempt:
		return fmt.Sprintf("try %d", a.N)
	case ActReconnect:
		return fmt.Sprintf("reconnected %d", a.N)
	case ActReconnectError:
		return "tryfailed"
	case ActReconnectFailed:
		return "gaveup"
	case ActWildcard:
		return "wildcard"
	case ActHandover:
		return "handover"
	case ActStandby:
		return "standby"
	case ActDeliver:
		return "deliver"
	case ActFence:
		leave := map[bool]string{true: "leave "}[a.Silent]
		return fmt.Sprintf("%s%sfence %d", leave, [...]string{"", "rejoin "}[a.Slot], a.N)
	case ActRetire:
		return "retire"
	}
	return fmt.Sprintf("action %d", a.Kind)
}

// usesOf is what becomes of each type of packet: used now, later, or as an answer. Without a namespace it is a fence's.
func usesOf(m *Manager, old bool, n *Namespace) (all string) {
	for kind := TypeConnect; kind <= TypeBinaryAck; kind++ {
		h := &Header{Type: kind}
		if n == nil {
			h.Namespace = utf16.Encode([]rune(FenceNames[FenceDelivered]))
		}
		use, _ := m.Use(old, n, h, nil)
		all += "nla"[use:][:1]
	}
	return all
}
