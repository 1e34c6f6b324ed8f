//go:build !js

package zishang_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/zishang520/socket.io/servers/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/example-site/server"
)

// The test binary is also our server, in a process of its own: zishang520's shares
// goroutines' looks with the client, leaves some behind, and has data races.
const childMode = "ZISHANG_TEST_SERVER"

func TestMain(m *testing.M) {
	switch mode := os.Getenv(childMode); mode {
	case "":
	case "client":
		beClient()
		return
	case "idle": // does not care for signals, and so ends by them
		fmt.Println("ready")
		time.Sleep(time.Minute)
		return
	default:
		serveChild(mode)
		return
	}
	os.Exit(m.Run())
}

// serveChild serves until its parent lets go of it.
func serveChild(mode string) {
	server520 := socket.NewServer(nil, nil)
	o := server.Options{Secret: server.Secret(key)}
	if mode == "handshake" {
		o.Handshake = true
	}
	root := server520.Of("/", nil)
	if err := server.Protect(root, o); err != nil {
		panic(err)
	}
	_ = root.On("connection", func(args ...any) { welcome(args[0].(*socket.Socket)) })
	web := httptest.NewServer(gated(server520))
	fmt.Println(web.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// child is this binary, as something else.
func child(t testing.TB, mode string) *exec.Cmd {
	t.Helper()
	c, err := another(mode)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func another(mode string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.Command(self)
	c.Env = append(os.Environ(), childMode+"="+mode, "GORACE=atexit_sleep_ms=0")
	return c, nil
}

// serveOurs is a server in another process; its mode is "event" or "handshake".
func serveOurs(t testing.TB, mode string) (url string) {
	t.Helper()
	url, stop, err := startOurs(mode)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return url
}

func startOurs(mode string) (url string, stop func(), err error) {
	child, err := another(mode)
	if err != nil {
		return "", nil, err
	}
	// zishang520's server has data races of its own.
	child.Env = append(child.Env, "GORACE=log_path=/dev/null atexit_sleep_ms=0")
	child.Stderr = os.Stderr
	return startServer(child)
}

// exampleServer starts ours for an example, which has no test to fail, and gives it a
// minute.
func exampleServer(mode string) (ctx context.Context, address string, stop func()) {
	address, end, err := startOurs(mode)
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	return ctx, address, func() {
		cancel()
		end()
	}
}

// startServer starts a program that prints its URL.
func startServer(child *exec.Cmd) (url string, stop func(), err error) {
	stdin, err := child.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := child.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := child.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = stdin.Close()
		_ = child.Process.Kill()
		_ = child.Wait()
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("the server did not start: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}

func welcome(one *socket.Socket) {
	_ = one.On("echo", func(args ...any) {
		if ack, ok := args[len(args)-1].(socket.Ack); ok {
			ack(args[:len(args)-1], nil)
			return
		}
		_ = one.Emit("echo", args...)
	})
	_ = one.On("kick", func(...any) { one.Disconnect(true) })
	_ = one.On("drop", func(...any) { one.Conn().Close(true) })
}
