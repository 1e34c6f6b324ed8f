package zishang

import (
	"runtime"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/parsers/socket/v3/parser"
)

// stopPacket is the last packet of a manager; no namespace has this name.
var stopPacket = &parser.Packet{Type: parser.DISCONNECT, Nsp: "\x00retired"}

// letManagerStop prepares a manager for stopManager.
//
// Each of zishang520's managers has a goroutine that handles packets, and no way
// to end it: it holds on to what a finalizer would need to let go of. But packets
// are handled by listeners, and a listener may end its goroutine.
func (c *Conn) letManagerStop() {
	_ = c.socket.Io().On("packet", func(args ...any) {
		if first(args) == stopPacket {
			runtime.Goexit()
		}
	})
}

// stopManager ends the goroutine of a manager that nobody needs any more. Packets that
// it still has are handled before. It has to be called twice, before and after the
// connection is closed; once of the two does it.
func (c *Conn) stopManager() {
	if c.managerStopped || c.parserShim == nil {
		return
	}
	decoder := c.parserShim.decoder
	if decoder.ListenerCount("decoded") == 0 {
		if c.phase != down {
			return
		}
		for patience := 10 * time.Millisecond; decoder.ListenerCount("decoded") == 0; patience *= 2 {
			c.reopen(patience)
		}
	}
	c.managerStopped = true
	decoder.Emit("decoded", stopPacket)
}

// reopen makes a manager that is not open listen to its decoder: it opens one that
// gets nowhere, and times out. The timer has to fire, for to stop it is to leave
// its goroutine behind when that has not run yet.
func (c *Conn) reopen(patience time.Duration) {
	m := c.socket.Io()
	m.Opts().SetTransports(newRoute([]string{Polling}, map[string]engine.TransportCtor{Polling: deadTransport{}}, network{}).ctors())
	m.SetTimeout(patience)
	m.Open(nil)
	e := m.Engine()
	opened := e.Listeners("open") // unless it has timed out already
	closed := make(chan struct{})
	_ = e.Once("close", func(...any) { close(closed) })
	if e.ReadyState() != engine.SocketStateClosed {
		<-closed
	}
	for _, tell := range opened {
		tell()
	}
}

// deadTransport makes transports that do nothing.
type deadTransport struct{}

func (deadTransport) Name() string { return Polling }

func (deadTransport) New(s engine.Socket, o engine.SocketOptionsInterface) engine.Transport {
	t := engine.MakeTransport()
	t.Construct(s, o)
	return t
}
