package lifecycle

// Classify is the reason behind a server's code and message. tokenOver says that
// the refused token's exp has passed, which is all there is to tell an expired
// token by on servers that call everything invalid_token.
func Classify(code, message string, tokenOver bool) Reason {
	switch {
	case contains(message, "jwt expired"):
		return ReasonExpired
	case code == "invalid_token" && tokenOver:
		return ReasonExpired
	case code == "credentials_required", code == "missing_authorization_header":
		return ReasonMissing
	}
	return ReasonInvalid
}

// IsUnauthorized tells a refused token from a handshake that failed for another
// reason, by what `socketio-jwt` and `@thream/socketio-jwt` put in the error.
func IsUnauthorized(typ, code string) bool {
	for _, c := range refusalCodes { // a switch over strings is much code
		if c == code {
			return true
		}
	}
	return typ == "UnauthorizedError"
}

var refusalCodes = [...]string{
	"invalid_token", "credentials_required", "credentials_bad_scheme", "credentials_bad_format",
	"missing_authorization_header", "invalid_secret",
}

// contains is strings.Contains for a page that links no strings.
func contains(s, part string) bool {
	for i := 0; i+len(part) <= len(s); i++ {
		if s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}
