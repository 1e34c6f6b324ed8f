// Package jwtclaims reads a token without verifying it. It is apart from
// client/lifecycle because encoding/json has no place in a page.
package jwtclaims

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strings"
	"time"
)

// Claims are what the lifecycle needs of a token; zero times for absent claims.
type Claims struct {
	IssuedAt  time.Time
	ExpiresAt time.Time
	All       map[string]any
}

// Parse decodes the payload of a JWT. ok is false when token is none; such a
// token may still be sent, the server knows best.
func Parse(token string) (c Claims, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return Claims{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return Claims{}, false
	}
	if err := json.Unmarshal(payload, &c.All); err != nil || c.All == nil {
		return Claims{}, false
	}
	c.IssuedAt = date(c.All["iat"])
	c.ExpiresAt = date(c.All["exp"])
	return c, true
}

// date reads a NumericDate; what cannot be one counts as absent.
func date(v any) time.Time {
	seconds, ok := v.(float64)
	if !ok || !(seconds > 0 && seconds < math.MaxInt64/1e4) {
		return time.Time{}
	}
	return time.UnixMilli(int64(seconds * 1000))
}
