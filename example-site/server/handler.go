package server

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"sync"

	"github.com/zishang520/socket.io/servers/engine/v3"
	"github.com/zishang520/socket.io/servers/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// Handler serves io at its path, and keeps the server from speaking before it listens.
//
// The engine and the Socket.IO server (v3.0.1) greet a client before they have written it into their books, and answer
// a poll before they have struck it off. A client that comes back quickly, as on one machine, then finds no session,
// nobody who reads it (a lost CONNECT or upgrade probe, and a client that waits in vain), no namespace (and the
// connection is closed), or has its next poll struck off for the last one. So
//
//   - the answer to a poll leaves when the engine has done with the poll, the first one with the handshake;
//   - a WebSocket is read when the engine has done with the request that opens it;
//   - a packet that says that a namespace is connected leaves when that is so;
//   - after a packet that leaves a namespace the next is read when that is done, or who comes back at once (a renewal
//     does) finds the seat taken, and the connection is closed;
//   - a WebSocket that is over is closed down to the wire, or the browser waits seconds for it.
func Handler(io *socket.Server) http.Handler {
	inner := io.ServeHandler(nil)
	sessions := &sync.Map{} // Engine.IO session id → *gate
	_ = io.Engine().On("connection", func(args ...any) {
		conn := args[0].(engine.Socket)
		g, ok := conn.Request().Request().Context().Value(gateKey{}).(*gate)
		if !ok {
			return
		}
		sessions.Store(conn.Id(), g)
		g.follow(conn)
		_ = conn.Once("close", func(...any) { sessions.Delete(conn.Id()) })
		g.open()
	})
	_ = io.Engine().On("headers", func(args ...any) { holdPoll(args[1].(*types.HttpContext)) })
	// The main namespace may have no Protect to tell. This listener is added late, so that everybody else's come first.
	var first sync.Once
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first.Do(func() {
			_ = io.Sockets().On("connection", func(args ...any) { joined(args[0].(*socket.Socket)) })
		})
		query := r.URL.Query()
		g := newGate()
		if sid := query.Get("sid"); sid != "" {
			if known, ok := sessions.Load(sid); ok {
				g = known.(*gate)
			}
			g.open() // a session that is over has nothing to wait for
		}
		r = r.WithContext(context.WithValue(r.Context(), gateKey{}, g))
		if query.Get("transport") == "websocket" {
			listening := newGate()
			defer listening.open()
			inner.ServeHTTP(&gatedUpgrade{w, g, listening}, r)
			return
		}
		servePoll(inner, g, w, r)
	})
}

// gatedUpgrade hands out a connection that cannot be read before somebody listens.
type gatedUpgrade struct {
	http.ResponseWriter
	gate      *gate
	listening *gate
}

func (u *gatedUpgrade) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(u.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	u.gate.keep(conn)
	return &gatedConn{conn, u.gate, u.listening}, buffered, nil
}

type gatedConn struct {
	net.Conn
	gate      *gate
	listening *gate
}

func (c *gatedConn) Read(p []byte) (int, error) {
	<-c.listening.opened
	return c.Conn.Read(p)
}

func (c *gatedConn) Write(p []byte) (int, error) {
	c.gate.await(p)
	return c.Conn.Write(p)
}

func (c *gatedConn) Close() error {
	c.listening.open()
	return c.Conn.Close()
}
