//go:build !js

// Command testreport runs every check that a change must pass, and prints a summary.
//
//	go run ./internal/testreport            all steps (this is `make test`)
//	go run ./internal/testreport -only e2e  the steps whose names start so, and what they need
//
// build/test/ has the whole output of each step. testreport prints the beginning and the end of a failed step's output, and
// at the end the names of all failed tests. The last line is
// "N passed, N failed", and the exit status says the same. To add a step, see steps.go.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	only := flag.String("only", "", "run the steps whose names start with this")
	flag.Parse()

	began := time.Now()
	var chosen []step
	for _, s := range steps() {
		if strings.HasPrefix(s.name, *only) || s.setup {
			chosen = append(chosen, s)
		}
	}
	if !summarise(runAll(chosen, os.Stdout), time.Since(began)) {
		os.Exit(1)
	}
}

// summarise prints the table and the last line. It reports whether all tests passed and there was at least one.
func summarise(results []result, took time.Duration) bool {
	passed, failed := 0, 0
	fmt.Println()
	for _, r := range results {
		passed += r.passed
		failed += r.failed
		fmt.Println(r.line())
	}
	for _, r := range results {
		if r.failed > 0 {
			fmt.Printf("\nfailed in “%s”, see build/test/%s.log\n", r.name, fileName(r.name))
			for _, name := range r.failures() {
				fmt.Println("  " + name)
			}
		}
	}
	fmt.Printf("\n%d steps in %s\n%d passed, %d failed\n", len(results), took.Round(time.Second), passed, failed)
	return failed == 0 && passed > 0
}
