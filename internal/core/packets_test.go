package core

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// reading is a core with one manager, and "/" and "/a" on it by slots 0 and 1, whose
// transport, link 1, is open at a server of a revision (0: the page asks for any).
func reading(transport engineio.Transport, revision int) *Core {
	w := &world{Rand: rand.New(rand.NewPCG(1, 1)), seen: map[string]int{}, good: true}
	w.core = New(w)
	m := &simManager{server: w.newServer(), links: map[int]*link{}, kept: map[int][]string{}}
	place(&w.managers, m)
	w.call("manager", func() { w.core.Manager(0, ManagerOptions{First: transport, Attempts: -1, Revision: revision}) })
	for slot, name := range []string{"/", "/a"} {
		place(&w.sockets, &simSocket{m: m, name: name})
		w.call("socket", func() { w.core.Socket(0, slot, utf16.Encode([]rune(name))) })
		w.call("connect", func() { w.core.Connect(slot) })
	}
	return w.core
}

// state is all that a manager knows.
func state(c *Core) string {
	var all []string
	for _, m := range c.managers {
		all = append(all, fmt.Sprintf("%+v", m.m))
		for _, n := range m.m.Namespaces {
			all = append(all, fmt.Sprintf("%+v", *n))
		}
	}
	return strings.Join(all, "\n")
}

func TestRx(t *testing.T) {
	long := "42/" + strings.Repeat("n", MaxHeader)
	invalid := `{"message":"Invalid namespace"}`
	for _, row := range []struct {
		when, frame string
		kind        Rx
		words       Words
	}{
		{"opened", `42["x"]`, RxEvent, Words{End: -1, Start: 2, Slot: 0, Ack: -1}},
		{"opened", `42/a,7["x"]`, RxEvent, Words{End: -1, Start: 6, Slot: 1, Ack: 7}},
		{"opened", `42/a,2147483647["x"]`, RxEvent, Words{End: -1, Start: 15, Slot: 1, Ack: 1<<31 - 1}},
		{"opened", `42/a,2147483648["x"]`, RxEvent, Words{End: -1, Start: 15, Slot: 1, Ack: -2}},
		{"opened", `42/a,9007199254740991["x"]`, RxEvent, Words{End: -1, Start: 21, Slot: 1, Ack: -2}},
		{"opened", `42/a,9007199254740992["x"]`, RxFault, Words{End: -1, Start: 1, Slot: -1, Ack: -1}},
		{"opened", `42/b,["x"]`, RxEvent, Words{End: -1, Start: 5, Slot: -1, Ack: -1}},
		{"opened", `451-/a,["x"]`, RxEvent, Words{End: -1, Start: 7, Slot: 1, Ack: -1, Attachments: 1}},
		{"opened", `43/a,7[]`, RxAck, Words{End: -1, Start: 6, Slot: 1, Ack: 7}},
		{"opened", `41/a,`, RxDisconnect, Words{End: -1, Start: 5, Slot: 1, Ack: -1}},
		{"opened", `40/a,{"sid":"x"}`, RxConnect, Words{End: -1, Start: 5, Slot: 1, Ack: -1}},
		{"opened", `40/b,{"sid":"x"}`, RxIgnore, Words{End: -1, Start: 5, Slot: -1, Ack: -1}},
		{"opened", `44/a,{"message":"no"}`, RxRefused, Words{End: -1, Start: 5, Slot: 1, Ack: -1}},
		{"opened", "44/\n/," + invalid, RxAnswer, Words{End: -1, Start: 6, Slot: -1, Ack: -1, Answer: 3}},
		{"opened", "44/\n\n/," + invalid, RxAnswer, Words{End: -1, Start: 7, Slot: -1, Ack: -1, Answer: 6}},
		{"opened", `2`, RxControl, Words{End: -1, Start: 1, Slot: -1, Ack: -1, Packet: int32(engineio.Ping)}},
		{"opened", `bAAEC`, RxBinary, Words{End: -1, Start: 1, Slot: -1, Ack: -1}},
		{"opened", `49`, RxFault, Words{End: -1, Start: 1, Slot: -1, Ack: -1}},
		{"opened", `<html>`, RxFault, Words{End: -1, Slot: -1, Ack: -1, Foreign: 1}},
		{"opened", long[:30], RxMore, Words{End: -1, Start: 1, Slot: -1, Ack: -1}},
		{"opened", long[:MaxHeader], RxFault, Words{End: -1, Start: 1, Slot: -1, Ack: -1}},
		{"asked for any, over websocket", `40`, RxDecide, Words{End: -1, Start: 1, Slot: -1, Ack: -1}},
		{"judged by the time", `40`, RxMisjudged, Words{End: -1, Start: 2, Slot: 0, Ack: -1}},
		{"judged by the time", `40{"sid":"x"}`, RxConnect, Words{End: -1, Start: 2, Slot: 0, Ack: -1}},
		{"opening, by polling", `97:0{"sid":"x"}`, RxHandshake, Words{End: 100, Start: 4, Slot: -1, Ack: -1, Revision: 3}},
		{"opening, by polling", `0{"sid":"x"}`, RxHandshake, Words{End: -1, Start: 1, Slot: -1, Ack: -1, Revision: 4}},
		{"opening, by polling", `HTTP`, RxFault, Words{End: -1, Slot: -1, Ack: -1, Foreign: 1}},
	} {
		var c *Core
		switch row.when {
		case "opened":
			c = reading(engineio.WebSocket, 4)
			c.Handshake(0, 1, 25_000, 20_000, 0, 4)
		case "asked for any, over websocket", "judged by the time":
			c = reading(engineio.WebSocket, 0)
			c.Handshake(0, 1, 25_000, 20_000, 0, 0)
			if row.when == "judged by the time" {
				c.Begin(1000)
				c.Tick()
				c.End()
			}
		default:
			c = reading(engineio.Polling, 0)
		}
		units := utf16.Encode([]rune(row.frame))
		size := len(units)
		if size >= 30 && row.kind != RxAnswer {
			size = 5000 // there is more of it
		}
		if row.frame[0] == '9' {
			size = 100
		}
		before := state(c)
		var words Words
		if kind := c.Rx(0, 1, units, size, &words); kind != row.kind || words != row.words {
			t.Errorf("%s: %.40q: %d %+v, want %d %+v", row.when, row.frame, kind, words, row.kind, row.words)
		}
		if after := state(c); after != before {
			t.Errorf("%s: %.40q has changed the core from\n%s\nto\n%s", row.when, row.frame, before, after)
		}
		for _, stranger := range [][2]int{{0, 2}, {0, 0}, {1, 1}, {-1, 1}} {
			if kind := c.Rx(stranger[0], stranger[1], units, size, &words); kind != RxStale {
				t.Errorf("link %d of manager %d: %d", stranger[1], stranger[0], kind)
			}
		}
	}
}

func TestTx(t *testing.T) {
	c := reading(engineio.WebSocket, 4)
	c.Handshake(0, 1, 25_000, 20_000, 0, 4)
	for slot := range 2 {
		c.Connected(slot, RecoveryNone)
	}
	held := c.socket(1)
	for _, row := range []struct {
		slot             int
		flags            TxFlags
		attachments, ack int
		held             bool
		header           string
		answer           TxAnswer
	}{
		{0, 0, 0, 0, false, "42", 2},
		{0, TxWantsAck, 0, 12, false, "4212", 4},
		{1, TxWantsAck, 2, 7, false, "452-/a,7", 8},
		{1, TxAck, 0, 7, false, "43/a,7", 6},
		{1, TxAck, 1, 0, false, "461-/a,0", 8},
		{1, TxAck, 1, -1, false, "461-/a,", 7}, // the page writes a long one
		{1, 0, 0, 0, true, "", TxHold},
		{1, TxVolatile, 0, 0, true, "", TxDrop},
		{1, TxBypass, 0, 0, true, "42/a,", 5},
		{1, TxAck, 0, 7, true, "43/a,7", 6},
		{2, 0, 0, 0, false, "", TxHold},
		{-1, TxVolatile, 0, 0, false, "", TxHold},
	} {
		held.n.Held = row.held
		var units [MaxHeader]uint16
		answer := c.Tx(row.slot, row.flags, row.attachments, row.ack, units[:])
		if header := string(utf16.Decode(units[:max(0, answer)])); answer != row.answer || header != row.header {
			t.Errorf("%+v: %d, %q", row, answer, header)
		}
	}
	c.Disconnected(1)
	for flags, want := range map[TxFlags]TxAnswer{0: TxHold, TxVolatile: TxDrop, TxAck: TxDrop, TxBypass: TxHold} {
		if answer := c.Tx(1, flags, 0, 0, nil); answer != want {
			t.Errorf("not connected, flags %b: %d", flags, answer)
		}
	}
}
