package server

import (
	"net"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
	"github.com/zishang520/socket.io/servers/engine/v3"
	"github.com/zishang520/socket.io/servers/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// Our events on the engine's socket: the Socket.IO server has added or removed a namespace's socket.
const (
	joinedEvent = types.EventName("namespace joined")
	leftEvent   = types.EventName("namespace left")
)

// joined tells the connection that a namespace's socket can receive packets, and later that it no longer can.
func joined(s *socket.Socket) {
	conn, name := s.Conn(), s.Nsp().Name()
	_ = s.On("disconnect", func(...any) { conn.Emit(leftEvent, name) })
	conn.Emit(joinedEvent, name, s.Id())
}

// bookPatience limits the wait for namespaces without Protect, for which joined is not called.
const bookPatience = 100 * time.Millisecond

// gate belongs to one connection. It is closed until open is called, and knows which namespaces have been joined.
type gate struct {
	once   sync.Once
	opened chan struct{}
	mu     sync.Mutex
	joins  map[string]chan struct{} // an item for each time
	leaves map[string]chan struct{}
	latest map[string]socket.SocketId // the last socket of each namespace; Protect and Handler may both report it
	goes   string                     // the namespace that the packet being read disconnects
	wires  []net.Conn                 // the WebSockets'
}

type gateKey struct{}

func newGate() *gate {
	return &gate{opened: make(chan struct{}), joins: map[string]chan struct{}{}, leaves: map[string]chan struct{}{}, latest: map[string]socket.SocketId{}}
}

func (g *gate) open() { g.once.Do(func() { close(g.opened) }) }

func (g *gate) of(book map[string]chan struct{}, name string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if book[name] == nil {
		book[name] = make(chan struct{}, 8)
	}
	return book[name]
}

func (g *gate) tell(book map[string]chan struct{}, name string) {
	select {
	case g.of(book, name) <- struct{}{}:
	default: // the last eight items have not been received
	}
}

// news reports whether a namespace's socket has not been reported before.
func (g *gate) news(name string, id socket.SocketId) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	known := g.latest[name] == id
	g.latest[name] = id
	return !known
}

func wait(told <-chan struct{}) {
	select {
	case <-told:
	case <-time.After(bookPatience):
	}
}

// keep remembers a WebSocket's connection, to close it.
func (g *gate) keep(wire net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.wires = append(g.wires, wire)
}

// shut closes the TCP connections that the engine leaves open: a browser waits for that before it reports its WebSocket
// closed.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, wire := range g.wires {
		_ = wire.Close()
	}
	g.wires = nil
}

// follow notes which namespaces of a connection are joined. Its listeners come after Socket.IO's.
func (g *gate) follow(conn engine.Socket) {
	_ = conn.Once("close", func(...any) { g.shut() })
	_ = conn.On(joinedEvent, func(args ...any) {
		if name := args[0].(string); g.news(name, args[1].(socket.SocketId)) {
			g.tell(g.joins, name)
		}
	})
	_ = conn.On(leftEvent, func(args ...any) { g.tell(g.leaves, args[0].(string)) })
	_ = conn.On("packet", func(args ...any) { g.leaving(args[0].(*packet.Packet)) })
	_ = conn.On("data", func(...any) {
		if g.goes != "" {
			wait(g.of(g.leaves, g.goes))
			g.goes = ""
		}
	})
}

// leaving prepares the wait for the end of a namespace. It ignores names that were not joined, as an unknown client may
// send any number of names of any length.
func (g *gate) leaving(p *packet.Packet) {
	name := farewellTo(p)
	if name == "" || !g.knows(name) {
		return
	}
	g.goes = name
	for told := g.of(g.leaves, name); len(told) > 0; {
		<-told
	}
}

// knows reports whether a namespace has been joined.
func (g *gate) knows(name string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, known := g.latest[name]
	return known
}

// farewellTo returns the namespace that a client's packet disconnects, or "".
func farewellTo(p *packet.Packet) string {
	text, ok := p.Data.(*types.StringBuffer)
	if !ok || p.Type != packet.MESSAGE || text.Len() == 0 || text.Bytes()[0] != '1' {
		return ""
	}
	name := text.String()[1:]
	return or(strings.TrimSuffix(name, ","), "/")
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// connectAnswer matches the packets that connect a namespace, in a WebSocket frame or a poll's payload.
var connectAnswer = regexp.MustCompile(`40(/[^,"]*)?,?\{"sid":|40(/[^,?"\x1e]+),?$`)

// await waits until the server has added the sockets of the namespaces that the packets in p connect.
func (g *gate) await(p []byte) {
	if len(p) > 4096 {
		return // these packets are small, and a large one need not be searched
	}
	for _, found := range connectAnswer.FindAllSubmatch(p, -1) {
		wait(g.of(g.joins, or(string(found[1])+string(found[2]), "/")))
	}
}
