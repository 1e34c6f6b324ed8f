package lifecycle

// Reason says why there is no authenticated session. The zero Reason means that
// nobody refused: the user stopped. The numbers have no gaps.
type Reason uint8

// The reasons of an UnauthorizedError.
const (
	ReasonExpired     Reason = iota + 1 // the token's time is over
	ReasonInvalid                       // malformed, bad signature, wrong audience …
	ReasonMissing                       // no token given, or the server got none
	ReasonTimeout                       // no answer to `authenticate`
	ReasonUnavailable                   // the token function failed
)

// reasons are the words for each Reason. The page's stand in its JavaScript, which is made
// of these; its Go has none of them.
var reasons = [...]struct {
	name string
	text string
}{
	ReasonExpired:     {"expired", "the token has expired"},
	ReasonInvalid:     {"invalid", "the token was refused"},
	ReasonMissing:     {"missing", "there is no token"},
	ReasonTimeout:     {"timeout", "no answer from the server"},
	ReasonUnavailable: {"unavailable", "the token function gave no token"},
}

// String is the name that users see; "" for the zero Reason and for numbers that are
// no Reason.
func (r Reason) String() string {
	if int(r) < len(reasons) {
		return reasons[r].name
	}
	return ""
}

// Text is the message of an UnauthorizedError when the server has given none.
func (r Reason) Text() string {
	if int(r) < len(reasons) {
		return reasons[r].text
	}
	return ""
}

// Fatal tells the refusals that stop reconnection from what may pass by itself.
func (r Reason) Fatal() bool {
	switch r {
	case ReasonExpired, ReasonInvalid, ReasonMissing:
		return true
	}
	return false
}

// CloseReason says why a connection closed, in the words of the official client.
type CloseReason uint8

// The reasons of a closed connection: those of Engine.IO first, and from CloseByServer
// on those of Socket.IO, after which the socket does not reconnect by itself.
const (
	CloseNone           CloseReason = iota
	CloseTransportError             // the transport failed
	CloseTransportClose             // the transport was closed
	ClosePingTimeout                // the server has not been heard for too long
	CloseForced                     // the manager or the engine was closed by the user
	CloseParse                      // a packet could not be read

	CloseByServer // the server sent DISCONNECT
	CloseByUser   // the user called disconnect()
	CloseTimeout  // the connection took too long to open
)

var closeReasons = [...]string{
	CloseNone:           "",
	CloseTransportError: "transport error",
	CloseTransportClose: "transport close",
	ClosePingTimeout:    "ping timeout",
	CloseForced:         "forced close",
	CloseParse:          "parse error",
	CloseByServer:       "io server disconnect",
	CloseByUser:         "io client disconnect",
	CloseTimeout:        "timeout",
}

// String is what listeners of "disconnect" and "close" hear; "" for numbers that are no
// CloseReason.
func (r CloseReason) String() string {
	if int(r) < len(closeReasons) {
		return closeReasons[r]
	}
	return ""
}
