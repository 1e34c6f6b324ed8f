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

// patient serves io with two of zishang520's server's edges blunted (v3.0.1), on
// which a client that is quicker than the server's goroutines hurts itself:
//
//   - it says OPEN before it listens, so that what comes at once is lost;
//   - it says CONNECT before it knows the socket, and hangs up on an event that
//     comes in between;
//   - it answers a poll before it has forgotten it, and forgets the next one, when
//     that comes at once, in its place: nobody ever answers it.
//
// So nothing is read from a connection before the server is ready for it, and an
// answer leaves when the server has done with the request.
func patient(io *socket.Server) http.Handler {
	p := &waitingRoom{next: io.ServeHandler(nil), known: map[string]chan struct{}{}}
	_ = io.Engine().On("connection", func(args ...any) { p.arrived(args[0].(engine.Socket)) })
	_ = io.Engine().On("headers", func(args ...any) {
		ctx := args[1].(*types.HttpContext)
		if poll, ok := ctx.Request().Context().Value(pollKey{}).(*poll); ok {
			poll.answered.Store(true)
			_ = ctx.Once("close", func(...any) { close(poll.over) })
		}
	})
	_ = io.Of("/", nil).On("connection", func(args ...any) { p.joined(args[0].(*socket.Socket)) })
	return p
}

// Nobody is kept waiting for longer than this.
const waitingRoomCloses = 2 * time.Second

type (
	gateKey struct{}
	pollKey struct{}
)

type poll struct {
	answered atomic.Bool
	over     chan struct{}
}

type waitingRoom struct {
	next http.Handler

	mu    sync.Mutex
	known map[string]chan struct{} // by the engine's id: closed when it has arrived
	desks sync.Map                 // engine's id → *desk
}

func (p *waitingRoom) of(sid string) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known[sid] == nil {
		p.known[sid] = make(chan struct{})
	}
	return p.known[sid]
}

func (p *waitingRoom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
		wait(p.of(sid))
		p.next.ServeHTTP(w, r)
		return
	}
	gate := make(chan struct{})
	p.next.ServeHTTP(&gatedWriter{w, gate}, r.WithContext(context.WithValue(r.Context(), gateKey{}, gate)))
}

func wait(gate <-chan struct{}) {
	select {
	case <-gate:
	case <-time.After(waitingRoomCloses):
	}
}

func (p *waitingRoom) arrived(s engine.Socket) {
	d := &desk{}
	p.desks.Store(s.Id(), d)
	listeners := s.Listeners("data")
	s.RemoveAllListeners("data")
	_ = s.On("data", d.data)
	_ = s.On("data", listeners...)
	_ = s.On("packetCreate", d.answer)
	_ = s.Once("close", func(...any) { p.desks.Delete(s.Id()) })
	close(p.of(s.Id()))
	if gate, ok := s.Request().Request().Context().Value(gateKey{}).(chan struct{}); ok {
		close(gate)
	}
}

func (p *waitingRoom) joined(s *socket.Socket) {
	if d, ok := p.desks.Load(s.Conn().Id()); ok {
		d.(*desk).done()
	}
}

// desk lets nothing through between a CONNECT and its end.
type desk struct {
	mu   sync.Mutex
	busy chan struct{}
}

func (d *desk) data(args ...any) {
	d.mu.Lock()
	busy := d.busy
	d.mu.Unlock()
	if busy != nil {
		wait(busy)
	}
	if text, ok := args[0].(*types.StringBuffer); ok && strings.HasPrefix(text.String(), "0") {
		d.mu.Lock()
		d.busy = make(chan struct{})
		d.mu.Unlock()
	}
}

// answer sees a refusal, after which there is nobody to wait for.
func (d *desk) answer(args ...any) {
	if p, ok := args[0].(*packet.Packet); ok {
		if text, ok := p.Data.(*types.StringBuffer); ok && strings.HasPrefix(text.String(), "4{") {
			d.done()
		}
	}
}

func (d *desk) done() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.busy != nil {
		close(d.busy)
		d.busy = nil
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
