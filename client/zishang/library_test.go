//go:build !js

package zishang_test

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/clients/engine/v3/transports"
	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
	"github.com/zishang520/socket.io/v3/pkg/utils"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// The defects of zishang520's client v3.0.1 that this package works around, one test
// each: the library as it is, then a Conn. A test that fails in its first half says
// that a new version has no such defect any more, and that the workaround may go, with
// its line in doc.go.

var anyToken = client.Options{Via: client.ViaQuery, Token: client.StaticToken("x.y.z")}

type nameOnly struct {
	name  string
	first *string
}

func (n *nameOnly) Name() string { return n.name }

func (n *nameOnly) New(s engine.Socket, o engine.SocketOptionsInterface) engine.Transport {
	if *n.first == "" {
		*n.first = n.name
	}
	t := engine.MakeTransport()
	t.Construct(s, o)
	return t
}

func TestLibraryTransportsInRandomOrder(t *testing.T) {
	seen := map[string]int{}
	for range 64 {
		first := ""
		o := engine.DefaultSocketOptions()
		o.SetTransports(types.NewSet[engine.TransportCtor](&nameOnly{"polling", &first}, &nameOnly{"websocket", &first}))
		engine.NewSocket("http://127.0.0.1:1", o).Close()
		seen[first]++
	}
	if len(seen) != 2 {
		t.Errorf("the library takes its transports in order now: %v", seen)
	}

	for _, order := range [][]string{{zishang.Polling, zishang.WebSocket}, {zishang.WebSocket, zishang.Polling}} {
		h := newFakeServer(t)
		for range 16 {
			c := connect(t, fakeURL, anyToken, h.network(), zishang.WithTransports(order...))
			authenticated(t, c)
			if got := h.lastSession().query.Get("transport"); got != order[0] {
				t.Fatalf("began with %s instead of %s", got, order[0])
			}
			_ = c.Close()
		}
	}
}

func TestLibraryOpensBeforeItListens(t *testing.T) {
	const nobody = "http://127.0.0.1:1"
	failed := make(chan any, 10)
	s := librarySocket(t, nobody, transports.WebSocket, func(o *socket.Options) { o.SetTimeout(300 * time.Millisecond) })
	_ = s.On("connect_error", func(args ...any) { failed <- args[0] })
	s.Connect()
	if err := fmt.Sprint(<-failed); err != "timeout" {
		t.Errorf("the library hears of a refused connection now: %v", err)
	}

	d := newDiary()
	connect(t, nobody, anyToken, zishang.WithTransports(zishang.WebSocket), d.listenErrors())
	d.until(t, func(lines string) bool { return strings.HasPrefix(lines, "websocket error") })
}

func TestLibraryWaitsForTheDial(t *testing.T) {
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = deaf.Close() })
	var conns []net.Conn
	go func() {
		for {
			c, err := deaf.Accept()
			if err != nil {
				return
			}
			conns = append(conns, c) // and never an answer
		}
	}()
	address := "http://" + deaf.Addr().String()

	opened := make(chan struct{})
	s := librarySocket(t, address, transports.WebSocket)
	go func() {
		s.Connect()
		close(opened)
	}()
	select {
	case <-opened:
		t.Error("the library does not wait for the dial any more")
	case <-time.After(200 * time.Millisecond):
	}

	closed := make(chan struct{})
	go func() {
		defer close(closed)
		c := connect(t, address, anyToken, zishang.WithTransports(zishang.WebSocket))
		time.Sleep(50 * time.Millisecond)
		_ = c.Close()
	}()
	select {
	case <-closed:
	case <-time.After(patience):
		t.Error("connecting or closing waits for the dial")
	}
	_ = deaf.Close()
	for _, c := range conns {
		_ = c.Close()
	}
	<-opened
}

// hearing is a fakeServer that passes its events on.
func hearing(t testing.TB) (h *fakeServer, heard chan clientEvent) {
	h = newFakeServer(t)
	heard = make(chan clientEvent, 1000)
	h.onEvent = func(_ *fakeSession, e clientEvent) { heard <- e }
	return h, heard
}

func TestLibraryPollingSendsBetweenPolls(t *testing.T) {
	t.Parallel()
	h, heard := hearing(t)
	polls := func() bool { return h.lastSession().polls.Load() > 0 }
	s := connectLibrary(t, listeningLibrarySocket(t, h.address(t), transports.Polling))
	until(t, "a poll", polls)
	_ = s.Emit("hello")
	select {
	case <-heard:
		t.Error("the library polls and sends at the same time now")
	case <-time.After(300 * time.Millisecond):
		h.lastSession().send("6")
		<-heard
	}

	c := connect(t, fakeURL, anyToken, h.network(), zishang.WithTransports(zishang.Polling))
	authenticated(t, c)
	until(t, "a poll", polls)
	_ = c.Emit("hello")
	select {
	case <-heard: // the poll goes on
	case <-time.After(patience):
		t.Error("an event waits for the end of a poll")
	}
}

func TestLibraryDisconnectDropsWhatWasEmitted(t *testing.T) {
	t.Parallel()
	const n = 200
	// count is how many of them come, where the next one is not later than that.
	count := func(heard chan clientEvent, late time.Duration) int {
		for i := range n {
			select {
			case <-heard:
			case <-time.After(late):
				return i
			}
		}
		return n
	}
	h, heard := hearing(t)
	s := connectLibrary(t, listeningLibrarySocket(t, h.address(t), transports.Polling))
	for i := range n {
		_ = s.Emit("hello", i)
	}
	s.Disconnect()
	if count(heard, 300*time.Millisecond) == n {
		t.Error("the library sends what it was given, now")
	}

	for _, transport := range transportOrders {
		c := connect(t, fakeURL, anyToken, h.network(), zishang.WithTransports(transport.order...))
		authenticated(t, c)
		for i := range n {
			_ = c.Emit("hello", i)
		}
		_ = c.Close()
		if got := count(heard, patience); got != n {
			t.Errorf("%s: %d of %d events arrived", transport.name, got, n)
		}
	}
}

func TestLibraryErrorsHoldTheURL(t *testing.T) {
	const nobody, secret = "http://127.0.0.1:1", "s3cr3t.s3cr3t.s3cr3t"
	theirs, failed := make(chan error, 100), make(chan error, 100)
	s := librarySocket(t, nobody, transports.Polling, func(o *socket.Options) { o.SetQuery(url.Values{"token": {secret}}) })
	_ = s.On("connect_error", func(args ...any) { theirs <- args[0].(error) })
	s.Connect()
	// On a busy machine its attempts may run out of time, and say nothing else.
	for err := range theirs {
		if err.Error() == "timeout" {
			continue
		}
		if !strings.Contains(everything(err), secret) {
			t.Errorf("the library keeps the URL to itself now: %s", everything(err))
		}
		break
	}

	for _, transport := range transportOrders {
		o := client.Options{Via: client.ViaQuery, Token: client.StaticToken(secret)}
		c := connect(t, nobody, o, zishang.WithTransports(transport.order...), zishang.WithSetup(func(c *zishang.Conn) {
			c.On("connect_error", func(args ...any) { failed <- args[0].(error) })
		}))
		if err := <-failed; strings.Contains(everything(err), secret) {
			t.Errorf("%s: the token is in %s", transport.name, everything(err))
		}
		_ = c.Close()
	}
}

// everything is all that an error, and what it is made of, can say.
func everything(err error) string {
	text := fmt.Sprintf("%v %+v %#v", err, err, err)
	if e := new(engine.Error); errors.As(err, &e) && e.Description != nil {
		text += " / " + everything(e.Description)
	}
	if inner := errors.Unwrap(err); inner != nil {
		text += " / " + everything(inner)
	}
	return text
}

func TestLibraryCachedManagerConnectsForNobody(t *testing.T) {
	h := newFakeServer(t)
	address := h.address(t)
	var sockets []*socket.Socket
	for _, path := range []string{"/one", "/two"} {
		o := socket.DefaultOptions()
		o.SetTransports(types.NewSet(transports.WebSocket))
		o.SetMultiplex(true)
		s, err := socket.Connect(address+path, o)
		if err != nil {
			t.Fatal(err)
		}
		sockets = append(sockets, s)
	}
	until(t, "two connections", func() bool { return h.sessionCount() == 2 })
	time.Sleep(200 * time.Millisecond)
	for _, s := range sockets {
		s.Disconnect()
	}
	until(t, "the end of one connection", func() bool { return h.open() < 2 })
	time.Sleep(200 * time.Millisecond)
	if open := h.open(); h.sessionCount() != 2 || open != 1 {
		t.Errorf("the library made %d connections for two namespaces and left %d open", h.sessionCount(), open)
	}
	h.hangUpAll()

	before := h.sessionCount()
	for range 2 {
		c := connect(t, fakeURL, anyToken, h.network())
		authenticated(t, c)
		_ = c.Close()
	}
	if sessionCount := h.sessionCount() - before; sessionCount != 2 || h.open() != 0 {
		t.Errorf("%d connections, %d left", sessionCount, h.open())
	}
}

func TestLibraryListenersAreTheirCode(t *testing.T) {
	called := newDiary()
	var listeners []func(...any)
	for _, name := range []string{"1", "2", "3"} {
		listeners = append(listeners, func(...any) { called.write(name) })
	}
	emitter := types.NewEventEmitter()
	_ = emitter.On("event", listeners[0], listeners[1])
	emitter.RemoveListener("event", listeners[1])
	emitter.Emit("event")
	if got := called.read(); got != "2" {
		t.Errorf("the library knows listeners apart now: %q is left", got)
	}

	called = newDiary()
	h := newFakeServer(t)
	h.onEvent = func(session *fakeSession, e clientEvent) { session.emit("event") }
	c := connect(t, fakeURL, anyToken, h.network())
	c.On("event", listeners[0])
	c.On("event", listeners[1])()
	off := c.OnAny(listeners[2])
	_ = c.Emit("go")
	called.reads(t, "3 → 1")
	off()
	_ = c.Emit("go")
	called.reads(t, "3 → 1 → 1")
}

func TestLibraryStoppedTimerLeavesItsGoroutine(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	mine := func() (n int) {
		for _, stack := range goroutines(true) {
			if strings.Contains(stack, "utils.SetTimeout.func1") {
				n++
			}
		}
		return n
	}
	before := mine()
	timers := make([]*utils.Timer, 16)
	for i := range timers {
		timers[i] = utils.SetTimeout(func() {}, time.Hour)
		utils.ClearTimeout(timers[i])
	}
	for range 100 {
		runtime.Gosched()
	}
	if mine() == before {
		t.Error("the library stops timers at once now: letTimersStart may go")
	}
}
