package server

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/zishang520/socket.io/servers/socket/v3"
)

// Identity is the user of a socket.
type Identity struct {
	Claims jwt.MapClaims
	// Decoded is what CustomDecoded made of the claims, and the claims themselves without it.
	Decoded any
	// ExpiresAt is zero for a token without exp.
	ExpiresAt time.Time
}

// IdentityOf returns nil while the socket has no accepted token.
func IdentityOf(s *socket.Socket) *Identity {
	who, _ := s.Data().(*Identity)
	return who
}

// errSecret marks errors from before there was a key to verify with.
var (
	errSecret    = errors.New("no secret")
	errAlgorithm = errors.New("invalid algorithm")
)

// identify verifies a token and asks AdditionalAuth.
func (g *guard) identify(r *http.Request, token string) (*Identity, *UnauthorizedError) {
	if refusal := checkForm(token); refusal != nil {
		return nil, refusal
	}
	var secretErr error
	claims := jwt.MapClaims{}
	_, err := jwt.NewParser(g.Validation...).ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) {
		if t.Method.Alg() == jwt.SigningMethodNone.Alg() {
			return nil, errAlgorithm
		}
		key, err := g.Secret(r, t)
		if err == nil && key == nil {
			err = &UnauthorizedError{CodeInvalidSecret, "secret or public key must be provided"}
		}
		if err != nil {
			secretErr = err
			return nil, errSecret
		}
		return key, nil
	})
	if secretErr != nil {
		return nil, refusalOf(secretErr, CodeInvalidSecret)
	}
	if err != nil {
		return nil, &UnauthorizedError{CodeInvalidToken, messageOf(err)}
	}
	if g.AdditionalAuth != nil {
		if err := g.AdditionalAuth(r, claims); err != nil {
			return nil, refusalOf(err, CodeUnknown)
		}
	}
	return g.identityOf(claims), nil
}

func (g *guard) identityOf(claims jwt.MapClaims) *Identity {
	who := &Identity{Claims: claims, Decoded: claims}
	if exp, err := claims.GetExpirationTime(); err == nil && exp != nil {
		who.ExpiresAt = exp.Time
	}
	if g.CustomDecoded != nil {
		who.Decoded = g.CustomDecoded(claims)
	}
	return who
}

// maxToken is the length of the longest token that is looked at, in bytes: Node takes 16 KB of headers, and most proxies
// take 8, so a longer token would not come through by header or query either. Nothing reads a token before this limit.
const maxToken = 16 << 10

// checkForm finds what jsonwebtoken, the verifier of socketio-jwt, has words of its own for, and tokens that are too
// long.
func checkForm(token string) *UnauthorizedError {
	switch {
	case len(token) > maxToken:
		return &UnauthorizedError{CodeInvalidToken, fmt.Sprintf("jwt too long: %d bytes, %d at most", len(token), maxToken)}
	case strings.Count(token, ".") != 2:
		return &UnauthorizedError{CodeInvalidToken, "jwt malformed"}
	case strings.TrimSpace(token[strings.LastIndexByte(token, '.')+1:]) == "":
		return &UnauthorizedError{CodeInvalidToken, "jwt signature is required"}
	}
	return nil
}

// messageOf puts golang-jwt's errors into jsonwebtoken's words, which clients compare. The order is jsonwebtoken's:
// the signature speaks before the claims, nbf before exp.
func messageOf(err error) string {
	for _, known := range []struct {
		is      error
		message string
	}{
		{errAlgorithm, "invalid algorithm"},
		{jwt.ErrInvalidKeyType, "invalid algorithm"},
		{jwt.ErrTokenMalformed, "invalid token"},
		{jwt.ErrTokenUnverifiable, "invalid algorithm"},
		{jwt.ErrTokenSignatureInvalid, "invalid signature"},
		{jwt.ErrTokenNotValidYet, "jwt not active"},
		{jwt.ErrTokenExpired, "jwt expired"},
		{jwt.ErrTokenInvalidAudience, "jwt audience invalid"},
		{jwt.ErrTokenInvalidIssuer, "jwt issuer invalid"},
		{jwt.ErrTokenInvalidSubject, "jwt subject invalid"},
	} {
		if errors.Is(err, known.is) {
			return known.message
		}
	}
	return "invalid token"
}
