package client

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestValidate(t *testing.T) {
	token := StaticToken("t")
	for _, c := range []struct {
		name string
		o    Options
		want error
	}{
		{"a token is all it takes", Options{Token: token}, nil},
		{"no token", Options{}, ErrNoToken},
		{"ways combine", Options{Token: token, Via: ViaHeader | ViaQuery}, nil},
		{"no such way", Options{Token: token, Via: 1 << 6}, ErrVia},
		{"in band by event", Options{Token: token, InBandRefresh: true}, nil},
		{"in band by header", Options{Token: token, Via: ViaHeader, InBandRefresh: true}, ErrInBand},
		{"a name of Engine.IO's in the query", Options{Token: token, Via: ViaQuery | ViaHeader, TokenName: "sid"}, ErrTokenName},
		{"that name in an event", Options{Token: token, TokenName: "sid"}, nil},
		{"a name of Socket.IO's in CONNECT", Options{Token: token, Via: ViaAuth, TokenName: "pid"}, ErrTokenName},
		{"that name in the query", Options{Token: token, Via: ViaQuery, TokenName: "pid"}, nil},
		{"a scheme that no header can carry", Options{Token: token, Via: ViaHeader, Scheme: "Bearer\n"}, ErrScheme},
		{"a timeout before it begins", Options{Token: token, AuthTimeout: -1}, ErrTimeout},
		{"renewal off", Options{Token: token, RefreshBefore: -1}, nil},
	} {
		if got := c.o.Validate(); !errors.Is(got, c.want) {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestDefaults(t *testing.T) {
	given := Options{Token: StaticToken("t")}
	got := given.WithDefaults()
	if got.Via != ViaEvent || got.TokenName != "token" || got.TokenTimeout != 10*time.Second ||
		got.AuthTimeout != 10*time.Second || got.HookTimeout != 10*time.Second || got.RefreshBefore != 30*time.Second {
		t.Errorf("defaults: %+v", got)
	}
	if given.TokenName != "" {
		t.Error("WithDefaults wrote to the original")
	}
	off := Options{Token: StaticToken("t"), RefreshBefore: -1, Via: ViaHeader}.Lifecycle(7)
	if off.RefreshBefore > 0 || off.Via != ViaHeader || !off.Provider || off.Seed != 7 || off.AuthTimeout != 10_000 {
		t.Errorf("lifecycle: %+v", off)
	}
}

func TestPrefixed(t *testing.T) {
	for _, c := range []struct {
		scheme string
		way    Via
		want   string
	}{
		{"", ViaHeader, "Bearer t"},
		{"", ViaAuth, "t"},
		{"", ViaQuery, "t"},
		{"Bearer", ViaAuth, "Bearer t"},
		{"Bearer", ViaEvent, "t"},
		{"JWT", ViaHeader, "JWT t"},
		{NoScheme, ViaHeader, "t"},
	} {
		if got := (Options{Scheme: c.scheme}).Prefixed(c.way, "t"); got != c.want {
			t.Errorf("%q by %d: %q", c.scheme, c.way, got)
		}
	}
}

func TestUnauthorizedError(t *testing.T) {
	down := errors.New("login server is down")
	var err error = &UnauthorizedError{Reason: ReasonUnavailable, Cause: down}
	if !errors.Is(err, down) {
		t.Error("the cause is not in the chain")
	}
	var as *UnauthorizedError
	if !errors.As(err, &as) || as.Fatal() {
		t.Error("what may pass is fatal")
	}
	err = &UnauthorizedError{Reason: ReasonExpired, Code: "invalid_token", Message: "jwt expired"}
	if got := err.Error(); !strings.Contains(got, "expired") || !strings.Contains(got, "jwt expired") {
		t.Errorf("says %q", got)
	}
	if !err.(*UnauthorizedError).Fatal() {
		t.Error("expired is not fatal")
	}
}

// A time below a millisecond is short, and not the default.
func TestShortTimes(t *testing.T) {
	short := Options{AuthTimeout: 1, HookTimeout: time.Microsecond, RefreshBefore: 1_500 * time.Microsecond}.Lifecycle(0)
	if short.AuthTimeout != 1 || short.HookTimeout != 1 || short.RefreshBefore != 2 {
		t.Errorf("got %d, %d and %d ms", short.AuthTimeout, short.HookTimeout, short.RefreshBefore)
	}
	if off := (Options{RefreshBefore: -1}).Lifecycle(0); off.RefreshBefore > 0 {
		t.Errorf("renewal that is turned off comes %d ms before", off.RefreshBefore)
	}
}

func TestStaticToken(t *testing.T) {
	for _, cause := range []Cause{CauseConnect, CauseUnauthorized} {
		if got, err := StaticToken("t")(context.Background(), cause); got != "t" || err != nil {
			t.Errorf("%s: %q, %v", cause, got, err)
		}
	}
}

func TestUnauthorizedErrorSays(t *testing.T) {
	down := errors.New("login server is down")
	for want, err := range map[string]*UnauthorizedError{
		"unauthorized (timeout): no answer from the server":        {Reason: ReasonTimeout},
		"unauthorized (expired): jwt expired":                      {Reason: ReasonExpired, Message: "jwt expired"},
		"unauthorized (unavailable): login server is down":         {Reason: ReasonUnavailable, Cause: down},
		"unauthorized (missing): signed out: login server is down": {Reason: ReasonMissing, Message: "signed out", Cause: down},
	} {
		if got := err.Error(); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}
