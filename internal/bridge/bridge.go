// Package bridge stands between the page's JavaScript and internal/core: it decodes
// operations and encodes effects, in a piece of memory that both sides see, and decides
// nothing.
//
// JavaScript calls three functions: Control tells the core an operation, Rx has it read
// the header of a packet, and Tx has it write one. Effects go the other way, by the
// function that New is given. bridge_gen.go, which decodes and encodes, and
// js/src/bridge/bridge.gen.ts, which says the same to the page, are both generated from
// internal/core.
package bridge

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/core"

//go:generate go run ./generate

// Memory is what both sides read and write. The page's side of it is Memory in
// bridge.gen.ts, which has the same order.
type Memory struct {
	Operation float64
	Now       float64
	Arguments [maxArguments]float64
	Effect    [maxNumbers]float64 // the arguments of the effect that is being told; 0 where it has fewer
	Words     core.Words
	Units     [core.MaxHeader]uint16 // an operation's texts, one behind the other; a packet's first units; a header
}

// Bridge is the core behind its shared memory.
type Bridge struct {
	Memory
	core   *core.Core
	reader reader
}

// New returns a core without managers. tell gives the page an effect, whose arguments stand
// in Memory.Effect. It notes the effect, and neither throws nor calls back.
func New(tell func(do int32)) *Bridge {
	b := &Bridge{}
	b.core = core.New(&encoder{&b.Memory.Effect, tell})
	return b
}

// encoder tells the page what the core wants. It is a type of its own, as TinyGo describes
// in the program each type that is in an interface, with all that this one refers to: the
// whole core, were it Bridge (17 KB), and each field of Memory, had it that (1 KB).
type encoder struct {
	effect *[maxNumbers]float64 // Memory.Effect
	host   func(do int32)
}

var _ core.Host = (*encoder)(nil)

// Wake is core.Host's. A time takes more than an int32.
func (e *encoder) Wake(at int64) {
	*e.effect = [maxNumbers]float64{float64(at)}
	e.host(doWake)
}

// Control does the operation that stands in Memory. What is to be done is told before it
// returns.
func (b *Bridge) Control() {
	b.reader = reader{numbers: b.Arguments[:], units: b.Units[:]}
	b.core.Begin(int64(integral(b.Now)))
	b.operate(int(max(-1, min(integral(b.Operation), opCount))))
	b.core.End()
}

// Rx reads the header of the packet that begins in Memory.Units: n units of it, of size
// units in all.
func (b *Bridge) Rx(conn, link, n, size int32) core.Rx {
	if n < 0 || int(n) > len(b.Units) {
		return core.RxStale
	}
	return b.core.Rx(int(conn), int(link), b.Units[:n], int(size), &b.Words)
}

// Tx writes the header of a packet to Memory.Units.
func (b *Bridge) Tx(slot int32, flags core.TxFlags, attachments, ack int32) core.TxAnswer {
	return b.core.Tx(int(slot), flags, int(attachments), int(ack), b.Units[:])
}

func bit(b bool) int32 {
	if b {
		return 1
	}
	return 0
}
