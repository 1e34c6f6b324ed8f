// Package lifecycle is the token lifecycle of one Socket.IO socket as a pure state machine:
// Next takes a state and an event, and returns the next state and the actions to perform. It
// has no clock, timer, goroutine, socket or token text; the owner of a Lifecycle has those.
//
// It imports nothing, because it is linked into the page, where every kilobyte counts.
package lifecycle

// Via says how the token travels. Ways combine.
type Via uint8

// The ways a token can travel. No way at all means ViaEvent.
const (
	ViaEvent  Via = 1 << iota // `authenticate` with {token}, once connected
	ViaQuery                  // ?token=
	ViaHeader                 // Authorization: Bearer
	ViaAuth                   // the CONNECT payload of 3.x/4.x servers
)

// wayNames are the names that users of pages know, by the bits from the lowest on.
var wayNames = [...]string{"event", "query", "header", "auth"}

// WayNames returns the ways' names, by their bits from the lowest on.
func WayNames() []string { return wayNames[:] }

// Known says whether v has no bit but those of the ways.
func (v Via) Known() bool { return v>>len(wayNames) == 0 }

// InHandshake says whether the handshake of the connection carries the token.
func (v Via) InHandshake() bool { return v&(ViaQuery|ViaHeader) != 0 }

// Cause says why a token is asked for.
type Cause uint8

// The causes, from weak to strong. The answer for a weaker cause may be a cached token, which
// does not do for a stronger one.
const (
	CauseConnect Cause = iota
	CauseReconnect
	CauseRefresh
	CauseUnauthorized
)

// String is the name that users see.
func (c Cause) String() string {
	switch c {
	case CauseConnect:
		return "connect"
	case CauseReconnect:
		return "reconnect"
	case CauseRefresh:
		return "refresh"
	case CauseUnauthorized:
		return "unauthorized"
	}
	return "unknown"
}

// Token describes a token without its text. The owner keeps the texts by ID: the same ID is
// the same text, 0 is no token. IssuedAt (claim iat) and ExpiresAt (claim exp, RFC 7519,
// section 4.1) are by the issuer's clock, ReceivedAt by the host's. They are in ms since
// 1970, and 0 when the claim is absent or no date.
type Token struct {
	ID         uint32
	ReceivedAt int64
	IssuedAt   int64
	ExpiresAt  int64
}

// LatestTime is the last millisecond of the year 9999. A time after it, or before
// 1970, is no date: the claim counts as absent.
const LatestTime = 253_402_300_799_999

// dated returns t without claims that are no dates, and without an `iat` that its own
// `exp` proves wrong. Times of a dated token can be added and subtracted.
func (t Token) dated() Token {
	t.ReceivedAt, t.IssuedAt, t.ExpiresAt = date(t.ReceivedAt), date(t.IssuedAt), date(t.ExpiresAt)
	if t.ExpiresAt != 0 && t.IssuedAt > t.ExpiresAt {
		t.IssuedAt = 0
	}
	return t
}

// date is ms if that is a date, else 0.
func date(ms int64) int64 {
	if ms < 0 || ms > LatestTime {
		return 0
	}
	return ms
}

// Refusal is a server's error, which may refuse the token.
type Refusal struct {
	Type     string // the fields of Said
	Code     string
	Message  string
	Status   int
	Reason   Reason // the result of option `classify`; 0: none
	Callback bool   // the server waits for an acknowledgement
}

// CloseSource says who ended a connection.
type CloseSource uint8

// Who ends connections.
const (
	ByNetwork CloseSource = iota // transport closed, ping timeout, a failed attempt
	ByServer                     // a DISCONNECT packet
	ByUser                       // the same as EvStop
)
