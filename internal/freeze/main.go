//go:build !js

// Command freeze starts a Go program for the page when the package is built, and
// writes it down as it waits for its first call: memory and globals as they are
// then. A page that loads the result calls the exports at once, where each visitor
// would have waited for Go's runtime to begin (15 ms of the main thread).
//
//	freeze -o frozen.wasm program.wasm
//
// The program is built for js/wasm without syscall/js: it knows the page by
// exports and imports alone (//go:wasmexport, //go:wasmimport). Where it exports
// warm, that is called before it is written down.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
)

func main() {
	out := flag.String("o", "", "where the frozen program goes")
	flag.Parse()
	if flag.NArg() != 1 || *out == "" {
		fmt.Fprintln(os.Stderr, "usage: freeze -o frozen.wasm program.wasm")
		os.Exit(2)
	}
	if err := run(context.Background(), flag.Arg(0), *out); err != nil {
		fmt.Fprintln(os.Stderr, "freeze:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, in, out string) error {
	program, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	frozen, err := freeze(ctx, program)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	return os.WriteFile(out, frozen, 0o644)
}

// freeze gives the program as it is after its start.
func freeze(ctx context.Context, program []byte) ([]byte, error) {
	m, err := parse(program)
	if err != nil {
		return nil, err
	}
	s, err := start(ctx, m)
	if err != nil {
		return nil, err
	}
	return m.with(s), nil
}
