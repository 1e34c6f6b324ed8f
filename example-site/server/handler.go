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

// Handler serves io at its path, and delays answers until the server can handle the packets that follow them.
//
// The engine and the Socket.IO server (v3.0.1) answer a handshake before they have stored the session, and a poll before
// they have removed it. A fast client, as on the same machine, then finds no session, no listener (its CONNECT or upgrade
// probe is lost, and it waits in vain) or no namespace (the connection is closed), or its next poll is removed in place of
// the last one. So
//
//   - the answer to a poll is sent when the engine has finished the poll; the first one, when it has finished the handshake;
//   - a WebSocket is read when the engine has finished the request that opens it;
//   - the packet that connects a namespace is sent when the server has added the namespace's socket;
//   - after a packet that disconnects a namespace, the next one is read when the server has removed the socket. Otherwise a
//     client that joins again at once (as at a renewal) finds the old socket, and the connection is closed;
//   - the TCP connection of a closed WebSocket is closed, too. Otherwise the browser waits seconds for it.
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
	// The main namespace may be without Protect. This listener is added late, so that it runs after the application's.
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
			g.open() // also for an unknown session, whose request fails
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

// gatedUpgrade hijacks a connection that cannot be read before the engine listens.
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
