package server

import (
	"regexp"
	"sync"
	"time"

	"github.com/zishang520/socket.io/servers/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// joinedEvent is ours, on the engine's socket: a namespace has been joined and is in the books.
const joinedEvent = types.EventName("namespace joined")

// joined tells the connection that a socket of its own may be spoken to.
func joined(s *socket.Socket) { s.Conn().Emit(joinedEvent, s.Nsp().Name()) }

// joinPatience bounds the wait for namespaces that nobody tells of: those without Protect.
const joinPatience = 20 * time.Millisecond

// gate belongs to one connection. It is shut until it is opened, and knows which namespaces have been joined.
type gate struct {
	once   sync.Once
	opened chan struct{}
	mu     sync.Mutex
	joins  map[string]chan struct{} // an item for each time
}

type gateKey struct{}

func newGate() *gate {
	return &gate{opened: make(chan struct{}), joins: map[string]chan struct{}{}}
}

func (g *gate) open() { g.once.Do(func() { close(g.opened) }) }

func (g *gate) joinsOf(name string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.joins[name] == nil {
		g.joins[name] = make(chan struct{}, 8)
	}
	return g.joins[name]
}

func (g *gate) join(name string) {
	select {
	case g.joinsOf(name) <- struct{}{}:
	default: // nobody waited for the last eight: an Engine.IO 3 client's, whose packet looks different
	}
}

// connectAnswer finds the packets that say that a namespace is connected, in a WebSocket frame or a poll's payload.
var connectAnswer = regexp.MustCompile(`40(/[^,"]*)?,?\{"sid":|40(/[^,?"\x1e]+),?$`)

// await waits until what p says is true.
func (g *gate) await(p []byte) {
	if len(p) > 4096 {
		return // these packets are small, and a large one need not be searched
	}
	for _, found := range connectAnswer.FindAllSubmatch(p, -1) {
		name := string(found[1]) + string(found[2])
		if name == "" {
			name = "/"
		}
		select {
		case <-g.joinsOf(name):
		case <-time.After(joinPatience):
		}
	}
}
