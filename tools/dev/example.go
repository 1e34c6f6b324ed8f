//go:build !js

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"sync/atomic"
)

// program is where the example site's server is built. A build that fails leaves the one that runs alone.
const program = "build/dev-site"

// example is the example site's server: the running process, and where it listens.
type example struct {
	cmd  *exec.Cmd
	at   atomic.Value // its host and port, a string
	made []byte       // the program that runs
}

func (e *example) address() string { return e.at.Load().(string) }

// run builds the server, and runs it on a free port if it is another one than runs already. The site's pages and the
// scripts are read from their folders and need no new server.
func (e *example) run(ctx context.Context) error {
	if err := command(ctx, "go", "build", "-o", program, "./example-site").Run(); err != nil {
		return err
	}
	made, err := os.ReadFile(program)
	if err != nil || bytes.Equal(made, e.made) {
		return err
	}
	e.made = made
	e.stop()
	return e.launch(ctx)
}

var listens = regexp.MustCompile(`http://(\S+:\d+)`)

// launch returns when the server has said where it listens.
func (e *example) launch(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, program, "-port", "0", "-dist", dist, "-web", "example-site/web")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	e.cmd = cmd
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := listens.FindStringSubmatch(lines.Text()); found != nil {
			e.at.Store(found[1])
			go func() { _, _ = io.Copy(io.Discard, out) }() // a full pipe would stop it
			return nil
		}
	}
	return errors.New("the example site ended before it listened")
}

func (e *example) stop() {
	if e.cmd != nil {
		_ = e.cmd.Process.Signal(os.Interrupt)
		_ = e.cmd.Wait() // the exit status of what we have stopped
	}
}
