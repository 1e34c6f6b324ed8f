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

// deniedError is a status by which the server answers a handshake that carried the token: a no to the token, or another
// failure, as the refusal in it says.
type deniedError struct {
	StatusError
	refusal *refusal
}

func (e *deniedError) Unwrap() error { return e.StatusError }

// denied is what a server says by the answer to a handshake that carried the token. body
// is its beginning: Engine.IO says {code, message}, where the message may be the
// application's.
func denied(status int, body string) *refusal {
	var said struct{ Message string }
	_ = json.Unmarshal([]byte(body), &said) // what is no JSON has no message
	r := readRefusal(said.Message, nil)
	r.status = status
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
		return &deniedError{StatusError(status), denied(status, body)}
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
