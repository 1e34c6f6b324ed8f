//go:build !js

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

type result struct {
	name           string
	passed, failed int
	setup          bool
	took           time.Duration
	worked         time.Duration // processor time of the step and of the processes that it has waited for
	output         []byte
	note           string
}

// missing returns the result of a step that cannot run because one of its needs is broken, or nil.
func (s step) missing(broken map[string]string) *result {
	for _, need := range s.needs {
		if by, ok := broken[need]; ok {
			return &result{name: s.name, setup: s.setup, failed: 1, note: "not run: it needs " + need + ", see “" + by + "”"}
		}
	}
	return nil
}

// run runs the step's command.
func (s step) run() result {
	r := result{name: s.name, setup: s.setup}
	began := time.Now()
	cmd := exec.Command(s.command[0], s.command[1:]...)
	cmd.Dir = s.dir
	if !s.clean {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, s.env...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	err := cmd.Run()
	r.took = time.Since(began)
	if state := cmd.ProcessState; state != nil {
		r.worked = state.UserTime() + state.SystemTime()
	}
	r.output = output.Bytes()
	if err := keep(s.name, r.output); err != nil {
		r.note = err.Error()
	}

	switch {
	case s.count != nil:
		r.passed, r.failed = s.count(r.output)
		if err != nil && r.failed == 0 {
			r.failed, r.note = 1, err.Error()
		}
		if r.passed == 0 && r.failed == 0 {
			r.failed, r.note = 1, "no test ran"
		}
	case err != nil:
		r.failed, r.note = 1, err.Error()
	case s.empty && len(bytes.TrimSpace(r.output)) > 0:
		r.failed = 1
	case !s.setup:
		r.passed = 1
	}
	return r
}

// keep writes a step's whole output to build/test/.
func keep(name string, output []byte) error {
	if err := os.MkdirAll("build/test", 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("build/test", fileName(name)+".log"), output, 0o644)
}

// fileName returns a step's name with the characters that a file name may have.
func fileName(step string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
			return c
		}
		return '-'
	}, step)
}

func (r result) line() string {
	mark, count := "ok  ", fmt.Sprintf("%d passed", r.passed)
	if r.setup {
		count = ""
	}
	if r.failed > 0 {
		mark, count = "FAIL", fmt.Sprintf("%d failed, %d passed", r.failed, r.passed)
	}
	if r.note != "" {
		count += "  " + r.note
	}
	return strings.TrimRight(fmt.Sprintf("%s  %-42s %6.1f s, processors %6.1f s  %s", mark, r.name, r.took.Seconds(), r.worked.Seconds(), count), " ")
}

// names of failed tests, as each runner prints them: TAP, go test, Playwright, compare.
var failedTest = regexp.MustCompile(`^\s*(?:not ok \d+ - |--- FAIL: |\d+\) )(\S.*)|^([a-z]+ · \S.*)`)

// failures returns the names of the failed tests, at most twenty.
func (r result) failures() []string {
	const most = 20
	var names []string
	for line := range strings.Lines(readable(r.output)) {
		m := failedTest.FindStringSubmatch(strings.TrimRight(line, " ─\n"))
		if m == nil {
			continue
		}
		if name := m[1] + m[2]; !slices.Contains(names, name) {
			names = append(names, name)
		}
		if len(names) == most {
			break
		}
	}
	return names
}

// excerpt returns the output of a failed step, without the middle if it is long: tools print errors at the beginning or at
// the end.
func (r result) excerpt() string {
	const first, last = 40, 60
	lines := strings.Split(strings.TrimSpace(readable(r.output)), "\n")
	if len(lines) > first+last+1 {
		lines = append(append(lines[:first:first], "…"), lines[len(lines)-last:]...)
	}
	return strings.TrimRight("    "+strings.Join(lines, "\n    "), " \n")
}
