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

// proxy is an HTTP server before a fakeServer: it records each request and may answer it
// itself.
type proxy struct {
	server *fakeServer
	answer func(w http.ResponseWriter, r *http.Request) (answered bool)
	url    string

	mu   sync.Mutex
	seen []request
}

// request is what a proxy records of one.
type request struct {
	method, path  string
	handshake     bool // it has no session id
	webSocket     bool
	token         bool // in the query
	authorization string
	referer       string
}

func newProxy(t testing.TB, answer func(w http.ResponseWriter, r *http.Request) bool) *proxy {
	p := &proxy{server: newFakeServer(t), answer: answer}
	p.server.onEvent = func(session *fakeSession, e clientEvent) {
		if e.ack >= 0 {
			session.answer(e, e.args...)
		}
	}
	web := httptest.NewServer(p)
	t.Cleanup(func() {
		p.server.hangUpAll()
		web.CloseClientConnections()
		web.Close()
	})
	p.url = web.URL
	return p
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.seen = append(p.seen, request{
		method: r.Method, path: r.URL.Path,
		handshake: !r.URL.Query().Has("sid"), webSocket: websocket.IsWebSocketUpgrade(r),
		token: r.URL.Query().Has("token"), authorization: r.Header.Get("Authorization"), referer: r.Referer(),
	})
	p.mu.Unlock()
	if p.answer == nil || !p.answer(w, r) {
		p.server.ServeHTTP(w, r)
	}
}

func (p *proxy) requests() []request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]request(nil), p.seen...)
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
