//go:build js && wasm

// Command floor is the smallest Go program that a page can call: what any Go in
// the browser costs before it does anything.
package main

import "syscall/js"

func main() {
	js.Global().Set("floor", js.FuncOf(func(js.Value, []js.Value) any { return nil }))
	select {}
}
