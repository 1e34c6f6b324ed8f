//go:build !js

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
)

// testEvent is an event of `go test -json`.
type testEvent struct {
	Action, Package, Test, Output string
}

func goEvents(output []byte) []testEvent {
	var events []testEvent
	for line := range bytes.Lines(output) {
		var e testEvent
		if json.Unmarshal(line, &e) == nil && e.Action != "" {
			events = append(events, e)
		}
	}
	return events
}

// countGo counts tests, and packages that fail outside of any test. A test with subtests counts by its subtests. A skipped
// test counts as failed, and so does a test that skips after some of its subtests.
func countGo(output []byte) (passed, failed int) {
	events := goEvents(output)
	parents := map[string]bool{}
	inside := map[string]bool{} // packages with a failed test
	for _, e := range events {
		for i, c := range e.Test {
			if c == '/' {
				parents[e.Package+" "+e.Test[:i]] = true
			}
		}
	}
	for _, e := range events {
		parent := e.Test != "" && parents[e.Package+" "+e.Test]
		switch {
		case e.Action == "pass" && e.Test != "":
			if !parent {
				passed++
			}
		case e.Action == "skip" && e.Test != "":
			failed++
		case e.Action == "fail" && e.Test != "":
			inside[e.Package] = true
			if !parent || !failedBelow(events, e) {
				failed++
			}
		case e.Action == "fail" && !inside[e.Package]:
			failed++
		}
	}
	return passed, failed
}

func failedBelow(events []testEvent, parent testEvent) bool {
	for _, e := range events {
		if e.Package == parent.Package && e.Action == "fail" && strings.HasPrefix(e.Test, parent.Test+"/") {
			return true
		}
	}
	return false
}

// countLines reads the numbers that a runner prints after these words: passed tests after the first word, others after the rest.
func countLines(passedAfter string, failedAfter ...string) func([]byte) (passed, failed int) {
	number := func(output []byte, after string) (n int) {
		for line := range strings.Lines(string(output)) {
			if _, rest, ok := strings.Cut(line, after); ok {
				fmt.Sscan(rest, &n)
			}
		}
		return n
	}
	return func(output []byte) (passed, failed int) {
		for _, after := range failedAfter {
			failed += number(output, after)
		}
		return number(output, passedAfter), failed
	}
}

var compared = regexp.MustCompile(`(\d+) rows with their transports.* (\d+) (?:rows )?fail`)

// countCompare reads the closing sentence of e2e/compare.
func countCompare(output []byte) (passed, failed int) {
	if m := compared.FindSubmatch(output); m != nil {
		rows, _ := strconv.Atoi(string(m[1]))
		failed, _ = strconv.Atoi(string(m[2]))
		passed = rows - failed
	}
	return passed, failed
}

// countPlaywright reads Playwright's report in test-results/<name>.
func countPlaywright(results string) func([]byte) (passed, failed int) {
	return func([]byte) (passed, failed int) { return countReport("e2e/test-results/" + results + "/report.json") }
}

// countReport reads a report of Playwright's. A test that is skipped, or passes only at a retry, counts as failed.
func countReport(path string) (passed, failed int) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, 1
	}
	var report struct {
		Stats  struct{ Expected, Unexpected, Flaky, Skipped int }
		Errors []any
	}
	if json.Unmarshal(data, &report) != nil {
		return 0, 1
	}
	s := report.Stats
	return s.Expected, s.Unexpected + s.Flaky + s.Skipped + len(report.Errors)
}

// readable returns the part of an output that a person reads: the output of failed tests, for `go test -json` and TAP.
func readable(output []byte) string {
	if bytes.HasPrefix(output, []byte("TAP version")) {
		return failedTAP(output)
	}
	events := goEvents(output)
	if len(events) == 0 {
		return string(output)
	}
	bad := map[string]bool{}
	for _, e := range events {
		if e.Action == "fail" || e.Action == "skip" || e.Action == "build-fail" {
			bad[e.Package+" "+e.Test] = true
		}
	}
	var b strings.Builder
	for line := range bytes.Lines(output) {
		var e testEvent
		if json.Unmarshal(line, &e) != nil {
			b.Write(line)
		} else if e.Action == "build-output" || e.Action == "output" && bad[e.Package+" "+e.Test] {
			b.WriteString(e.Output)
		}
	}
	return b.String()
}

var passedTAP = regexp.MustCompile(`^\s*(?:ok |# Subtest: |\d+\.\.\d+$)`)

// failedTAP removes the tests that passed from TAP, each with its block between "---" and "...".
func failedTAP(output []byte) string {
	var b strings.Builder
	passed := false // the line belongs to a test that passed
	for line := range strings.Lines(string(output)) {
		text := strings.TrimSpace(line)
		switch {
		case passedTAP.MatchString(strings.TrimRight(line, "\n")):
			passed = true
		case passed && text == "...":
			passed = false
			continue
		case passed && text != "---" && !strings.HasPrefix(line, "  "), strings.HasPrefix(text, "not ok "):
			passed = false
		}
		if !passed {
			b.WriteString(line)
		}
	}
	return b.String()
}
