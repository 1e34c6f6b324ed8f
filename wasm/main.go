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
	door, err := safejs.FuncOf(func(safejs.Value, []safejs.Value) any {
		defer func() {
			if r := recover(); r != nil {
				the.tell(hostPanic, 0, 0, 0, 0, 0, "panic in the client's core")
			}
		}()
		control()
		return nil
	})
	if err != nil {
		return
	}
	if _, err := the.host.Call(hostReady, append(one(version), door)...); err != nil {
		return
	}
	select {}
}
