package server

import (
	"slices"
	"time"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

// await is the event flow: the socket is connected, and has Timeout to emit `authenticate`.
//
// Everything here runs on the socket's own queue, deadlines included, so nothing needs a lock and what was decided
// first is done first. A deadline of a socket that is gone finds its queue closed.
func (g *guard) await(args ...any) {
	s := args[0].(*socket.Socket)
	c := &conversation{guard: g, socket: s}
	if !g.Optional {
		c.hangUpIn(g.Timeout, ByTimeout)
	}
	_ = s.On("authenticate", c.authenticate)
	g.follow(s)
	joined(s) // from here on the client may speak
}

// conversation is one socket's way through the event flow.
type conversation struct {
	*guard
	socket    *socket.Socket
	deadlines []*deadline
}

func (c *conversation) authenticate(args ...any) {
	c.callOff(ByTimeout)
	token := ""
	if len(args) > 0 {
		if data, ok := args[0].(map[string]any); ok {
			token, _ = data["token"].(string)
		}
	}
	if token == "" {
		c.refuse(&UnauthorizedError{CodeInvalidToken, "invalid token datatype"})
		return
	}
	who, refusal := c.identify(c.socket.Request().Request(), token)
	if refusal != nil {
		c.refuse(refusal)
		return
	}
	c.callOff(ByCallbackDeadline)
	c.socket.SetData(who)
	_ = c.socket.Emit("authenticated")
	c.Observe(c.socket, Event{Kind: Authenticated})
	c.Authenticated(c.socket, who)
}

func (c *conversation) refuse(refusal *UnauthorizedError) {
	sent := time.Now()
	c.Observe(c.socket, Event{Kind: Refused, Refusal: refusal})
	_ = c.socket.Emit("unauthorized", refusal.event(), socket.Ack(func([]any, error) {
		c.Observe(c.socket, Event{Kind: Acknowledged, After: time.Since(sent)})
		c.hangUp(ByAcknowledgement)
	}))
	switch {
	case c.Callback == AtOnce:
		c.hangUp(ByRefusal)
	case c.Callback > 0:
		c.hangUpIn(time.Duration(c.Callback), ByCallbackDeadline)
	}
}

// deadline ends the connection unless it is called off. A stopped timer is not enough: it may have fired already and
// wait in the queue behind the very event that calls it off.
type deadline struct {
	why   Why
	timer *time.Timer
	off   bool
}

func (c *conversation) hangUpIn(d time.Duration, why Why) {
	end := &deadline{why: why}
	end.timer = c.afterFunc(d, func() {
		c.socket.Enqueue(func() {
			if !end.off {
				c.hangUp(why)
			}
		})
	})
	c.deadlines = append(c.deadlines, end)
}

func (c *conversation) callOff(why Why) {
	c.deadlines = slices.DeleteFunc(c.deadlines, func(end *deadline) bool {
		if end.why != why {
			return false
		}
		end.timer.Stop()
		end.off = true
		return true
	})
}

func (c *conversation) hangUp(why Why) {
	if !c.socket.Connected() {
		return
	}
	c.callOff(ByTimeout)
	c.callOff(ByCallbackDeadline)
	c.Observe(c.socket, Event{Kind: HungUp, Why: why})
	HangUp(c.socket)
}
