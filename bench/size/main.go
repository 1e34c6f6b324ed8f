//go:build !js

// Command size tells what a visitor loads and what it is made of: the WASM over
// the smallest Go program that the toolchain makes, the JavaScript, the code by
// Go package. It fails when a limit is passed or a package has been pulled in that
// packages.txt does not list, and names it.
package main

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// The limits: WASM over the smallest Go program, and bytes of JavaScript, both
// after brotli 11. Where a goal is reached the limit is what has been reached, and
// room: what is won is kept. One version string instead of another moves what
// brotli makes of the WASM by up to 1.5 KB, 0.004 of the ratio.
const (
	goalOverFloor = 1.40
	mostOverFloor = 1.00
	mostJS        = 14 << 10 // the goal
)

const list = "bench/size/packages.txt"

//go:embed packages.txt
var packages string

func main() {
	dist := flag.String("dist", "js/dist", "folder of the built package")
	asJSON := flag.Bool("json", false, "print the figures for make bench, check nothing")
	update := flag.Bool("update", false, "write the packages that are linked now to "+list)
	flag.Parse()
	if err := run(os.Stdout, *dist, *asJSON, *update); err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, dist string, asJSON, update bool) error {
	s, err := measure(dist, asJSON)
	if err != nil {
		return err
	}
	if asJSON {
		return json.NewEncoder(w).Encode(s.figures())
	}
	m, err := unstripped("./wasm")
	if err != nil {
		return err
	}
	paths, err := dependencies("./wasm")
	if err != nil {
		return err
	}
	byPackage := sum(m.code, attributorOf(paths))
	if update {
		return os.WriteFile(list, []byte(strings.Join(slices.Sorted(maps.Keys(byPackage)), "\n")+"\n"), 0o644)
	}
	printPackages(w, byPackage, m)
	printSizes(w, s)
	return check(s, byPackage, strings.Fields(packages))
}

func sum(code map[string]int, a attributor) map[string]int {
	byPackage := map[string]int{}
	for symbol, size := range code {
		byPackage[a.packageOf(symbol)] += size
	}
	return byPackage
}

func printPackages(w io.Writer, byPackage map[string]int, m module) {
	order := slices.SortedFunc(maps.Keys(byPackage), func(a, b string) int {
		return cmp.Or(cmp.Compare(byPackage[b], byPackage[a]), cmp.Compare(a, b))
	})
	fmt.Fprintf(w, "code by package, bytes before compression:\n")
	for _, p := range order {
		fmt.Fprintf(w, "%9d  %s\n", byPackage[p], p)
	}
	fmt.Fprintf(w, "%9d  data: the runtime's tables, strings, variables\n%9d  other sections\n\n", m.data, m.rest)
}

func printSizes(w io.Writer, s sizes) {
	fmt.Fprintf(w, "%-34s %9s %9s\n", "after brotli 11", "bytes", "limit")
	fmt.Fprintf(w, "%-34s %9d\n", "smallest Go program, same flags", s.floor)
	fmt.Fprintf(w, "%-34s %9d %9s  %.3f\n", "… with the toolchain's own flags", s.inlined, "", float64(s.wasm)/float64(s.inlined))
	fmt.Fprintf(w, "%-34s %9d %9d  %.3f of the smallest; the goal is %.2f, %d\n", "socketio-jwt.wasm", s.wasm, int(mostOverFloor*float64(s.floor)), s.overFloor(), goalOverFloor, int(goalOverFloor*float64(s.floor)))
	fmt.Fprintf(w, "%-34s %9d %9d\n", "index.js", s.js, mostJS)
	fmt.Fprintf(w, "%-34s %9d %9d\n", "socketio-jwt.min.js", s.script, mostJS)
	if s.official > 0 {
		fmt.Fprintf(w, "%-34s %9d\n", "socket.io-client, socket.io.min.js", s.official)
	}
}

// check gives all that is wrong at once.
func check(s sizes, byPackage map[string]int, allowed []string) error {
	var all []error
	for _, p := range slices.Sorted(maps.Keys(byPackage)) {
		if !slices.Contains(allowed, p) {
			all = append(all, fmt.Errorf("package %s has been pulled in: %d bytes of code (go run ./bench/size -update, if it is meant to be there)", p, byPackage[p]))
		}
	}
	for _, p := range allowed {
		if byPackage[p] == 0 {
			all = append(all, fmt.Errorf("package %s is not linked any more: take it out of %s, so that it cannot come back unseen", p, list))
		}
	}
	if s.overFloor() > mostOverFloor {
		all = append(all, fmt.Errorf("the WASM is %.3f times the smallest Go program, %.2f at most", s.overFloor(), mostOverFloor))
	}
	if most := max(s.js, s.script); most > mostJS {
		all = append(all, fmt.Errorf("the JavaScript has %d bytes, %d at most", most, mostJS))
	}
	return errors.Join(all...)
}
