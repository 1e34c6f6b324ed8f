package client

// UnauthorizedError says why there is no authenticated session. It never holds a token.
type UnauthorizedError struct {
	Reason  Reason
	Code    string // the server's: invalid_token, credentials_required …
	Message string // the server's; … stands where it quotes the token
	Data    any    // the server's
	Via     Via
	Cause   error // what Token returned, when Reason is ReasonUnavailable

	// Acknowledge calls the server's callback now instead of after the hook. It
	// may be called more than once, from anywhere, and is nil when the server
	// waits for nothing.
	Acknowledge func()
	// Retry gives another token to try before the refusal counts, once per
	// failure. It works until OnUnauthorized returns and is nil outside it.
	Retry func(token string)
}

// ServerError is a server's no that is not recognised, for Options.Classify. Fields
// that the server left out are empty.
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

// Unwrap is what Token returned.
func (e *UnauthorizedError) Unwrap() error { return e.Cause }

// Fatal tells whether reconnection has stopped.
func (e *UnauthorizedError) Fatal() bool { return e.Reason.Fatal() }
