package zishang

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// Errors of a Conn.
var (
	// ErrClosed says that Close was called, or that the context of Connect has ended.
	ErrClosed = errors.New("zishang: the connection is closed")
	// ErrDisconnected says that the connection ended before an acknowledgement came; or, from
	// Wait, that the server or the program has disconnected. Then Connect connects again.
	ErrDisconnected = errors.New("zishang: disconnected before the server answered")
)

// Conn is a Socket.IO connection that stays authenticated. All its methods may be
// called from any goroutine.
//
// Listeners and hooks run one after the other on one goroutine of the Conn, in the order of
// the server's packets. They may call every method but those that wait: Wait, EmitWithAck,
// Reauthenticate. A slow one delays the listeners and hooks after it, and nothing else.
type Conn struct {
	owner
	listeners listeners

	mu   sync.Mutex
	seen view
}

// Format prints the same text for every verb, and none of the fields, so that no log gets a
// token.
func (c *Conn) Format(f fmt.State, _ rune) {
	if c == nil {
		_, _ = io.WriteString(f, "(*zishang.Conn)(nil)")
		return
	}
	_, _ = io.WriteString(f, "*zishang.Conn")
}

// view is what other goroutines see of the owner's state.
type view struct {
	authenticated bool
	guest         bool // connected without a token
	session       client.Session
	id            string
	trouble       error // the last failure after which the Conn tries again
	end           error // why there will be no session until Connect or Reauthenticate is called
	connects      int   // calls of Connect
	changed       chan struct{}
}

func (c *Conn) look() view {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen
}

func (c *Conn) show(change func(*view)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.seen)
	close(c.seen.changed)
	c.seen.changed = make(chan struct{})
}

// Authenticated says whether the server has accepted the token on the present connection. It
// is false for a guest.
func (c *Conn) Authenticated() bool { return c.look().authenticated }

// TokenExpiresAt returns when the accepted token expires (claim exp, RFC 7519). It is zero for a
// token without exp, before the first token was accepted, and after Disconnect.
func (c *Conn) TokenExpiresAt() time.Time { return c.look().session.ExpiresAt }

// ID returns the Socket.IO session id (sid), "" while there is none. It changes when the token
// is renewed by reconnecting.
func (c *Conn) ID() string { return c.look().id }

// Wait returns the session once the server has accepted a token, or has let a guest in (see
// client.Options.Guest). The error is a *client.UnauthorizedError when a refusal stands,
// ErrDisconnected when the server or the program has disconnected, ErrClosed after Close, and
// ctx.Err() joined with the last failure when ctx ends first.
func (c *Conn) Wait(ctx context.Context) (client.Session, error) {
	for {
		v := c.look()
		switch {
		case v.authenticated, v.guest:
			return v.session, nil
		case v.end != nil:
			return client.Session{}, v.end
		}
		select {
		case <-v.changed:
		case <-ctx.Done():
			return client.Session{}, errors.Join(ctx.Err(), c.look().trouble)
		}
	}
}

// On adds a listener and returns the function that removes it. Beside the server's events there are
// "connect", "disconnect" with a reason, and "connect_error" with an error; the
// connect_error of a refusal that stands comes before OnUnauthorized, and errors.As finds
// a *client.UnauthorizedError in it. "authenticated" and "unauthorized" come as they do
// in the official client. When the server waits for an acknowledgement, the last argument
// is a func([]any, error) that sends it. An answer that JSON cannot hold is not sent but
// reported, see WithReport.
func (c *Conn) On(event string, listener func(args ...any)) (off func()) {
	return c.listeners.add(eventKey{name: event}, listener)
}

// OnAny adds a listener to all of the server's events; the first argument is the
// event's name.
func (c *Conn) OnAny(listener func(args ...any)) (off func()) {
	return c.listeners.add(eventKey{any: true}, listener)
}

// Emit sends an event, and does not wait. Until the server has accepted the token, events are
// kept, and then sent in order. An event that was being sent when the network failed may be
// lost, as with every Socket.IO client.
//
// An argument is encoded by encoding/json: a struct by its tags, a []byte field as base64. A
// []byte or an io.Reader travels as binary data if it is an argument itself, or is in a
// map[string]any or a []any. Emit reads a reader to its end before it returns, and closes it
// if it is an io.Closer. A *strings.Reader is sent as text.
//
// The arguments are not copied. They are read when the event is sent, perhaps more than once,
// so the program must not change their maps, slices and pointees afterwards. The same holds
// for the arguments of EmitWithAck and of acknowledgements. The error is ErrClosed, that of a
// reader, or names an event that cannot be sent: it has a reserved name, an argument that JSON
// cannot hold, or a function as its last argument.
func (c *Conn) Emit(event string, args ...any) error {
	args, err := emittable(event, args)
	if err != nil {
		return err
	}
	o := &outgoing{event: event, args: args}
	if !c.inbox.put(func() { c.emit(o) }) {
		return ErrClosed
	}
	return nil
}

// EmitWithAck sends an event and waits for the server's acknowledgement, whose arguments it
// returns. The error is one of Emit's, ErrDisconnected when the connection ends first, or
// that of ctx.
func (c *Conn) EmitWithAck(ctx context.Context, event string, args ...any) ([]any, error) {
	args, err := emittable(event, args)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err // and nothing is sent
	}
	type answer struct {
		args []any
		err  error
	}
	answers := make(chan answer, 1)
	o := &outgoing{event: event, args: args, ack: func(args []any, err error) { answers <- answer{args, err} }}
	if !c.inbox.put(func() { c.emit(o) }) {
		return nil, ErrClosed
	}
	select {
	case a := <-answers:
		return a.args, a.err
	case <-ctx.Done():
		c.inbox.put(func() { c.forget(o) })
		return nil, ctx.Err()
	case <-c.done:
		return nil, ErrClosed
	}
}

// Reauthenticate asks Token for a token, also after a refusal that stands, and returns the
// session when the server has accepted that token. The error is a *client.UnauthorizedError
// when a refusal stands, ErrDisconnected when there is no connection, ErrClosed, or that of
// ctx.
func (c *Conn) Reauthenticate(ctx context.Context) (client.Session, error) {
	if err := ctx.Err(); err != nil {
		return client.Session{}, err
	}
	settled := make(chan error, 1)
	if !c.inbox.put(func() { c.reauthenticate(settled) }) {
		return client.Session{}, ErrClosed
	}
	select {
	case err := <-settled:
		if err != nil {
			return client.Session{}, err
		}
		return c.look().session, nil
	case <-ctx.Done():
		return client.Session{}, ctx.Err()
	case <-c.done:
		return client.Session{}, ErrClosed
	}
}

// Connect connects again after a refusal that stands, after the server has disconnected the
// socket, or after Disconnect. Otherwise it does nothing.
func (c *Conn) Connect() {
	// At once, for a Wait that follows.
	c.show(func(v *view) {
		v.connects++
		if v.end != ErrClosed {
			v.end = nil
		}
	})
	c.inbox.put(c.reconnect)
}

// Disconnect ends the connection and the user's session, until Connect or Reauthenticate is
// called.
func (c *Conn) Disconnect() {
	connects := c.look().connects
	c.inbox.put(func() { c.disconnect(connects) })
}

// Close closes the connection and waits until its goroutines have ended, except for a
// listener, hook or Token function that still runs; none begins afterwards. Events that were
// emitted before are sent, if that takes no longer than two seconds.
func (c *Conn) Close() error {
	c.stop()
	<-c.done
	return nil
}

// Done returns a channel that is closed when the Conn has closed.
func (c *Conn) Done() <-chan struct{} { return c.done }
