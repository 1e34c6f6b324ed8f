//go:build tinygo || wasip1

// Command wasm is what the page loads of Go: internal/bridge behind three functions and
// a piece of shared memory. It decides nothing.
package main

import (
	"unsafe"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/bridge"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/core"
)

var page = bridge.New(func(do int32) { host(do) })

// host gives the page an effect. It neither throws nor calls back.
//
//go:wasmimport page tell
func host(do int32)

//go:wasmexport shared
func shared() uint32 { return uint32(uintptr(unsafe.Pointer(&page.Memory))) }

//go:wasmexport control
func control() { page.Control() }

//go:wasmexport rx
func rx(conn, link, n, size int32) int32 { return int32(page.Rx(conn, link, n, size)) }

//go:wasmexport tx
func tx(slot, flags, attachments, ack int32) int32 {
	return int32(page.Tx(slot, core.TxFlags(flags), attachments, ack))
}

func main() {}
