//go:build !js

package main

import (
	"io"
	"os"
	"testing"
)

func TestAStepWhoseNeedCouldNotBeHadFailsAndIsNotRun(t *testing.T) {
	t.Chdir(t.TempDir())
	results := runAll([]step{
		{name: "setup", command: []string{"false"}, setup: true, provides: []string{"x"}},
		{name: "alone", command: []string{"touch", "ran"}, needs: []string{"x"}},
		{name: "in a lane", command: []string{"touch", "ran"}, needs: []string{"x"}, lane: laneRest},
	}, io.Discard)
	for _, r := range results {
		if r.failed != 1 {
			t.Errorf("%q: %d failed, want 1", r.name, r.failed)
		}
	}
	if _, err := os.Stat("ran"); err == nil {
		t.Error("a step ran without what it needs")
	}
}

// Each lane's first step waits for a file that the other lane's first step makes: one after the other they would wait for
// ever. The second step of a lane finds what the first one has made, and the step behind the lanes what both have.
func TestLanesRunSideBySideAndEachInItsOrder(t *testing.T) {
	t.Chdir(t.TempDir())
	meet := func(mine, other string) []string {
		return []string{"sh", "-c", "mkfifo " + mine + " 2>/dev/null; mkfifo " + other + " 2>/dev/null; : > " + mine + " & : < " + other + "; wait; touch " + mine + ".done"}
	}
	sh := func(script string) []string { return []string{"sh", "-c", script} }
	results := runAll([]step{
		{name: "one", command: meet("a", "b"), lane: lanePages},
		{name: "two", command: meet("b", "a"), lane: laneRest},
		{name: "three", command: sh("test -e a.done && touch three"), lane: lanePages},
		{name: "four", command: sh("test -e b.done && touch four"), lane: laneRest},
		{name: "five", command: sh("test -e three && test -e four")},
	}, io.Discard)
	for i, name := range []string{"one", "two", "three", "four", "five"} {
		if r := results[i]; r.name != name || r.failed != 0 {
			t.Errorf("result %d: %q, %d failed %s, want %q passed", i, r.name, r.failed, r.note, name)
		}
	}
}
