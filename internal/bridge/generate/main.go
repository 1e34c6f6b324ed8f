// Command generate writes what both sides of the bridge are made of from one list: the
// interfaces Operations and Host of internal/core, its answers to rx and tx, and the
// enumerations that they speak of. It gives bridge_gen.go to internal/bridge and
// js/src/bridge/bridge.gen.ts to the page. `go generate ./internal/bridge` runs it; its
// test fails when either file is not what it would write.
package main

import (
	"fmt"
	"os"
)

// The files, as seen from internal/bridge, where `go generate` runs.
const (
	goFile         = "bridge_gen.go"
	typeScriptFile = "../../js/src/bridge/bridge.gen.ts"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	l, err := read()
	if err != nil {
		return err
	}
	source, err := l.goSource()
	if err != nil {
		return err
	}
	if err := os.WriteFile(goFile, source, 0o644); err != nil {
		return err
	}
	return os.WriteFile(typeScriptFile, l.typeScript(), 0o644)
}
