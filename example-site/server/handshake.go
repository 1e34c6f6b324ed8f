package server

import (
	"strings"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

// handshake is the middleware of the handshake flow.
func (g *guard) handshake(s *socket.Socket, next func(*socket.ExtendedError)) {
	who, refusal := g.admit(s)
	if refusal != nil {
		g.Observe(s, Event{Kind: Refused, Refusal: refusal})
		next(refusal.extended())
		return
	}
	s.SetData(who)
	next(nil)
}

func (g *guard) admit(s *socket.Socket) (*Identity, *UnauthorizedError) {
	token, refusal := g.handshakeToken(s)
	if refusal != nil {
		return nil, refusal
	}
	return g.identify(s.Request().Request(), token)
}

// admitted is called when the middlewares have accepted the socket.
func (g *guard) admitted(args ...any) {
	s := args[0].(*socket.Socket)
	g.follow(s)
	if who := IdentityOf(s); who != nil {
		g.Observe(s, Event{Kind: Authenticated})
		g.Authenticated(s, who)
	}
	joined(s) // from here on the client may send
}

// handshakeToken returns the token where socketio-jwt looks for it, in its order: the query before the header. A present
// header must be well-formed, and AuthHeaderRequired demands one even if there are other tokens.
func (g *guard) handshakeToken(s *socket.Socket) (string, *UnauthorizedError) {
	token := ""
	if header := s.Request().Request().Header.Get("Authorization"); header != "" {
		scheme, credentials, _ := strings.Cut(header, " ")
		if credentials == "" || strings.Contains(credentials, " ") {
			return "", &UnauthorizedError{CodeBadFormat, "Format is Authorization: Bearer [token]"}
		}
		if strings.EqualFold(scheme, "bearer") {
			token = credentials
		}
	}
	if g.AuthHeaderRequired && token == "" {
		return "", &UnauthorizedError{CodeHeaderRequired, "Server requires Authorization Header"}
	}
	if query := s.Request().Query().Peek("token"); query != "" {
		token = query
	}
	if token == "" {
		token = connectToken(s)
	}
	if token == "" {
		return "", &UnauthorizedError{CodeRequired, "no token provided"}
	}
	return token, nil
}

// connectToken is the token that came with the CONNECT packet of the namespace: its auth payload or, from an Engine.IO 3
// client, its query, where every value is a list.
func connectToken(s *socket.Socket) string {
	token := ""
	switch value := s.Handshake().Auth["token"].(type) {
	case string:
		token = value
	case []string:
		if len(value) > 0 {
			token = value[len(value)-1]
		}
	}
	if scheme, credentials, found := strings.Cut(token, " "); found && strings.EqualFold(scheme, "bearer") {
		return credentials
	}
	return token
}
