//go:build wasip1 && !tinygo

package main

// collect has nothing to do where Go itself compiles: its collector is its own. Only the checks of this source do that.
func collect() {}
