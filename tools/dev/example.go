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

// program is the path of the built server of the example site. If a build fails, the running server stays.
const program = "build/dev-site"

// example is the example site's server: the running process and its address.
type example struct {
	cmd  *exec.Cmd
	at   atomic.Value // host:port, a string
	made []byte       // the running program's bytes
}

func (e *example) address() string { return e.at.Load().(string) }

// run builds the server. If the program has changed, run starts it on a free port. The server reads pages and scripts from
// their folders, so they need no new server.
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

// launch starts the server and returns when it has printed its address.
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
		_ = e.cmd.Wait() // we have stopped it: its exit status says nothing
	}
}
