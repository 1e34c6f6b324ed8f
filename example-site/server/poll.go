package server

import (
	"bytes"
	"context"
	"net/http"
	"sync/atomic"

	"github.com/zishang520/socket.io/v3/pkg/types"
)

// servePoll delays the engine's answer until the server can handle the client's next request.
func servePoll(inner http.Handler, g *gate, w http.ResponseWriter, r *http.Request) {
	a := &answer{header: w.Header(), status: http.StatusOK, struckOff: make(chan struct{})}
	inner.ServeHTTP(a, r.WithContext(context.WithValue(r.Context(), answerKey{}, a)))
	if a.held.Load() {
		select {
		case <-a.struckOff:
		case <-r.Context().Done(): // the client is gone
			return
		}
	}
	if a.status == http.StatusOK {
		select {
		case <-g.opened:
		case <-r.Context().Done():
			return
		}
		g.await(a.body.Bytes())
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes())
}

// answer is the engine's answer to a poll.
type answer struct {
	header    http.Header
	status    int
	body      bytes.Buffer
	held      atomic.Bool
	struckOff chan struct{}
}

type answerKey struct{}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(p []byte) (int, error) { return a.body.Write(p) }

// holdPoll is called when the engine is about to answer a poll. The request closes when the engine has removed the poll.
func holdPoll(ctx *types.HttpContext) {
	if a, ok := ctx.Request().Context().Value(answerKey{}).(*answer); ok && a.held.CompareAndSwap(false, true) {
		_ = ctx.Once("close", func(...any) { close(a.struckOff) })
	}
}
