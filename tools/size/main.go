//go:build !js

// Command size prints what a visitor loads: each built script after brotli 11, beside
// socket.io-client, the parts of the main script, and the entries for frameworks. It fails
// when one of them is more than 5 % larger than its accepted size (accepted.json), or when
// the page's Go imports a package that imports.go does not list. `make size ACCEPT=1`
// accepts the present sizes. The commit that accepts a growth says what it was spent on.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/andybalholm/brotli"
)

// mayGrow is how much larger than its accepted size a script may be: room for an ordinary
// change, and for brotli's variations.
const mayGrow = 1.05

// scripts are the scripts of the client. A visitor loads one of them.
var scripts = []string{"socketio-jwt.min.js", "index.js", "socketio-jwt.nowasm.min.js", "nowasm.js"}

// entries are the scripts that an application with a framework loads beside the client.
// They have no code of the client and of the framework.
var entries = []string{"react.js", "vue.js", "svelte.js", "solid.js", "preact.js", "angular.js"}

const (
	accepted = "tools/size/accepted.json"
	official = "e2e/node_modules/socket.io-client/dist/socket.io.min.js"
)

func main() {
	dist := flag.String("dist", "js/dist", "folder of the built package")
	asJSON := flag.Bool("json", false, "print the bytes of each script and of socket.io-client as JSON, check nothing")
	accept := flag.Bool("accept", false, "write the sizes to "+accepted)
	flag.Parse()
	if err := run(os.Stdout, *dist, *asJSON, *accept); err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, dist string, asJSON, accept bool) error {
	measured := slices.Concat(scripts, entries)
	if asJSON {
		measured = scripts
	}
	sizes := map[string]int{}
	for _, name := range measured {
		n, err := compressed(filepath.Join(dist, name))
		if err != nil {
			return fmt.Errorf("%w (make dist builds it)", err)
		}
		sizes[name] = n
	}
	theirs, err := compressed(official)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if asJSON {
		sizes["socket.io-client"] = theirs
		return json.NewEncoder(w).Encode(sizes)
	}
	if accept {
		return write(accepted, sizes)
	}
	before, err := read(accepted)
	if err != nil {
		return err
	}
	for _, name := range measured {
		fmt.Fprintf(w, "%-28s %6d bytes, brotli; accepted %d\n", name, sizes[name], before[name])
	}
	if theirs == 0 {
		fmt.Fprintf(w, "%-28s is not there to compare with: run `npm ci` in e2e\n", "socket.io-client")
	} else {
		fmt.Fprintf(w, "%-28s %6d bytes; ours is %.1f times that\n", "socket.io-client", theirs, float64(sizes[scripts[0]])/float64(theirs))
	}
	if err := parts(w); err != nil {
		return err
	}
	return errors.Join(grown(sizes, before), foreign())
}

// grown names the scripts and entries that are larger than accepted.
func grown(sizes, before map[string]int) error {
	var all []error
	for _, name := range slices.Concat(scripts, entries) {
		if limit := int(float64(before[name]) * mayGrow); sizes[name] > limit {
			all = append(all, fmt.Errorf("%s has grown from %d to %d bytes, more than 5 %%: make it smaller, or accept it by `make size ACCEPT=1` and say why in the commit", name, before[name], sizes[name]))
		}
	}
	return errors.Join(all...)
}

// parts prints the core's share of the main script.
func parts(w io.Writer) error {
	for _, name := range []string{"build/core.wasm", "build/core.js"} {
		file, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-28s %6d bytes, brotli; %d as it is\n", name, pack(file), len(file))
	}
	return nil
}

func compressed(name string) (int, error) {
	file, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	return pack(file), nil
}

func pack(file []byte) int {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	_, _ = w.Write(file) // a Buffer takes everything
	_ = w.Close()
	return out.Len()
}

func read(name string) (sizes map[string]int, err error) {
	file, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return sizes, json.Unmarshal(file, &sizes)
}

func write(name string, sizes map[string]int) error {
	file, err := json.MarshalIndent(sizes, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(name, append(file, '\n'), 0o644)
}
