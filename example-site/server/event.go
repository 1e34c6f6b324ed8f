package server

import (
	"slices"
	"time"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

// await is the event flow: the socket is connected, and has Timeout to emit `authenticate`.
//
// All of it runs on the socket's queue, also deadlines, so it needs no lock and keeps the order of events. A deadline of a
// closed socket finds its queue closed.
func (g *guard) await(args ...any) {
	s := args[0].(*socket.Socket)
	c := &conversation{guard: g, socket: s}
	if !g.Optional {
		c.hangUpIn(g.Timeout, ByTimeout)
	}
	_ = s.On("authenticate", c.authenticate)
	g.follow(s)
	joined(s) // from here on the client may send
}

// conversation is the state of one socket in the event flow.
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

// deadline ends the connection unless it is cancelled. Stopping its timer is not enough: the timer may have fired, and its
// call may wait in the queue behind the event that cancels it.
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
