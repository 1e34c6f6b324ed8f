package zishang

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/jwtclaims"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// perform does one thing that the lifecycle says.
func (c *Conn) perform(a lifecycle.Action) {
	switch a.Kind {
	case lifecycle.ActAsk:
		if a.Cause != lifecycle.CauseUnauthorized {
			// What was said of the last token is not said of the next one, which may be another user's.
			c.refusal, c.failure, c.tokenRefusal = nil, nil, nil
		}
		c.ask(lifecycle.SourceEvent{
			Kind: lifecycle.SrcAsk, Seq: a.Seq, Cause: a.Cause, Attempt: a.Attempt, Have: a.Token.ID,
		}, nil)
	case lifecycle.ActGo:
		c.dial(a.Token)
	case lifecycle.ActAuthenticate:
		c.authenticate(a.Token)
	case lifecycle.ActAccepted:
		c.accepted(a)
	case lifecycle.ActRefused:
		c.unauthorized(a)
	case lifecycle.ActAcknowledge:
		c.acknowledge()
	case lifecycle.ActExpired:
		c.hook(c.options.OnExpired, c.refused)
	case lifecycle.ActRedirect:
		// The end of a refusal. There is no page to leave, and nobody whom the
		// connection still serves.
		err := c.refused
		c.show(func(v *view) { v.end = err })
		c.hangUp()
	case lifecycle.ActHalt:
		c.retryAt = 0
	case lifecycle.ActReconnect:
		c.replace(a.Cause)
	case lifecycle.ActBackoff:
		c.hangUp()
		c.retry()
	case lifecycle.ActHold:
		c.open = false
		c.show(func(v *view) { v.authenticated, v.guest = false, false })
	case lifecycle.ActDeadline:
		c.lifeAt = a.At
	case lifecycle.ActSettled:
		c.settled(a)
	}
}

// accepted is the server's yes, to a token or to a guest.
func (c *Conn) accepted(a lifecycle.Action) {
	c.failures = 0
	c.replacing, c.silent = false, false
	c.refusal, c.refused, c.failure, c.tokenRefusal = nil, nil, nil, nil
	guest := a.Token.ID == 0
	claims, _ := jwtclaims.Parse(c.tokens.text(a.Token.ID))
	session := client.Session{
		Via: c.options.Via, ExpiresAt: claims.ExpiresAt, Claims: claims.All,
		Acceptance: a.Acceptance, Guest: guest,
	}
	c.open = true
	c.show(func(v *view) {
		v.authenticated, v.guest, v.session, v.id = !guest, guest, session, c.socket.Id()
		v.trouble, v.end = nil, nil
	})
	c.flush()
	if c.options.OnAuthenticated != nil && !guest {
		c.calls.put(func() { c.guard(func() { c.options.OnAuthenticated(session) }) })
	}
}

// unauthorized runs OnUnauthorized, and lets the lifecycle know when it is over.
func (c *Conn) unauthorized(a lifecycle.Action) {
	err := c.refusalError(a.Reason)
	c.refused = err
	c.another = c.another || a.Fatal
	c.show(func(v *view) { v.trouble = err })
	c.tellRefusal(err)
	if len(c.pending) > 0 {
		err.Acknowledge = func() { c.inbox.put(c.acknowledgeEarly) }
	}
	c.calls.put(func() {
		retry := ""
		defer func() { // also when the hook has ended its goroutine, as FailNow of package testing does
			c.inbox.put(func() {
				c.feed(lifecycle.Event{
					Kind: lifecycle.EvHookSettled, Seq: a.Seq, Token: c.tokens.token(retry, c.host.now()),
				})
			})
		}()
		retry = c.runHook(*err)
	})
}

// runHook gives the token that the hook wants tried.
func (c *Conn) runHook(err client.UnauthorizedError) (retry string) {
	tokens := make(chan string, 1)
	err.Retry = func(token string) {
		select {
		case <-tokens: // the last one counts
		default:
		}
		select {
		case tokens <- token:
		default:
		}
	}
	if c.options.OnUnauthorized != nil {
		c.guard(func() { c.options.OnUnauthorized(&err) })
	}
	select {
	case retry = <-tokens:
	default:
	}
	return retry
}

func (c *Conn) hook(hook func(*client.UnauthorizedError), err *client.UnauthorizedError) {
	if hook != nil && err != nil {
		c.calls.put(func() { c.guard(func() { hook(err) }) })
	}
}

// reauthenticate is the user's wish for another token.
func (c *Conn) reauthenticate(settled chan<- error) {
	c.settle = append(c.settle, settled)
	c.show(func(v *view) { v.end = nil })
	c.feed(lifecycle.Event{Kind: lifecycle.EvReauthenticate})
}

func (c *Conn) settled(a lifecycle.Action) {
	var err error
	switch {
	case a.OK:
	case a.Reason == 0:
		err = ErrDisconnected
	default:
		err = c.refusalError(a.Reason)
	}
	for _, waiting := range c.settle {
		waiting <- err
	}
	c.settle = nil
}
