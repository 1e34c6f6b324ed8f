//go:build js && wasm

// Command wasm is the page's side of Go: it joins the token's life and the two
// protocol generations to the JavaScript around it. js/src/seam.ts is the other
// side of its doors.
package main

import "github.com/hack-pad/safejs"

// version locks this program to the JavaScript that was built with it.
var version = "dev"

func main() {
	the.host = safejs.Global()
	door, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		defer func() {
			if r := recover(); r != nil {
				the.tell(hostPanic, 0, 0, 0, 0, 0, "panic in the client's core")
			}
		}()
		control(args)
		return nil
	})
	if err != nil {
		return
	}
	seed, err := the.host.Call(hostReady, version, door)
	if err != nil {
		return
	}
	f, _ := seed.Float()
	the.seed = uint64(f * (1 << 53))
	select {}
}
