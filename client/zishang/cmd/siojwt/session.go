//go:build !js

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// errSessionTimeout is the end of -timeout.
var errSessionTimeout error = sessionTimeout{}

type sessionTimeout struct{}

func (sessionTimeout) Error() string        { return "not authenticated within -timeout" }
func (sessionTimeout) Is(target error) bool { return target == context.DeadlineExceeded }

// errEnded says that the server has ended a session that was there.
var errEnded = errors.New("the server has disconnected the client")

// guestError is a server's refusal of a client without a token.
type guestError struct{ error }

func (e guestError) Unwrap() error { return e.error }

// watch has the functions that a session calls for its events. Each may be nil. They run
// one at a time, except guest, which may run beside another.
type watch struct {
	setup         func(conn *zishang.Conn) // before the first byte is sent
	authenticated func(s client.Session)
	guest         func() // connected without a token
	disconnected  func(reason string)
	trouble       func(err error) // an attempt failed, and another one follows
}

// session is an authenticated connection, or a guest's. The caller of open closes it.
type session struct {
	conn  *zishang.Conn
	lost  chan struct{} // has an item if the connection was lost since the last receive
	watch watch
}

// open connects and waits until the server has accepted the token, or has let the guest in.
// The error is a *client.UnauthorizedError when the server refused the token.
func (c *config) open(ctx context.Context, token client.TokenFunc, w watch) (*session, error) {
	waiting, failed := context.WithCancelCause(ctx)
	defer failed(nil)
	timeout := time.AfterFunc(c.timeout, func() { failed(errSessionTimeout) })
	defer timeout.Stop()

	var there atomic.Bool // the session has begun
	attemptFailed := func(err error) {
		switch {
		case c.retry || there.Load():
			if w.trouble != nil {
				w.trouble(err)
			}
		default:
			failed(err)
		}
	}
	s := &session{lost: make(chan struct{}, 1), watch: w}
	o := c.client(token)
	o.OnAuthenticated = func(s client.Session) {
		if w.authenticated != nil {
			w.authenticated(s)
		}
	}
	o.OnUnauthorized = func(err *client.UnauthorizedError) {
		if !err.Fatal() {
			attemptFailed(err)
		}
	}
	setup := zishang.WithSetup(func(conn *zishang.Conn) {
		conn.On("connect_error", func(args ...any) {
			err, ok := args[0].(error)
			var refused *client.UnauthorizedError
			if ok && !errors.As(err, &refused) { // OnUnauthorized or Wait reports a refusal
				attemptFailed(err)
			}
		})
		conn.On("disconnect", func(args ...any) {
			if w.disconnected != nil {
				w.disconnected(fmt.Sprint(args...))
			}
			select {
			case s.lost <- struct{}{}:
			default:
			}
		})
		if w.setup != nil {
			w.setup(conn)
		}
	})
	var err error
	// The connection outlives ctx: Close sends the emitted events.
	s.conn, err = zishang.Connect(context.WithoutCancel(ctx), c.url, o, append(c.connection(), setup, zishang.WithReport(func(error) {}))...)
	if err != nil {
		return nil, usageError{err}
	}
	if err = s.wait(waiting); err == nil {
		there.Store(true)
		return s, nil
	}
	if waiting.Err() != nil && ctx.Err() == nil {
		err = reasonOf(context.Cause(waiting), err)
	}
	var refused *client.UnauthorizedError
	if c.guest && errors.As(err, &refused) && refused.Reason == client.ReasonMissing {
		err = guestError{err}
	}
	_ = s.conn.Close()
	return nil, err
}

// wait waits for the session, and calls guest for a guest's, as OnAuthenticated is not called then.
func (s *session) wait(ctx context.Context) error {
	now, err := s.conn.Wait(ctx)
	if err == nil && now.Guest && s.watch.guest != nil {
		s.watch.guest()
	}
	return err
}

// reasonOf returns why a wait has ended: the cause, with the last trouble if the cause is a
// timeout.
func reasonOf(cause, waited error) error {
	if !errors.Is(cause, errSessionTimeout) {
		return cause
	}
	reasons := []error{cause}
	if joined, ok := waited.(interface{ Unwrap() []error }); ok {
		for _, err := range joined.Unwrap() {
			if !errors.Is(err, context.Canceled) { // which is how the cause has ended the wait
				reasons = append(reasons, err)
			}
		}
	}
	return errors.Join(reasons...)
}

// end sends once why the session has ended for good: the server has disconnected the
// client, or refused its token. It sends nothing when ctx ends.
func (s *session) end(ctx context.Context) <-chan error {
	end := make(chan error, 1)
	go func() {
		for {
			select {
			case <-s.lost:
			case <-ctx.Done():
				return
			}
			if err := s.wait(ctx); err != nil {
				if errors.Is(err, zishang.ErrDisconnected) {
					err = errEnded
				}
				if ctx.Err() == nil {
					end <- err
				}
				return
			}
		}
	}()
	return end
}

// teller returns a function that prints a session's events to standard error, unless quiet.
func teller(out io.Writer, quiet bool) func(format string, args ...any) {
	if quiet {
		out = io.Discard
	}
	return func(format string, args ...any) {
		fmt.Fprintln(out, "# "+redact(fmt.Sprintf(format, args...)))
	}
}

// telling returns a watch that prints the events.
func telling(tell func(format string, args ...any)) watch {
	return watch{
		authenticated: func(s client.Session) {
			did := "authenticated"
			if s.Refreshed {
				did = "renewed the token"
			}
			if s.ExpiresAt.IsZero() {
				tell("%s; the token does not expire", did)
				return
			}
			tell("%s; the token expires at %s, in %v", did, s.ExpiresAt.Format(time.RFC3339), time.Until(s.ExpiresAt).Round(time.Second))
		},
		guest:        func() { tell("connected as a guest, without a token") },
		disconnected: func(reason string) { tell("disconnected: %s", reason) },
		trouble:      func(err error) { tell("%v; trying again", err) },
	}
}
