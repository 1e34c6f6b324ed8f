package client

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// Via says how the token travels. Ways combine with |; none means ViaEvent.
type Via = lifecycle.Via

// The ways a token can travel.
const (
	ViaEvent  = lifecycle.ViaEvent
	ViaQuery  = lifecycle.ViaQuery
	ViaHeader = lifecycle.ViaHeader
	ViaAuth   = lifecycle.ViaAuth
)

// Cause says why a token is asked for.
type Cause = lifecycle.Cause

// The causes.
const (
	CauseConnect      = lifecycle.CauseConnect
	CauseReconnect    = lifecycle.CauseReconnect
	CauseRefresh      = lifecycle.CauseRefresh
	CauseUnauthorized = lifecycle.CauseUnauthorized
)

// Reason says why there is no authenticated session.
type Reason = lifecycle.Reason

// The reasons of an UnauthorizedError.
const (
	ReasonExpired     = lifecycle.ReasonExpired
	ReasonInvalid     = lifecycle.ReasonInvalid
	ReasonMissing     = lifecycle.ReasonMissing
	ReasonTimeout     = lifecycle.ReasonTimeout
	ReasonUnavailable = lifecycle.ReasonUnavailable
)
