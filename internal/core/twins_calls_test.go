//go:build !js && !race

package core

import (
	"encoding/json"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

var twinCalls = flag.Int("twin-calls", 1_000_000, "how many random calls TestTwinsAgree makes")

// odd are numbers that no well-meaning page passes, and those at the edges of an int32.
var odd = []float64{-1, 0.5, math.NaN(), math.Inf(1), math.Inf(-1), 1 << 31, 1<<31 - 1, -1 << 31, 1<<32 + 1, 1 << 53, 1e300, 255, 256}

// caller makes calls as a page does that has a few of everything, and now and then as no
// page does.
type caller struct {
	*twins
	*rand.Rand
	now float64
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

func (c *caller) operation() {
	bit := func() float64 { return float64(c.IntN(2)) }
	conn, slot, source, link := c.id(4), c.id(8), c.id(4), float64(c.IntN(12))
	if live := c.core.conn(int(conn)); live != nil && c.IntN(4) > 0 { // mostly a link that exists
		link = float64(live.m.Engine.Link)
	}
	words := []any{"", "invalid_token", "credentials_required", "jwt expired", "é😀", "UnauthorizedError"}
	switch op := c.IntN(opCount + 3); op {
	case opManager:
		c.do(c.now, op, conn, bit(), c.id(5), c.ms(), c.ms(), c.one(-1.0, 0.0, 0.5, 1.0), c.ms(), c.id(4), c.id(4), bit(), bit(), c.one(0, 0, 3, 4), c.id(20), c.Float64())
	case opSocket:
		c.do(c.now, op, conn, slot, c.one("/", "/admin", "/é", "/a/b", "/x?y"), c.id(5)-1, c.id(16), bit(), c.ms(), c.ms(), bit())
	case opSource:
		c.do(c.now, op, source, c.ms())
	case opHandshake:
		c.do(c.now, op, conn, link, c.one(25_000.0, c.ms()), c.one(20_000.0, c.ms()), bit(), c.one(0, 3, 4))
	case opToken, opTokenFailed:
		issued := c.moment()
		call := c.id(6)
		if live := c.core.sources.get(int(source)); live != nil {
			call += c.one(0.0, 1.0).(float64)
		}
		c.do(c.now, op, source, call, c.id(5), c.now, issued, issued+c.ms())
	case opHook:
		c.do(c.now, op, slot, c.id(5), c.id(5), c.now, c.moment(), c.moment())
	case opRefused:
		c.do(c.now, op, conn, slot, c.one(words...), c.one(words...), c.one(words...))
	case opUnauthorized:
		c.do(c.now, op, slot, c.one(words...), c.one(words...), bit())
	case opConnected:
		c.do(c.now, op, conn, slot, c.id(3))
	case opClock:
		c.do(c.now, op, conn, c.moment())
	case opConnect, opDisconnect, opAuthenticated, opCalled, opReauthenticate, opReleaseSocket, opResume:
		c.do(c.now, op, slot, bit())
	case opUnawaited:
		c.do(c.now, op, slot, c.id(8))
	case opReleaseManager, opReleaseSource:
		if c.IntN(20) == 0 {
			c.do(c.now, op, conn)
		}
	case opCount, opCount + 1, opCount + 2:
		c.do(c.now, opConnect, slot)
	default:
		c.do(c.now, op, conn, link, c.id(7), c.one(0, 1, 200, 401, c.id(3)))
	}
}

// progress does what comes next for a socket, where users, servers and token functions
// mean well.
func (c *caller) progress() {
	slot := c.IntN(8)
	s := c.core.sock(slot)
	if s == nil {
		c.do(c.now, opSocket, c.IntN(4), slot, c.one("/", "/admin", "/a/b"), c.IntN(4), 1<<c.IntN(4), 1, 30_000, 10_000, 0)
		return
	}
	engine := &s.conn.m.Engine
	switch {
	case !s.n.Active:
		c.do(c.now, opConnect, slot)
	case s.token && s.life.State() == lifecycle.Asking:
		c.do(c.now, opToken, s.source.id, c.asked[float64(s.source.id)], 1+c.IntN(4), c.now, c.now, c.now+3_600_000)
	case engine.Phase == engineio.Opening:
		c.do(c.now, opHandshake, s.conn.id, engine.Link, 25_000, 20_000, 0, c.one(3, 4))
	case engine.Phase == engineio.Opened && s.n.Phase == socketio.Connecting:
		c.do(c.now, opConnected, s.conn.id, slot, c.IntN(2))
	case s.token && s.life.State() == lifecycle.Authenticating:
		c.do(c.now, opAuthenticated, slot)
	default:
		c.do(c.now, opTick)
	}
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
	if live := c.core.conn(int(conn)); live != nil && c.IntN(8) > 0 {
		link = int32(live.m.Engine.Link)
	}
	size := int32(len(units))
	if c.IntN(8) == 0 {
		size += int32(c.IntN(1 << 20))
	}
	c.read(conn, link, units, size)
}

func TestTwinsAgree(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3, 4} {
		c := &caller{twins: newTwins(t), Rand: rand.New(rand.NewPCG(seed, 0)), now: 1.8e12}
		accepted := 0
		for range *twinCalls / 4 {
			c.now += []float64{0, 0, 1, 20, 1000, 30_000}[c.IntN(6)]
			switch c.IntN(10) {
			case 0, 1, 2:
				c.frame()
			case 3:
				c.send(int32(c.id(8)), int32(c.IntN(32)), int32(c.IntN(3)), int32(c.one(0, 7, 1<<31-1).(int)))
			case 4, 5, 6, 7:
				c.progress()
			default:
				c.operation()
			}
			for _, s := range c.core.socks {
				if s != nil && s.token && s.life.State() == lifecycle.Authenticated {
					accepted++
					break
				}
			}
			if c.IntN(5000) == 0 { // another page
				c = &caller{twins: newTwins(t), Rand: c.Rand, now: c.now}
			}
		}
		if accepted < *twinCalls/1000 {
			t.Errorf("seed %d: a token was accepted at %d calls only: the calls go nowhere", seed, accepted)
		}
	}
}

func TestTwinsAgreeOnManySlots(t *testing.T) {
	w := newTwins(t)
	now := 1.8e12
	w.do(now, opManager, 0, 1, 5, 1000, 5000, 0.5, 20_000, 2, 0, 0, 0, 4, 0, 0.5)
	w.do(now, opSource, 0, 10_000)
	const many = 10_000
	for slot := range many {
		w.do(now, opSocket, 0, slot, "/room-"+string(rune('a'+slot%26)), 0, 1, 1, 30_000, 10_000, 0)
	}
	for slot := range 200 {
		w.do(now, opConnect, slot*50)
	}
	w.do(now, opToken, 0, 1, 1, now, now, now+3_600_000)
	w.do(now, opHandshake, 0, 1, 25_000, 20_000, 0, 4)
	for slot := range 200 {
		w.do(now, opConnected, 0, slot*50, 0)
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
	w := newTwins(t)
	read := 0
	for conn, revision := range []int{3, 4, 0} {
		w.do(1, opManager, conn, 1, 5, 1000, 5000, 0.5, 20_000, 1, 0, 0, 0, revision, 0, 0.5)
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
					if w.read(conn, 1, units, int32(len(units))) != rxFault {
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
		w := newTwins(t)
		w.do(1, opManager, 0, 1, 5, 1000, 5000, 0.5, 20_000, 1, 0, 0, 0, 0, 0, 0.5)
		w.do(1, opSocket, 0, 0, "/", -1)
		w.do(1, opConnect, 0)
		units := utf16.Encode([]rune(frame))
		if w.read(0, 1, units, int32(len(units))+max(0, more)) == rxHandshake {
			w.do(2, opHandshake, 0, 1, 25_000, 20_000, 0, float64(w.core.Words[wordMore]))
			w.do(3, opConnected, 0, 0, 0)
		}
		w.read(0, 1, units, int32(len(units))+max(0, more))
	})
}
