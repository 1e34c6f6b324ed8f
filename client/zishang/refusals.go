package zishang

import (
	"errors"
	"strconv"
	"strings"

	zserrors "github.com/zishang520/socket.io/v3/pkg/types"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// refusal is what a server said.
type refusal struct {
	typ, code, message string
	messages           string // all of them, separated by line breaks
	status             int    // of the HTTP response to the handshake; 0: none
	data               any
	reason             lifecycle.Reason // what Classify says; 0: nothing
}

// readRefusal finds type, code and message in what servers put around them:
// {message, data:{message, code, type}} by an event, the inner object, or its code
// alone, by a handshake.
func readRefusal(message string, data any) *refusal {
	r := &refusal{message: message, messages: message, data: data}
	for range 2 {
		if s, ok := data.(string); ok && s != "" {
			if r.code == "" {
				r.code = s
			}
			if r.message == "" {
				r.message = s
			}
			r.messages += "\n" + s
		}
		fields, ok := data.(map[string]any)
		if !ok {
			break
		}
		r.typ = text(fields, "type", text(fields, "name", r.typ))
		r.code = text(fields, "code", r.code)
		r.message = text(fields, "message", r.message)
		r.messages += "\n" + text(fields, "message", "")
		// Middlewares give HTTP's status in data, as {status: 401}.
		if text(fields, "status", text(fields, "statusCode", "")) == "401" {
			r.messages += "\n401"
		}
		data = fields["data"]
	}
	return r
}

// text is a field that is text, or a number as text.
func text(fields map[string]any, key, otherwise string) string {
	switch v := fields[key].(type) {
	case string:
		if v != "" {
			return v
		}
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return otherwise
}

// said is r as the lifecycle hears of it.
func (r *refusal) said() lifecycle.Refusal {
	return lifecycle.Refusal{Type: r.typ, Code: r.code, Message: r.messages, Status: r.status, Reason: r.reason}
}

// ofToken tells whether r is a no to the token. Classify is asked about what is not
// recognised.
func (c *Conn) ofToken(r *refusal) bool {
	said := r.said()
	if !said.OfToken() && c.options.Classify != nil {
		bare := r.withoutTokens(c.tokens.quotes())
		c.guardClassify(func() {
			r.reason = c.options.Classify(&client.ServerError{Message: bare.message, Code: bare.code, Data: bare.data, Status: bare.status})
		})
		said = r.said()
	}
	return said.OfToken()
}

// refuse tells the lifecycle. callback says whether the server waits for an
// acknowledgement.
func (c *Conn) refuse(r *refusal, callback bool) {
	// The program hears it without the tokens; one may be a word by which a refusal is recognised.
	c.refusal, c.tokenRefusal = r.withoutTokens(c.tokens.quotes()), nil
	said := r.said()
	said.Callback = callback
	c.feed(lifecycle.Event{Kind: lifecycle.EvRefused, Refusal: said})
}

// refusalError is what the program hears of a refusal.
func (c *Conn) refusalError(reason client.Reason) *client.UnauthorizedError {
	err := &client.UnauthorizedError{Reason: reason, Via: c.options.Via}
	switch {
	case c.tokenRefusal != nil && c.tokenRefusal.Reason == reason:
		err.Code, err.Message, err.Data, err.Cause = c.tokenRefusal.Code, c.tokenRefusal.Message, c.tokenRefusal.Data, c.failure
	case reason == client.ReasonUnavailable:
		err.Cause = c.failure
	case reason == client.ReasonTimeout:
	case c.refusal != nil:
		err.Code, err.Message, err.Data = c.refusal.code, c.refusal.message, c.refusal.data
	}
	return err
}

// connectFailure is what a connect_error means.
type connectFailure uint8

const (
	ofNetwork  connectFailure = iota // try again
	ofServer                         // a middleware said no
	ofStatus                         // an HTTP status to a handshake with the token: the network's, if it is not about the token
	ofSilence                        // the server ended the attempt without a word
	ofProtocol                       // the server is too old
)

// readConnectError sorts what zishang520 gives a connect_error. active tells
// whether the socket is still at it, which it is not after a CONNECT_ERROR.
func readConnectError(err error, active bool) (connectFailure, *refusal) {
	var said *zserrors.ExtendedError
	var no *deniedError
	switch {
	case errors.As(err, &no):
		return ofStatus, no.refusal
	case errors.As(err, &said):
		data := said.Data
		if data == (noData{}) {
			data = nil
		}
		return ofServer, readRefusal(said.Message, data)
	case errors.Is(err, ErrProtocol), strings.Contains(err.Error(), "server in v2.x"):
		return ofProtocol, nil
	case !active:
		return ofSilence, nil
	}
	return ofNetwork, nil
}

// callback is a server's, which it wants called after `unauthorized`.
type callback struct {
	call   func()
	called bool
}

// acknowledge calls all callbacks that are still held.
func (c *Conn) acknowledge() {
	for _, one := range c.pending {
		one.run()
	}
	c.pending = nil
}

// acknowledgeEarly does, for the program, before the lifecycle says so.
func (c *Conn) acknowledgeEarly() {
	held := c.pending
	c.acknowledge()
	for range held {
		c.feed(lifecycle.Event{Kind: lifecycle.EvAcked})
	}
}

// acknowledgeOne is the program calling what a listener was given.
func (c *Conn) acknowledgeOne(one *callback) {
	for i, held := range c.pending {
		if held == one {
			c.pending = append(c.pending[:i:i], c.pending[i+1:]...)
			one.run()
			c.feed(lifecycle.Event{Kind: lifecycle.EvAcked})
			return
		}
	}
}

func (b *callback) run() {
	if !b.called {
		b.called = true
		b.call()
	}
}
