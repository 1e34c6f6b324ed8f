package zishang

import (
	"errors"
	"fmt"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/jwtclaims"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// The ends of a connection, as zishang520 and the official client call them.
var (
	byClient       = lifecycle.CloseByUser.String()
	byServer       = lifecycle.CloseByServer.String()
	transportClose = lifecycle.CloseTransportClose.String()
)

// attempt begins a connection attempt: the lifecycle asks for a token first.
func (c *Conn) attempt(cause lifecycle.Cause, n int) {
	c.feed(lifecycle.Event{Kind: lifecycle.EvAttempt, Cause: cause, Attempt: n})
}

// dial opens the connection.
func (c *Conn) dial(t lifecycle.Token) {
	if c.phase == up { // a wrapped socket, connected already
		c.connected()
		return
	}
	c.route.awaitHandOver() // the manager reads the auth map then, and would open in place of the next connection
	c.connection++
	c.phase = dialing
	c.retryAt = 0
	c.denial = nil
	auth := c.socket.Auth()
	if c.parserShim == nil && c.options.Via&client.ViaAuth == 0 {
		auth = nil // the program's own
	}
	text := c.tokens.text(t.ID)
	c.carry(text, auth)
	user := c.userOf(text)
	c.another = c.another || user != c.user
	c.user = user
	if c.parserShim != nil {
		c.parserShim.noRecovery.Store(c.replacing || c.another)
	}
	// zishang520 gives the transport this long, and the namespace all the time in
	// the world; its own server may miss a CONNECT that is quick.
	c.connectAt = c.host.now() + c.socket.Io().Timeout().Milliseconds() + 100
	c.route.hold()
	before := c.socket.Io().Engine()
	c.socket.Connect()
	if before != nil && c.socket.Io().Engine() == before {
		// A handshake that came while the connection before was dropped has opened the manager again, with an engine
		// that is closed. Nobody would answer.
		c.disconnectSocket()
		c.socket.Connect()
	}
	letTimersStart()
	c.route.release()
}

// user is whom a connection is for.
type user struct {
	guest bool
	sub   string
}

// userOf reads the user off a token; "" is a guest's. The zero user is one that is not
// known, and everybody's whose token follows by an event.
func (c *Conn) userOf(token string) user {
	if c.options.Via == client.ViaEvent {
		return user{}
	}
	claims, _ := jwtclaims.Parse(token)
	sub, known := claims.All["sub"]
	if !known {
		return user{guest: token == ""}
	}
	return user{sub: fmt.Sprint(sub)}
}

// authenticate emits the token.
func (c *Conn) authenticate(t lifecycle.Token) {
	text := c.options.Prefixed(client.ViaEvent, c.tokens.text(t.ID))
	_ = c.socket.Emit("authenticate", map[string]any{c.options.TokenName: text})
	// When the connection has just been lost, the library keeps it for the next
	// one, which will have its own.
	c.socket.SendBuffer().Clear()
}

// unanswered handles a CONNECT that the server has not answered in time.
func (c *Conn) unanswered() {
	if c.phase == dialing {
		c.connectError(errUnanswered)
	}
}

var errUnanswered = errors.New("timeout")

// drop ends the connection, or the attempt. The library sends first what it has been
// given. Listeners do not hear of it.
func (c *Conn) drop() {
	if c.phase != down {
		letTimersStart()
	}
	c.phase = down
	c.connection++
	c.drainBy, c.connectAt = 0, 0
	c.open = false
	c.disconnectSocket()
	c.pending = nil
}

// disconnectSocket ends the library's connection, of which disconnected does not hear then.
func (c *Conn) disconnectSocket() {
	c.dropping.Store(true)
	c.socket.Disconnect()
	c.dropping.Store(false)
}

// hangUp drops the connection and tells the listeners.
func (c *Conn) hangUp() {
	was := c.phase
	c.drop()
	c.lost(was, byClient)
}

// lost tells the listeners of the end of a connection, if they know of the connection.
func (c *Conn) lost(was phase, reason string) {
	if was == up || c.silent {
		c.show(func(v *view) { v.authenticated, v.guest, v.id = false, false, "" })
		c.calls.put(func() { c.tell("disconnect", false, []any{reason}) })
	}
	c.silent = false
}

// replace begins a handover to another connection. Listeners get no event unless it fails. If
// acknowledgements are outstanding, the old connection drains first.
func (c *Conn) replace(cause lifecycle.Cause) {
	c.replacing = true
	c.silent = c.phase == up
	if c.outstanding > 0 && cause == lifecycle.CauseRefresh && c.silent {
		c.drainBy = c.host.now() + lingerFor.Milliseconds()
		return
	}
	c.handOver(cause)
}

// handOver closes the old connection, and begins the next one when the old one's transports
// have ended, so that the server gets the events in order.
func (c *Conn) handOver(cause lifecycle.Cause) {
	c.drop()
	c.attemptAfter(c.route.quiet(), lingerFor, cause)
}

// attemptAfter begins an attempt when quiet is closed, or after atMost, unless another
// connection has been begun or ended by then.
func (c *Conn) attemptAfter(quiet <-chan struct{}, atMost time.Duration, cause lifecycle.Cause) {
	connection := c.connection
	go func() {
		select {
		case <-quiet:
		case <-time.After(atMost):
		case <-c.ctx.Done():
		}
		c.inbox.put(func() {
			if c.connection == connection {
				c.attempt(cause, 1)
			}
		})
	}()
}

// retry schedules the next attempt.
func (c *Conn) retry() {
	if c.life.State() == lifecycle.Halted {
		return
	}
	c.replacing = false
	c.failures++
	pause, ok := c.backoff.before(c.failures)
	if !ok {
		c.show(func(v *view) { v.end = errors.Join(errGivenUp, v.trouble) })
		c.calls.put(func() { c.tell("reconnect_failed", false, nil) })
		return
	}
	c.retryAt = c.host.now() + max(pause.Milliseconds(), 1)
}

var errGivenUp = errors.New("zishang: no reconnection attempts are left")

// connected: the server has connected the namespace.
func (c *Conn) connected() {
	if c.phase == down || !c.socket.Connected() {
		return
	}
	c.phase = up
	c.another = false
	c.connectAt = 0
	c.connection++
	c.show(func(v *view) { v.id = c.socket.Id() })
	if !c.silent {
		c.calls.put(func() { c.tell("connect", false, nil) })
	}
	c.feed(lifecycle.Event{Kind: lifecycle.EvConnected, Recovered: c.socket.Recovered()})
}

// disconnected: the connection has ended, and the owner has not ended it.
func (c *Conn) disconnected(reason string) {
	if c.phase == down {
		return
	}
	was := c.phase
	c.phase = down
	c.connection++
	c.drainBy, c.connectAt = 0, 0
	c.open = false
	c.pending = nil
	c.socket.SendBuffer().Clear()
	c.lost(was, reason)
	switch reason {
	case byServer:
		c.feed(lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByServer})
		if c.life.State() == lifecycle.Idle && c.retryAt == 0 {
			// As in the official client, the socket does not reconnect after a DISCONNECT from the server.
			c.show(func(v *view) { v.end = ErrDisconnected })
		}
	case byClient: // a wrapped socket's program
		c.leave()
		c.show(func(v *view) { v.end = ErrDisconnected })
	default:
		c.feed(lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
		c.retry()
	}
}

// connectError: an attempt has failed, or the server has refused a namespace that it had
// connected. The library lets go of a socket for that, too, and says no disconnect.
func (c *Conn) connectError(err error) {
	was := c.phase
	if was == down {
		return
	}
	c.phase = down
	c.connectAt = 0
	kind, said := readConnectError(err, c.socket.Active())
	if kind == ofProtocol {
		err = ErrProtocol
	}
	err = errorWithoutTokens(err, c.tokens.quotes())
	if was == up {
		c.connection++
		c.drainBy = 0
		c.open = false
		c.pending = nil
	}
	c.lost(was, transportClose)
	refused := said != nil && c.ofToken(said)
	if refused {
		c.denial = err
	} else {
		c.calls.put(func() { c.tell("connect_error", false, []any{err}) })
	}
	c.show(func(v *view) { v.trouble = err })
	switch {
	case refused:
		c.refuse(said, false)
	case kind == ofNetwork, kind == ofStatus:
		c.drop()
		c.feed(lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
		c.retry()
	default:
		// As in the official client: no reconnection after a CONNECT_ERROR.
		c.drop()
		c.feed(lifecycle.Event{Kind: lifecycle.EvDisconnected, Source: lifecycle.ByNetwork})
		c.show(func(v *view) { v.end = err })
	}
}

// tellRefusal emits the connect_error of a refusal that stands. As in pages, there is none
// for a refusal that is followed by another token, and none with client.ViaEvent.
func (c *Conn) tellRefusal(refused *client.UnauthorizedError) {
	if c.phase == up || c.options.Via&client.ViaEvent != 0 {
		return
	}
	var err error = refused
	if c.denial != nil {
		err = &refusedError{c.denial, refused}
	}
	c.denial = nil
	c.calls.put(func() { c.tell("connect_error", false, []any{err}) })
}

// refusedError is the server's error, of a refusal that stands.
type refusedError struct {
	error
	refused *client.UnauthorizedError
}

// Unwrap gives both, so that errors.As finds the *client.UnauthorizedError.
func (e *refusedError) Unwrap() []error { return []error{e.error, e.refused} }

// reconnect is Conn.Connect.
func (c *Conn) reconnect() {
	if c.phase != down || c.life.State() == lifecycle.Asking {
		return
	}
	c.failures = 0
	c.retryAt = 0
	c.attempt(lifecycle.CauseConnect, 1)
}

// disconnect is Conn.Disconnect. connects is how often Connect had been called by then.
func (c *Conn) disconnect(connects int) {
	c.retryAt = 0
	c.leave()
	c.hangUp()
	c.show(func(v *view) {
		if v.connects == connects {
			v.end = ErrDisconnected
		}
	})
}

// leave ends the user's session. Another user may connect next, so no token that was asked for
// before is used, and no session is recovered.
func (c *Conn) leave() {
	c.another = true
	c.feed(lifecycle.Event{Kind: lifecycle.EvStop})
	c.ask(lifecycle.SourceEvent{Kind: lifecycle.SrcForget}, nil)
	c.show(func(v *view) { v.session = client.Session{} })
}
