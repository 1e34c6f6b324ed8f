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
	// ErrClosed is the end by Close, or by the context of Connect.
	ErrClosed = errors.New("zishang: the connection is closed")
	// ErrDisconnected is the end of a connection: an acknowledgement will not come, or
	// the server or the program has disconnected, and Connect begins again.
	ErrDisconnected = errors.New("zishang: disconnected before the server answered")
)

// Conn is a Socket.IO connection that stays authenticated. All its methods may be
// called from any goroutine.
//
// Listeners and hooks run one after the other on one goroutine of the Conn, in
// the order in which the server sent what they hear of. They may call every
// method except those that wait: Wait, EmitWithAck, Reauthenticate. One that takes
// its time delays those after it, and nothing else.
type Conn struct {
	owner
	listeners listeners

	mu   sync.Mutex
	seen view
}

// Format prints that it is a Conn, and no more, with every verb: there are tokens inside,
// which no log should have.
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
	trouble       error // the last failure, which may pass
	end           error // why there will be no session before somebody acts
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

// Authenticated tells whether the server has accepted the token on the present
// connection. Of a guest it has accepted none.
func (c *Conn) Authenticated() bool { return c.look().authenticated }

// TokenExpiresAt is zero for a token without exp, before the first one was accepted, and
// after Disconnect.
func (c *Conn) TokenExpiresAt() time.Time { return c.look().session.ExpiresAt }

// ID is the session's id, "" while there is none. It changes when the token is
// renewed by reconnecting.
func (c *Conn) ID() string { return c.look().id }

// Wait returns the session once the server has accepted a token, or has let a guest in:
// see client.Options.Guest. The error is a
// *client.UnauthorizedError when a refusal stands, ErrClosed after Close, and that
// of ctx, with the last trouble, when ctx ends first.
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

// On adds a listener and returns what removes it. Beside the server's events there are
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

// Emit sends an event. It does not wait: what the server must not hear yet,
// because the token is on its way, is kept and sent in order. What was on the wire
// when the network failed may be lost, as with every Socket.IO client.
//
// The arguments are not copied, and are read when they are sent, perhaps more than once:
// what maps, slices and pointers among them lead to must not be changed any more. That
// holds for the arguments of EmitWithAck and for answers to the server, too. The error is
// ErrClosed, or says which event cannot be sent: one with a reserved name, or with an
// argument that JSON cannot hold.
func (c *Conn) Emit(event string, args ...any) error {
	if err := emittable(event, args); err != nil {
		return err
	}
	o := &outgoing{event: event, args: args}
	if !c.inbox.put(func() { c.emit(o) }) {
		return ErrClosed
	}
	return nil
}

// EmitWithAck sends an event and waits for what the server answers.
func (c *Conn) EmitWithAck(ctx context.Context, event string, args ...any) ([]any, error) {
	if err := emittable(event, args); err != nil {
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

// Reauthenticate asks for a token and uses it, also after a refusal that stands,
// and returns the session when the server has accepted it.
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

// Connect begins again after a refusal, after the server has disconnected the
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

// Disconnect ends the connection until Connect or Reauthenticate is called.
func (c *Conn) Disconnect() {
	connects := c.look().connects
	c.inbox.put(func() { c.disconnect(connects) })
}

// Close ends the connection and waits until nothing of it is left, except for a
// listener, hook or Token function that still runs; none begins afterwards. What was
// emitted before is sent, if that is possible within two seconds.
func (c *Conn) Close() error {
	c.stop()
	<-c.done
	return nil
}

// Done is closed when the Conn is.
func (c *Conn) Done() <-chan struct{} { return c.done }
