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

// Events of ours, on the engine's socket: a namespace is in the books, or is no longer.
const (
	joinedEvent = types.EventName("namespace joined")
	leftEvent   = types.EventName("namespace left")
)

// joined tells the connection that a socket of its own may be spoken to, and when that is over.
func joined(s *socket.Socket) {
	conn, name := s.Conn(), s.Nsp().Name()
	_ = s.On("disconnect", func(...any) { conn.Emit(leftEvent, name) })
	conn.Emit(joinedEvent, name, s.Id())
}

// bookPatience bounds the wait for namespaces that nobody tells of: those without Protect.
const bookPatience = 100 * time.Millisecond

// gate belongs to one connection. It is shut until it is opened, and knows which namespaces have been joined.
type gate struct {
	once   sync.Once
	opened chan struct{}
	mu     sync.Mutex
	joins  map[string]chan struct{} // an item for each time
	leaves map[string]chan struct{}
	latest map[string]socket.SocketId // who joined last; Protect and Handler may both tell
	goes   string                     // the namespace that the packet under way ends
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
	default: // nobody has waited for the last eight
	}
}

// news reports whether a namespace's socket has not been told of before.
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

// shut closes what the engine has done with and leaves open: a browser waits for that before it calls its WebSocket
// closed.
func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, wire := range g.wires {
		_ = wire.Close()
	}
	g.wires = nil
}

// follow keeps the books of a connection. Its listeners come after Socket.IO's.
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

// leaving prepares the wait for the end of a namespace. One that has not been joined ends nothing: whoever is not known
// yet may send any number of names of any length, and none of these is kept.
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

// farewellTo is the namespace that a client's packet disconnects, or "".
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

// connectAnswer finds the packets that say that a namespace is connected, in a WebSocket frame or a poll's payload.
var connectAnswer = regexp.MustCompile(`40(/[^,"]*)?,?\{"sid":|40(/[^,?"\x1e]+),?$`)

// await waits until what p says is true.
func (g *gate) await(p []byte) {
	if len(p) > 4096 {
		return // these packets are small, and a large one need not be searched
	}
	for _, found := range connectAnswer.FindAllSubmatch(p, -1) {
		wait(g.of(g.joins, or(string(found[1])+string(found[2]), "/")))
	}
}
