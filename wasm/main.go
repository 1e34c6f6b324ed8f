//go:build tinygo || wasip1

// Command wasm is the Go program of the page: it exports internal/bridge as three functions
// and shared memory, and imports one function. It makes no decisions.
package main

import (
	"unsafe"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/bridge"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/core"
)

var page = bridge.New(func(do int32, n0, n1, n2, n3, n4 float64) { tell(do, n0, n1, n2, n3, n4) })

// tell is a bridge.Tell.
//
//go:wasmimport page tell
func tell(do int32, n0, n1, n2, n3, n4 float64)

//go:wasmexport shared
func shared() uint32 { return uint32(uintptr(unsafe.Pointer(&page.Memory))) }

//go:wasmexport control
func control(operation int32, now float64) {
	page.Control(operation, now)
	collect()
}

//go:wasmexport rx
func rx(conn, link, n, size int32) int32 { return int32(page.Rx(conn, link, n, size)) }

//go:wasmexport tx
func tx(slot, flags, attachments, ack int32) int32 {
	answer := page.Tx(slot, core.TxFlags(flags), attachments, ack)
	collect()
	return int32(answer)
}

func main() {}
