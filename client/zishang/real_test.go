//go:build !js

package zishang_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// serveNode is a real Socket.IO server. A test that cannot have one skips and says how to get it: `go test ./...` passes
// in a fresh clone, and `make test`, which installs the servers first, counts a skipped test as failed.
func serveNode(t testing.TB, pkg, guard string) (url string) {
	t.Helper()
	installed, err := filepath.Abs(filepath.Join("..", "..", "e2e", "node_modules", pkg, "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(installed); err != nil {
		t.Skipf("the npm package %s is not installed (%v): run `make test`, or `cd e2e && npm ci`", pkg, err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skipf("the real servers need Node.js (%v): install version 20.19 or newer", err)
	}
	child := exec.Command(node, "--no-deprecation", filepath.Join("testdata", "server.mjs"), pkg, guard, string(key))
	child.Stderr = os.Stderr
	url, stop, err := startServer(child)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return url
}

// ways are all the ways to authenticate, each on the servers that know it.
var ways = []struct {
	name    string
	serve   func(testing.TB) string
	client  client.Options
	missing string // the code for no token
}{
	{"3.1.2 socketio-jwt query", node("socket.io-3", "socketio-jwt"), client.Options{Via: client.ViaQuery}, "credentials_required"},
	{"3.1.2 socketio-jwt header", node("socket.io-3", "header"), client.Options{Via: client.ViaHeader}, "missing_authorization_header"},
	{"4.8.4 socketio-jwt query", node("socket.io-4", "socketio-jwt"), client.Options{Via: client.ViaQuery}, "credentials_required"},
	{"4.8.4 socketio-jwt header", node("socket.io-4", "header"), client.Options{Via: client.ViaHeader}, "missing_authorization_header"},
	{"4.8.4 thream auth", node("socket.io-4", "thream"), client.Options{Via: client.ViaAuth, Scheme: "Bearer"}, "credentials_required"},
	{"ours event", ours("event"), client.Options{Via: client.ViaEvent}, "invalid_token"},
	{"ours query", ours("handshake"), client.Options{Via: client.ViaQuery}, "credentials_required"},
	{"ours header", ours("handshake"), client.Options{Via: client.ViaHeader}, "credentials_required"},
	{"ours auth", ours("handshake"), client.Options{Via: client.ViaAuth}, "credentials_required"},
	{"ours auth Bearer", ours("handshake"), client.Options{Via: client.ViaAuth, Scheme: "Bearer"}, "credentials_required"},
	{"ours header and query", ours("handshake"), client.Options{Via: client.ViaHeader | client.ViaQuery}, "credentials_required"},
}

func node(pkg, guard string) func(testing.TB) string {
	return func(t testing.TB) string { return serveNode(t, pkg, guard) }
}

func ours(mode string) func(testing.TB) string {
	return func(t testing.TB) string { return serveOurs(t, mode) }
}

var transportOrders = []struct {
	name  string
	order []string
}{
	{"polling", []string{zishang.Polling}},
	{"websocket", []string{zishang.WebSocket}},
	{"upgrade", []string{zishang.Polling, zishang.WebSocket}},
}

type wayTest func(t *testing.T, url string, o client.Options, transport zishang.Option)

// eachWay runs a test on all servers, ways and transports: all ways at once, as most
// of the time is spent waiting, for processes to start and for clocks.
func eachWay(t *testing.T, run wayTest) {
	var all sync.WaitGroup
	for _, way := range ways {
		all.Go(func() { t.Run(way.name, func(t *testing.T) { onEachTransport(t, way.serve(t), way.client, run) }) })
	}
	all.Wait()
}

// eachWayAlone is for tests that look at the whole process.
func eachWayAlone(t *testing.T, run wayTest) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) { onEachTransport(t, way.serve(t), way.client, run) })
	}
}

func onEachTransport(t *testing.T, url string, o client.Options, run wayTest) {
	for _, transport := range transportOrders {
		t.Run(transport.name, func(t *testing.T) { run(t, url, o, zishang.WithTransports(transport.order...)) })
	}
}

// eachWayWaiting is for tests that wait for a token's time, on one transport.
func eachWayWaiting(t *testing.T, run wayTest) {
	var all sync.WaitGroup
	for _, way := range ways {
		all.Go(func() {
			t.Run(way.name, func(t *testing.T) { run(t, way.serve(t), way.client, zishang.WithTransports()) })
		})
	}
	all.Wait()
}

func TestAuthenticates(t *testing.T) {
	eachWay(t, func(t *testing.T, url string, o client.Options, transport zishang.Option) {
		d := newDiary()
		o.Token = func(_ context.Context, cause client.Cause) (string, error) {
			d.write("asked:" + cause.String())
			return sign(time.Hour), nil
		}
		c := connect(t, url, d.hooks(o), transport, d.listen("connect", "disconnect", "echo"))
		for i := range 20 {
			if err := c.Emit("echo", fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
		session := authenticated(t, c)
		if left := time.Until(session.ExpiresAt); left < 59*time.Minute || left > time.Hour {
			t.Errorf("ExpiresAt is in %v", left)
		}
		if session.Claims["sub"] != "bot" || session.Refreshed || session.Via != o.Via {
			t.Errorf("session is %+v", session)
		}
		want := "asked:connect → connect → authenticated"
		for i := range 20 {
			want += fmt.Sprintf(" → echo:%d", i)
		}
		d.reads(t, want)
		answer, err := c.EmitWithAck(waits(t), "echo", "a", map[string]any{"b": 2.0})
		if err != nil || fmt.Sprint(answer) != "[a map[b:2]]" {
			t.Errorf("answer is %v, %v", answer, err)
		}
	})
}

// Tokens that are signed by somebody else, malformed and expired are refused; then a
// good one makes a session after all.
func TestRefusal(t *testing.T) {
	eachWay(t, func(t *testing.T, url string, o client.Options, transport zishang.Option) {
		d := newDiary()
		token := sign(time.Hour) + "x"
		o.Token = func(_ context.Context, cause client.Cause) (string, error) {
			d.write("asked:" + cause.String())
			return token, nil
		}
		c := connect(t, url, d.hooks(o), transport)
		_, err := c.Wait(waits(t))
		var refused *client.UnauthorizedError
		if !errors.As(err, &refused) || refused.Reason != client.ReasonInvalid || refused.Code != "invalid_token" {
			t.Fatalf("error is %v", err)
		}
		if strings.Contains(fmt.Sprintf("%v %+v", err, *refused), token) {
			t.Error("the token is in the error")
		}
		want := "asked:connect → asked:unauthorized → unauthorized:invalid"
		d.reads(t, want)

		now := time.Now()
		for reason, bad := range map[client.Reason]string{
			client.ReasonInvalid: "no token at all",
			client.ReasonExpired: signed(now.Add(-2*time.Hour), now.Add(-time.Hour)),
		} {
			token = bad
			_, err := c.Reauthenticate(waits(t))
			if !errors.As(err, &refused) || refused.Reason != reason {
				t.Fatalf("error is %v, want one that is %v", err, reason)
			}
			want += " → asked:refresh → asked:unauthorized → unauthorized:" + reason.String()
			if reason == client.ReasonExpired {
				want += " → expired"
			}
			d.reads(t, want)
		}

		token = sign(time.Hour)
		if _, err := c.Reauthenticate(waits(t)); err != nil {
			t.Fatal(err)
		}
		d.reads(t, want+" → asked:refresh → authenticated")
	})
}

// A token that is expired already is never sent; one that the server finds expired
// is replaced before anybody hears of it.
func TestExpired(t *testing.T) {
	eachWayWaiting(t, func(t *testing.T, url string, o client.Options, transport zishang.Option) {
		d := newDiary()
		now := time.Now()
		// The server's clock is ours: this one seems to have been issued by another.
		tokens := []string{signed(now.Add(-2*time.Hour), now.Add(-time.Hour)), sign(time.Hour)}
		o.Token = func(_ context.Context, cause client.Cause) (string, error) {
			d.write("asked:" + cause.String())
			token := tokens[0]
			if len(tokens) > 1 {
				tokens = tokens[1:]
			}
			return token, nil
		}
		c := connect(t, url, d.hooks(o), transport)
		authenticated(t, c)
		d.reads(t, "asked:connect → asked:unauthorized → authenticated")
	})
}

// No token: the server is asked only where it would be told nothing by it.
func TestMissing(t *testing.T) {
	eachWay(t, func(t *testing.T, url string, o client.Options, transport zishang.Option) {
		d := newDiary()
		o.Token = client.StaticToken("")
		c := connect(t, url, d.hooks(o), transport)
		_, err := c.Wait(waits(t))
		var refused *client.UnauthorizedError
		if !errors.As(err, &refused) || refused.Reason != client.ReasonMissing {
			t.Fatalf("error is %v", err)
		}
		d.reads(t, "unauthorized:missing")
	})
}

// Renewal on a live connection, before real servers.
func TestRenews(t *testing.T) {
	eachWayWaiting(t, func(t *testing.T, url string, o client.Options, transport zishang.Option) {
		d := newDiary()
		lives := 8 * time.Second // renewed when half of them is over
		o.Token = func(context.Context, client.Cause) (string, error) {
			defer func() { lives = time.Hour }()
			return sign(lives), nil
		}
		c := connect(t, url, d.hooks(o), transport, d.listen("connect", "disconnect"))
		authenticated(t, c)
		d.until(t, func(lines string) bool {
			answer, err := c.EmitWithAck(waits(t), "echo", "x")
			if err != nil || fmt.Sprint(answer) != "[x]" {
				t.Fatalf("answer is %v, %v", answer, err)
			}
			return strings.HasSuffix(lines, "refreshed")
		})
		d.reads(t, "connect → authenticated → refreshed")
	})
}

// What is emitted just before a renewal, or before Close, is heard by the server's listeners: socket.io throws away what it
// reads together with the end of the session.
func TestLastWordsAreHeard(t *testing.T) {
	for _, pkg := range []string{"socket.io-3", "socket.io-4"} {
		t.Run(pkg, func(t *testing.T) {
			onEachTransport(t, serveNode(t, pkg, "none"), client.Options{Via: client.ViaAuth}, func(t *testing.T, url string, o client.Options, transport zishang.Option) {
				o.Token = func(context.Context, client.Cause) (string, error) { return sign(time.Hour), nil }
				d := newDiary()
				listener := connect(t, url, o, d.listen("said"))
				authenticated(t, listener)
				want := ""
				for round := range 10 {
					c, err := zishang.Connect(waits(t), url, o, transport)
					if err != nil {
						t.Fatal(err)
					}
					authenticated(t, c)
					for n := range 20 {
						word := fmt.Sprintf("%d.%d", round, n)
						if err := c.Emit("say", word); err != nil {
							t.Fatal(err)
						}
						want += " → said:" + word
					}
					if round%2 == 0 {
						if _, err := c.Reauthenticate(waits(t)); err != nil {
							t.Fatal(err)
						}
					}
					if err := c.Close(); err != nil {
						t.Fatal(err)
					}
				}
				d.reads(t, strings.TrimPrefix(want, " → "))
			})
		})
	}
}
