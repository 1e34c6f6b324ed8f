package client

import "time"

// Session is an accepted token: the argument of OnAuthenticated. Claims are decoded, not
// verified. Wait and Reauthenticate also return a Session for a guest, who has no token.
type Session struct {
	Via       Via
	ExpiresAt time.Time // zero for a token without exp
	Claims    map[string]any
	Guest     bool // connected without a token: Options.Guest
	Acceptance
}
