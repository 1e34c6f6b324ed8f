package client

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// Via says how the token travels. Ways combine with |; none means ViaEvent.
type Via = lifecycle.Via

// The ways a token can travel.
const (
	// ViaEvent emits `authenticate` with {token} when the namespace is connected. The
	// server answers `authenticated` or `unauthorized`.
	ViaEvent = lifecycle.ViaEvent
	// ViaQuery puts ?token= into the URL of the handshake, where logs may keep it.
	ViaQuery = lifecycle.ViaQuery
	// ViaHeader sends Authorization: Bearer with the handshake and each request.
	ViaHeader = lifecycle.ViaHeader
	// ViaAuth puts the token into the payload of CONNECT, the server's
	// socket.handshake.auth.
	ViaAuth = lifecycle.ViaAuth
)

// Acceptance is what the lifecycle knows of a Session. Its fields (Refreshed, Recovered) are
// read as the Session's own.
type Acceptance = lifecycle.Acceptance

// Cause says why a token is asked for. Its String is connect, reconnect, refresh or
// unauthorized.
type Cause = lifecycle.Cause

// The causes. A cached token will do for the first two, and not for the others.
const (
	CauseConnect      = lifecycle.CauseConnect      // the program connects
	CauseReconnect    = lifecycle.CauseReconnect    // the connection was lost
	CauseRefresh      = lifecycle.CauseRefresh      // the token in use is about to expire, or Reauthenticate was called
	CauseUnauthorized = lifecycle.CauseUnauthorized // the server refused the last one
)

// Reason says why there is no authenticated session. Its String is expired, invalid,
// missing, timeout or unavailable. Fatal reasons (the first three) stop reconnection
// until the program acts; what the others say may pass, and is tried again.
type Reason = lifecycle.Reason

// The reasons of an UnauthorizedError.
const (
	ReasonExpired     = lifecycle.ReasonExpired     // the token's time is over
	ReasonInvalid     = lifecycle.ReasonInvalid     // malformed, bad signature, wrong audience …
	ReasonMissing     = lifecycle.ReasonMissing     // Token gave none, or the server got none
	ReasonTimeout     = lifecycle.ReasonTimeout     // the server did not answer `authenticate`
	ReasonUnavailable = lifecycle.ReasonUnavailable // Token failed
)
