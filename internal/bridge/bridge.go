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
	Arguments [maxArguments]float64 // of the operation
	Words     core.Words
	Units     [core.MaxHeader]uint16 // an operation's texts, one behind the other; a packet's first units; a header
}

// Bridge is the core behind its shared memory.
type Bridge struct {
	Memory
	core   *core.Core
	reader reader
}

// New returns a core without managers.
func New(tell Tell) *Bridge { return &Bridge{core: core.New(&encoder{tell})} }

// encoder tells the page what the core wants. It is a type of its own, as TinyGo describes
// in the program each type that is in an interface, with all that this one refers to: the
// whole core, were it Bridge (17 KB).
type encoder struct{ host Tell }

var _ core.Host = (*encoder)(nil)

// Wake is core.Host's. A time takes more than an int32.
func (e *encoder) Wake(at int64) { e.host(doWake, float64(at), 0, 0, 0, 0) }

// Control does an operation, whose arguments stand in Memory. What is to be done is told
// before it returns.
func (b *Bridge) Control(operation int32, now float64) {
	b.reader = reader{numbers: b.Arguments[:], units: b.Units[:]}
	b.core.Begin(int64(integral(now)))
	b.operate(operation)
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
