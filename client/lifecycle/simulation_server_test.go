package lifecycle

// conn is a connection, and the server at its other end.
type conn struct {
	o         *owner
	connected bool
	authed    bool
	asked     int // `authenticate` that have not been answered
	token     Token
	callbacks []int // of `unauthorized`, not acknowledged
	hangsUp   bool  // when the token's time is over
}

var callbackID int

// soon runs do after the way through the network, unless the connection is gone.
func (c *conn) soon(ms int64, do func()) {
	c.o.sim.after(c.o.sim.upTo(ms), func() {
		if c.o.conn == c {
			do()
		}
	})
}

// dial opens a connection with a token.
func (o *owner) dial(t Token) {
	o.close()
	sim := o.sim
	c := &conn{o: o, hangsUp: sim.chance(50)}
	o.conn = c
	c.soon(200, func() {
		switch {
		case sim.faulty && sim.chance(10):
			o.lose(ByNetwork)
		case sim.faulty && sim.chance(2):
			o.lose(ByServer)
		case o.config.Via == ViaEvent:
			c.connected = true
			o.give(Event{Kind: EvConnected})
		default:
			if r, ok := c.verdict(t); !ok {
				r.Callback = false
				o.conn = nil
				o.give(Event{Kind: EvRefused, Refusal: r})
				return
			}
			c.connected = true
			if o.config.Via&ViaEvent == 0 {
				c.accept(t)
			}
			o.give(Event{Kind: EvConnected, Recovered: sim.chance(10)})
		}
	})
}

func (c *conn) authenticate(t Token) {
	sim := c.o.sim
	c.asked++
	c.soon(200, func() {
		c.asked--
		r, ok := c.verdict(t)
		switch {
		case sim.faulty && sim.chance(3):
			// says nothing
		case sim.faulty && sim.chance(3):
			c.o.lose(ByServer)
		case ok:
			c.accept(t)
			c.o.give(Event{Kind: EvAuthenticated})
		default:
			c.refuse(r)
		}
	})
}

func (c *conn) accept(t Token) {
	sim := c.o.sim
	c.authed = true
	c.token = t
	if c.hangsUp && t.ExpiresAt != 0 {
		sim.after(max(0, t.ExpiresAt-sim.now), func() {
			if c.o.conn == c && c.token == t {
				c.o.lose(ByServer)
			}
		})
	}
}

// refuse says `unauthorized`, with a callback, and closes as its options say.
func (c *conn) refuse(r Refusal) {
	sim := c.o.sim
	c.authed = false
	r.Callback = sim.chance(85)
	if r.Callback {
		callbackID++
		c.callbacks = append(c.callbacks, callbackID)
	}
	if sim.chance(30) {
		c.soon(20_000, func() { c.o.lose(ByServer) })
	}
	c.o.give(Event{Kind: EvRefused, Refusal: r})
}

// verdict is what the server thinks of a token on its arrival.
func (c *conn) verdict(t Token) (Refusal, bool) {
	sim := c.o.sim
	r := Refusal{Code: "invalid_token", Message: "invalid signature"}
	switch {
	case t.ID == 0:
		sim.violation("no token travelled")
		return Refusal{Code: "credentials_required"}, false
	case t.ExpiresAt != 0 && sim.now >= t.ExpiresAt:
		r.Message = "jwt expired"
		if sim.chance(30) {
			r.Message = "Unauthorized"
		}
		return r, false
	case !sim.provider.tokens[t.ID]:
		return r, false
	case sim.faulty && sim.chance(10):
		return r, false
	}
	return Refusal{}, true
}

// receive is what comes after `authenticate`: what the user emits.
func (c *conn) receive(n int) {
	o := c.o
	switch {
	case !c.authed:
		o.sim.violation("event %d went to a server that had not accepted", n)
	case n != o.delivered+1:
		o.sim.violation("event %d after event %d", n, o.delivered)
	}
	if t := c.token; t.ExpiresAt != 0 && o.sim.now >= t.ExpiresAt+o.allowed() {
		o.sim.violation("event %d was sent when the token was over for %d ms", n, o.sim.now-t.ExpiresAt)
	}
	o.delivered = n
}

// lose is the end of a connection by others.
func (o *owner) lose(by CloseSource) {
	if o.conn == nil {
		return
	}
	o.sim.note("socket %d: connection lost: %d", o.id, by)
	o.conn = nil
	o.announced = false
	if o.replacing {
		o.cancel()
	}
	o.give(Event{Kind: EvDisconnected, Source: by})
	if by == ByNetwork && o.conn == nil {
		o.reconnect()
	}
}

// close is the end of a connection by us.
func (o *owner) close() {
	if o.conn == nil {
		return
	}
	if len(o.conn.callbacks) > 0 {
		o.sim.violation("a callback was never acknowledged")
	}
	o.conn = nil
}

// acknowledge calls every callback that is held.
func (o *owner) acknowledge() {
	if o.conn == nil || len(o.conn.callbacks) == 0 {
		o.sim.violation("acknowledged twice")
		return
	}
	c := o.conn
	c.callbacks = nil
	c.soon(200, func() { o.lose(ByServer) })
}

func (o *owner) flush() {
	for o.gate && len(o.kept) > 0 {
		if o.conn == nil {
			o.sim.violation("emits flow without a connection")
			return
		}
		o.conn.receive(o.kept[0])
		o.kept = o.kept[1:]
	}
}
