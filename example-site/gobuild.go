package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// goBuild builds the 20 MB program of the page at /go at the first request for that page. One build runs at a time. A
// successful build serves until the site ends; a failed one is repeated at the next request.
type goBuild struct {
	build func(context.Context) error
	ctx   context.Context
	stop  context.CancelFunc

	mu   sync.Mutex
	last *attempt
}

// attempt is one build. Its error may be read when done is closed.
type attempt struct {
	done chan struct{}
	err  error
}

func newGoBuild(build func(context.Context) error) *goBuild {
	ctx, stop := context.WithCancel(context.Background())
	return &goBuild{build: build, ctx: ctx, stop: stop}
}

// begin starts a build, unless one is under way or has succeeded.
func (g *goBuild) begin() *attempt {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.last != nil {
		select {
		case <-g.last.done:
			if g.last.err == nil {
				return g.last
			}
		default:
			return g.last
		}
	}
	fresh := &attempt{done: make(chan struct{})}
	g.last = fresh
	go func() {
		fresh.err = g.build(g.ctx)
		close(fresh.done)
	}()
	return fresh
}

// close ends a build that is under way.
func (g *goBuild) close() { g.stop() }

// ServeHTTP answers with the state of the build as JSON: {state: "ready"}, {state: "building"}, or {state: "failed", message}.
// With ?wait it answers when the build has ended.
func (g *goBuild) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := g.begin()
	answer := struct {
		State   string `json:"state"`
		Message string `json:"message,omitempty"`
	}{State: "building"}
	if r.URL.Query().Has("wait") {
		select {
		case <-now.done:
		case <-r.Context().Done():
			return
		}
	}
	select {
	case <-now.done:
		answer.State = "ready"
		if now.err != nil {
			answer.State, answer.Message = "failed", now.err.Error()
		}
	default:
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(answer)
}

// compile does what `make gopage` does: it builds the program, and copies Go's script that starts it.
func compile(dir string) func(context.Context) error {
	return func(ctx context.Context) error {
		goroot, err := goTool(ctx, nil, "env", "GOROOT")
		if err != nil {
			return err
		}
		starter, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, "wasm_exec.js"), starter, 0o644); err != nil {
			return err
		}
		_, err = goTool(ctx, []string{"GOOS=js", "GOARCH=wasm"}, "build", "-trimpath", "-ldflags=-s -w",
			"-o", filepath.Join(dir, "gopage.wasm"), "./example-site/gopage")
		return err
	}
}

// goTool runs the go command in the repository's root, where the example runs. Its error has go's output.
func goTool(ctx context.Context, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), env...)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	err := cmd.Run()
	if errors.Is(err, exec.ErrNotFound) {
		return "", errors.New("there is no go command on the PATH of this server: put it there, or build the program by `make gopage`")
	}
	if err != nil {
		return "", fmt.Errorf("go %s: %w: %s", args[0], err, lastOf(complaints.String(), 1000))
	}
	return strings.TrimSpace(out.String()), nil
}

// lastOf returns the end of a text, in whole lines if they fit.
func lastOf(text string, limit int) string {
	text = strings.TrimSpace(text)
	if len(text) <= limit {
		return text
	}
	text = text[len(text)-limit:]
	if _, rest, ok := strings.Cut(text, "\n"); ok {
		return rest
	}
	return strings.ToValidUTF8(text, "")
}
