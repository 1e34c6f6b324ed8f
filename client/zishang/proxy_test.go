//go:build !js

package zishang_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// front is an HTTP server before a house: it notes each request and may answer it
// itself.
type front struct {
	house  *house
	answer func(w http.ResponseWriter, r *http.Request) (answered bool)
	url    string

	mu   sync.Mutex
	seen []request
}

// request is what a front noted of one.
type request struct {
	method, path  string
	handshake     bool // it has no session id
	webSocket     bool
	token         bool // in the query
	authorization string
	referer       string
}

func openFront(t testing.TB, answer func(w http.ResponseWriter, r *http.Request) bool) *front {
	f := &front{house: openHouse(t), answer: answer}
	f.house.hear = func(g *guest, e said) {
		if e.ack >= 0 {
			g.answer(e, e.args...)
		}
	}
	web := httptest.NewServer(f)
	t.Cleanup(func() {
		f.house.hangUpAll()
		web.CloseClientConnections()
		web.Close()
	})
	f.url = web.URL
	return f
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.seen = append(f.seen, request{
		method: r.Method, path: r.URL.Path,
		handshake: !r.URL.Query().Has("sid"), webSocket: websocket.IsWebSocketUpgrade(r),
		token: r.URL.Query().Has("token"), authorization: r.Header.Get("Authorization"), referer: r.Referer(),
	})
	f.mu.Unlock()
	if f.answer == nil || !f.answer(w, r) {
		f.house.ServeHTTP(w, r)
	}
}

func (f *front) requests() []request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]request(nil), f.seen...)
}

// within is what comes from a channel, if it comes in time.
func within[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatal("in vain")
		panic("unreachable")
	}
}
