//go:build !js

// Command mutants takes invariants out of the code, one at a time, and demands that a
// test sees it. Nothing in the tree changes: each edit is an overlay of the build.
//
//	go run ./client/lifecycle/mutants             all of them
//	go run ./client/lifecycle/mutants -only ack   those whose name says ack
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"
)

// mutant is an edit that must not survive.
type mutant struct {
	name     string // what is taken out
	function string // where: function, or Type.method without a star
	old      string // code that is there exactly once; comments and layout do not matter
	new      string
	test     string // of the package, which must fail
}

// suite is the mutants of one package.
type suite struct {
	dir     string // from the root of the module
	mutants []mutant
}

var suites = []suite{
	{"client/lifecycle", lifecycleMutants},
	{"internal/engineio", engineioMutants},
	{"internal/socketio", socketioMutants},
	{"internal/core", coreMutants},
}

func main() {
	only := flag.String("only", "", "run the mutants whose name has this in it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string) error {
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("finding the module: %w", err)
	}
	scratch, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)

	survivors, ran := 0, 0
	for _, s := range suites {
		dir := filepath.Join(strings.TrimSpace(string(root)), s.dir)
		tested := false
		for _, m := range s.mutants {
			if !strings.Contains(m.name, only) {
				continue
			}
			if !tested {
				if out, err := test(ctx, dir, "", ""); err != nil {
					return fmt.Errorf("the tests of %s fail before anything is taken out:\n%s", s.dir, out)
				}
				tested = true
			}
			ran++
			begun := time.Now()
			killed, err := try(ctx, dir, scratch, m)
			if err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			verdict := "seen by " + m.test
			if !killed {
				survivors++
				verdict = "SURVIVED " + m.test
			}
			fmt.Printf("%5.1fs  %-64s %s\n", time.Since(begun).Seconds(), m.name, verdict)
		}
	}
	switch {
	case ran == 0:
		return fmt.Errorf("no mutant has %q in its name", only)
	case survivors > 0:
		return fmt.Errorf("%d of %d survived: a test has a hole there", survivors, ran)
	}
	fmt.Printf("%d mutants, all seen\n", ran)
	return nil
}

// try runs m's test on the edited package and tells whether it failed.
func try(ctx context.Context, dir, scratch string, m mutant) (bool, error) {
	path, source, err := m.apply(dir)
	if err != nil {
		return false, err
	}
	edited := filepath.Join(scratch, "edited.go")
	if err := os.WriteFile(edited, []byte(source), 0o600); err != nil {
		return false, err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{path: edited}})
	if err != nil {
		return false, err
	}
	config := filepath.Join(scratch, "overlay.json")
	if err := os.WriteFile(config, overlay, 0o600); err != nil {
		return false, err
	}
	out, err := test(ctx, dir, config, m.test)
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err == nil:
		return false, nil
	case !strings.Contains(out, "--- FAIL: "+m.test):
		// It did not compile, or something else fell over.
		return false, fmt.Errorf("failed otherwise than by %s:\n%s", m.test, out)
	}
	return true, nil
}

func test(ctx context.Context, dir, overlay, name string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	args := []string{"test", "-count=1", "-vet=off", "-timeout=60s"}
	if overlay != "" {
		args = append(args, "-overlay="+overlay, "-run=^"+name+"$")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}
