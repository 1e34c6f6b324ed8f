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
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// fakeServer is a small Socket.IO server (protocol 5 on Engine.IO 4, polling and
// WebSocket with upgrade) on a network in memory, so that it fits into a bubble of
// testing/synctest and does what a test wants, when it wants it. Unlike a real
// server it has no races of its own.
//
// To extend it: onConnect answers CONNECT, onEvent is told of everything after it; a session
// sends packets and hangs up.
type fakeServer struct {
	onConnect func(s *fakeSession) (refusal string) // the JSON of CONNECT_ERROR; "": welcome; or silence
	onEvent   func(s *fakeSession, e clientEvent)
	interval  time.Duration // of pings

	http   *http.Server
	conns  chan net.Conn
	closed chan struct{}

	mu       sync.Mutex
	sessions []*fakeSession
	shut     bool // new connections are refused
}

// silence is no answer at all.
const silence = "silence"

// clientEvent is an event that the client sent.
type clientEvent struct {
	name string
	args []any
	ack  int // -1: none wanted
}

// fakeSession is one Engine.IO session of a fakeServer.
type fakeSession struct {
	server *fakeServer
	number int
	query  url.Values
	header http.Header
	auth   map[string]any

	polls atomic.Int32 // that wait for something to say

	mu       sync.Mutex
	out      []string
	more     chan struct{}
	ws       bool // the WebSocket has taken over
	gone     chan struct{}
	goneOnce sync.Once
}

func newFakeServer(t testing.TB) *fakeServer {
	f := &fakeServer{
		interval: 25 * time.Second,
		conns:    make(chan net.Conn),
		closed:   make(chan struct{}),
	}
	f.http = &http.Server{Handler: f}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = f.http.Serve(f)
	}()
	t.Cleanup(func() {
		f.hangUpAll()
		_ = f.http.Close()
		<-served
	})
	return f
}

// A fakeServer is its own listener.
func (f *fakeServer) Accept() (net.Conn, error) {
	select {
	case c := <-f.conns:
		return c, nil
	case <-f.closed:
		return nil, net.ErrClosed
	}
}

func (f *fakeServer) Close() error {
	select {
	case <-f.closed:
	default:
		close(f.closed)
	}
	return nil
}

func (f *fakeServer) Addr() net.Addr { return &net.TCPAddr{} }

// network is the option that connects a Conn to this server.
func (f *fakeServer) network() zishang.Option {
	return zishang.WithDialContext(func(ctx context.Context, _, _ string) (net.Conn, error) {
		f.mu.Lock()
		shut := f.shut
		f.mu.Unlock()
		if shut {
			return nil, fmt.Errorf("connection refused")
		}
		here, there := net.Pipe()
		select {
		case f.conns <- there:
			return here, nil
		case <-f.closed:
			return nil, net.ErrClosed
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
}

func (f *fakeServer) refuseConnections(shut bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shut = shut
}

func (f *fakeServer) hangUpAll() {
	f.mu.Lock()
	sessions := f.sessions
	f.mu.Unlock()
	for _, s := range sessions {
		s.hangUp()
	}
}

// address serves the fakeServer on a real network, too, for clients that know no other.
func (f *fakeServer) address(t testing.TB) (url string) {
	web := httptest.NewServer(f)
	t.Cleanup(func() {
		f.hangUpAll()
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL
}

// open is how many sessions there are now.
func (f *fakeServer) open() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.sessions {
		select {
		case <-s.gone:
		default:
			n++
		}
	}
	return n
}

// sessionCount is how many sessions there have been, with those that are over.
func (f *fakeServer) sessionCount() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.sessions)
}

func (f *fakeServer) lastSession() *fakeSession {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.sessions[len(f.sessions)-1]
}

func (f *fakeServer) openSession(r *http.Request) *fakeSession {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &fakeSession{
		server: f, number: len(f.sessions), query: r.URL.Query(), header: r.Header,
		more: make(chan struct{}, 1), gone: make(chan struct{}),
	}
	f.sessions = append(f.sessions, s)
	upgrades := `["websocket"]`
	if s.query.Get("transport") == "websocket" {
		upgrades = "[]"
	}
	s.send(fmt.Sprintf(`0{"sid":"%d","upgrades":%s,"pingInterval":%d,"pingTimeout":20000,"maxPayload":1000000}`,
		s.number, upgrades, f.interval.Milliseconds()))
	go s.ping()
	return s
}

func (f *fakeServer) sessionOf(r *http.Request) *fakeSession {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := strconv.Atoi(r.URL.Query().Get("sid"))
	if err != nil || n >= len(f.sessions) {
		return nil
	}
	return f.sessions[n]
}

func (f *fakeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	known := r.URL.Query().Has("sid")
	s := f.sessionOf(r)
	switch {
	case known && s == nil || r.URL.Query().Get("EIO") != "4":
		w.WriteHeader(http.StatusBadRequest)
		return
	case !known:
		s = f.openSession(r)
	}
	switch {
	case r.URL.Query().Get("transport") == "websocket":
		s.overWebSocket(w, r, known)
	case r.Method == http.MethodPost:
		body, _ := io.ReadAll(r.Body)
		for _, p := range strings.Split(string(body), "\x1e") {
			s.packet(p)
		}
		_, _ = io.WriteString(w, "ok")
	default:
		_, _ = io.WriteString(w, s.poll(r.Context()))
	}
}

// poll waits for something to say.
func (s *fakeSession) poll(ctx context.Context) string {
	s.polls.Add(1)
	defer s.polls.Add(-1)
	for {
		s.mu.Lock()
		out := s.out
		s.out = nil
		s.mu.Unlock()
		if len(out) > 0 {
			return strings.Join(out, "\x1e")
		}
		select {
		case <-s.more:
		case <-s.gone:
			return "1"
		case <-ctx.Done():
			return "6"
		}
	}
}

func (s *fakeSession) overWebSocket(w http.ResponseWriter, r *http.Request, upgrade bool) {
	up := websocket.Upgrader{}
	c, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer c.Close()
	if upgrade && !s.upgrades(c) {
		return
	}
	s.mu.Lock()
	s.ws = true
	s.mu.Unlock()
	written := make(chan struct{})
	go func() {
		defer close(written)
		defer c.Close()
		for {
			for _, p := range strings.Split(s.poll(context.Background()), "\x1e") {
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
		s.packet(string(data))
	}
	s.hangUp()
	<-written
}

// upgrades goes through the probe. As long as it lasts, polls that hang are ended.
func (s *fakeSession) upgrades(c *websocket.Conn) bool {
	over := make(chan struct{})
	defer close(over)
	for {
		_, data, err := c.ReadMessage()
		switch {
		case err != nil:
			return false
		case string(data) == "2probe":
			_ = c.WriteMessage(websocket.TextMessage, []byte("3probe"))
			go s.endPolls(over)
		case string(data) == "5":
			return true
		}
	}
}

func (s *fakeSession) endPolls(over <-chan struct{}) {
	for {
		s.send("6")
		select {
		case <-time.After(100 * time.Millisecond):
		case <-over:
			return
		}
	}
}

// say sends a packet, with the digit of the engine.
func (s *fakeSession) send(p string) {
	s.mu.Lock()
	s.out = append(s.out, p)
	s.mu.Unlock()
	select {
	case s.more <- struct{}{}:
	default:
	}
}

func (s *fakeSession) emit(name string, args ...any) {
	text, _ := json.Marshal(append([]any{name}, args...))
	s.send("42" + string(text))
}

func (s *fakeSession) hangUp() { s.goneOnce.Do(func() { close(s.gone) }) }

func (s *fakeSession) ping() {
	for {
		select {
		case <-time.After(s.server.interval):
			s.send("2")
		case <-s.gone:
			return
		}
	}
}

// packet handles a packet of the client.
func (s *fakeSession) packet(p string) {
	switch {
	case p == "1":
		s.hangUp()
	case p == "41":
		s.hangUp()
	case strings.HasPrefix(p, "40"):
		_ = json.Unmarshal([]byte(p[2:]), &s.auth)
		switch refusal := ask(s.server.onConnect, s); refusal {
		case "":
		case silence:
			return
		default:
			s.send("44" + refusal)
			return
		}
		s.send(fmt.Sprintf(`40{"sid":"s%d"}`, s.number))
	case strings.HasPrefix(p, "42"):
		bracket := strings.IndexByte(p, '[')
		e := clientEvent{ack: -1}
		if n, err := strconv.Atoi(p[2:bracket]); err == nil {
			e.ack = n
		}
		var args []any
		_ = json.Unmarshal([]byte(p[bracket:]), &args)
		e.name, _ = args[0].(string)
		e.args = args[1:]
		s.server.onEvent(s, e)
	case strings.HasPrefix(p, "43"):
		s.server.onEvent(s, clientEvent{name: "ack " + p[2:], ack: -1})
	}
}

func ask(onConnect func(*fakeSession) string, s *fakeSession) string {
	if onConnect == nil {
		return ""
	}
	return onConnect(s)
}

// answer acknowledges.
func (s *fakeSession) answer(e clientEvent, args ...any) {
	text, _ := json.Marshal(append([]any{}, args...))
	s.send("43" + strconv.Itoa(e.ack) + string(text))
}
