//go:build !js

package zishang_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// house is a small Socket.IO server (protocol 5 on Engine.IO 4, polling and
// WebSocket with upgrade) on a network in memory, so that it fits into a bubble of
// testing/synctest and does what a test wants, when it wants it. Unlike a real
// server it has no races of its own.
//
// To extend it: admit decides about CONNECT, hear about everything after it; a
// guest says and hangs up.
type house struct {
	admit    func(g *guest) (refusal string) // the JSON of CONNECT_ERROR; "": welcome; or silence
	hear     func(g *guest, e said)
	interval time.Duration // of pings

	server *http.Server
	doors  chan net.Conn
	closed chan struct{}

	mu     sync.Mutex
	guests []*guest
	shut   bool // nobody is let to the door
}

// silence is no answer at all.
const silence = "silence"

// said is an event from a guest.
type said struct {
	name string
	args []any
	ack  int // -1: none wanted
}

// guest is one Engine.IO session.
type guest struct {
	house  *house
	number int
	query  url.Values
	header http.Header
	auth   map[string]any

	mu       sync.Mutex
	out      []string
	more     chan struct{}
	ws       bool // the WebSocket has taken over
	gone     chan struct{}
	goneOnce sync.Once
}

func openHouse(t testing.TB) *house {
	h := &house{
		interval: 25 * time.Second,
		doors:    make(chan net.Conn),
		closed:   make(chan struct{}),
	}
	h.server = &http.Server{Handler: h}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = h.server.Serve(h)
	}()
	t.Cleanup(func() {
		h.hangUpAll()
		_ = h.server.Close()
		<-served
	})
	return h
}

// The house is its own listener.
func (h *house) Accept() (net.Conn, error) {
	select {
	case c := <-h.doors:
		return c, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

func (h *house) Close() error {
	select {
	case <-h.closed:
	default:
		close(h.closed)
	}
	return nil
}

func (h *house) Addr() net.Addr { return &net.TCPAddr{} }

// way is how to get there.
func (h *house) way() zishang.Option {
	return zishang.WithDialContext(func(ctx context.Context, _, _ string) (net.Conn, error) {
		h.mu.Lock()
		shut := h.shut
		h.mu.Unlock()
		if shut {
			return nil, fmt.Errorf("connection refused")
		}
		here, there := net.Pipe()
		select {
		case h.doors <- there:
			return here, nil
		case <-h.closed:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
}

func (h *house) lock(shut bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shut = shut
}

func (h *house) hangUpAll() {
	h.mu.Lock()
	guests := h.guests
	h.mu.Unlock()
	for _, g := range guests {
		g.hangUp()
	}
}

// address serves the house on a real network, too, for those who know no other.
func (h *house) address(t testing.TB) (url string) {
	web := httptest.NewServer(h)
	t.Cleanup(func() {
		h.hangUpAll()
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL
}

// staying is how many sessions there are.
func (h *house) staying() (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, g := range h.guests {
		select {
		case <-g.gone:
		default:
			n++
		}
	}
	return n
}

// visits is how many sessions there have been.
func (h *house) visits() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.guests)
}

func (h *house) last() *guest {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.guests[len(h.guests)-1]
}

func (h *house) welcome(r *http.Request) *guest {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := &guest{
		house: h, number: len(h.guests), query: r.URL.Query(), header: r.Header,
		more: make(chan struct{}, 1), gone: make(chan struct{}),
	}
	h.guests = append(h.guests, g)
	upgrades := `["websocket"]`
	if g.query.Get("transport") == "websocket" {
		upgrades = "[]"
	}
	g.say(fmt.Sprintf(`0{"sid":"%d","upgrades":%s,"pingInterval":%d,"pingTimeout":20000,"maxPayload":1000000}`,
		g.number, upgrades, h.interval.Milliseconds()))
	go g.ping()
	return g
}

func (h *house) find(r *http.Request) *guest {
	h.mu.Lock()
	defer h.mu.Unlock()
	n, err := strconv.Atoi(r.URL.Query().Get("sid"))
	if err != nil || n >= len(h.guests) {
		return nil
	}
	return h.guests[n]
}

func (h *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	known := r.URL.Query().Has("sid")
	g := h.find(r)
	switch {
	case known && g == nil || r.URL.Query().Get("EIO") != "4":
		w.WriteHeader(http.StatusBadRequest)
		return
	case !known:
		g = h.welcome(r)
	}
	switch {
	case r.URL.Query().Get("transport") == "websocket":
		g.overWebSocket(w, r, known)
	case r.Method == http.MethodPost:
		body, _ := io.ReadAll(r.Body)
		for _, p := range strings.Split(string(body), "\x1e") {
			g.packet(p)
		}
		_, _ = io.WriteString(w, "ok")
	default:
		_, _ = io.WriteString(w, g.poll(r.Context()))
	}
}

// poll waits for something to say.
func (g *guest) poll(ctx context.Context) string {
	for {
		g.mu.Lock()
		out := g.out
		g.out = nil
		g.mu.Unlock()
		if len(out) > 0 {
			return strings.Join(out, "\x1e")
		}
		select {
		case <-g.more:
		case <-g.gone:
			return "1"
		case <-ctx.Done():
			return "6"
		}
	}
}

func (g *guest) overWebSocket(w http.ResponseWriter, r *http.Request, upgrade bool) {
	up := websocket.Upgrader{}
	c, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	if upgrade && !g.upgrades(c) {
		return
	}
	g.mu.Lock()
	g.ws = true
	g.mu.Unlock()
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer c.Close()
		for {
			for _, p := range strings.Split(g.poll(context.Background()), "\x1e") {
				if p == "1" {
					_ = c.WriteControl(websocket.CloseMessage, nil, time.Now().Add(time.Second))
					return
				}
				if c.WriteMessage(websocket.TextMessage, []byte(p)) != nil {
					return
				}
			}
		}
	}()
	for {
		_, data, err := c.ReadMessage()
		if err != nil {
			break
		}
		g.packet(string(data))
	}
	g.hangUp()
	<-written
}

// upgrades goes through the probe. As long as it lasts, polls that hang are ended.
func (g *guest) upgrades(c *websocket.Conn) bool {
	over := make(chan struct{})
	defer close(over)
	for {
		_, data, err := c.ReadMessage()
		switch {
		case err != nil:
			return false
		case string(data) == "2probe":
			_ = c.WriteMessage(websocket.TextMessage, []byte("3probe"))
			go g.endPolls(over)
		case string(data) == "5":
			return true
		}
	}
}

func (g *guest) endPolls(over <-chan struct{}) {
	for {
		g.say("6")
		select {
		case <-time.After(100 * time.Millisecond):
		case <-over:
			return
		}
	}
}

// say sends a packet, with the digit of the engine.
func (g *guest) say(p string) {
	g.mu.Lock()
	g.out = append(g.out, p)
	g.mu.Unlock()
	select {
	case g.more <- struct{}{}:
	default:
	}
}

func (g *guest) emit(name string, args ...any) {
	text, _ := json.Marshal(append([]any{name}, args...))
	g.say("42" + string(text))
}

func (g *guest) hangUp() { g.goneOnce.Do(func() { close(g.gone) }) }

func (g *guest) ping() {
	for {
		select {
		case <-time.After(g.house.interval):
			g.say("2")
		case <-g.gone:
			return
		}
	}
}

// packet is something that the guest sent.
func (g *guest) packet(p string) {
	switch {
	case p == "1":
		g.hangUp()
	case p == "41":
		g.hangUp()
	case strings.HasPrefix(p, "40"):
		_ = json.Unmarshal([]byte(p[2:]), &g.auth)
		switch refusal := ask(g.house.admit, g); refusal {
		case "":
		case silence:
			return
		default:
			g.say("44" + refusal)
			return
		}
		g.say(fmt.Sprintf(`40{"sid":"s%d"}`, g.number))
	case strings.HasPrefix(p, "42"):
		bracket := strings.IndexByte(p, '[')
		e := said{ack: -1}
		if n, err := strconv.Atoi(p[2:bracket]); err == nil {
			e.ack = n
		}
		var args []any
		_ = json.Unmarshal([]byte(p[bracket:]), &args)
		e.name, _ = args[0].(string)
		e.args = args[1:]
		g.house.hear(g, e)
	case strings.HasPrefix(p, "43"):
		g.house.hear(g, said{name: "ack " + p[2:], ack: -1})
	}
}

func ask(admit func(*guest) string, g *guest) string {
	if admit == nil {
		return ""
	}
	return admit(g)
}

// answer acknowledges.
func (g *guest) answer(e said, args ...any) {
	text, _ := json.Marshal(append([]any{}, args...))
	g.say("43" + strconv.Itoa(e.ack) + string(text))
}
