package client

// UnauthorizedError says why there is no authenticated session. It never holds a token.
type UnauthorizedError struct {
	Reason  Reason
	Code    string // the server's code: invalid_token, credentials_required …; "" if it sent none
	Message string // the server's message, with … in place of a quoted token; "" if it sent none
	Data    any    // the server's data, with … in place of a quoted token
	Via     Via
	Cause   error // what Token returned, when Reason is ReasonUnavailable

	// Acknowledge calls the server's callback now instead of after the hook. It may be
	// called more than once, from any goroutine. It is nil when the server waits for no
	// acknowledgement.
	Acknowledge func()
	// Retry sets another token to try before the refusal counts, once per failure. It may be
	// called until OnUnauthorized returns, and is nil outside of that hook.
	Retry func(token string)
}

// ServerError is an error of the server that is not recognised as a refusal of the token:
// the argument of Options.Classify. Fields that the server left out are empty.
type ServerError struct {
	Message string
	Code    string
	Data    any
	Status  int // of the HTTP response that refused the handshake; 0: there was none
}

// Error names the reason, and what the server or Token said about it.
func (e *UnauthorizedError) Error() string {
	text := "unauthorized (" + e.Reason.String() + ")"
	switch {
	case e.Message != "":
		text += ": " + e.Message
	case e.Cause == nil:
		text += ": " + e.Reason.Text()
	}
	if e.Cause != nil {
		text += ": " + e.Cause.Error()
	}
	return text
}

// Unwrap returns Cause.
func (e *UnauthorizedError) Unwrap() error { return e.Cause }

// Fatal says whether the refusal has stopped reconnection.
func (e *UnauthorizedError) Fatal() bool { return e.Reason.Fatal() }
