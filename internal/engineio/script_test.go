package engineio

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/scripttest"
)

// A row's words are those that player.event and say know; to extend the language, add a word there. Its name draws
// the phases that the connection went through. Its config: transports in their order, and: noupgrade, tryall, eio3, eio4.
type row scripttest.Row

func play(t *testing.T, rows []row) {
	scripttest.Play(t, rows, func(config string) (func() string, func(*testing.T, []string) string) {
		p := newPlayer(config)
		return p.place, p.event
	})
}

// player holds a connection and its clock.
type player struct {
	s   State
	now int64
}

// start is when the rows begin.
const start = 1_000_000

func newPlayer(config string) *player {
	c := Config{Upgrade: true}
	n := 0
	for _, word := range strings.Fields(config) {
		switch word {
		case "polling", "websocket", "webtransport":
			c.Transports[n] = map[string]Transport{"polling": Polling, "websocket": WebSocket, "webtransport": WebTransport}[word]
			n++
		case "noupgrade":
			c.Upgrade = false
		case "tryall":
			c.TryAll = true
		case "begin3":
			c.Begin = 3
		case "eio3", "eio4":
			c.Revision = int(word[3] - '0')
		default:
			panic(word)
		}
	}
	return &player{State{Config: c}, start}
}

// place names where the connection stands, more finely than its phase.
func (p *player) place() string {
	if p.s.Phase == Opened {
		return [...]string{"opened", "probing", "pausing", "upgraded"}[p.s.upgrade]
	}
	return p.s.Phase.String()
}

// event is a word and the link that it happened on. It answers with the actions.
//
//	open, close, tick [+ms | deadline]
//	handshake LINK EIO [plain] [webtransport] [beat INTERVAL TIMEOUT]
//	                       EIO 0: the transport does not tell; plain: no upgrade is offered; webtransport: that, too
//	probe LINK                                           the websocket's "3probe"
//	ping pong bye noop message paused linkopened fault LINK
//	lost LINK, gone LINK                                 the link failed, or closed without an error
//	refused LINK                                         it failed, by an answer that may mean the revision
func (p *player) event(t *testing.T, words []string) string {
	e := Event{Now: p.now}
	rest := words[1:]
	if words[0] != "tick" && len(rest) > 0 {
		e.Link, _ = strconv.Atoi(rest[0])
		rest = rest[1:]
	}
	switch words[0] {
	case "open":
		e.Kind = EvOpen
	case "close":
		e.Kind = EvClose
	case "tick":
		e.Kind = EvTick
		if rest[0] == "deadline" {
			p.now = p.s.Deadline()
		} else {
			ms, err := strconv.ParseInt(rest[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			p.now += ms
		}
		e.Now = p.now
	case "handshake":
		e.Kind, e.Upgradable = EvHandshake, 1<<WebSocket
		e.Interval, e.Timeout = 25_000, 20_000
		e.Revision, _ = strconv.Atoi(rest[0])
		for i, word := range rest[1:] {
			switch word {
			case "plain":
				e.Upgradable = 0
			case "webtransport":
				e.Upgradable |= 1 << WebTransport
			case "beat":
				e.Interval, _ = strconv.ParseInt(rest[i+2], 10, 64)
				e.Timeout, _ = strconv.ParseInt(rest[i+3], 10, 64)
			}
		}
	case "probe":
		e.Kind, e.Packet, e.Probe = EvPacket, Pong, true
	case "ping", "pong", "bye", "noop":
		e.Kind = EvPacket
		e.Packet = map[string]PacketType{"ping": Ping, "pong": Pong, "bye": Close, "noop": Noop}[words[0]]
	case "message":
		e.Kind = EvMessage
	case "paused":
		e.Kind = EvPaused
	case "linkopened":
		e.Kind = EvLinkOpened
	case "fault":
		e.Kind = EvFault
	case "lost":
		e.Kind, e.Failed = EvLinkClosed, true
	case "late":
		e.Kind, e.Late = EvLinkClosed, true
	case "refused":
		e.Kind, e.Failed, e.Refused = EvLinkClosed, true, true
	case "gone":
		e.Kind = EvLinkClosed
	default:
		t.Fatalf("no event %q", words[0])
	}
	var out []Action
	p.s, out = p.s.Next(e, nil)
	var said []string
	for _, a := range out {
		said = append(said, say(a))
	}
	return strings.Join(said, ", ")
}

func say(a Action) string {
	switch a.Kind {
	case ActOpenLink:
		s := fmt.Sprintf("open %d %v", a.Link, a.Transport)
		if a.Revision != 0 {
			s += fmt.Sprintf(" eio%d", a.Revision)
		}
		if a.Probe {
			s += " probe"
		}
		return s
	case ActSend:
		s := fmt.Sprintf("send %d %d", a.Link, a.Packet)
		if a.Probe {
			s += "probe"
		}
		return s
	case ActClosed:
		return "closed: " + a.Reason.String()
	case ActPinged:
		return "pinged"
	case ActOpened:
		return "opened"
	}
	names := map[ActionKind]string{ActCloseLink: "close", ActFinishLink: "finish", ActPause: "pause", ActUse: "use",
		ActUpgrading: "upgrading", ActUpgraded: "upgraded", ActUpgradeError: "upgradeerror"}
	return fmt.Sprintf("%s %d", names[a.Kind], a.Link)
}
