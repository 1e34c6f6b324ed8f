// Package jwtclaims reads the claims of a JWT (RFC 7519) without verifying it. It is apart
// from client/lifecycle because encoding/json is too large for a page.
package jwtclaims

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// Claims are what the lifecycle needs of a token; zero times for absent claims and
// for those that are not dates.
type Claims struct {
	IssuedAt  time.Time
	ExpiresAt time.Time
	All       map[string]any
}

// Parse decodes the payload of a JWT. ok is false when token is no JWT. The client sends
// such a token all the same, and the server judges it.
func Parse(token string) (c Claims, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Claims{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return Claims{}, false
	}
	var tooLarge *json.UnmarshalTypeError // one number does not fit; the other claims are there
	if err := json.Unmarshal(payload, &c.All); c.All == nil || err != nil && !errors.As(err, &tooLarge) {
		return Claims{}, false
	}
	c.IssuedAt = date(c.All["iat"])
	c.ExpiresAt = date(c.All["exp"])
	return c, true
}

// date reads a NumericDate (RFC 7519, section 2): a JSON number of seconds since
// 1970, here between the first millisecond and the end of the year 9999, cut to the
// millisecond. Anything else (0, a negative number, text, milliseconds, 1e20) says
// nothing: the token counts as one without this claim, and the server judges it.
// dateOf in js/src/auth/claims.ts follows the same rule.
func date(v any) time.Time {
	seconds, ok := v.(float64)
	ms := math.Floor(seconds * 1000)
	if !ok || !(ms >= 1 && ms <= lifecycle.LatestTime) {
		return time.Time{}
	}
	return time.UnixMilli(int64(ms))
}
