package zishang

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// StatusError is an HTTP status that a transport did not want.
type StatusError int

func (e StatusError) Error() string {
	return "HTTP status " + strconv.Itoa(int(e)) + " " + http.StatusText(int(e))
}

// deniedError is a status by which the server says no to the token in the handshake.
type deniedError struct {
	StatusError
	refusal *refusal
}

func (e *deniedError) Unwrap() error { return e.StatusError }

// denied finds a refusal of the token in the answer to a handshake that carried the
// token; nil: the answer says nothing about the token. body is its beginning: Engine.IO
// says {code, message}, where the message may be the application's.
func denied(status int, body string) *refusal {
	var said struct{ Message string }
	_ = json.Unmarshal([]byte(body), &said) // what is no JSON has no message
	r := readRefusal(said.Message, nil)
	r.status = status
	if lifecycle.Recognise(lifecycle.Said{Message: r.messages, Status: status}, false) == 0 {
		return nil
	}
	if status == http.StatusUnauthorized {
		r.code = "invalid_token"
	}
	if r.message == "" {
		r.message = fmt.Sprintf("the server answered the handshake with HTTP status %d", status)
	}
	return r
}

// statusError is the error for an HTTP status. body is the beginning of the answer.
func (r *route) statusError(status int, body string, handshake bool) error {
	if handshake && r.carries {
		if no := denied(status, body); no != nil {
			return &deniedError{StatusError(status), no}
		}
	}
	return StatusError(status)
}

// How much is read of an answer that is only looked at for a refusal.
const longestRefusal = 4 << 10

// The number of redirects that are followed, as net/http has it.
const mostRedirects = 10

// followRedirect is an http.Client's CheckRedirect. A request carries cookies and the
// token, in a header, the query or the body: none of them may go to another origin.
// net/http alone sends headers to subdomains, and the body and Referer anywhere.
func followRedirect(next *http.Request, before []*http.Request) error {
	first := before[0]
	status := StatusError(next.Response.StatusCode)
	switch {
	case originOf(next.URL) != originOf(first.URL):
		return redirectError(status, next.URL)
	case next.Method != first.Method:
		return fmt.Errorf("zishang: the server redirects a %s so that it becomes a %s; it has to use status 307 or 308: %w", first.Method, next.Method, status)
	case len(before) >= mostRedirects:
		return fmt.Errorf("zishang: the server redirects %d times; connect to the URL where that leads: %w", mostRedirects, status)
	}
	next.Header.Del("Referer") // holds the query, and so the token
	return nil
}

// redirectError is about a redirect that is not followed. to may be nil.
func redirectError(status StatusError, to *url.URL) error {
	where := "elsewhere"
	if to != nil {
		where = "to " + originOf(to)
	}
	return fmt.Errorf("zishang: the server redirects %s, where the token is not sent; connect to that URL if the token may go there: %w", where, status)
}

func isRedirect(status int) bool { return status >= 300 && status < 400 }

// originOf is scheme, host and port.
func originOf(u *url.URL) string {
	port := u.Port()
	if port == "" || port == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		return u.Scheme + "://" + u.Hostname()
	}
	return u.Scheme + "://" + u.Hostname() + ":" + port
}
