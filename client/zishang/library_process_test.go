//go:build !js

package zishang_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/zishang520/socket.io/v3/pkg/log"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// The defects of the library that concern a whole process. See library_test.go.

// endsBy starts a program, sends it a signal once it says "ready", and reports
// whether that ends it in a time.
func endsBy(t *testing.T, program *exec.Cmd, signal syscall.Signal, within time.Duration) bool {
	t.Helper()
	stdout, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(ended)
		_ = program.Wait()
	}()
	_ = program.Process.Signal(signal)
	select {
	case <-ended:
		return true
	case <-time.After(within):
		_ = program.Process.Kill()
		<-ended
		return false
	}
}

func TestLibrarySignals(t *testing.T) {
	t.Parallel()
	library := filepath.Join(t.TempDir(), "library")
	build := []string{"build", "-o", library, "./testdata/rawsignals"}
	if raceDetector() {
		build = slices.Insert(build, 1, "-race") // of which everything is compiled already
	}
	if out, err := exec.Command("go", build...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if endsBy(t, exec.Command(library), syscall.SIGTERM, 500*time.Millisecond) {
		t.Error("the library leaves SIGTERM to the program now: signals.go may go")
	}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		if !endsBy(t, child(t, "idle"), signal, patience) {
			t.Errorf("%v does not end the program", signal)
		}
	}
}

// raceDetector tells whether the tests run with it.
func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// A program that turns the library's log on has it tell everything, tokens too; the
// environment alone does not. This is in the list of what remains.
func TestLibraryLogShowsTokens(t *testing.T) {
	t.Parallel()
	token := sign(time.Hour)
	address := serveOurs(t, "handshake")
	for _, on := range []bool{false, true} {
		c := child(t, "client")
		c.Env = append(c.Env, "DEBUG=*", "ZISHANG_TEST_URL="+address, "ZISHANG_TEST_TOKEN="+token)
		if on {
			c.Env = append(c.Env, "ZISHANG_TEST_LOG=on")
		}
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, strings.ReplaceAll(string(out), token, "(the token)"))
		}
		if shown := strings.Contains(string(out), token); shown != on {
			t.Errorf("with the log on: %v, the token is shown: %v", on, shown)
		}
	}
}

// beClient is what the child does.
func beClient() {
	log.DEBUG.Store(os.Getenv("ZISHANG_TEST_LOG") != "")
	o := client.Options{Via: client.ViaAuth, Token: client.StaticToken(os.Getenv("ZISHANG_TEST_TOKEN"))}
	c, err := zishang.Connect(context.Background(), os.Getenv("ZISHANG_TEST_URL"), o)
	if err == nil {
		_, err = c.Wait(context.Background())
		_ = c.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
