//go:build !js

package zishang_test

import (
	"compress/gzip"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/zishang520/socket.io/v3/pkg/types"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

const smallLimit = 2000

// longHandshake is over bytes longer than the limit.
func longHandshake(over int) string {
	const head, tail = `0{"sid":"0","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"pad":"`, `"}`
	return head + strings.Repeat("x", smallLimit+over-len(head)-len(tail)) + tail
}

// bigAnswers answers a handshake with a packet that is over bytes longer than the limit.
func bigAnswers(over int, compressed bool) func(w http.ResponseWriter, r *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Has("sid") {
			return false
		}
		if websocket.IsWebSocketUpgrade(r) {
			up := websocket.Upgrader{EnableCompression: compressed}
			c, err := up.Upgrade(w, r, nil)
			if err != nil {
				return true
			}
			defer c.Close()
			c.EnableWriteCompression(compressed)
			_ = c.WriteMessage(websocket.TextMessage, []byte(longHandshake(over)))
			_, _, _ = c.ReadMessage() // CONNECT
			_ = c.WriteMessage(websocket.TextMessage, []byte(`40{"sid":"s"}`))
			_, _, _ = c.ReadMessage()
			return true
		}
		if !compressed {
			_, _ = w.Write([]byte(longHandshake(over)))
			return true
		}
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		_, _ = zip.Write([]byte(longHandshake(over)))
		_ = zip.Close()
		return true
	}
}

func TestReadLimit(t *testing.T) {
	for _, way := range []string{zishang.Polling, zishang.WebSocket} {
		for name, compressed := range map[string]bool{"plain": false, "compressed": true} {
			t.Run(way+" "+name, func(t *testing.T) {
				f := newProxy(t, bigAnswers(1, compressed))
				o := quick()
				o.SetPerMessageDeflate(&types.PerMessageDeflate{Threshold: 1})
				failed := make(chan error, 100)
				connect(t, f.url, anyToken, zishang.WithTransports(way), zishang.WithOptions(o), zishang.WithReadLimit(smallLimit),
					zishang.WithReport(func(error) {}), zishang.WithSetup(func(c *zishang.Conn) {
						c.On("connect_error", func(args ...any) { failed <- args[0].(error) })
					}))
				err := within(t, failed)
				if !errors.Is(err, zishang.ErrReadLimit) || !strings.Contains(err.Error(), "WithReadLimit") || !strings.Contains(err.Error(), "2000") {
					t.Errorf("the error is %v", err)
				}
			})
		}
	}
}

// As much as the limit is read.
func TestReadLimitReached(t *testing.T) {
	f := newProxy(t, bigAnswers(0, false))
	authenticated(t, connect(t, f.url, anyToken, zishang.WithTransports(zishang.WebSocket), zishang.WithReadLimit(smallLimit)))
}

// In the middle of a session too, where the program's report hears of it.
func TestReadLimitInASession(t *testing.T) {
	for _, transport := range transportOrders {
		t.Run(transport.name, func(t *testing.T) {
			h := newFakeServer(t)
			h.onEvent = func(session *fakeSession, e clientEvent) { session.emit("big", strings.Repeat("x", smallLimit)) }
			d := newDiary()
			reported := make(chan error, 100)
			c := connect(t, h.address(t), anyToken, zishang.WithTransports(transport.order...), zishang.WithOptions(quick()),
				zishang.WithReadLimit(smallLimit), d.listen("connect", "big"), zishang.WithReport(func(err error) { reported <- err }))
			authenticated(t, c)
			_ = c.Emit("please")
			if err := within(t, reported); !errors.Is(err, zishang.ErrReadLimit) {
				t.Errorf("the report heard %v", err)
			}
			lines := d.until(t, func(lines string) bool { return strings.Count(lines, "connect") == 2 })
			if strings.Contains(lines, "big") {
				t.Errorf("the program heard %s", lines)
			}
		})
	}
}

func TestReadLimitIsPositive(t *testing.T) {
	for _, limit := range []int64{0, -1} {
		_, err := zishang.Connect(t.Context(), fakeURL, client.Options{Token: anyToken.Token}, zishang.WithReadLimit(limit))
		if err == nil || !strings.Contains(err.Error(), "WithReadLimit") {
			t.Errorf("a limit of %d: %v", limit, err)
		}
	}
}
