//go:build js

package zishang

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hack-pad/safejs"
)

// A fetch and a WebSocket that do as they are told, in the place of the browser's.

// evaluate is the value of a text of JavaScript.
func evaluate(t *testing.T, text string) safejs.Value {
	t.Helper()
	value, err := safejs.Global().Call("eval", text)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// fetches puts a function in the place of fetch until the test is over. It is called
// with what fetch is called with; lastFetch is the options.
func fetches(t *testing.T, function string) {
	t.Helper()
	before, err := safejs.Global().Get("fetch")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = safejs.Global().Set("fetch", before) })
	evaluate(t, `globalThis.fetch = (url, options) => { globalThis.lastFetch = options; return (`+function+`)(url, options) }`)
}

func get(t *testing.T, url string, limit int64) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := fetcher{network: network{readLimit: limit}}.RoundTrip(req)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

func TestFetchStaysOnItsOrigin(t *testing.T) {
	fetches(t, `async () => new Response("fine")`)
	own := textOf(evaluate(t, `globalThis.location ?? {}`), "origin")
	if own == "" {
		t.Fatal("the page has no origin")
	}
	for _, c := range []struct{ url, mode, redirect string }{
		{own + "/socket.io/?token=x", "same-origin", ""},
		{"https://elsewhere.test/socket.io/?token=x", "", "manual"},
	} {
		if _, err := get(t, c.url, 100); err != nil {
			t.Fatal(err)
		}
		options := evaluate(t, `lastFetch`)
		if mode, redirect := textOf(options, "mode"), textOf(options, "redirect"); mode != c.mode || redirect != c.redirect {
			t.Errorf("%s: mode %q, redirect %q", c.url, mode, redirect)
		}
	}
}

func TestFetchRedirected(t *testing.T) {
	for name, answer := range map[string]string{
		"a browser":    `({ type: "opaqueredirect", status: 0, headers: new Headers() })`,
		"another host": `({ type: "default", status: 307, headers: new Headers() })`,
	} {
		fetches(t, `async () => `+answer)
		if _, err := get(t, "https://elsewhere.test/", 100); !errors.Is(err, errFetchRedirected) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFetchReadLimit(t *testing.T) {
	for _, c := range []struct {
		name, body string
		length     int
		tooLarge   bool
	}{
		{"nothing", `null`, 0, false},
		{"as much as the limit", `"x".repeat(2000)`, 2000, false},
		{"more", `"x".repeat(2001)`, 0, true},
		{"in pieces without an end", `new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(300)) })`, 0, true},
	} {
		fetches(t, `async () => new Response(`+c.body+`)`)
		body, err := get(t, "https://elsewhere.test/", 2000)
		if errors.Is(err, ErrReadLimit) != c.tooLarge || !c.tooLarge && err != nil || len(body) != c.length {
			t.Errorf("%s: %d bytes, %v", c.name, len(body), err)
		}
	}
}

func TestWebSocketReadLimit(t *testing.T) {
	for name, c := range map[string]struct {
		data     string
		tooLarge bool
	}{
		"text":           {`"é".repeat(1000)`, false},
		"too much text":  {`"é".repeat(1000) + "x"`, true},
		"bytes":          {`new ArrayBuffer(2000)`, false},
		"too many bytes": {`new ArrayBuffer(2001)`, true},
	} {
		w := &browserSocket{network: network{readLimit: 2000}, in: newMailbox[frame]()}
		w.take(evaluate(t, c.data))
		_, data, err := w.Read()
		if errors.Is(err, ErrReadLimit) != c.tooLarge || !c.tooLarge && len(data) != 2000 {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
		if err != nil && strings.Contains(err.Error(), "é") {
			t.Errorf("%s: the error holds the message", name)
		}
	}
}
