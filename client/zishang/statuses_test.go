//go:build !js

package zishang_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

func quick() *socket.Options {
	o := socket.DefaultOptions()
	o.SetReconnectionDelay(20)
	o.SetReconnectionDelayMax(40)
	return o
}

// handshakes answers each handshake by a status until it has the token "good".
func handshakes(status int) func(w http.ResponseWriter, r *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		query := r.URL.Query()
		if query.Has("sid") || query.Get("token") == "good" || r.Header.Get("Authorization") == "Bearer good" {
			return false
		}
		w.WriteHeader(status)
		return true
	}
}

func TestUnauthorizedStatus(t *testing.T) {
	for _, via := range []client.Via{client.ViaQuery, client.ViaHeader, client.ViaQuery | client.ViaAuth} {
		for _, transport := range transportOrders {
			t.Run(transport.name, func(t *testing.T) {
				f := newProxy(t, handshakes(http.StatusUnauthorized))
				d := newDiary()
				var causes [2]atomic.Int32
				tokens := func(_ context.Context, cause client.Cause) (string, error) {
					if cause == client.CauseUnauthorized {
						causes[1].Add(1)
						return "another", nil
					}
					causes[0].Add(1)
					return "bad", nil
				}
				c := connect(t, f.url, d.hooks(client.Options{Via: via, Token: tokens}), zishang.WithTransports(transport.order...), zishang.WithOptions(quick()))
				_, err := c.Wait(waits(t))
				refused, ok := err.(*client.UnauthorizedError)
				if !ok || refused.Code != "invalid_token" || refused.Reason != client.ReasonInvalid || !strings.Contains(refused.Message, "401") {
					t.Fatalf("the error is %#v", err)
				}
				d.reads(t, "unauthorized:invalid")
				if first, second := causes[0].Load(), causes[1].Load(); first != 1 || second != 1 || len(f.requests()) != 2 {
					t.Errorf("asked %d times, %d times for the refusal; %d requests", first, second, len(f.requests()))
				}
			})
		}
	}
}

// A server that quotes the token in the body of its status: the error has the rest of it.
func TestStatusQuotesToken(t *testing.T) {
	const token = "secret-of-the-user"
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		for _, transport := range transportOrders {
			t.Run(fmt.Sprint(status, " ", transport.name), func(t *testing.T) {
				f := newProxy(t, func(w http.ResponseWriter, r *http.Request) bool {
					w.WriteHeader(status)
					fmt.Fprintf(w, `{"code":4,"message":"invalid token %s"}`, r.URL.Query().Get("token"))
					return true
				})
				heard := make(chan string, 8)
				c := connect(t, f.url, client.Options{Via: client.ViaQuery, Token: client.StaticToken(token)},
					zishang.WithTransports(transport.order...), zishang.WithOptions(quick()),
					zishang.WithSetup(func(conn *zishang.Conn) {
						conn.On("connect_error", func(args ...any) { heard <- fmt.Sprint(args...) })
					}))
				_, err := c.Wait(waits(t))
				refused, ok := err.(*client.UnauthorizedError)
				if !ok || refused.Message != "invalid token …" {
					t.Fatal("another refusal than it has to be")
				}
				for _, text := range []string{err.Error(), fmt.Sprintf("%+v", refused.Data), within(t, heard)} {
					if strings.Contains(text, token) {
						t.Error("the token is in what the program gets")
					}
				}
			})
		}
	}
}

// The second token of the provider is let in.
func TestUnauthorizedStatusThenGood(t *testing.T) {
	for _, transport := range transportOrders {
		t.Run(transport.name, func(t *testing.T) {
			f := newProxy(t, handshakes(http.StatusUnauthorized))
			d := newDiary()
			tokens := func(_ context.Context, cause client.Cause) (string, error) {
				if cause == client.CauseUnauthorized {
					return "good", nil
				}
				return "bad", nil
			}
			authenticated(t, connect(t, f.url, d.hooks(client.Options{Via: client.ViaQuery, Token: tokens}), zishang.WithTransports(transport.order...)))
			d.reads(t, "authenticated")
		})
	}
}

// What says nothing of the token is the network's: a 401 to a handshake that carried
// none, or to a later poll, and other statuses.
func TestStatusOfTheNetwork(t *testing.T) {
	later := func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Has("sid") {
			w.WriteHeader(http.StatusUnauthorized)
		}
		return r.URL.Query().Has("sid")
	}
	for name, c := range map[string]struct {
		via    client.Via
		answer func(w http.ResponseWriter, r *http.Request) bool
		status zishang.StatusError
	}{
		"no token in the handshake": {client.ViaAuth, handshakes(http.StatusUnauthorized), http.StatusUnauthorized},
		"another status":            {client.ViaQuery, handshakes(http.StatusBadGateway), http.StatusBadGateway},
		"a later poll":              {client.ViaQuery, later, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			f := newProxy(t, c.answer)
			d := newDiary()
			connect(t, f.url, d.hooks(client.Options{Via: c.via, Token: anyToken.Token}),
				zishang.WithTransports(zishang.Polling), zishang.WithOptions(quick()), d.listenErrors())
			text := c.status.Error()
			lines := d.until(t, func(lines string) bool { return strings.Count(lines, text) == 2 })
			if strings.Contains(lines, "unauthorized:") {
				t.Errorf("a hook heard of it: %s", lines)
			}
		})
	}
}

// Classify is asked about a status that nobody can know to be about the token, and says what it is.
func TestClassifyAStatus(t *testing.T) {
	for _, transport := range transportOrders {
		t.Run(transport.name, func(t *testing.T) {
			f := newProxy(t, func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Query().Has("sid") || r.URL.Query().Get("token") == "good" {
					return false
				}
				w.WriteHeader(http.StatusForbidden)
				fmt.Fprintf(w, `{"code":4,"message":"Forbidden"}`)
				return true
			})
			d := newDiary()
			var asked atomic.Int32
			o := d.hooks(client.Options{Via: client.ViaQuery})
			o.Token = func(_ context.Context, cause client.Cause) (string, error) {
				d.write("ask " + cause.String())
				if cause == client.CauseUnauthorized {
					return "good", nil
				}
				return "bad", nil
			}
			o.Classify = func(err *client.ServerError) client.Reason {
				if err.Status != http.StatusForbidden || err.Message != "Forbidden" {
					t.Errorf("asked about %+v", err)
				}
				if asked.Add(1) == 1 {
					return 0 // a failure of the network
				}
				return client.ReasonInvalid
			}
			authenticated(t, connect(t, f.url, o, zishang.WithTransports(transport.order...), zishang.WithOptions(quick())))
			d.reads(t, "ask connect → ask reconnect → ask unauthorized → authenticated")
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
