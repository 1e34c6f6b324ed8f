package zishang

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// outgoing is an event on its way to the server.
type outgoing struct {
	event string
	args  []any
	ack   func([]any, error) // nil: no answer is wanted; called at most once

	tries int // an answer counts for the last one only
	over  bool
}

// emit sends o, or keeps it until the session is open.
func (c *Conn) emit(o *outgoing) {
	c.deadlines() // a machine that slept may hold a token whose time is over
	if len(c.held) > 0 || !c.transmit(o) {
		c.held = append(c.held, o)
	}
}

// flush sends the events that were kept.
func (c *Conn) flush() {
	for len(c.held) > 0 {
		if !c.transmit(c.held[0]) {
			return
		}
		c.held = c.held[1:]
	}
	c.held = nil
}

// transmit reports whether the event is on its way. The library's own buffer is
// not used: the next connection would send it before the token.
func (c *Conn) transmit(o *outgoing) bool {
	if !c.open || c.phase != up || !c.socket.Connected() {
		return false
	}
	args := o.args
	o.tries++
	if try := o.tries; o.ack != nil {
		c.outstanding++
		args = append(slices.Clone(args), func(answer []any, err error) {
			c.inbox.put(func() { c.answered(o, try, answer, err) })
		})
	}
	_ = c.socket.Emit(o.event, args...)
	if _, err := c.socket.SendBuffer().Pop(); err != nil {
		return true
	}
	if o.ack != nil {
		o.tries++
		c.settledAck()
	}
	return false
}

// answered settles o: answer is the server's acknowledgement, err says that there will be
// none.
func (c *Conn) answered(o *outgoing, try int, answer []any, err error) {
	if o.over || try != o.tries {
		return
	}
	o.over = true
	c.settledAck()
	if err != nil && !c.socket.Connected() {
		err = ErrDisconnected
	}
	o.ack(answer, err)
}

// settledAck counts an acknowledgement that has come, or that will not come. A connection
// that drains ends with the last one.
func (c *Conn) settledAck() {
	c.outstanding--
	if c.outstanding == 0 && c.drainBy != 0 {
		c.drainBy = c.host.now()
	}
}

// forget ends the wait for o's acknowledgement. If o is held back, it is not sent any more. If
// it has been sent, a renewal does not wait for the acknowledgement, which may never come.
// zishang520 keeps the function that it would call, and so o: the arguments are dropped.
func (c *Conn) forget(o *outgoing) {
	if o.over {
		return
	}
	o.over = true
	o.args = nil
	if at := slices.Index(c.held, o); at >= 0 {
		c.held = slices.Delete(c.held, at, at+1)
		return
	}
	c.settledAck()
}

// listen to the socket. All three functions run on the library's goroutines.
func (c *Conn) listen() {
	c.socket.OnAny(func(args ...any) {
		if len(args) > 0 {
			c.inbox.put(func() { c.inbound(args) })
		}
	})
	_ = c.socket.On("connect", func(...any) { c.inbox.put(c.connected) })
	_ = c.socket.On("connect_error", func(args ...any) {
		err, ok := first(args).(error)
		if !ok {
			err = ErrDisconnected
		}
		c.inbox.put(func() { c.connectError(err) })
	})
	_ = c.socket.On("disconnect", func(args ...any) {
		reason, _ := first(args).(string)
		if reason == byClient && c.dropping.Load() {
			return
		}
		c.inbox.put(func() { c.disconnected(reason) })
	})
}

func first(args []any) any {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}

// inbound is an event of the server's.
func (c *Conn) inbound(args []any) {
	event := eventName(args[0])
	args = slices.Clone(args[1:])
	own := c.options.Via&client.ViaEvent != 0
	switch {
	case event == "authenticated" && own:
		c.deliverEvent(event, c.answerable(event, args))
		c.feed(lifecycle.Event{Kind: lifecycle.EvAuthenticated})
	case event == "unauthorized": // servers with any guard may say so in a session
		c.unauthorizedEvent(args)
	default:
		c.deliverEvent(event, c.answerable(event, args))
	}
}

// eventName is an event's name as text. Servers may name one by a number, too: in pages
// socket.on("1") hears of the event 1.
func eventName(said any) string {
	if number, ok := said.(float64); ok {
		return strconv.FormatFloat(number, 'f', -1, 64)
	}
	name, _ := said.(string)
	return name
}

func (c *Conn) deliverEvent(event string, args []any) {
	c.calls.put(func() { c.tell(event, true, args) })
}

// answerable sends acknowledgements by way of the owner, in order with what is
// emitted, and not to a connection that never asked. One that cannot be sent is reported:
// zishang520 would send it without a value.
func (c *Conn) answerable(event string, args []any) []any {
	if ack, ok := lastAck(args); ok {
		connection := c.connection
		args[len(args)-1] = func(answer []any, err error) {
			answer, unsendable := sendable(answer)
			if unsendable != nil {
				c.settings.report(fmt.Errorf("zishang: an answer to %q is not sent: %w", event, unsendable))
				return
			}
			c.inbox.put(func() {
				if c.connection == connection {
					ack(answer, err)
				}
			})
		}
	}
	return args
}

// lastAck is the acknowledgement that the server waits for.
func lastAck(args []any) (func([]any, error), bool) {
	if len(args) == 0 {
		return nil, false
	}
	ack, ok := args[len(args)-1].(func([]any, error))
	return ack, ok
}

// unauthorizedEvent is the server's no to `authenticate`, or to go on.
func (c *Conn) unauthorizedEvent(args []any) {
	ack, waits := lastAck(args)
	if waits {
		connection := c.connection
		one := &callback{call: func() {
			if c.connection == connection {
				ack([]any{}, nil)
			}
		}}
		c.pending = append(c.pending, one)
		args[len(args)-1] = func([]any, error) { c.inbox.put(func() { c.acknowledgeOne(one) }) }
	}
	said := args
	if waits {
		said = args[:len(args)-1]
	}
	r := readRefusal("", first(said))
	c.ofToken(r) // the event says so; Classify may know the reason
	args, _ = withoutTokens(args, c.tokens.quotes()).([]any)
	c.deliverEvent("unauthorized", args)
	c.refuse(r, waits)
}
