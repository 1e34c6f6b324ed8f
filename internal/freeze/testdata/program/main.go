//go:build js && wasm

// Command program is what the tests of freeze freeze.
package main

// mode is set by the linker.
var mode string

var steps []string

func main() {
	switch mode {
	case "ends":
		return
	case "panics":
		panic("out of sorts")
	}
	steps = append(steps, "main")
	select {}
}

//go:wasmexport warm
func warm() { steps = append(steps, "warm") }

// step tells how many there have been, and allocates.
//
//go:wasmexport step
func step() int32 {
	steps = append(steps, string(append([]byte("step "), make([]byte, 1<<12)...)))
	return int32(len(steps))
}
