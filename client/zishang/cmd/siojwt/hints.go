//go:build !js

package main

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// isRefusal reports whether the server has refused the token.
func isRefusal(err error) bool {
	var refused *client.UnauthorizedError
	return errors.As(err, &refused) && refused.Reason != client.ReasonUnavailable
}

// hintFor returns advice about an error, or "".
func hintFor(err error) string {
	var usage usageError
	var guest guestError
	var refused *client.UnauthorizedError
	var status zishang.StatusError
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	switch {
	case errors.As(err, &usage):
		return "" // the error names its remedy
	case errors.As(err, &guest):
		return "the server lets in nobody without a token: give one by -token-file, -token-env or -token-command"
	case errors.As(err, &refused):
		return refusalHint(refused)
	case errors.Is(err, zishang.ErrProtocol):
		return ""
	case errors.As(err, &status):
		return statusHint(int(status))
	case errors.As(err, &certificate):
		return "give the authority's certificate by -cacert, or -insecure to go on without a check"
	case errors.As(err, &dns):
		return "is the host's name in the URL right?"
	case strings.Contains(err.Error(), "connection refused"):
		return "is the server running, and is the port in the URL right?"
	case err.Error() == "Invalid namespace":
		return "the path of the URL is the namespace, and the server has none of this name; the path of its requests is given by -path"
	case errors.Is(err, context.DeadlineExceeded):
		return "give it longer by -timeout"
	}
	return ""
}

func refusalHint(refused *client.UnauthorizedError) string {
	event := refused.Via&client.ViaEvent != 0
	switch refused.Reason {
	case client.ReasonExpired:
		return "the token's time is over: get a fresh one; -token-command gets one whenever it is needed"
	case client.ReasonTimeout:
		return "the server does not answer `authenticate`: it may want the token in the handshake; try -via auth, header or query"
	case client.ReasonMissing:
		if event {
			return "the server may want the token in the handshake: try -via auth, header or query"
		}
		return "the server may look for the token elsewhere: try another -via, -token-name or -scheme"
	case client.ReasonInvalid:
		if event {
			return ""
		}
		return "is the token for this server? With -via auth some servers want -scheme Bearer"
	}
	return ""
}

func statusHint(status int) string {
	switch status {
	case http.StatusNotFound:
		return "there is no Socket.IO server at this address: is the -path right?"
	case http.StatusBadRequest:
		return "is this a Socket.IO server 3.x or 4.x?"
	}
	return ""
}
