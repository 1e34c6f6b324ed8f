// Package client has the types by which a Go program keeps a Socket.IO connection
// authenticated: Options say where the token comes from and how it travels, Session is
// what the server has accepted, UnauthorizedError is why it has not.
//
// The package opens no connection: client/zishang does. The rules (when a token is asked
// for, renewed, tried again, given up) are those of client/lifecycle, which the page's
// client follows, too.
package client

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// TokenFunc returns a token. The client calls it before every attempt to connect, before
// the token in use expires, and once more when the server refuses a token. ctx ends when the
// client does not want the answer any more, after Options.TokenTimeout at the latest. One call
// runs at a time, but the next one does not wait for a call whose ctx has ended to return. ""
// means that there is no token now: a refusal with ReasonMissing, or a guest's connection with
// Options.Guest.
//
// After an error the client calls it again, with growing pauses, unless the error is or
// wraps an *UnauthorizedError with a fatal reason: that ends the session.
type TokenFunc func(ctx context.Context, cause Cause) (string, error)

// StaticToken returns a TokenFunc that always returns the same token. When that expires,
// the session ends.
func StaticToken(token string) TokenFunc {
	return func(context.Context, Cause) (string, error) { return token, nil }
}

// Options say where the token comes from, how it travels and who hears of it.
// Zero values mean the default. Hooks run one at a time, in the order of the
// events; a hook that panics is reported and breaks nothing else.
type Options struct {
	// Token returns the tokens. It is required.
	Token TokenFunc
	// Via says how the token travels: ViaEvent by default.
	Via Via
	// TokenName is the key for query, auth and event; "token" by default.
	TokenName string
	// Scheme goes before the token: "Bearer" by default for header, nothing for
	// auth. NoScheme leaves it out.
	Scheme string

	TokenTimeout time.Duration // deadline of a call of Token; 10 s by default
	AuthTimeout  time.Duration // ViaEvent: deadline of the server's answer to `authenticate`; 10 s by default
	HookTimeout  time.Duration // how long OnUnauthorized may delay the acknowledgement; 10 s by default
	// RefreshBefore is how long before its expiry (claim exp) a token is renewed, at most half
	// of its lifetime; 30 s by default. A negative value turns renewal off.
	RefreshBefore time.Duration
	// InBandRefresh renews by a second `authenticate` on the same connection instead of
	// reconnecting. It needs ViaEvent.
	InBandRefresh bool
	// Guest connects without a token when Token gives "": the server decides whether it
	// lets the guest in. Token is asked again before the next attempt.
	Guest bool

	// Classify is called with an error of the server that is not recognised as a refusal of
	// the token (docs/lifecycle.md lists those that are). If it returns ReasonExpired,
	// ReasonInvalid or ReasonMissing, the error counts as a refusal with that reason. It must
	// not block.
	Classify func(*ServerError) Reason

	// OnAuthenticated is called each time that the server accepts a token, also a renewed one.
	// It is not called for a guest's connection.
	OnAuthenticated func(Session)
	// OnUnauthorized is called for a refusal that stands: no other token has helped. The
	// server's callback is acknowledged when it returns, or earlier by Acknowledge.
	OnUnauthorized func(*UnauthorizedError)
	// OnExpired runs after OnUnauthorized when the reason is ReasonExpired.
	OnExpired func(*UnauthorizedError)
}

// NoScheme as Options.Scheme sends the bare token.
const NoScheme = "-"

// Errors of Validate.
var (
	// ErrNoToken: Options.Token is nil.
	ErrNoToken = errors.New("client: Options.Token is missing; use client.StaticToken for a token that never changes")
	// ErrVia: Options.Via has unknown bits.
	ErrVia = errors.New("client: Options.Via has unknown bits; use ViaEvent, ViaQuery, ViaHeader or ViaAuth")
	// ErrInBand: InBandRefresh without ViaEvent.
	ErrInBand = errors.New("client: Options.InBandRefresh needs ViaEvent; leave it out for the other ways")
	// ErrTokenName: Options.TokenName is a name that Engine.IO uses in the query, or Socket.IO
	// in the CONNECT packet.
	ErrTokenName = errors.New("client: Options.TokenName is a name that Socket.IO needs (EIO, transport, sid, t, b64 or j in the query; pid or offset with ViaAuth); use another one")
	// ErrScheme: Options.Scheme has a character that no HTTP header can carry.
	ErrScheme = errors.New("client: Options.Scheme has a line break or another control character; trim it by strings.TrimSpace")
	// ErrTimeout: a timeout is negative.
	ErrTimeout = errors.New("client: a timeout is negative; leave it 0 for the default")
)

// The names that Engine.IO uses in the query, and Socket.IO in the CONNECT packet.
var (
	takenInQuery   = []string{"EIO", "transport", "sid", "t", "b64", "j"}
	takenInConnect = []string{"pid", "offset"}
)

// Validate returns ErrNoToken, ErrVia, ErrInBand, ErrTokenName, ErrScheme or ErrTimeout if o
// is not valid.
func (o Options) Validate() error {
	switch {
	case o.Token == nil:
		return ErrNoToken
	case !o.Via.Known():
		return ErrVia
	case o.InBandRefresh && o.Via != 0 && o.Via&ViaEvent == 0:
		return ErrInBand
	case o.Via&ViaQuery != 0 && slices.Contains(takenInQuery, o.TokenName),
		o.Via&ViaAuth != 0 && slices.Contains(takenInConnect, o.TokenName):
		return ErrTokenName
	case strings.ContainsFunc(o.Scheme, unicode.IsControl):
		return ErrScheme
	case o.TokenTimeout < 0, o.AuthTimeout < 0, o.HookTimeout < 0:
		return ErrTimeout
	}
	return nil
}

// WithDefaults returns a copy of o with the defaults in place of zero values. Hooks stay nil.
func (o Options) WithDefaults() Options {
	if o.Via == 0 {
		o.Via = ViaEvent
	}
	if o.TokenName == "" {
		o.TokenName = "token"
	}
	setDefault(&o.TokenTimeout, lifecycle.DefaultTokenTimeout)
	setDefault(&o.AuthTimeout, lifecycle.DefaultAuthTimeout)
	setDefault(&o.HookTimeout, lifecycle.DefaultHookTimeout)
	setDefault(&o.RefreshBefore, lifecycle.DefaultRefreshBefore)
	return o
}

func setDefault(d *time.Duration, ms int64) {
	if *d == 0 {
		*d = time.Duration(ms) * time.Millisecond
	}
}

// Prefixed returns the token with its scheme, as it is sent by one way.
func (o Options) Prefixed(way Via, token string) string {
	scheme := o.Scheme
	switch {
	case scheme == NoScheme, way != ViaHeader && way != ViaAuth:
		return token
	case scheme == "" && way == ViaHeader:
		scheme = "Bearer"
	}
	if scheme == "" {
		return token
	}
	return scheme + " " + token
}

// milliseconds is d, rounded up: a time that is not 0 does not become the default.
func milliseconds(d time.Duration) int64 {
	ms := d.Milliseconds()
	if d > time.Duration(ms)*time.Millisecond {
		ms++
	}
	return ms
}

// Source returns the token source of a connection with o.
func (o Options) Source() lifecycle.Source {
	return lifecycle.NewSource(milliseconds(o.TokenTimeout))
}

// Lifecycle returns the configuration of the state machine. seed is that of its random
// pauses.
func (o Options) Lifecycle(seed uint32) lifecycle.Config {
	o = o.WithDefaults()
	return lifecycle.Config{
		Via:           o.Via,
		Provider:      true,
		InBand:        o.InBandRefresh,
		Guest:         o.Guest,
		RefreshBefore: milliseconds(o.RefreshBefore),
		AuthTimeout:   milliseconds(o.AuthTimeout),
		HookTimeout:   milliseconds(o.HookTimeout),
		Seed:          seed,
	}
}
