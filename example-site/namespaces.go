package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/socketio-jwt/socketio-jwt-wasm/example-site/server"
	"github.com/zishang520/socket.io/servers/socket/v3"
)

// namespaces are the namespaces of the site, one for each way of the token, each with the rule of a socketio-jwt server.
var namespaces = map[string]server.Options{
	"/event":     {Callback: server.Within(15 * time.Second), Timeout: 10 * time.Second},
	"/handshake": {Handshake: true},
	"/header":    {Handshake: true, AuthHeaderRequired: true},
}

// maxPacket is the longest packet that the chat reads, in bytes: a token, or a message, and some room.
const maxPacket = 64 << 10

func newChat(secret []byte, people *sessions) (*chat, error) {
	options := socket.DefaultServerOptions()
	options.SetAllowEIO3(true)
	options.SetMaxHttpBufferSize(maxPacket)

	c := &chat{
		io:       socket.NewServer(nil, options),
		sessions: people,
		guests:   map[socket.SocketId]*guest{},
		rooms:    map[string]*room{},
	}
	c.seed()
	c.handler = server.Handler(c.io)
	for name, o := range namespaces {
		o.Secret = server.Secret(secret)
		o.AdditionalAuth = c.belongs
		o.Observe = c.observe
		o.Authenticated = func(s *socket.Socket, _ *server.Identity) { c.welcome(s, name) }
		if err := server.Protect(c.io.Of(name, nil), o); err != nil {
			return nil, fmt.Errorf("namespace %s: %w", name, err)
		}
	}
	return c, nil
}

func (c *chat) close() { c.io.Close(nil) }

// belongs refuses a token of another session than the request's, or of one that has ended.
func (c *chat) belongs(r *http.Request, claims jwt.MapClaims) error {
	who := c.sessions.of(r)
	if who == nil {
		return &server.UnauthorizedError{Code: "session_ended", Message: "the session has ended"}
	}
	if subject, _ := claims.GetSubject(); subject != who.subject {
		return &server.UnauthorizedError{Code: "another_session", Message: "the token is of another session"}
	}
	return nil
}

// observe sends a socket's events to the feed of its session.
func (c *chat) observe(s *socket.Socket, e server.Event) {
	r := s.Request().Request()
	c.mu.Lock()
	g := c.guests[s.Id()]
	c.mu.Unlock()
	var who *session
	if g != nil {
		who = g.who // also when it has been ended
	} else if who = c.sessions.of(r); who == nil {
		return
	}
	seen := sight{Tab: r.URL.Query().Get("tab"), Kind: string(e.Kind), After: e.After.Milliseconds()}
	if e.Refusal != nil {
		seen.Code, seen.Message = e.Refusal.Code, e.Refusal.Message
	}
	seen.Why = or(string(e.Why), e.Reason)
	who.feed.tell(seen)
}

// via returns the way of the token, which the page shows to all users.
func via(s *socket.Socket, door string) string {
	switch r := s.Request().Request(); {
	case door == "/event":
		return "event"
	case r.URL.Query().Get("token") != "":
		return "query"
	case r.Header.Get("Authorization") != "":
		return "header"
	}
	return "auth"
}
