//go:build !js

package zishang_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
	"github.com/zishang520/socket.io/servers/engine/v3"
	"github.com/zishang520/socket.io/servers/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// gated serves io with workarounds for three races of zishang520's server (v3.0.1), which a client
// that is quicker than the server's goroutines runs into:
//
//   - it says OPEN before it listens, so that what comes at once is lost;
//   - it says CONNECT before it knows the socket, and hangs up on an event that
//     comes in between;
//   - it answers a poll before it has forgotten it, and forgets the next one, when
//     that comes at once, in its place: nobody ever answers it.
//
// So nothing is read from a connection before the server is ready for it, and an
// answer leaves when the server has done with the request.
func gated(io *socket.Server) http.Handler {
	g := &gatedServer{next: io.ServeHandler(nil), known: map[string]chan struct{}{}}
	_ = io.Engine().On("connection", func(args ...any) { g.opened(args[0].(engine.Socket)) })
	_ = io.Engine().On("headers", func(args ...any) {
		ctx := args[1].(*types.HttpContext)
		if poll, ok := ctx.Request().Context().Value(pollKey{}).(*poll); ok {
			poll.answered.Store(true)
			_ = ctx.Once("close", func(...any) { close(poll.over) })
		}
	})
	_ = io.Of("/", nil).On("connection", func(args ...any) { g.joined(args[0].(*socket.Socket)) })
	return g
}

// gateTimeout is how long a request waits at most.
const gateTimeout = 2 * time.Second

type (
	gateKey struct{}
	pollKey struct{}
)

type poll struct {
	answered atomic.Bool
	over     chan struct{}
}

type gatedServer struct {
	next http.Handler

	mu           sync.Mutex
	known        map[string]chan struct{} // by the engine's id: closed when the server has the session
	connectGates sync.Map                 // engine's id → *connectGate
}

func (g *gatedServer) gate(sid string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.known[sid] == nil {
		g.known[sid] = make(chan struct{})
	}
	return g.known[sid]
}

func (g *gatedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && r.URL.Query().Get("transport") == "polling" {
		poll := &poll{over: make(chan struct{})}
		r = r.WithContext(context.WithValue(r.Context(), pollKey{}, poll))
		defer func() {
			if poll.answered.Load() {
				wait(poll.over)
			}
		}()
	}
	if sid := r.URL.Query().Get("sid"); sid != "" {
		wait(g.gate(sid))
		g.next.ServeHTTP(w, r)
		return
	}
	gate := make(chan struct{})
	g.next.ServeHTTP(&gatedWriter{w, gate}, r.WithContext(context.WithValue(r.Context(), gateKey{}, gate)))
}

func wait(gate <-chan struct{}) {
	select {
	case <-gate:
	case <-time.After(gateTimeout):
	}
}

func (g *gatedServer) opened(s engine.Socket) {
	c := &connectGate{}
	g.connectGates.Store(s.Id(), c)
	listeners := s.Listeners("data")
	s.RemoveAllListeners("data")
	_ = s.On("data", c.data)
	_ = s.On("data", listeners...)
	_ = s.On("packetCreate", c.answer)
	_ = s.Once("close", func(...any) { g.connectGates.Delete(s.Id()) })
	close(g.gate(s.Id()))
	if gate, ok := s.Request().Request().Context().Value(gateKey{}).(chan struct{}); ok {
		close(gate)
	}
}

func (g *gatedServer) joined(s *socket.Socket) {
	if c, ok := g.connectGates.Load(s.Conn().Id()); ok {
		c.(*connectGate).done()
	}
}

// connectGate lets nothing through between a CONNECT and its end.
type connectGate struct {
	mu   sync.Mutex
	busy chan struct{}
}

func (c *connectGate) data(args ...any) {
	c.mu.Lock()
	busy := c.busy
	c.mu.Unlock()
	if busy != nil {
		wait(busy)
	}
	if text, ok := args[0].(*types.StringBuffer); ok && strings.HasPrefix(text.String(), "0") {
		c.mu.Lock()
		c.busy = make(chan struct{})
		c.mu.Unlock()
	}
}

// answer sees a refusal, after which there is nobody to wait for.
func (c *connectGate) answer(args ...any) {
	if p, ok := args[0].(*packet.Packet); ok {
		if text, ok := p.Data.(*types.StringBuffer); ok && strings.HasPrefix(text.String(), "4{") {
			c.done()
		}
	}
}

func (c *connectGate) done() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy != nil {
		close(c.busy)
		c.busy = nil
	}
}

// gatedWriter gives a WebSocket whose reads wait for the gate.
type gatedWriter struct {
	http.ResponseWriter
	gate <-chan struct{}
}

func (w *gatedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := w.ResponseWriter.(http.Hijacker).Hijack()
	return &gatedConn{Conn: conn, gate: w.gate}, rw, err
}

func (w *gatedWriter) Flush() { w.ResponseWriter.(http.Flusher).Flush() }

type gatedConn struct {
	net.Conn
	gate <-chan struct{}
	once sync.Once
}

func (c *gatedConn) Read(b []byte) (int, error) {
	c.once.Do(func() { wait(c.gate) })
	return c.Conn.Read(b)
}
