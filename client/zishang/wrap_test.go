//go:build !js

package zishang_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/clients/engine/v3/transports"
	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// program is a socket as a program makes it, with its own listeners.
func program(t testing.TB, address string, set ...func(*socket.Options)) *socket.Socket {
	o := socket.DefaultOptions()
	o.SetAutoConnect(false)
	o.SetTransports(types.NewSet(transports.WebSocket))
	o.SetTimeout(500 * time.Millisecond) // the library misses what is quick
	o.SetReconnectionDelay(20)
	for _, one := range set {
		one(o)
	}
	s := socket.NewManager(address, o).Socket("/", o)
	t.Cleanup(func() { s.Disconnect() })
	return s
}

func wrap(t testing.TB, s *socket.Socket, o client.Options) *zishang.Conn {
	t.Helper()
	c, err := zishang.Wrap(context.Background(), s, o, zishang.WithReport(func(err error) { t.Error(err) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func withAuth(o *socket.Options) { o.SetAuth(map[string]any{"who": "me"}) }

func TestWrap(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			address := way.serve(t)
			for _, before := range []string{"not connected", "connected", "connecting"} {
				if before == "connecting" && way.client.Via == client.ViaAuth {
					continue // the library reads the auth map meanwhile: see Wrap
				}
				t.Run(before, func(t *testing.T) {
					o := way.client
					o.Token = client.StaticToken(sign(time.Hour))
					s := program(t, address, withAuth)
					switch {
					case before == "connecting":
						s.Connect()
					case before == "connected" && o.Via == client.ViaEvent:
						// On a busy machine the library, alone, takes a connection for one that has
						// timed out, and leaves the socket connected without it.
						l := listeningLibrarySocket(t, address, transports.WebSocket, withAuth)
						s = connectLibrary(t, l).Socket
					case before == "connected":
						return // refused without a token, as it should be
					}
					echoes := make(chan any, 10)
					_ = s.On("echo", func(args ...any) { echoes <- args[0] })
					c := wrap(t, s, o)
					_ = c.Emit("echo", "kept")
					authenticated(t, c)
					select {
					case got := <-echoes:
						if got != "kept" {
							t.Errorf("the program's listener heard %v", got)
						}
					case <-time.After(patience):
						t.Error("the program's listener heard nothing")
					}
					answer, err := c.EmitWithAck(waits(t), "echo", "asked")
					if err != nil || fmt.Sprint(answer) != "[asked]" {
						t.Errorf("answer is %v, %v", answer, err)
					}
					_ = c.Close()
					if s.Connected() || s.Active() {
						t.Error("Close left the socket connected")
					}
				})
			}
		})
	}
}

// A socket that is connected without a token is reconnected with it.
func TestWrapReconnects(t *testing.T) {
	h := newFakeServer(t)
	s := connectLibrary(t, program(t, h.address(t)))
	before := h.sessionCount() // the library, alone, may have missed a handshake and come again
	c := wrap(t, s, client.Options{Via: client.ViaQuery, Token: client.StaticToken("x.y.z")})
	authenticated(t, c)
	if h.sessionCount() != before+1 || h.lastSession().query.Get("token") != "x.y.z" || h.open() != 1 {
		t.Errorf("%d connections after %d, %d left, the last with the token %q", h.sessionCount(), before, h.open(), h.lastSession().query.Get("token"))
	}
	// The network breaks it: the Conn, not the manager, connects again.
	h.hangUpAll()
	for h.sessionCount() != before+2 {
		time.Sleep(time.Millisecond)
	}
	authenticated(t, c)
	// The program disconnects its socket.
	s.Disconnect()
	for c.Authenticated() {
		time.Sleep(time.Millisecond)
	}
	if _, err := c.Wait(waits(t)); !errors.Is(err, zishang.ErrDisconnected) {
		t.Errorf("Wait: %v", err)
	}
	c.Connect()
	authenticated(t, c)
}

func TestWrapRefuses(t *testing.T) {
	s := program(t, "http://127.0.0.1:1")
	good := client.Options{Token: client.StaticToken("x.y.z")}
	auth := good
	auth.Via = client.ViaAuth
	for want, try := range map[string]func() (*zishang.Conn, error){
		"needs a socket":     func() (*zishang.Conn, error) { return zishang.Wrap(context.Background(), nil, good) },
		"SetAuth":            func() (*zishang.Conn, error) { return zishang.Wrap(context.Background(), s, auth) },
		"client.StaticToken": func() (*zishang.Conn, error) { return zishang.Wrap(context.Background(), s, client.Options{}) },
		"is for Connect": func() (*zishang.Conn, error) {
			return zishang.Wrap(context.Background(), s, good, zishang.WithOptions(socket.DefaultOptions()))
		},
		"no transport \"pigeon\"": func() (*zishang.Conn, error) {
			return zishang.Wrap(context.Background(), s, good, zishang.WithTransports("pigeon"))
		},
		"http, https, ws or wss": func() (*zishang.Conn, error) {
			return zishang.Connect(context.Background(), "ftp://example.com?token=s3cr3t", good)
		},
		"with a host": func() (*zishang.Conn, error) {
			return zishang.Connect(context.Background(), "http://[s3cr3t", good)
		},
	} {
		c, err := try()
		if err == nil {
			_ = c.Close()
			t.Errorf("no error about %s", want)
			continue
		}
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("error is %v, want something about %s", err, want)
		}
	}
}

// slowOpening makes a Conn's transports, the first of which opens only when it is let go on.
type slowOpening struct {
	engine.TransportCtor
	begun, goOn chan struct{}
	another     chan struct{} // hears of the transports after the first
}

func (b *slowOpening) New(s engine.Socket, o engine.SocketOptionsInterface) engine.Transport {
	_ = s.Once("open", func(...any) {
		select {
		case b.begun <- struct{}{}:
			<-b.goOn
		default:
		}
	})
	if len(b.begun) > 0 {
		b.another <- struct{}{}
	}
	return b.TransportCtor.New(s, o)
}

// A manager that opens while its connection is dropped stays open without one. The next attempt does not wait for it, nor
// does the manager open in place of that.
func TestConnectAfterLateOpening(t *testing.T) {
	for _, transport := range []string{zishang.Polling, zishang.WebSocket} {
		for _, before := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, opened before Connect: %v", transport, before), func(t *testing.T) {
				slow := &slowOpening{begun: make(chan struct{}, 1), goOn: make(chan struct{}), another: make(chan struct{}, 8)}
				o := socket.DefaultOptions()
				o.SetAutoConnect(false)
				o.SetAuth(map[string]any{})
				manager := socket.NewManager(newProxy(t, nil).url, o)
				opened := make(chan struct{}, 8)
				_ = manager.On("open", func(...any) { opened <- struct{}{} })
				c, err := zishang.Wrap(context.Background(), manager.Socket("/", o), client.Options{Via: client.ViaQuery | client.ViaAuth, Token: anyToken.Token},
					zishang.WithTransports(transport),
					zishang.WithSetup(func(*zishang.Conn) {
						slow.TransportCtor = manager.Opts().Transports().Keys()[0]
						manager.Opts().SetTransports(types.NewSet[engine.TransportCtor](slow))
					}))
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = c.Close() }()
				until(t, "the handshake", func() bool { return len(slow.begun) == 1 })
				c.Disconnect()
				if _, err := c.Wait(waits(t)); !errors.Is(err, zishang.ErrDisconnected) {
					t.Fatal(err)
				}
				if before {
					close(slow.goOn)
					within(t, opened)
					c.Connect()
				} else {
					c.Connect()
					select {
					case <-slow.another:
						t.Error("the next connection begins while the last one opens")
					case <-time.After(50 * time.Millisecond):
					}
					close(slow.goOn)
				}
				began := time.Now()
				authenticated(t, c)
				if took := time.Since(began); took > patience/2 {
					t.Errorf("the next connection took %v", took)
				}
			})
		}
	}
}
