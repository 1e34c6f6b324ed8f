//go:build js

package zishang

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/hack-pad/safejs"
	"github.com/zishang520/socket.io/clients/engine/v3"
)

// A browser may answer a GET from its cache.
const stampPolls = true

// headersOverWebSocket tells whether a WebSocket can carry headers of ours.
const headersOverWebSocket = false

// network is how this platform gets on the wire. Nothing here dials: zishang520's
// own transports would, and no browser lets them.
type network struct{ readLimit int64 }

// client is a polling transport's own. TLS, proxies and cookies are the browser's.
func (n network) client(t engine.Transport) *http.Client {
	return &http.Client{
		Timeout:   t.Opts().RequestTimeout(),
		Transport: fetcher{network: n, credentials: t.Opts().WithCredentials()},
	}
}

// dial opens a WebSocket of the browser's. Its exceptions name the URL, and with
// client.ViaQuery the token, so they are not passed on.
func (n network) dial(ctx context.Context, url string, t engine.Transport) (frames, time.Time, error) {
	var never time.Time // a page is not shown the Date of the answer
	w := &browserSocket{network: n, in: newMailbox[frame](), opened: make(chan struct{})}
	constructor, err := safejs.Global().Get("WebSocket")
	if err != nil {
		return nil, never, errNoWebSocket
	}
	protocols, err := safejs.ValueOf(anySlice(t.Opts().Protocols()))
	if err != nil {
		return nil, never, errNoWebSocket
	}
	if w.socket, err = constructor.New(url, protocols); err != nil {
		return nil, never, errNoWebSocket
	}
	if err := w.listen(); err != nil {
		w.Abort()
		return nil, never, err
	}
	select {
	case <-w.opened:
	case <-w.in.wake: // closed
		w.Abort()
		return nil, never, errNotConnected
	case <-ctx.Done():
		w.Abort()
		return nil, never, ctx.Err()
	}
	return w, never, nil
}

var (
	errNoWebSocket  = errors.New("the browser made no WebSocket")
	errNotConnected = errors.New("the browser's WebSocket did not connect")
)

func anySlice(texts []string) []any {
	values := make([]any, len(texts))
	for i, text := range texts {
		values[i] = text
	}
	return values
}

// browserSocket is a WebSocket of the browser's.
type browserSocket struct {
	network network
	socket  safejs.Value
	events  safejs.Func
	opened  chan struct{}
	once    sync.Once

	in   *mailbox[frame]
	read []frame // taken out of in
}

type frame struct {
	text bool
	data []byte
	err  error // the message is too large to be read
}

var socketEvents = []string{"open", "message", "close"} // an error is followed by a close

func (w *browserSocket) listen() (err error) {
	if w.events, err = safejs.FuncOf(w.event); err != nil {
		return err
	}
	if err := w.socket.Set("binaryType", "arraybuffer"); err != nil {
		return err
	}
	for _, name := range socketEvents {
		if _, err := w.socket.Call("addEventListener", name, w.events); err != nil {
			return err
		}
	}
	return nil
}

// event is called by the browser, and so must not wait.
func (w *browserSocket) event(_ safejs.Value, args []safejs.Value) any {
	if len(args) == 0 {
		return nil
	}
	switch textOf(args[0], "type") {
	case "open":
		close(w.opened)
	case "message":
		if data, err := args[0].Get("data"); err == nil {
			w.take(data)
		}
	case "close":
		w.in.close()
	}
	return nil
}

func (w *browserSocket) take(data safejs.Value) {
	if data.Type() == safejs.TypeString {
		if text, err := data.String(); err == nil {
			w.put(frame{text: true, data: []byte(text)})
		}
		return
	}
	if data, err := bytesOf(data); err == nil {
		w.put(frame{data: data})
	}
}

// put keeps a message for Read. The browser has read all of it, however large.
func (w *browserSocket) put(f frame) {
	if int64(len(f.data)) > w.network.limit() {
		f = frame{err: w.network.tooLarge()}
	}
	w.in.put(f)
}

func (w *browserSocket) Read() (bool, []byte, error) {
	if len(w.read) == 0 {
		if w.read, _ = w.in.next(); len(w.read) == 0 {
			return false, nil, io.EOF
		}
	}
	next := w.read[0]
	w.read = w.read[1:]
	return next.text, next.data, next.err
}

func (w *browserSocket) Write(text bool, data []byte, _ bool) error {
	if text {
		_, err := w.socket.Call("send", string(data))
		return err
	}
	view, err := viewOf(data)
	if err == nil {
		_, err = w.socket.Call("send", view)
	}
	return err
}

// apart is how long after the last of what was written a goodbye is written, for the server to read it by itself.
const apart = 50 * time.Millisecond

// Reach waits until the browser has sent what was written, and a little longer: a browser shows no pongs, and so nobody is
// told when the server has read it.
func (w *browserSocket) Reach(ctx context.Context) error {
	for {
		select {
		case <-time.After(apart):
		case <-ctx.Done():
			return nil
		}
		waiting, err := w.socket.Get("bufferedAmount")
		if err != nil {
			return err
		}
		if bytes, err := waiting.Int(); err != nil || bytes == 0 {
			return err
		}
	}
}

func (w *browserSocket) Close() error {
	_, err := w.socket.Call("close")
	return err
}

// Abort hears nothing more, and lets go of what the browser holds of Go.
func (w *browserSocket) Abort() {
	w.once.Do(func() {
		w.in.drop()
		for _, name := range socketEvents {
			_, _ = w.socket.Call("removeEventListener", name, w.events)
		}
		w.events.Release()
		_ = w.Close()
	})
}
