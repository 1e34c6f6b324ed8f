package server

import (
	"time"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

// Kind is a step in the life of a socket.
type Kind string

const (
	Connected     Kind = "connected"     // event flow: let in, not yet authenticated
	Authenticated Kind = "authenticated" // a token was accepted
	Refused       Kind = "refused"       // a token, or its absence, was refused
	Acknowledged  Kind = "acknowledged"  // the client called the callback of `unauthorized`
	HungUp        Kind = "hungup"        // the server ends the connection
	Closed        Kind = "closed"        // the connection is over, whoever ended it
)

// Why is the reason why the server hung up.
type Why string

const (
	ByTimeout          Why = "timeout"         // nothing came in Timeout
	ByRefusal          Why = "refusal"         // Callback is AtOnce
	ByAcknowledgement  Why = "acknowledgement" // the client called the callback
	ByCallbackDeadline Why = "deadline"        // the client didn't, Within(d)
)

// Event is what Observe hears. It carries no token.
type Event struct {
	Kind    Kind
	Refusal *UnauthorizedError // Refused
	After   time.Duration      // Acknowledged: since the refusal was sent
	Why     Why                // HungUp
	Reason  string             // Closed: Socket.IO's word for it
}

// follow reports a socket's beginning and end.
func (g *guard) follow(s *socket.Socket) {
	if !g.Handshake {
		g.Observe(s, Event{Kind: Connected})
	}
	_ = s.On("disconnect", func(reason ...any) {
		why, _ := reason[0].(string)
		g.Observe(s, Event{Kind: Closed, Reason: why})
	})
}
