//go:build !js

package zishang_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// Where a token goes, and where it does not.

func TestTokenInTheHandshakeOnly(t *testing.T) {
	for _, transport := range transportOrders {
		t.Run(transport.name, func(t *testing.T) {
			f := newProxy(t, nil)
			c := connect(t, f.url, anyToken, zishang.WithTransports(transport.order...))
			authenticated(t, c)
			if _, err := c.EmitWithAck(waits(t), "echo"); err != nil {
				t.Fatal(err)
			}
			_ = c.Close()
			seen := f.requests()
			for i, r := range seen {
				if r.token != r.handshake {
					t.Errorf("request %d of %d has the token: %v; is a handshake: %v", i+1, len(seen), r.token, r.handshake)
				}
			}
			if !seen[0].token {
				t.Error("the handshake has no token")
			}
		})
	}
}

// A server that redirects to another origin does not take the token there.
func TestRedirectToAnotherOrigin(t *testing.T) {
	bearer := client.Options{Via: client.ViaHeader | client.ViaQuery, Token: anyToken.Token}
	for _, c := range []struct {
		name    string
		order   []string
		matches func(*http.Request) bool
		status  int
	}{
		{"handshake by polling", []string{zishang.Polling}, func(*http.Request) bool { return true }, http.StatusFound},
		{"handshake by polling, for good", []string{zishang.Polling}, func(*http.Request) bool { return true }, http.StatusPermanentRedirect},
		{"handshake by websocket", []string{zishang.WebSocket}, func(*http.Request) bool { return true }, http.StatusTemporaryRedirect},
		{"post", []string{zishang.Polling}, func(r *http.Request) bool { return r.Method == http.MethodPost }, http.StatusTemporaryRedirect},
		{"later poll", []string{zishang.Polling}, func(r *http.Request) bool { return r.URL.Query().Has("sid") && r.Method == http.MethodGet }, http.StatusTemporaryRedirect},
	} {
		t.Run(c.name, func(t *testing.T) {
			other := newProxy(t, nil)
			f := newProxy(t, func(w http.ResponseWriter, r *http.Request) bool {
				if !c.matches(r) {
					return false
				}
				http.Redirect(w, r, other.url+r.URL.RequestURI(), c.status)
				return true
			})
			failed := make(chan error, 100)
			connect(t, f.url, bearer, zishang.WithTransports(c.order...), zishang.WithSetup(func(c *zishang.Conn) {
				c.On("connect_error", func(args ...any) { failed <- args[0].(error) })
			}))
			err := within(t, failed)
			if !errors.Is(err, zishang.StatusError(c.status)) {
				t.Errorf("the error has no status: %v", err)
			}
			if !strings.Contains(err.Error(), "redirects to "+other.url) || strings.Contains(err.Error(), "x.y.z") {
				t.Errorf("the error says %q", err)
			}
			if seen := other.requests(); len(seen) != 0 {
				t.Errorf("the other origin was sent %+v", seen)
			}
		})
	}
}

// On its own origin a server may redirect, and nothing tells where from.
func TestRedirectOnTheSameOrigin(t *testing.T) {
	f := newProxy(t, func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasPrefix(r.URL.Path, "/socket.io") {
			return false
		}
		http.Redirect(w, r, "/moved"+r.URL.RequestURI(), http.StatusTemporaryRedirect)
		return true
	})
	c := connect(t, f.url, client.Options{Via: client.ViaHeader | client.ViaQuery, Token: anyToken.Token}, zishang.WithTransports(zishang.Polling))
	authenticated(t, c)
	if _, err := c.EmitWithAck(waits(t), "echo"); err != nil {
		t.Fatal(err)
	}
	for _, r := range f.requests() {
		if r.referer != "" {
			t.Errorf("%s %s has a Referer", r.method, r.path)
		}
		if r.authorization == "" {
			t.Errorf("%s %s has no Authorization", r.method, r.path)
		}
	}
}

// What would become a GET, and so a second poll, is not followed; nor is a circle.
func TestRedirectThatIsNotFollowed(t *testing.T) {
	for name, redirects := range map[string]func(w http.ResponseWriter, r *http.Request) bool{
		"post": func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == http.MethodPost {
				http.Redirect(w, r, "/moved"+r.URL.RequestURI(), http.StatusFound)
			}
			return r.Method == http.MethodPost
		},
		"circle": func(w http.ResponseWriter, r *http.Request) bool {
			http.Redirect(w, r, r.URL.RequestURI(), http.StatusFound)
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newProxy(t, redirects)
			d := newDiary()
			o := socket.DefaultOptions()
			o.SetReconnection(false)
			connect(t, f.url, anyToken, zishang.WithTransports(zishang.Polling), zishang.WithOptions(o), d.listenErrors())
			d.until(t, func(lines string) bool { return strings.Contains(lines, "redirect") })
			if n := len(f.requests()); n > 12 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// A server may repeat the token in an answer that cannot be read, whose words net/http quotes: no error tells of it.
func TestNoTokenInTheErrorOfAnAnswer(t *testing.T) {
	const token = "the-SECRET-one"
	broken := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	}
	for name, answer := range map[string]http.HandlerFunc{
		"a redirect to an address that is none": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://%zz/?"+r.URL.RawQuery)
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"a status that is none": broken("HTTP/1.1 " + token + " OK\r\n\r\n"),
		"a length that is none": broken("HTTP/1.1 200 OK\r\nContent-Length: Bearer " + token + "\r\n\r\n"),
	} {
		for _, transport := range []string{zishang.Polling, zishang.WebSocket} {
			t.Run(name+", "+transport, func(t *testing.T) {
				server := httptest.NewServer(answer)
				t.Cleanup(server.Close)
				o := client.Options{Via: client.ViaQuery, TokenName: "jwt", Token: client.StaticToken(token)}
				heard := make(chan string, 1)
				c := connect(t, server.URL, o, zishang.WithTransports(transport), zishang.WithSetup(func(c *zishang.Conn) {
					c.On("connect_error", func(args ...any) {
						select {
						case heard <- fmt.Sprintf("%v %+v %#v", args[0], args[0], args[0]):
						default:
						}
					})
				}))
				said := <-heard
				ctx, stop := context.WithTimeout(t.Context(), time.Millisecond)
				defer stop()
				if _, err := c.Wait(ctx); err != nil {
					said += err.Error()
				}
				if strings.Contains(said, "SECRET") {
					t.Error("an error tells the token")
				}
			})
		}
	}
}
