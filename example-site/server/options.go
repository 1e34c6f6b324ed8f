package server

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/zishang520/socket.io/servers/socket/v3"
)

// SecretFunc returns the key that a token must be signed with: a []byte for HMAC, a public key for the other algorithms.
// The token is decoded but not verified: Header and Claims are the client's. SecretFunc may block, say for a database;
// events of the same socket wait meanwhile, in order. The server refuses with the code of an *UnauthorizedError.
type SecretFunc func(r *http.Request, token *jwt.Token) (key any, err error)

// Secret is one HMAC key for every token.
func Secret(key []byte) SecretFunc {
	return func(*http.Request, *jwt.Token) (any, error) { return key, nil }
}

// Callback says when the server hangs up after a refusal in the event flow: socketio-jwt's `callback`.
type Callback time.Duration

const (
	// WhenAcknowledged (`callback` unset) leaves the connection open until the client calls the callback.
	WhenAcknowledged Callback = 0
	// AtOnce (`callback: false`) does not wait for the client.
	AtOnce Callback = -1
)

// Within (`callback: 15000`) hangs up when the client calls the callback, and after d if it doesn't.
func Within(d time.Duration) Callback { return Callback(d) }

const defaultTimeout = 5 * time.Second

// Options of Protect. Secret is required; the zero value of everything else is socketio-jwt's default.
type Options struct {
	Secret SecretFunc
	// Handshake takes the token from the handshake and refuses in a middleware. Otherwise the client is let in and has
	// to emit `authenticate`.
	Handshake bool
	// AuthHeaderRequired refuses a handshake without `Authorization: Bearer`.
	AuthHeaderRequired bool
	// Timeout is how long the event flow waits for `authenticate`. Default: 5 s.
	Timeout time.Duration
	// Optional lets those stay who never authenticate: socketio-jwt's `required: false`.
	Optional bool
	// Callback is when to hang up after a refusal. Default: WhenAcknowledged.
	Callback Callback
	// AdditionalAuth has the last word about a verified token. An *UnauthorizedError answers with its own code, any
	// other error with the code "unknown".
	AdditionalAuth func(r *http.Request, claims jwt.MapClaims) error
	// CustomDecoded replaces what Identity.Decoded holds.
	CustomDecoded func(claims jwt.MapClaims) any
	// Validation adds demands of golang-jwt's, such as an audience or an issuer.
	Validation []jwt.ParserOption
	// Authenticated is called for every accepted token: on connection in the handshake flow, after each `authenticate`
	// in the event flow. Events of the socket wait until it returns.
	Authenticated func(s *socket.Socket, who *Identity)
	// Observe hears of every step, for logs and for the curious. It must not block.
	Observe func(s *socket.Socket, e Event)

	afterFunc func(d time.Duration, f func()) *time.Timer // time.AfterFunc; tests let the time pass by hand
}

func (o Options) validate() error {
	switch {
	case o.Secret == nil:
		return errors.New("server: Options.Secret is missing: give server.Secret(key) or a function")
	case o.Timeout < 0:
		return fmt.Errorf("server: Options.Timeout is %v: it cannot be negative; Optional: true waits for ever", o.Timeout)
	case o.Callback < 0 && o.Callback != AtOnce:
		return fmt.Errorf("server: Options.Callback is %v: give WhenAcknowledged, AtOnce or Within(d)", time.Duration(o.Callback))
	case o.AuthHeaderRequired && !o.Handshake:
		return errors.New("server: Options.AuthHeaderRequired needs Handshake: true: the event flow reads no header")
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.Timeout == 0 {
		o.Timeout = defaultTimeout
	}
	if o.Authenticated == nil {
		o.Authenticated = func(*socket.Socket, *Identity) {}
	}
	if o.Observe == nil {
		o.Observe = func(*socket.Socket, Event) {}
	}
	if o.afterFunc == nil {
		o.afterFunc = time.AfterFunc
	}
	return o
}

// Protect puts a namespace behind tokens. Call it before the namespace gets its first client and before its own
// connection listeners are added.
func Protect(nsp socket.Namespace, o Options) error {
	if err := o.validate(); err != nil {
		return err
	}
	g := &guard{o.withDefaults()}
	if g.Handshake {
		nsp.Use(g.handshake)
		return nsp.On("connection", g.admitted)
	}
	return nsp.On("connection", g.await)
}

// guard is the state of Protect for one namespace.
type guard struct{ Options }
