//go:build !js

package zishang_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// On real networks, with real servers.
func TestLeavesNothing(t *testing.T) {
	eachWayAlone(t, func(t *testing.T, url string, o client.Options, transport zishang.Option) {
		o.Token = client.StaticToken(sign(time.Hour))
		before := len(goroutines(false))
		c := connect(t, url, o, transport)
		authenticated(t, c)
		_ = c.Emit("echo", "x")
		_ = c.Close()
		var left []string
		for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if left = goroutines(false); len(left) <= before {
				return
			}
		}
		t.Errorf("%d goroutines before, %d after:\n%s", before, len(left), strings.Join(left, "\n\n"))
	})
}

// In every state in which a Conn can be closed.
func TestLeavesNothingAnywhere(t *testing.T) {
	never := func(ctx context.Context, _ client.Cause) (string, error) { <-ctx.Done(); return "", ctx.Err() }
	deaf := func(*fakeSession, clientEvent) {}
	states := map[string]struct {
		token   client.TokenFunc
		onEvent func(*fakeSession, clientEvent)
		reach   func(t *testing.T, r *authServer, c *zishang.Conn)
	}{
		"at once":         {},
		"without a token": {token: never, reach: func(*testing.T, *authServer, *zishang.Conn) { synctest.Wait() }},
		"connecting":      {reach: func(t *testing.T, r *authServer, _ *zishang.Conn) { time.Sleep(time.Millisecond) }},
		"authenticating":  {onEvent: deaf, reach: func(*testing.T, *authServer, *zishang.Conn) { time.Sleep(time.Second) }},
		"authenticated":   {reach: func(t *testing.T, _ *authServer, c *zishang.Conn) { authenticated(t, c) }},
		"renewing": {reach: func(t *testing.T, _ *authServer, c *zishang.Conn) {
			authenticated(t, c)
			time.Sleep(59*time.Minute + 30*time.Second - time.Nanosecond)
		}},
		"refused": {token: client.StaticToken("x.y.z"), reach: func(t *testing.T, _ *authServer, c *zishang.Conn) {
			_, _ = c.Wait(waits(t))
		}},
		"without a server": {reach: func(_ *testing.T, r *authServer, _ *zishang.Conn) {
			r.refuseConnections(true)
			time.Sleep(time.Minute)
		}},
		"lost": {reach: func(t *testing.T, r *authServer, c *zishang.Conn) {
			authenticated(t, c)
			r.hangUpAll()
			synctest.Wait()
		}},
		"disconnected": {reach: func(t *testing.T, _ *authServer, c *zishang.Conn) {
			authenticated(t, c)
			c.Disconnect()
			synctest.Wait()
		}},
		"thrown out": {reach: func(t *testing.T, r *authServer, c *zishang.Conn) {
			authenticated(t, c)
			r.lastSession().send("41")
			synctest.Wait()
		}},
		"reauthenticating": {reach: func(t *testing.T, r *authServer, c *zishang.Conn) {
			authenticated(t, c)
			go func() { _, _ = c.Reauthenticate(context.Background()) }()
			time.Sleep(time.Millisecond)
		}},
		"with an answer due": {onEvent: nil, reach: func(t *testing.T, r *authServer, c *zishang.Conn) {
			authenticated(t, c)
			r.fakeServer.onEvent = deaf
			go func() { _, _ = c.EmitWithAck(context.Background(), "ask") }()
			synctest.Wait()
		}},
	}
	for name, state := range states {
		t.Run(name, func(t *testing.T) {
			bubbles(t, func(t *testing.T, transport zishang.Option) {
				r := newAuthServer(t, true)
				if state.onEvent != nil {
					r.fakeServer.onEvent = state.onEvent
				}
				o := client.Options{Token: state.token}
				if o.Token == nil {
					o.Token = client.StaticToken(sign(time.Hour))
				}
				synctest.Wait()
				before := len(goroutines(true))
				c := connect(t, fakeURL, o, transport, r.network())
				if state.reach != nil {
					state.reach(t, r, c)
				}
				_ = c.Close()
				r.hangUpAll()
				synctest.Wait()
				if left := goroutines(true); len(left) > before {
					t.Errorf("%d goroutines before, %d after:\n%s", before, len(left), strings.Join(left, "\n\n"))
				}
			})
		})
	}
}

// Close is for contexts, too.
func TestContextCloses(t *testing.T) {
	bubbles(t, func(t *testing.T, transport zishang.Option) {
		r := newAuthServer(t, true)
		ctx, cancel := context.WithCancel(context.Background())
		c, err := zishang.Connect(ctx, fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour))}, transport, r.network())
		if err != nil {
			t.Fatal(err)
		}
		authenticated(t, c)
		_ = c.Emit("say", "the last")
		synctest.Wait()
		cancel()
		<-c.Done()
		if got := r.words(); got != "say[the last]" {
			t.Errorf("the server heard %s", got)
		}
		if err := c.Emit("say", "more"); err != zishang.ErrClosed {
			t.Errorf("Emit: %v", err)
		}
		if _, err := c.EmitWithAck(waits(t), "say"); err != zishang.ErrClosed {
			t.Errorf("EmitWithAck: %v", err)
		}
		if _, err := c.Wait(waits(t)); err != zishang.ErrClosed {
			t.Errorf("Wait: %v", err)
		}
		if _, err := c.Reauthenticate(waits(t)); err != zishang.ErrClosed {
			t.Errorf("Reauthenticate: %v", err)
		}
		_ = c.Close()
	})
}
