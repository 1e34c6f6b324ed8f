//go:build !js && !race

package bridge

import (
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/core"
)

var twinCalls = flag.Int("twin-calls", 1_000_000, "how many random calls TestTwinsAgree makes")

// odd are numbers that no well-meaning page passes, and those at the edges of an int32.
var odd = []float64{-1, 0.5, math.NaN(), math.Inf(1), math.Inf(-1), 1 << 31, 1<<31 - 1, -1 << 31, 1<<32 + 1, 1 << 53, 1e300, 255, 256}

// caller makes calls as a page does that has a few of everything, and now and then as no
// page does.
type caller struct {
	*twins
	*rand.Rand
	now      float64
	known    [sockets]bool
	links    [managers]float64 // the last of each manager
	calls    [managers]float64 // the last of each source
	answers  []func()          // to what the core has wanted, where everybody means well
	accepted int               // how often a token was
}

const (
	managers = 4 // and sources
	sockets  = 8
)

func newCaller(t *testing.T, build build, r *rand.Rand, now float64) *caller {
	c := &caller{twins: newTwins(t, build), Rand: r, now: now}
	c.heard = c.answer
	return c
}

// answer notes what the page, the server and the token function say to an effect.
func (c *caller) answer(t told) {
	n := t.numbers
	say := func(op int32, args ...any) { c.answers = append(c.answers, func() { c.do(c.now, op, args...) }) }
	switch {
	case t.do == doAsk:
		c.calls[int(n[0])%managers] = n[1]
		say(opToken, n[0], n[1], 1+c.IntN(4), c.now, c.now, c.now+3_600_000)
	case t.do == doLink:
		c.links[int(n[0])%managers] = n[1]
		say(opHandshake, n[0], n[1], 25_000, 20_000, 0, c.one(3, 4))
	case t.do == doEngine && n[2] == doEngineFinish:
		say(opFinished, n[0], n[1])
	case t.do == doManager && n[2] == doManagerReconnectAttempt:
		say(opContinue, n[0])
	case t.do == doSocket && n[1] == doSocketConnect:
		say(opConnected, n[0], c.IntN(2))
	case t.do == doSocket && n[1] == doSocketRests:
		say(opConnect, n[0])
	case t.do == doToken && n[1] == doTokenAuthenticate:
		say(opAuthenticated, n[0])
	case t.do == doToken && n[1] == doTokenRefused:
		say(opHook, n[0], n[2], 1+c.IntN(4), c.now, c.now, c.now+3_600_000)
	case t.do == doToken && n[1] == doTokenAcknowledge:
		say(opAcknowledged, n[0])
	case t.do == doToken && n[1] == doTokenAccepted:
		c.accepted++
	}
}

func (c *caller) one(all ...any) any { return all[c.IntN(len(all))] }

// id is a small number, seldom an odd one.
func (c *caller) id(most int) float64 {
	if c.IntN(400) == 0 {
		return odd[c.IntN(len(odd))]
	}
	return float64(c.IntN(most))
}

// ms is a duration: short, long, beyond 2^31, or none.
func (c *caller) ms() float64 {
	return []float64{0, 1, 50, 1000, 20_000, 3_600_000, 1 << 31, 1<<31 + 1, 1 << 40, odd[c.IntN(len(odd))]}[c.IntN(10)]
}

// moment is a time near now, or far from it.
func (c *caller) moment() float64 {
	if c.IntN(10) == 0 {
		return c.ms()
	}
	return c.now + float64(c.IntN(200_000)-60_000)
}

// operation is any, in no order that makes sense.
func (c *caller) operation() {
	flip := func() bool { return c.IntN(2) == 0 }
	conn, slot, source, link := c.id(managers), c.id(sockets), c.id(managers), float64(c.IntN(12))
	if c.IntN(4) > 0 { // mostly a link that exists
		link = c.links[c.IntN(managers)]
	}
	words := []any{"", "invalid_token", "credentials_required", "jwt expired", "é😀", "UnauthorizedError"}
	word := func() any { return c.one(words...) }
	reason := func() float64 { return c.id(6) }
	switch op := c.Int32N(opCount + 3); op {
	case opManager:
		c.do(c.now, op, conn, flip(), c.id(5), c.ms(), c.ms(), c.one(0.0, 0.5, 1.0), flip(), c.ms(), c.id(4), c.id(4), c.id(4), c.id(4), flip(), flip(), c.one(0, 0, 3, 4), flip(), c.IntN(20) == 0, c.Float64())
	case opSocket, opSocketWithToken:
		c.socket(op, conn, slot)
	case opSource:
		c.do(c.now, op, source, c.ms())
	case opHandshake:
		c.do(c.now, op, conn, link, c.one(25_000.0, c.ms()), c.one(20_000.0, c.ms()), c.one(0, 4, 8, 12), c.one(0, 3, 4))
	case opControlPacket:
		c.do(c.now, op, conn, link, c.id(7), flip())
	case opLinkClosed:
		c.do(c.now, op, conn, link, c.id(3))
	case opHandshakeFailed:
		c.do(c.now, op, conn, link, c.one(200, 400, 401, 403, c.id(3)), word(), reason(), c.one("", "1", "5"))
	case opToken, opTokenFailed:
		issued := c.moment()
		c.do(c.now, op, source, c.calls[c.IntN(managers)]+float64(c.IntN(2)), c.id(6), c.now, issued, issued+c.ms())
	case opHook:
		c.do(c.now, op, slot, c.id(5), c.id(5), c.now, c.moment(), c.moment())
	case opRefused:
		c.do(c.now, op, slot, word(), word(), word(), reason())
	case opUnauthorized:
		c.do(c.now, op, slot, word(), word(), flip(), word(), reason())
	case opRecognise:
		c.do(c.now, op, word(), word(), word(), c.one(0, 200, 401, 403, c.id(3)))
	case opConnected:
		c.do(c.now, op, slot, c.id(3))
	case opClock:
		c.do(c.now, op, conn, c.moment())
	case opConnect, opDisconnect, opDisconnected, opAuthenticated, opCalled, opAcknowledged, opReauthenticate, opReleaseSocket, opResume:
		c.do(c.now, op, slot)
	case opUnawaited:
		c.do(c.now, op, slot, c.id(8))
	case opReleaseManager, opReleaseSource:
		if c.IntN(20) == 0 {
			c.do(c.now, op, conn)
		}
	case opCount, opCount + 1, opCount + 2:
		c.do(c.now, opConnect, slot)
	default:
		c.do(c.now, op, conn, link, c.id(7))
	}
}

func (c *caller) socket(op int32, conn, slot float64) {
	c.do(c.now, op, conn, slot, c.one("/", "/admin", "/é", "/a/b", "/x?y"), c.id(managers), c.one(c.id(16), 1<<c.IntN(4)), c.IntN(2), c.ms(), c.ms(), c.IntN(2))
}

// progress does what comes next, where users, servers and token functions mean well.
func (c *caller) progress() {
	if n := len(c.answers); n > 0 && c.IntN(20) > 0 {
		i := c.IntN(n)
		answer := c.answers[i]
		c.answers = append(c.answers[:i], c.answers[i+1:]...)
		answer()
		return
	}
	slot := c.id(sockets)
	if i := int(slot); i < 0 || i >= sockets || !c.known[i] {
		c.socket(opSocketWithToken, c.id(managers), slot)
		if i >= 0 && i < sockets {
			c.known[i] = true
		}
		return
	}
	c.do(c.now, opConnect, slot)
}

var frames = []string{
	`0{"sid":"abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}`, `97:0{"sid":"x"}2:40`, `40`, `40{"sid":"y"}`, `40/admin,{"sid":"z"}`,
	`40/admin`, `41`, `41/admin,`, `42["a",1]`, `42/é,12["a"]`, `43/admin,7[]`, `430[1]`, `44{"message":"x"}`, `44/admin,"no"`, `451-["b",{"_placeholder":true,"num":0}]`,
	`461-/admin,2[]`, `2`, `3`, `3probe`, `1`, `6`, `bAAEC`, `5:b4AAE`, `2:41`, `3:3pr`, ``, `4`, `48`, `42147483647`, `432147483648[]`, `4599999999-[]`, `9999999999:0{`, `2147483649:40`,
	"40\x1e42[\"a\"]\x1e2", `<html>`, `42/` + "namespace-without-end",
}

func (c *caller) frame() {
	units := utf16.Encode([]rune(frames[c.IntN(len(frames))]))
	for c.IntN(6) == 0 && len(units) > 0 {
		units[c.IntN(len(units))] = uint16(c.IntN(1 << 16))
	}
	conn, link := int32(c.id(4)), int32(c.IntN(12))
	if c.IntN(8) > 0 {
		conn = int32(c.IntN(managers))
		link = int32(c.links[conn])
	}
	size := int32(len(units))
	if c.IntN(8) == 0 {
		size += int32(c.IntN(1 << 20))
	}
	c.read(conn, link, units, size)
}

func TestTwinsAgree(t *testing.T) { agree(t, ships, *twinCalls) }

// The compiler may keep a pointer where the core's collector does not look, and then uses what has been freed.
func TestTwinsAgreeWithACollectionAfterEachCall(t *testing.T) { agree(t, frees, *twinCalls/10) }

func agree(t *testing.T, build build, calls int) {
	for _, seed := range []uint64{1, 2, 3, 4} {
		accepted := 0
		c := newCaller(t, build, rand.New(rand.NewPCG(seed, 0)), 1.8e12)
		for range calls / 4 {
			c.now += []float64{0, 0, 1, 20, 1000, 30_000}[c.IntN(6)]
			switch c.IntN(10) {
			case 0, 1, 2:
				c.frame()
			case 3:
				c.send(int32(c.id(sockets)), int32(c.IntN(32)), int32(c.IntN(3)), int32(c.one(0, 7, 1<<31-1).(int)))
			case 4, 5, 6, 7:
				c.progress()
			default:
				c.operation()
			}
			if c.IntN(5000) == 0 { // another page
				accepted += c.accepted
				c = newCaller(t, build, c.Rand, c.now)
			}
		}
		if accepted += c.accepted; accepted < calls/1000 {
			t.Errorf("seed %d: a token was accepted %d times only: the calls go nowhere", seed, accepted)
		}
	}
}

func TestTwinsAgreeOnManySlots(t *testing.T) {
	w := newTwins(t, ships)
	now := 1.8e12
	w.do(now, opManager, 0, true, 5, 1000, 5000, 0.5, false, 20_000, 2, 0, 0, 0, false, false, 4, false, false, 0.5)
	w.do(now, opSource, 0, 10_000)
	const many = 10_000
	for slot := range many {
		w.do(now, opSocketWithToken, 0, slot, "/room-"+string(rune('a'+slot%26)), 0, 1, 1, 30_000, 10_000, 0)
	}
	for slot := range 200 {
		w.do(now, opConnect, slot*50)
	}
	w.do(now, opToken, 0, 1, 1, now, now, now+3_600_000)
	w.do(now, opHandshake, 0, 1, 25_000, 20_000, 0, 4)
	for slot := range 200 {
		w.do(now, opConnected, slot*50, 0)
	}
	for slot := many - 1; slot >= 0; slot -= 3 {
		w.do(now, opReleaseSocket, slot)
	}
	w.do(now+2_000_000, opTick)
}

// What real servers have said goes through both.
func TestTwinsAgreeOnGoldenVectors(t *testing.T) {
	files, _ := filepath.Glob("../*/testdata/*.json")
	if len(files) < 8 {
		t.Fatalf("only %d files of vectors", len(files))
	}
	w := newTwins(t, ships)
	read := 0
	for conn, revision := range []int{3, 4, 0} {
		w.do(1, opManager, conn, true, 5, 1000, 5000, 0.5, false, 20_000, 1, 0, 0, 0, false, false, revision, false, false, 0.5)
		w.do(1, opOpen, conn)
		w.do(1, opHandshake, conn, 1, 25_000, 20_000, 0, max(revision, 3))
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(data, &tree); err != nil {
			t.Fatal(err)
		}
		texts(tree, func(text string) {
			for conn := range int32(3) {
				for _, frame := range []string{text, "4" + text} {
					units := utf16.Encode([]rune(frame))
					if w.read(conn, 1, units, int32(len(units))) != core.RxFault {
						read++
					}
				}
			}
		})
	}
	if read < 300 {
		t.Errorf("only %d vectors could be read: they are not where the test looks for them", read)
	}
}

// texts calls fn for each string of a JSON document.
func texts(tree any, fn func(string)) {
	switch tree := tree.(type) {
	case string:
		fn(tree)
	case []any:
		for _, v := range tree {
			texts(v, fn)
		}
	case map[string]any:
		for _, v := range tree {
			texts(v, fn)
		}
	}
}

func FuzzTwinsAgreeOnFrames(f *testing.F) {
	for _, frame := range frames {
		f.Add(frame, int32(0))
	}
	f.Fuzz(func(t *testing.T, frame string, more int32) {
		w := newTwins(t, ships)
		w.do(1, opManager, 0, true, 5, 1000, 5000, 0.5, false, 20_000, 1, 0, 0, 0, false, false, 0, false, false, 0.5)
		w.do(1, opSocket, 0, 0, "/")
		w.do(1, opConnect, 0)
		units := utf16.Encode([]rune(frame))
		if w.read(0, 1, units, int32(len(units))+max(0, more)) == core.RxHandshake {
			w.do(2, opHandshake, 0, 1, 25_000, 20_000, 0, float64(w.bridge.Words.Revision))
			w.do(3, opConnected, 0, 0)
		}
		w.read(0, 1, units, int32(len(units))+max(0, more))
	})
}
