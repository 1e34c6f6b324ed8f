//go:build !js

package main

import (
	"slices"
	"strings"
	"testing"
)

func TestCountGo(t *testing.T) {
	for _, row := range []struct {
		name           string
		events         string
		passed, failed int
	}{
		{"a test → 1", `{"Action":"pass","Package":"p","Test":"A"} {"Action":"pass","Package":"p"}`, 1, 0},
		{"subtests → counted without their parent", `{"Action":"pass","Package":"p","Test":"A/x"} {"Action":"pass","Package":"p","Test":"A/y"} {"Action":"pass","Package":"p","Test":"A"}`, 2, 0},
		{"a failed subtest → 1, not its parent and package too", `{"Action":"fail","Package":"p","Test":"A/x"} {"Action":"pass","Package":"p","Test":"A/y"} {"Action":"fail","Package":"p","Test":"A"} {"Action":"fail","Package":"p"}`, 1, 1},
		{"a parent that fails by itself → 1", `{"Action":"pass","Package":"p","Test":"A/x"} {"Action":"fail","Package":"p","Test":"A"} {"Action":"fail","Package":"p"}`, 1, 1},
		{"a skip → failed", `{"Action":"skip","Package":"p","Test":"A"} {"Action":"pass","Package":"p"}`, 0, 1},
		{"a skipped subtest → failed, its parent is not counted", `{"Action":"skip","Package":"p","Test":"A/x"} {"Action":"pass","Package":"p","Test":"A/y"} {"Action":"pass","Package":"p","Test":"A"}`, 1, 1},
		{"a parent that skips its rest → failed", `{"Action":"pass","Package":"p","Test":"A/x"} {"Action":"skip","Package":"p","Test":"A"} {"Action":"pass","Package":"p"}`, 1, 1},
		{"a skip, then a package that fails outside of its tests → 2", `{"Action":"skip","Package":"p","Test":"A"} {"Action":"fail","Package":"p"}`, 0, 2},
		{"a package that does not build → 1", `{"Action":"fail","Package":"p"} {"Action":"pass","Package":"q","Test":"A"}`, 1, 1},
		{"a package without tests → 0", `{"Action":"skip","Package":"p"}`, 0, 0},
	} {
		passed, failed := countGo([]byte(strings.ReplaceAll(row.events, "} {", "}\n{") + "\nnot JSON\n"))
		if passed != row.passed || failed != row.failed {
			t.Errorf("%s: %d passed, %d failed, want %d, %d", row.name, passed, failed, row.passed, row.failed)
		}
	}
}

func TestStepFails(t *testing.T) {
	t.Chdir(t.TempDir())
	sh := func(script string) step { return step{name: "s", command: []string{"sh", "-c", script}} }
	for _, row := range []struct {
		name   string
		step   step
		failed int
	}{
		{"exit 0 → passed", sh("true"), 0},
		{"exit 1 → failed", sh("exit 1"), 1},
		{"a command that is not there → failed", step{name: "s", command: []string{"./nowhere"}}, 1},
		{"output where none may be → failed", step{name: "s", command: []string{"echo", "a.go"}, empty: true}, 1},
		{"a runner that ran nothing → failed", step{name: "s", command: []string{"true"}, count: countGo}, 1},
		{"a runner that dies after its tests → failed", step{name: "s", command: []string{"sh", "-c", "echo '# pass 3'; exit 1"}, count: countLines("# pass ", "# fail ")}, 1},
	} {
		if r := row.step.run(); r.failed != row.failed {
			t.Errorf("%s: %d failed, want %d (%s)", row.name, r.failed, row.failed, r.note)
		}
	}
	if summarise(nil, 0) {
		t.Error("a run of nothing counts as good")
	}
}

func TestCountLines(t *testing.T) {
	count := countLines("# pass ", "# fail ", "# cancelled ", "# skipped ", "# todo ")
	for _, row := range []struct {
		output         string
		passed, failed int
	}{
		{"# pass 3\n# fail 0\n# cancelled 0\n# skipped 0\n# todo 0\n", 3, 0},
		{"# pass 3\n# fail 1\n# cancelled 2\n# skipped 4\n# todo 8\n", 3, 15},
	} {
		if passed, failed := count([]byte(row.output)); passed != row.passed || failed != row.failed {
			t.Errorf("%q: %d passed, %d failed, want %d, %d", row.output, passed, failed, row.passed, row.failed)
		}
	}
}

// A skip is a green line in the output of `go test`: the step for Go has to fail all the same.
func TestStepFailsForASkippedTest(t *testing.T) {
	t.Chdir(t.TempDir())
	events := `{"Action":"pass","Package":"p","Test":"A"}` + "\n" + `{"Action":"output","Package":"p","Test":"B","Output":"run npm ci\n"}` + "\n" + `{"Action":"skip","Package":"p","Test":"B"}`
	r := step{name: "go test", command: []string{"echo", events}, count: countGo}.run()
	if r.passed != 1 || r.failed != 1 {
		t.Errorf("%d passed, %d failed, want 1, 1", r.passed, r.failed)
	}
	if !strings.Contains(r.excerpt(), "run npm ci") {
		t.Errorf("the excerpt does not say why: %q", r.excerpt())
	}
}

func TestCountCompare(t *testing.T) {
	passed, failed := countCompare([]byte("x\n412 behaviours compared, 1180 rows with their transports, 2400 runs, 3 rows fail (88.1 s)\n"))
	if passed != 1177 || failed != 3 {
		t.Errorf("%d passed, %d failed, want 1177, 3", passed, failed)
	}
}

func TestReadableTAP(t *testing.T) {
	output := `TAP version 13
# Subtest: good
ok 1 - good
  ---
  duration_ms: 1
  ...
# Subtest: parent
    # Subtest: inner
    not ok 1 - inner
      ---
      error: 'left is not right'
      ...
    1..1
not ok 2 - parent
  ---
  error: '1 subtest failed'
  ...
# Subtest: also good
ok 3 - also good
  ---
  duration_ms: 2
  ...
1..3
# pass 2
# fail 1
`
	want := `TAP version 13
    not ok 1 - inner
      ---
      error: 'left is not right'
      ...
not ok 2 - parent
  ---
  error: '1 subtest failed'
  ...
# pass 2
# fail 1
`
	if got := readable([]byte(output)); got != want {
		t.Errorf("%s", got)
	}
}

func TestFailures(t *testing.T) {
	for _, row := range []struct{ name, output, failure string }{
		{"TAP", "TAP version 13\nok 1 - good\n  ---\n  ...\n    not ok 2 - a middleware's own words\n      ---\n      error: '1) no'\n      ...\n", "a middleware's own words"},
		{"go test", `{"Action":"output","Package":"p","Test":"A","Output":"--- FAIL: A (0.02s)\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"A"}`, "A (0.02s)"},
		{"Playwright", "··F·\n\n  1) [working] › specs/ways.spec.js:49:1 › by header ─────\n\n    Error: expect(received)\n", "[working] › specs/ways.spec.js:49:1 › by header"},
		{"compare", "FAIL ours  acks · late · polling (20 ms)\n\nacks · late · polling\n    ours: waited 20 s\nacks  39 s  40 behaviours  87 rows  1 fail\n", "acks · late · polling"},
	} {
		if got := (result{output: []byte(row.output)}).failures(); !slices.Equal(got, []string{row.failure}) {
			t.Errorf("%s: %q", row.name, got)
		}
	}
}
