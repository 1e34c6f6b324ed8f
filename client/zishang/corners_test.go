//go:build !js

package zishang_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// A Conn that a program prints, or gives to its log, shows no token.
func TestPrintsNoToken(t *testing.T) {
	f := newFakeServer(t)
	token := sign(time.Hour)
	c := connect(t, fakeURL, client.Options{Token: client.StaticToken(token), Via: client.ViaAuth}, f.network())
	authenticated(t, c)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X"} {
		printed := fmt.Sprintf(verb, c)
		for _, secret := range []string{token, fmt.Sprintf("%x", token), fmt.Sprintf("%X", token)} {
			if strings.Contains(printed, secret) {
				t.Errorf("%s shows the token", verb)
			}
		}
	}
	if got := fmt.Sprint((*zishang.Conn)(nil)); got != "(*zishang.Conn)(nil)" {
		t.Errorf("no Conn prints as %s", got)
	}
}

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

// What nobody waits for any more is not begun.
func TestEndedContextSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer(t)
		heard := newDiary()
		f.onEvent = func(_ *fakeSession, e clientEvent) { heard.write(e.name) }
		c := connect(t, fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaAuth}, f.network())
		authenticated(t, c)
		over, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := c.EmitWithAck(over, "x"); !errors.Is(err, context.Canceled) {
			t.Errorf("EmitWithAck says %v", err)
		}
		if _, err := c.Reauthenticate(over); !errors.Is(err, context.Canceled) {
			t.Errorf("Reauthenticate says %v", err)
		}
		synctest.Wait()
		if got := heard.read(); got != "" || f.sessionCount() != 1 {
			t.Errorf("the server heard %q on %d connections", got, f.sessionCount())
		}
	})
}

// The library puts what is to be retried into a queue, and again into that queue when its turn comes.
func TestRefusesRetries(t *testing.T) {
	for _, via := range []client.Via{client.ViaEvent, client.ViaAuth} {
		o := socket.DefaultOptions()
		o.SetRetries(2)
		c, err := zishang.Connect(context.Background(), fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour)), Via: via}, zishang.WithOptions(o))
		if c != nil {
			_ = c.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "SetRetries") {
			t.Errorf("via %d: %v", via, err)
		}
	}
}

// A CONNECT_ERROR ends a session, too: nothing comes after it, and what is emitted would go nowhere.
func TestRefusedInSession(t *testing.T) {
	for name, one := range map[string]struct {
		says string
		want string
	}{
		"the token":      {`44{"message":"jwt expired"}`, "disconnect:transport close → authenticated"},
		"something else": {`44{"message":"room is closed"}`, "disconnect:transport close → connect_error"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newAuthServer(t, false)
				d := newDiary()
				o := client.Options{Via: client.ViaAuth, Token: func(context.Context, client.Cause) (string, error) { return sign(time.Hour), nil }}
				c := connect(t, fakeURL, o, r.network())
				authenticated(t, c)
				for _, event := range []string{"disconnect", "connect_error"} {
					c.On(event, func(args ...any) {
						if reason, ok := args[0].(string); ok {
							d.write(event + ":" + reason)
						} else {
							d.write(event)
						}
					})
				}
				r.lastSession().send(one.says)
				synctest.Wait()
				time.Sleep(10 * time.Second)
				if c.Authenticated() {
					d.write("authenticated")
					if _, err := c.EmitWithAck(waits(t), "echo"); err != nil {
						t.Error(err)
					}
				}
				if got := d.read(); got != one.want {
					t.Errorf("the program heard\n     %s\nwant %s", got, one.want)
				}
			})
		})
	}
}

// HTTP status 101 gives the connection away, and no context ends what is read from it.
func TestCloseAfterSwitchedProtocols(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "upgrade")
		w.Header().Set("Upgrade", "chess")
		w.WriteHeader(http.StatusSwitchingProtocols)
	}))
	defer web.Close()
	defer web.CloseClientConnections()
	d := newDiary()
	connect(t, web.URL, client.Options{Token: client.StaticToken(sign(time.Hour))}, zishang.WithTransports(zishang.Polling), d.listenErrors())
	d.until(t, func(lines string) bool { return strings.Contains(lines, "HTTP status 101") })
}
