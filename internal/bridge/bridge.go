// Package bridge connects the page's JavaScript and internal/core. It decodes operations and
// encodes effects, in memory that both sides share. It makes no decisions.
//
// JavaScript calls three functions: Control performs an operation, Rx reads the header of a
// packet, Tx writes one. Go calls one: the function passed to New, once for each effect.
// bridge_gen.go (the decoding and encoding in Go) and js/src/bridge/bridge.gen.ts (its
// counterpart in the page) are both generated from internal/core.
package bridge

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/core"

//go:generate go run ./generate

// Memory is what both sides read and write. The page's side of it is Memory in
// bridge.gen.ts, which has the same order.
type Memory struct {
	Arguments [maxArguments]float64 // of the operation
	Words     core.Words
	Units     [core.MaxHeader]uint16 // UTF-16: an operation's texts, one after the other; a packet's first units; a header
}

// Bridge is the core behind its shared memory.
type Bridge struct {
	Memory
	core   *core.Core
	reader reader
}

// New returns a core without managers.
func New(tell Tell) *Bridge { return &Bridge{core: core.New(&encoder{tell})} }

// encoder implements core.Host: it passes effects to the page. It is not Bridge itself,
// because TinyGo writes a description of each type in an interface into the program, with
// all types that this one refers to: for Bridge that is the whole core (17 KB).
type encoder struct{ host Tell }

var _ core.Host = (*encoder)(nil)

// Wake implements core.Host. The generator leaves it out, as a time does not fit an int32.
func (e *encoder) Wake(at int64) { e.host(doWake, float64(at), 0, 0, 0, 0) }

// Control performs an operation whose arguments are in Memory. It passes all effects to the
// page before it returns. now is the page's clock in ms.
func (b *Bridge) Control(operation int32, now float64) {
	b.reader = reader{numbers: b.Arguments[:], units: b.Units[:]}
	b.core.Begin(int64(integral(now)))
	b.operate(operation)
	b.core.End()
}

// Rx reads the header of a packet of size units, whose first n units are in Memory.Units.
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
