//go:build faults && (tinygo || wasip1)

package main

// fault traps. Only the build that the tests of a failing core use has it.
//
//go:wasmexport fault
func fault() { panic("asked for by a test") }
