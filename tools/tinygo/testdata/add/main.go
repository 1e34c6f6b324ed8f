// Package main is what the test of the toolchain compiles: an export, and some of the standard library.
package main

import "strconv"

//go:wasmexport add
func add(a, b int32) int32 { return a + b }

var digits []byte

//go:wasmexport digits
func countDigits(n int32) int32 {
	digits = strconv.AppendInt(digits[:0], int64(n), 10)
	return int32(len(digits))
}

func main() {}
