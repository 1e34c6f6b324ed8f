//go:build js

package zishang

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/hack-pad/safejs"
)

// fetcher is the browser's fetch. net/http has one of its own, in which an
// exception (a token that is no header value is enough) ends the program, and
// which dials where it takes the page for something else than one.
type fetcher struct {
	network     network
	credentials bool
}

// What the browser says of a failure may name the URL, and so a token: it is not
// passed on. The browser's console has it.
var errFetch = errors.New("the browser's fetch failed")

var errFetchRedirected = errors.New("zishang: the server redirects, and a page is not told where; connect to the URL where that leads, if the token may go there")

func (f fetcher) RoundTrip(req *http.Request) (*http.Response, error) {
	abort, err := newObject("AbortController")
	if err != nil {
		return nil, errFetch
	}
	stop := context.AfterFunc(req.Context(), func() { _, _ = abort.Call("abort") })
	defer stop()
	res, err := f.fetch(req, abort)
	if err != nil && req.Context().Err() != nil {
		return nil, req.Context().Err()
	}
	return res, err
}

func (f fetcher) fetch(req *http.Request, abort safejs.Value) (*http.Response, error) {
	options, err := f.options(req, abort)
	if err != nil {
		return nil, errFetch
	}
	promise, err := safejs.Global().Call("fetch", req.URL.String(), options)
	if err != nil {
		return nil, errFetch
	}
	answer, err := await(req.Context(), promise)
	if err != nil {
		return nil, err
	}
	if textOf(answer, "type") == "opaqueredirect" {
		return nil, errFetchRedirected
	}
	status, err := answer.Get("status")
	if err != nil {
		return nil, errFetch
	}
	code, err := status.Int()
	if err != nil {
		return nil, errFetch
	}
	if isRedirect(code) { // other hosts than browsers say so
		return nil, errFetchRedirected
	}
	body, err := f.body(req.Context(), answer)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode:    code,
		Header:        dateOf(answer),
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       req,
	}, nil
}

// body reads an answer piece by piece, within the limit.
func (f fetcher) body(ctx context.Context, answer safejs.Value) ([]byte, error) {
	stream, err := answer.Get("body")
	if err != nil {
		return nil, errFetch
	}
	if stream.IsNull() {
		return nil, nil
	}
	reader, err := stream.Call("getReader")
	if err != nil {
		return nil, errFetch
	}
	var body []byte
	for {
		promise, err := reader.Call("read")
		if err != nil {
			return nil, errFetch
		}
		piece, err := await(ctx, promise)
		if err != nil {
			return nil, err
		}
		value, err := piece.Get("value")
		if err != nil {
			return nil, errFetch
		}
		if value.IsUndefined() {
			return body, nil
		}
		length, err := sizeOf(value, "byteLength")
		if err != nil {
			return nil, errFetch
		}
		if int64(len(body)+length) > f.network.limit() {
			_, _ = reader.Call("cancel")
			return nil, f.network.tooLarge()
		}
		data, err := bytesOf(value)
		if err != nil {
			return nil, errFetch
		}
		body = append(body, data...)
	}
}

// confine keeps a request, and so the token, on its origin. To the page's own origin
// the browser follows redirects as long as they stay there; to another one it follows
// none, as it would tell us afterwards.
func confine(options map[string]any, req *http.Request) {
	if location, err := safejs.Global().Get("location"); err == nil && textOf(location, "origin") == originOf(req.URL) {
		options["mode"] = "same-origin"
		return
	}
	options["redirect"] = "manual"
}

func (f fetcher) options(req *http.Request, abort safejs.Value) (map[string]any, error) {
	signal, err := abort.Get("signal")
	if err != nil {
		return nil, err
	}
	headers, err := newObject("Headers")
	if err != nil {
		return nil, err
	}
	for name, values := range req.Header {
		for _, value := range values {
			if _, err := headers.Call("append", name, value); err != nil {
				return nil, err
			}
		}
	}
	options := map[string]any{"method": req.Method, "headers": headers, "signal": signal, "credentials": "same-origin"}
	confine(options, req)
	if f.credentials {
		options["credentials"] = "include"
	}
	if req.Body != nil {
		defer func() { _ = req.Body.Close() }()
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		if options["body"], err = viewOf(body); err != nil {
			return nil, err
		}
	}
	return options, nil
}

// dateOf is the one header that somebody looks at. Of another origin's answer a
// page sees it when the server exposes it.
func dateOf(answer safejs.Value) http.Header {
	header := http.Header{}
	headers, err := answer.Get("headers")
	if err != nil {
		return header
	}
	if date, err := headers.Call("get", "date"); err == nil && date.Type() == safejs.TypeString {
		if text, err := date.String(); err == nil {
			header.Set("Date", text)
		}
	}
	return header
}

// await waits for a promise, or for the context. The promise's functions live
// until it is settled.
func await(ctx context.Context, promise safejs.Value) (safejs.Value, error) {
	type result struct {
		value safejs.Value
		err   error
	}
	results := make(chan result, 1)
	var good, bad safejs.Func
	settle := func(err error) func(safejs.Value, []safejs.Value) any {
		return func(_ safejs.Value, args []safejs.Value) any {
			r := result{err: err}
			if len(args) > 0 {
				r.value = args[0]
			}
			results <- r
			good.Release()
			bad.Release()
			return nil
		}
	}
	good, err := safejs.FuncOf(settle(nil))
	if err != nil {
		return safejs.Value{}, errFetch
	}
	if bad, err = safejs.FuncOf(settle(errFetch)); err != nil {
		good.Release()
		return safejs.Value{}, errFetch
	}
	if _, err := promise.Call("then", good, bad); err != nil {
		good.Release()
		bad.Release()
		return safejs.Value{}, errFetch
	}
	select {
	case r := <-results:
		return r.value, r.err
	case <-ctx.Done():
		return safejs.Value{}, ctx.Err()
	}
}
