package server

import (
	"errors"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

// The codes of socketio-jwt's refusals.
const (
	CodeInvalidToken   = "invalid_token"
	CodeInvalidSecret  = "invalid_secret"
	CodeRequired       = "credentials_required"
	CodeBadFormat      = "credentials_bad_format"
	CodeHeaderRequired = "missing_authorization_header"
	CodeUnknown        = "unknown"
)

// UnauthorizedError is a refusal. SecretFunc and AdditionalAuth may return one to choose the code.
type UnauthorizedError struct {
	Code    string
	Message string
}

func (e *UnauthorizedError) Error() string { return e.Message }

// refusalOf turns what a hook returned into a refusal; code is for errors that bring none.
func refusalOf(err error, code string) *UnauthorizedError {
	if own := new(UnauthorizedError); errors.As(err, &own) {
		if own.Code != "" {
			code = own.Code
		}
		return &UnauthorizedError{code, own.Message}
	}
	return &UnauthorizedError{code, err.Error()}
}

func (e *UnauthorizedError) data() map[string]any {
	return map[string]any{"message": e.Message, "code": e.Code, "type": "UnauthorizedError"}
}

// event returns the data of `unauthorized`.
func (e *UnauthorizedError) event() map[string]any {
	return map[string]any{"message": e.Message, "inner": map[string]any{"message": e.Message}, "data": e.data()}
}

// extended is what a middleware refuses with: `connect_error` with `data`, or the flat data for an Engine.IO 3 client.
func (e *UnauthorizedError) extended() *socket.ExtendedError {
	return socket.NewExtendedError(e.Message, e.data())
}
