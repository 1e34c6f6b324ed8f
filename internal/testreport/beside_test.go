//go:build !js

package main

import (
	"fmt"
	"io"
	"os"
	"testing"
)

func TestAStepWhoseNeedCouldNotBeHadFailsAndIsNotRun(t *testing.T) {
	t.Chdir(t.TempDir())
	results := runAll([]step{
		{name: "setup", command: []string{"false"}, setup: true, provides: []string{"x"}},
		{name: "beside others", command: []string{"touch", "ran"}, needs: []string{"x"}},
		{name: "alone", command: []string{"touch", "ran"}, needs: []string{"x"}, alone: true},
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

// atOnce steps wait for each other, so they end only if they run side by side. The next step begins when one of them has
// ended, and the step that runs alone begins when all have ended.
func TestStepsRunSideBySide(t *testing.T) {
	t.Chdir(t.TempDir())
	sh := func(script string) []string { return []string{"sh", "-c", script} }
	meet := func(mine, other int) []string {
		return sh(fmt.Sprintf("mkfifo %[1]d 2>/dev/null; mkfifo %[2]d 2>/dev/null; : > %[1]d & : < %[2]d; wait; touch %[1]d.done", mine, other))
	}
	var all []step
	for i := range atOnce {
		all = append(all, step{name: fmt.Sprint("meets ", i), command: meet(i, (i+1)%atOnce)})
	}
	all = append(all,
		step{name: "alone", command: sh("test -e next && test $(ls *.done | wc -l) = " + fmt.Sprint(atOnce)), alone: true},
		step{name: "next", command: sh("ls *.done && touch next")})
	for i, r := range runAll(all, io.Discard) {
		if r.name != all[i].name || r.failed != 0 {
			t.Errorf("result %d: %q, %d failed %s, want %q passed", i, r.name, r.failed, r.note, all[i].name)
		}
	}
}

// The first step in the list whose needs are met begins first. The others find its output.
func TestAStepWaitsForWhatItNeeds(t *testing.T) {
	t.Chdir(t.TempDir())
	sh := func(script string) []string { return []string{"sh", "-c", script} }
	all := []step{
		{name: "needs two", command: sh("test -e b")},
		{name: "gives the second", command: sh("test -e a && touch b")},
		{name: "gives the first", command: sh("touch a")},
	}
	all[0].needs = []string{"first", "second"}
	all[1].needs, all[1].provides = []string{"first"}, []string{"second"}
	all[2].provides = []string{"first"}
	for i, r := range runAll(all, io.Discard) {
		if r.name != all[i].name || r.failed != 0 {
			t.Errorf("result %d: %q, %d failed %s, want %q passed", i, r.name, r.failed, r.note, all[i].name)
		}
	}
}
