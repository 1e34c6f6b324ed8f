package main

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	minLife = 10 * time.Second
	maxLife = time.Hour
)

// issuer signs tokens with a secret of this process.
type issuer struct {
	secret, another []byte
	now             func() time.Time
}

func newIssuer() *issuer {
	return &issuer{secret: key(), another: key(), now: time.Now}
}

func key() []byte {
	k := make([]byte, 32)
	rand.Read(k) // never fails
	return k
}

// issue makes a token of a kind, good or to be refused, that expires after so many seconds.
func (i *issuer) issue(who *session, kind string, seconds int) (string, error) {
	// Compared as seconds: a Duration cannot hold all that somebody may ask for.
	if seconds < int(minLife.Seconds()) || seconds > int(maxLife.Seconds()) {
		return "", fmt.Errorf("life is %d s: give %v to %v", seconds, minLife, maxLife)
	}
	life := time.Duration(seconds) * time.Second
	now := i.now()
	claims := jwt.MapClaims{"sub": who.subject, "name": who.name, "iat": now.Unix(), "exp": now.Add(life).Unix()}
	switch kind {
	case "good":
		return sign(claims, i.secret)
	case "forged":
		return sign(claims, i.another)
	case "expired":
		claims["iat"], claims["exp"] = now.Add(-life-time.Minute).Unix(), now.Add(-time.Minute).Unix()
		return sign(claims, i.secret)
	case "malformed":
		return "this-is-not-a-token", nil
	}
	return "", fmt.Errorf("no tokens of kind %q: give good, forged, expired or malformed", kind)
}

func sign(claims jwt.MapClaims, key []byte) (string, error) {
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(key)
}
