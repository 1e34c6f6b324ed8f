package zishang

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// StatusError is an HTTP status that a transport did not want.
type StatusError int

// Error names the status.
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
	if said := r.said(); !said.OfToken() {
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

func isRedirect(status int) bool { return status >= 300 && status < 400 }

// originOf is scheme, host and port.
func originOf(u *url.URL) string {
	port := u.Port()
	if port == "" || port == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		return u.Scheme + "://" + u.Hostname()
	}
	return u.Scheme + "://" + u.Hostname() + ":" + port
}
