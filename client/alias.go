package client

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// Via says how the token travels. Ways combine with |; none means ViaEvent.
type Via = lifecycle.Via

// The ways a token can travel.
const (
	// ViaEvent emits `authenticate` with {token} when the namespace is connected. The
	// server answers `authenticated` or `unauthorized`.
	ViaEvent = lifecycle.ViaEvent
	// ViaQuery puts ?token= into the URL of the handshake. Servers and proxies may log it.
	ViaQuery = lifecycle.ViaQuery
	// ViaHeader sends Authorization: Bearer (RFC 6750, section 2.1) with the handshake and
	// each request.
	ViaHeader = lifecycle.ViaHeader
	// ViaAuth puts the token into the payload of CONNECT, the server's
	// socket.handshake.auth.
	ViaAuth = lifecycle.ViaAuth
)

// Acceptance has the fields of a Session that the lifecycle sets: Refreshed and Recovered. A
// Session embeds it.
type Acceptance = lifecycle.Acceptance

// Cause says why a token is asked for. Its String is connect, reconnect, refresh or
// unauthorized.
type Cause = lifecycle.Cause

// The causes. For the first two Token may return a cached token, for the others it must get
// another one.
const (
	CauseConnect      = lifecycle.CauseConnect      // the program connects
	CauseReconnect    = lifecycle.CauseReconnect    // the connection was lost
	CauseRefresh      = lifecycle.CauseRefresh      // the token in use is about to expire, or Reauthenticate was called
	CauseUnauthorized = lifecycle.CauseUnauthorized // the server refused the last one
)

// Reason says why there is no authenticated session. Its String is expired, invalid,
// missing, timeout or unavailable. The first three are fatal: they stop reconnection until
// Connect or Reauthenticate is called. After the others the client tries again.
type Reason = lifecycle.Reason

// The reasons of an UnauthorizedError.
const (
	ReasonExpired     = lifecycle.ReasonExpired     // the token has expired (claim exp, RFC 7519)
	ReasonInvalid     = lifecycle.ReasonInvalid     // malformed, bad signature, wrong audience …
	ReasonMissing     = lifecycle.ReasonMissing     // Token returned none, or the server received none
	ReasonTimeout     = lifecycle.ReasonTimeout     // the server did not answer `authenticate`
	ReasonUnavailable = lifecycle.ReasonUnavailable // Token returned an error or took longer than TokenTimeout
)
