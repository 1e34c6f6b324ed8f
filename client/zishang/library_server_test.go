//go:build !js

package zishang_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"math"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/clients/engine/v3/transports"
	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
	"github.com/zishang520/socket.io/v3/pkg/types"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// More defects of the library, those that show with a server. See library_test.go.

func TestLibraryRefusalWithoutData(t *testing.T) {
	address := serveNode(t, "socket.io-4", "none")
	refuse := func(o *socket.Options) { o.SetQuery(url.Values{"refuse": {"full house"}}) }
	failed := make(chan error, 100)
	s := listeningLibrarySocket(t, address, transports.WebSocket, refuse)
	_ = s.On("connect_error", func(args ...any) { failed <- args[0].(error) })
	s.Connect()
	if err := <-failed; err.Error() != "missing 'data' field" {
		t.Errorf("the library passes on a refusal without data now: %v", err)
	}

	c := connect(t, address+"?refuse=full+house", anyToken)
	if _, err := c.Wait(waits(t)); err == nil || err.Error() != "full house" {
		t.Errorf("error is %v", err)
	}
}

func TestLibraryHalfAPacket(t *testing.T) {
	t.Parallel()
	address := serveNode(t, "socket.io-4", "none")
	s := listeningLibrarySocket(t, address, transports.WebSocket)
	connected := make(chan struct{}, 100)
	_ = s.On("connect", func(...any) { connected <- struct{}{} })
	s.Connect()
	<-connected
	_ = s.Emit("half a packet")
	select {
	case <-connected:
		t.Error("the library's decoder begins noRecovery now")
	case <-time.After(time.Second):
	}

	d := newDiary()
	o := socket.DefaultOptions()
	o.SetReconnectionDelay(20)
	for _, transport := range transportOrders {
		c := connect(t, address, anyToken, zishang.WithOptions(o), zishang.WithTransports(transport.order...), d.listen("connect"))
		authenticated(t, c)
		_ = c.Emit("half a packet")
		d.until(t, func(lines string) bool { return strings.Count(lines, "connect") == 2 })
		if answer, err := c.EmitWithAck(waits(t), "echo", "x"); err != nil || len(answer) != 1 {
			t.Errorf("answer is %v, %v", answer, err)
		}
		_ = c.Close()
		d = newDiary()
	}
}

func TestLibraryAuthMapIsWrittenTo(t *testing.T) {
	address := serveNode(t, "socket.io-4", "none")
	mine := map[string]any{"who": "me"}
	auth := func(o *socket.Options) { o.SetAuth(mine) }
	s := listeningLibrarySocket(t, address, transports.WebSocket, auth)
	connected := make(chan struct{}, 100)
	_ = s.On("connect", func(...any) { connected <- struct{}{} })
	s.Connect()
	<-connected
	_ = s.Emit("echo", "an event with an offset")
	_ = s.Emit("drop")
	<-connected
	s.Disconnect()
	if mine["pid"] == nil {
		t.Errorf("the library leaves the map alone now: %v", mine)
	}

	mine = map[string]any{"who": "me"}
	o := socket.DefaultOptions()
	o.SetAuth(mine)
	o.SetReconnectionDelay(20)
	recovered := make(chan bool, 10)
	c := connect(t, address, client.Options{
		Via: client.ViaAuth, Token: anyToken.Token,
		OnAuthenticated: func(s client.Session) { recovered <- s.Recovered },
	}, zishang.WithOptions(o))
	if <-recovered {
		t.Error("recovered the first connection")
	}
	if _, err := c.EmitWithAck(waits(t), "echo"); err != nil {
		t.Fatal(err)
	}
	_ = c.Emit("echo", "an event with an offset")
	_ = c.Emit("drop")
	if !<-recovered {
		t.Error("did not recover what the network broke")
	}
	// A renewal must not: recovery goes round the check of the token.
	if _, err := c.Reauthenticate(waits(t)); err != nil {
		t.Fatal(err)
	}
	if <-recovered {
		t.Error("recovered by renewal")
	}
	if len(mine) != 1 {
		t.Errorf("the map is %v", mine)
	}
}

// A server that recovers a session skips its middlewares, and sends what was missed.
func TestRecoveryIsForTheSameUser(t *testing.T) {
	address := serveNode(t, "socket.io-4", "none")
	const nobody = ""
	unsigned := func(claims string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".sig"
	}
	ann, annsNext, bob := unsigned(`{"sub":"ann"}`), unsigned(`{"sub":"ann","jti":"2"}`), unsigned(`{"sub":"bob"}`)
	for name, row := range map[string]struct {
		next       string
		disconnect bool
		recovers   bool
	}{
		"the same user's next token":           {annsNext, false, true},
		"another user's token":                 {bob, false, false},
		"none any more":                        {nobody, false, false},
		"Disconnect and Connect":               {annsNext, true, false},
		"Disconnect and Connect, another user": {bob, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			var token atomic.Value
			token.Store(ann)
			o := socket.DefaultOptions()
			o.SetReconnectionDelay(20)
			d := newDiary()
			lost := zishang.WithSetup(func(c *zishang.Conn) {
				var once sync.Once
				c.On("connect", func(...any) { d.write("connect") })
				c.On("disconnect", func(...any) {
					if row.disconnect {
						once.Do(func() { c.Disconnect(); c.Connect() })
					}
				})
			})
			c := connect(t, address, client.Options{
				Via: client.ViaAuth, Guest: true,
				Token: func(context.Context, client.Cause) (string, error) { return token.Load().(string), nil },
			}, zishang.WithOptions(o), lost)
			authenticated(t, c)
			token.Store(row.next)
			_ = c.Emit("echo", "an event with an offset")
			_ = c.Emit("drop")
			d.until(t, func(lines string) bool { return strings.Count(lines, "connect") == 2 })
			session, err := c.Wait(waits(t))
			if err != nil || session.Recovered != row.recovers {
				t.Errorf("recovered is %v, error %v", session.Recovered, err)
			}
		})
	}
}

func TestLibraryArgumentsThatJSONCannotHold(t *testing.T) {
	address := serveNode(t, "socket.io-4", "none")
	echoed := make(chan any, 100)
	s := connectLibrary(t, listeningLibrarySocket(t, address, transports.WebSocket))
	_ = s.On("echo", func(args ...any) { echoed <- args[0] })
	if err := s.Emit("echo", "lost", map[string]any{"what": make(chan int)}); err != nil {
		t.Errorf("the library refuses it now: %v", err)
	}
	_ = s.Emit("echo", "found")
	if first := <-echoed; first != "found" {
		t.Errorf("the library sends it, somehow, now: %v", first)
	}

	c := connect(t, address, anyToken)
	if err := c.Emit("echo", map[string]any{"what": make(chan int)}); err == nil {
		t.Error("Emit takes a channel")
	}
	if err := c.Emit("disconnect"); err == nil {
		t.Error("Emit takes a reserved name")
	}
	if answer, err := c.EmitWithAck(waits(t), "echo", struct{ A []float64 }{[]float64{1}}); err != nil || len(answer) != 1 {
		t.Errorf("answer is %v, %v", answer, err)
	}
}

// What JSON cannot hold is refused beside binary data, too, and binary data alone is not.
func TestArgumentsWithBinaryData(t *testing.T) {
	c := connect(t, fakeURL, anyToken, newFakeServer(t).network())
	binary := []any{[]byte{1}, bytes.NewReader([]byte{2})}
	for _, bad := range []any{make(chan int), math.NaN(), func() {}} {
		for _, arg := range []any{
			map[string]any{"bytes": binary, "what": bad},
			[]any{binary, []any{bad}},
		} {
			if err := c.Emit("echo", arg); err == nil {
				t.Errorf("Emit takes %T with %T", arg, bad)
			}
		}
	}
	for _, none := range []any{(*bytes.Buffer)(nil), []any{(*strings.Reader)(nil)}, map[string]any{"file": (*os.File)(nil)}} {
		if err := c.Emit("echo", none); err == nil {
			t.Errorf("Emit takes %#v, from which nobody can read", none)
		}
	}
	for _, good := range []any{binary, map[string]any{"bytes": binary, "n": 1, "none": nil}} {
		if err := c.Emit("echo", good); err != nil {
			t.Errorf("Emit refuses %T: %v", good, err)
		}
	}
}

// As the library takes it for an acknowledgement.
func TestEmitWithAFunction(t *testing.T) {
	c := connect(t, fakeURL, anyToken, newFakeServer(t).network())
	if err := c.Emit("echo", 1, func([]any, error) {}); err == nil || !strings.Contains(err.Error(), "EmitWithAck") {
		t.Errorf("Emit with a function: %v", err)
	}
}

// A reader is read by the goroutine that emits: one that waits stops nobody else, and what breaks is not sent in part.
func TestReaders(t *testing.T) {
	r := newAuthServer(t, true)
	reported := make(chan error, 1)
	c := connect(t, fakeURL, anyToken, r.network(), zishang.WithReport(func(err error) { reported <- err }),
		zishang.WithSetup(func(c *zishang.Conn) {
			c.On("question", func(args ...any) {
				args[0].(func([]any, error))([]any{iotest.ErrReader(io.ErrNoProgress)}, nil)
			})
		}))
	authenticated(t, c)
	waiting, there := io.Pipe()
	defer func() { _ = there.Close() }() // before c is closed
	emitted := make(chan error, 1)
	go func() { emitted <- c.Emit("file", map[string]any{"parts": []any{waiting}}) }()
	if _, err := c.EmitWithAck(waits(t), "echo", "while a reader waits"); err != nil {
		t.Fatal(err)
	}
	_, _ = there.Write([]byte("half of the file"))
	_ = there.CloseWithError(io.ErrUnexpectedEOF)
	if err := within(t, emitted); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Emit of a reader that breaks: %v", err)
	}
	if _, err := waiting.Read(nil); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the reader is not closed: %v", err)
	}
	if _, err := c.EmitWithAck(waits(t), "echo", iotest.ErrReader(io.ErrNoProgress)); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("EmitWithAck of a reader that breaks: %v", err)
	}
	r.lastSession().send(`427["question"]`)
	if err := within(t, reported); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("an answer of a reader that breaks: %v", err)
	}
	if heard, last := r.events(); heard != 0 {
		t.Errorf("the server heard %s", last)
	}
}

// Binary data of the server's is whole for each listener, and for each event that it is emitted with.
func TestReceivedBinaryDataIsEmittedTwice(t *testing.T) {
	r := newAuthServer(t, true)
	received := make(chan types.BufferInterface, 1)
	c := connect(t, fakeURL, anyToken, r.network(), zishang.WithTransports(zishang.WebSocket),
		zishang.WithSetup(func(c *zishang.Conn) {
			c.On("file", func(args ...any) { received <- args[0].(types.BufferInterface) })
		}))
	authenticated(t, c)
	r.lastSession().send(`451-["file",{"_placeholder":true,"num":0}]`)
	r.lastSession().send("b" + base64.StdEncoding.EncodeToString([]byte("data")))
	file := within(t, received)
	for range 2 {
		if err := c.Emit("say", file); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.EmitWithAck(waits(t), "echo"); err != nil {
		t.Fatal(err)
	}
	if got := file.String(); got != "data" {
		t.Errorf("%q is left", got)
	}
}

// Neither is there an end of data that contains itself: the library would look for binary data in it for ever.
func TestArgumentsThatContainThemselves(t *testing.T) {
	c := connect(t, fakeURL, anyToken, newFakeServer(t).network())
	list, object := make([]any, 2), map[string]any{"bytes": []byte{1}}
	list[1] = []any{list}
	object["object"] = object
	for _, bad := range []any{list, object, []any{object, object}} {
		if err := c.Emit("echo", bad); err == nil || !strings.Contains(err.Error(), "cycle") {
			t.Errorf("Emit of %T: %v", bad, err)
		}
	}
	same := []any{[]byte{1}, "one"}
	if err := c.Emit("echo", []any{same, same, map[string]any{"again": same}, []any{}, []any{[]any{}}}); err != nil {
		t.Errorf("Emit refuses what only occurs twice: %v", err)
	}
}

// An answer that cannot be sent is reported, and the next one is sent.
func TestAnswersThatJSONCannotHold(t *testing.T) {
	f := newFakeServer(t)
	answers := make(chan string, 10)
	f.onEvent = func(_ *fakeSession, e clientEvent) { answers <- e.name }
	loop := map[string]any{}
	loop["loop"] = loop
	bad := []any{math.NaN(), make(chan int), func() {}, loop}
	reports := make(chan error, len(bad))
	c := connect(t, fakeURL, anyToken, f.network(), zishang.WithSetup(func(c *zishang.Conn) {
		c.On("question", func(args ...any) {
			answer := args[0].(func([]any, error))
			for _, one := range bad {
				answer([]any{one}, nil)
			}
			answer([]any{"good"}, nil)
		})
	}), zishang.WithReport(func(err error) { reports <- err }))
	authenticated(t, c)
	f.lastSession().send(`427["question"]`)
	if got := <-answers; got != `ack 7["good"]` {
		t.Errorf("the server gets %s", got)
	}
	for range bad {
		if err := <-reports; !strings.Contains(err.Error(), `an answer to "question"`) {
			t.Errorf("reported: %v", err)
		}
	}
}

func TestLibraryConnectUnanswered(t *testing.T) {
	t.Parallel()
	h := newFakeServer(t)
	asked := make(chan struct{}, 100)
	var deaf atomic.Bool
	deaf.Store(true)
	h.onConnect = func(session *fakeSession) string {
		asked <- struct{}{}
		if deaf.Load() {
			return silence
		}
		return ""
	}
	brief := func(o *socket.Options) { o.SetTimeout(400 * time.Millisecond) }
	heard := make(chan any, 100)
	s := listeningLibrarySocket(t, h.address(t), transports.Polling, brief)
	s.Connect()
	<-asked
	_ = s.On("connect_error", func(args ...any) { heard <- args[0] })
	select {
	case err := <-heard:
		t.Errorf("the library gives up a CONNECT that is not answered now: %v", err)
	case <-time.After(800 * time.Millisecond):
	}
	s.Disconnect()

	d := newDiary()
	o := socket.DefaultOptions()
	o.SetReconnectionDelay(20)
	brief(o)
	c := connect(t, fakeURL, anyToken, h.network(), zishang.WithOptions(o), d.listenErrors())
	d.until(t, func(lines string) bool { return strings.HasPrefix(lines, "timeout") })
	deaf.Store(false)
	authenticated(t, c)
}

func TestLibraryManagerLeavesItsGoroutine(t *testing.T) {
	queues := func() (n int) {
		for _, stack := range goroutines(false) {
			if strings.Contains(stack, "queue.(*Queue).loop") {
				n++
			}
		}
		return n
	}
	h := newFakeServer(t)
	address := h.address(t)
	before := queues()
	for range 8 {
		connectLibrary(t, listeningLibrarySocket(t, address, transports.WebSocket)).Disconnect()
	}
	time.Sleep(100 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	time.Sleep(100 * time.Millisecond)
	if left := queues() - before; left < 8 {
		t.Errorf("the library leaves %d goroutines for 8 managers now: stopManager may go", left)
	}
	// A Conn leaves none: TestLeavesNothing.
}

func TestLibraryServersOfTheOldGeneration(t *testing.T) {
	for _, pkg := range []string{"socket.io-1", "socket.io-2"} {
		address := serveNode(t, pkg, "none")
		for _, transport := range transportOrders {
			c := connect(t, address, anyToken, zishang.WithTransports(transport.order...))
			if _, err := c.Wait(waits(t)); !errors.Is(err, zishang.ErrProtocol) {
				t.Errorf("%s %s: %v", pkg, transport.name, err)
			}
			_ = c.Close()
		}
	}
}

// What is sent while a transport pauses for the one that takes over.
func TestLibraryPausingTransportThrowsAway(t *testing.T) {
	written := &recorder{Transport: engine.MakeTransport()}
	written.Prototype(written)
	written.SetReadyState(engine.TransportStatePausing)
	written.Send([]*packet.Packet{{Type: packet.MESSAGE}})
	if written.n != 0 {
		t.Error("the library's transports keep what comes while they pause now")
	}
	// Ours: TestPausing, and TestAuthenticates by upgrade.
}

type recorder struct {
	engine.Transport
	n int
}

func (r *recorder) Write(packets []*packet.Packet) { r.n += len(packets) }

// The library's own goroutines, from its init on.
func TestLibraryLooksAtTheNetwork(t *testing.T) {
	buffer := make([]byte, 8<<20)
	if stacks := string(buffer[:runtime.Stack(buffer, true)]); !strings.Contains(stacks, "utils.SetInterval.func1") {
		t.Error("the library does not look at the network every three seconds any more")
	}
}

func TestLibraryPollingKeepsItsConnections(t *testing.T) {
	kept := func() (n int) {
		for _, stack := range goroutines(false) {
			if strings.Contains(stack, "net/http.(*persistConn)") {
				n++
			}
		}
		return n
	}
	before := kept()
	h := newFakeServer(t)
	connectLibrary(t, listeningLibrarySocket(t, h.address(t), transports.Polling)).Disconnect()
	time.Sleep(100 * time.Millisecond)
	if kept() == before {
		t.Error("the library closes its HTTP connections now")
	}
	// A Conn keeps none: TestLeavesNothing.
}

func TestLibraryTypesOfValues(t *testing.T) {
	address := serveNode(t, "socket.io-4", "none")
	for _, transport := range transportOrders {
		c := connect(t, address, anyToken, zishang.WithTransports(transport.order...))
		bytes := make(chan any, 1)
		c.On("bytes", func(args ...any) { bytes <- args[0] })
		_ = c.Emit("bytes", []byte{1, 2, 3, 4})
		got, _ := (<-bytes).(map[string]any)
		for name, want := range map[string]string{"blob": "\x01\x02\x03\x04", "half": "\x01\x02"} {
			if b, ok := got[name].(types.BufferInterface); !ok || string(b.Bytes()) != want {
				t.Errorf("%s: %s is %#v", transport.name, name, got[name])
			}
		}
		answer, err := c.EmitWithAck(waits(t), "echo", 7)
		if err != nil || answer[0] != 7.0 {
			t.Errorf("%s: 7 came back as %#v, %v", transport.name, answer, err)
		}
		_ = c.Close()
	}
}
