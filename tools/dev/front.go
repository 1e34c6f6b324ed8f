//go:build !js

package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// front is a proxy before the example site. It adds a script to each page that reloads the page after a build, so the site
// itself has no code for reloading.
type front struct {
	site *httputil.ReverseProxy
	mu   sync.Mutex
	next chan struct{} // closed by the next change
}

// reloader waits for a change and reloads. A server that is started anew ends the stream, and the browser asks again.
const reloader = `new EventSource("/dev/changes").addEventListener("changed", () => location.reload());
`

// newFront returns the handler before the site at the address that the function gives.
func newFront(address func() string) *front {
	f := &front{next: make(chan struct{})}
	f.site = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: address()})
			r.Out.Host = r.In.Host              // the site compares it with the Origin
			r.Out.Header.Del("Accept-Encoding") // withReloader needs uncompressed pages
		},
		ModifyResponse: withReloader,
		FlushInterval:  -1, // write the site's event streams at once
	}
	return f
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/dev/reload.js":
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = io.WriteString(w, reloader)
	case "/dev/changes":
		f.changes(w, r)
	default:
		f.site.ServeHTTP(w, r)
	}
}

// changed reloads all open pages.
func (f *front) changed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	close(f.next)
	f.next = make(chan struct{})
}

// changes serves a stream of server-sent events: one for each change of the site.
func (f *front) changes(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	for event := ""; ; event = "event: changed\ndata:\n\n" {
		// Read before the event is sent, so that a later change is another event.
		f.mu.Lock()
		next := f.next
		f.mu.Unlock()
		_, _ = io.WriteString(w, event)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-next:
		}
	}
}

// withReloader adds the script to pages.
func withReloader(r *http.Response) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		return nil
	}
	page, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	page = append(page, `<script src="/dev/reload.js"></script>`...)
	r.Body = io.NopCloser(bytes.NewReader(page))
	r.ContentLength = int64(len(page))
	r.Header.Set("Content-Length", strconv.Itoa(len(page)))
	r.Header.Del("ETag") // it is the ETag of the page without the script
	return nil
}
