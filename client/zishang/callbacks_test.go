//go:build !js

package zishang_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// What hears of an error may end the connection, whatever goroutine the error is from.
func TestReportMayClose(t *testing.T) {
	for name, one := range map[string]struct {
		options client.Options
		provoke func(s *fakeSession)
	}{
		"a broken limit": {client.Options{}, func(s *fakeSession) { s.emit("long", strings.Repeat("x", 10_000)) }},
		"a panic of Classify": {client.Options{Classify: func(*client.ServerError) client.Reason { panic("no") }}, func(s *fakeSession) {
			s.emit("unauthorized", map[string]any{"message": "who knows"})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFakeServer(t)
				one.options.Token, one.options.Via = client.StaticToken(sign(time.Hour)), client.ViaAuth
				ready, closed := make(chan *zishang.Conn, 1), make(chan struct{})
				c, err := zishang.Connect(context.Background(), fakeURL, one.options, f.network(), zishang.WithReadLimit(1000),
					zishang.WithReport(func(error) { _ = (<-ready).Close(); close(closed) }))
				if err != nil {
					t.Fatal(err)
				}
				authenticated(t, c)
				ready <- c
				one.provoke(f.lastSession())
				select {
				case <-closed:
				case <-time.After(patience):
					t.Error("Close waits for the report that called it")
				}
			})
		})
	}
}

// The last to hear of errors ends no program, and keeps no listener from hearing.
func TestReportMayPanic(t *testing.T) {
	f := newFakeServer(t)
	heard := newDiary()
	c := connect(t, fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaAuth}, f.network(),
		zishang.WithReport(func(err error) { panic("no report") }))
	authenticated(t, c)
	c.On("x", func(...any) { panic("no listener") })
	c.On("x", func(...any) { heard.write("x") })
	f.lastSession().emit("x")
	heard.reads(t, "x")
}

func TestSetupMayClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer(t)
		returned := make(chan error)
		go func() {
			c, err := zishang.Connect(context.Background(), fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour))}, f.network(),
				zishang.WithSetup(func(c *zishang.Conn) { _ = c.Close() }))
			if err == nil {
				_, err = c.Wait(context.Background())
			}
			returned <- err
		}()
		select {
		case err := <-returned:
			if !errors.Is(err, zishang.ErrClosed) {
				t.Errorf("Wait says %v", err)
			}
		case <-time.After(patience):
			t.Fatal("Close in WithSetup does not return")
		}
		if n := f.sessionCount(); n != 0 {
			t.Errorf("%d connections", n)
		}
	})
}

// Whoever disconnects in WithSetup begins by Connect.
func TestSetupMayDisconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer(t)
		asked := 0
		c := connect(t, fakeURL, client.Options{
			Token: func(context.Context, client.Cause) (string, error) { asked++; return sign(time.Hour), nil },
			Via:   client.ViaAuth,
		}, f.network(), zishang.WithSetup(func(c *zishang.Conn) { c.Disconnect() }))
		synctest.Wait()
		if _, err := c.Wait(waits(t)); !errors.Is(err, zishang.ErrDisconnected) || asked != 0 || f.sessionCount() != 0 {
			t.Errorf("asked %d times, %d connections, Wait says %v", asked, f.sessionCount(), err)
		}
		c.Connect()
		authenticated(t, c)
		if asked != 1 || f.sessionCount() != 1 {
			t.Errorf("after Connect: asked %d times, %d connections", asked, f.sessionCount())
		}
	})
}

// A listener that runs when the Conn is closed ends in its own time, and is the last one.
func TestNoListenerAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer(t)
		c := connect(t, fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaAuth}, f.network())
		authenticated(t, c)
		begun, goOn := make(chan struct{}, 10), make(chan struct{})
		c.On("x", func(...any) { begun <- struct{}{}; <-goOn })
		s := f.lastSession()
		s.emit("x")
		<-begun
		for range 5 {
			s.emit("x")
		}
		synctest.Wait()
		goOn <- struct{}{} // takes what has come meanwhile
		<-begun
		_ = c.Close()
		close(goOn)
		synctest.Wait()
		if n := len(begun); n != 0 {
			t.Errorf("%d listeners began after Close", n)
		}
	})
}

// As FailNow of package testing, and what is built on it, does.
func TestListenerMayEndItsGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer(t)
		c := connect(t, fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaAuth}, f.network())
		authenticated(t, c)
		heard := newDiary()
		c.On("end", func(...any) { runtime.Goexit() })
		c.On("x", func(...any) { heard.write("x") })
		f.lastSession().emit("end")
		f.lastSession().emit("x")
		synctest.Wait()
		if got := heard.read(); got != "x" {
			t.Errorf("heard %q", got)
		}
	})
}

// It is a Token without an answer, which is asked again at once and not after TokenTimeout; the error says so.
func TestTokenMayEndItsGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer(t)
		asked := 0
		token := func(context.Context, client.Cause) (string, error) {
			if asked++; asked == 1 {
				runtime.Goexit()
			}
			return sign(time.Hour), nil
		}
		begin := time.Now()
		heard := newDiary()
		c := connect(t, fakeURL, client.Options{
			Token: token, Via: client.ViaAuth,
			OnUnauthorized: func(err *client.UnauthorizedError) { heard.write(err.Error()) },
		}, f.network(), zishang.WithOptions(quick()))
		authenticated(t, c)
		if took := time.Since(begin); took > time.Second {
			t.Errorf("the next token is asked for after %v", took)
		}
		if got := heard.read(); !strings.HasPrefix(got, "unauthorized (unavailable): zishang: Token ended its goroutine") {
			t.Errorf("heard %q", got)
		}
	})
}

// The refusal stands then, and Wait says so.
func TestOnUnauthorizedMayEndItsGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		c := connect(t, fakeURL, client.Options{
			Token:          client.StaticToken("x.y.z"),
			OnUnauthorized: func(*client.UnauthorizedError) { runtime.Goexit() },
		}, r.network())
		begin := time.Now()
		_, err := c.Wait(waits(t))
		if took := time.Since(begin); took > time.Second {
			t.Errorf("Wait returns after %v", took)
		}
		if refused := (*client.UnauthorizedError)(nil); !errors.As(err, &refused) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait says %v", err)
		}
	})
}

// An event may have a number, or nothing, for its name.
func TestEventNames(t *testing.T) {
	f := newFakeServer(t)
	c := connect(t, fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaAuth}, f.network())
	authenticated(t, c)
	heard := newDiary()
	c.OnAny(func(args ...any) { heard.write(fmt.Sprintf("any %q", args)) })
	c.On("1", func(args ...any) { heard.write(fmt.Sprintf("one %q", args)) })
	c.On("", func(args ...any) { heard.write(fmt.Sprintf("nameless %q", args)) })
	f.lastSession().send(`42[1,"a"]`)
	f.lastSession().send(`42["","b"]`)
	f.lastSession().emit("end")
	heard.reads(t, `any ["1" "a"] → one ["a"] → any ["" "b"] → nameless ["b"] → any ["end"]`)
}
