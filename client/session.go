package client

import "time"

// Session is what OnAuthenticated hears: the server has accepted a token. Claims are
// decoded, not verified. Of a guest, who has no token, Wait and Reauthenticate tell.
type Session struct {
	Via       Via
	ExpiresAt time.Time // zero for a token without exp
	Claims    map[string]any
	Guest     bool // connected without a token: Options.Guest
	Acceptance
}
