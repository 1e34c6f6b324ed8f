//go:build !js

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/zishang520/socket.io/servers/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/example-site/server"
)

// serverMode makes the test binary a server, in a process of its own: zishang520's server
// has data races. The value is "event", "handshake" or "open", which accepts every client.
const serverMode = "SIOJWT_TEST_SERVER"

var key = []byte("a key for tests, long enough for HS256")

func TestMain(m *testing.M) {
	if mode := os.Getenv(serverMode); mode != "" {
		serve(mode)
		return
	}
	os.Exit(m.Run())
}

// serve serves until the standard input ends.
func serve(mode string) {
	io520 := socket.NewServer(nil, nil)
	root := io520.Of("/", nil)
	if mode != "open" {
		if err := server.Protect(root, server.Options{Secret: server.Secret(key), Handshake: mode == "handshake"}); err != nil {
			panic(err)
		}
	}
	_ = root.On("connection", func(args ...any) {
		one := args[0].(*socket.Socket)
		_ = one.On("echo", func(args ...any) {
			if ack, ok := args[len(args)-1].(socket.Ack); ok {
				ack(args[:len(args)-1], nil)
				return
			}
			_ = one.Emit("echoed", args...)
		})
		_ = one.On("bytes", func(...any) { _ = one.Emit("bytes", []byte{1, 2, 254}) })
		_ = one.On("shout", func(args ...any) { _ = root.Emit("shouted", args...) })
		_ = one.On("length", func(args ...any) { _ = one.Emit("length", len(args[0].(string))) })
		_ = one.On("touch", func(args ...any) { _ = os.WriteFile(args[0].(string), nil, 0o600) }) // and never acknowledges
		_ = one.On("kick", func(...any) { one.Disconnect(false) })
	})
	web := httptest.NewServer(server.Handler(io520))
	fmt.Println(web.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// startServer starts our server, returns its URL, and ends it with the test.
func startServer(t *testing.T, mode string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(self)
	child.Env = append(os.Environ(), serverMode+"="+mode, "GORACE=log_path=/dev/null atexit_sleep_ms=0")
	return startProcess(t, child)
}

// startNode starts a real Socket.IO server with a real guard, and returns its URL.
func startNode(t *testing.T, pkg, guard string) string {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("Node.js is not installed: run `make test`, or install Node.js 20 and run `cd e2e && npm ci`")
	}
	if _, err := os.Stat("../../../../e2e/node_modules/" + pkg); err != nil {
		t.Skipf("the npm package %s is not installed: run `make test`, or `cd e2e && npm ci`", pkg)
	}
	return startProcess(t, exec.Command("node", "../../testdata/server.mjs", pkg, guard, string(key)))
}

// startProcess starts a server that prints its URL, and ends it with the test.
func startProcess(t *testing.T, child *exec.Cmd) string {
	t.Helper()
	child.Stderr = os.Stderr
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = child.Process.Kill()
		_ = child.Wait()
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("the server did not start: %v", err)
	}
	return strings.TrimSpace(url)
}

// sign makes a user's token that expires after d.
func sign(t *testing.T, user string, d time.Duration) string {
	t.Helper()
	now := time.Now()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{"sub": user, "iat": now.Unix(), "exp": now.Add(d).Unix()}).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// patience is how long a test waits for an expected event.
const patience = 20 * time.Second

// output holds the lines that a command has printed.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newOutput() *output { return &output{more: make(chan struct{}, 1)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.more <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// until waits until the output has a text.
func (o *output) until(t *testing.T, text string) {
	t.Helper()
	late := time.After(patience)
	for !strings.Contains(o.String(), text) {
		select {
		case <-o.more:
		case <-late:
			t.Fatalf("%q does not come; there is:\n%s", text, o)
		}
	}
}

// process is a command under test.
type process struct {
	in       *io.PipeWriter
	out, err *output
	stop     context.CancelFunc
	status   chan int
}

// start runs a command line; env is its whole environment.
func start(t *testing.T, env map[string]string, args ...string) *process {
	t.Helper()
	in, typed := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	r := &process{in: typed, out: newOutput(), err: newOutput(), stop: stop, status: make(chan int, 1)}
	p := &program{in: in, out: r.out, err: r.err, getenv: func(name string) string { return env[name] }}
	go func() {
		status := p.run(ctx, args)
		_ = in.Close()
		r.status <- status
	}()
	t.Cleanup(func() {
		stop()
		_ = typed.Close()
	})
	return r
}

// wait returns the exit status.
func (r *process) wait(t *testing.T) int {
	t.Helper()
	select {
	case status := <-r.status:
		return status
	case <-time.After(patience):
		t.Fatalf("the command does not end; it says:\n%s%s", r.out, r.err)
		return 0
	}
}

// run runs a command line to its end.
func run(t *testing.T, env map[string]string, args ...string) (status int, out, err string) {
	t.Helper()
	r := start(t, env, args...)
	status = r.wait(t)
	return status, r.out.String(), r.err.String()
}
