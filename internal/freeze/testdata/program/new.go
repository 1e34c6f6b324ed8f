//go:build js && wasm && new

package main

func init() { unheardOf() }

// A runtime of days to come.
//
//go:wasmimport gojs runtime.unheardOf
func unheardOf()
