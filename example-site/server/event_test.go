package server

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/zishang520/socket.io/servers/socket/v3"
)

// unauthorized is the event that refuses, without its ack id.
func unauthorized(code, message string) string {
	return fmt.Sprintf(`["unauthorized",{"data":{"code":"%s","message":"%s","type":"UnauthorizedError"},`+
		`"inner":{"message":"%s"},"message":"%s"}]`, code, message, message, message)
}

func authenticate(token string) string { return `["authenticate",{"token":"` + token + `"}]` }

// expectRefusal hears `unauthorized` and returns the packet that acknowledges it.
func (p *peer) expectRefusal(code, message string) (ack string) {
	p.t.Helper()
	packet := p.expect("42")
	id, body, _ := strings.Cut(strings.TrimPrefix(packet, "42"), "[")
	if want := unauthorized(code, message); "["+body != want {
		p.t.Fatalf("refused with\n %s instead of\n %s", "["+body, want)
	}
	if id == "" {
		p.t.Fatal("the server wants no acknowledgement")
	}
	return "43" + nsp + "," + id + "[]"
}

func TestEventTellsGoodTokensFromBad(t *testing.T) {
	at := start(t, Options{Secret: Secret(key)})
	for name, want := range map[string]string{
		"good":      "",
		"eternal":   "",
		"long":      "",
		"expired":   "jwt expired",
		"early":     "jwt not active",
		"forged":    "invalid signature",
		"unsigned":  "jwt signature is required",
		"none":      "invalid algorithm",
		"malformed": "jwt malformed",
		"garbage":   "invalid token",
		"empty":     "invalid token datatype",
	} {
		for _, eio := range []int{4, 3} {
			t.Run(fmt.Sprintf("%s, Engine.IO %d", name, eio), func(t *testing.T) {
				p := dial(t, at, hello{eio: eio})
				p.expect("40")
				p.emit(authenticate(tokens(t)[name]))
				if want == "" {
					p.expect(`42["authenticated"]`)
					return
				}
				p.expectRefusal(CodeInvalidToken, want)
			})
		}
	}
}

func TestEventTakesOnlyATokenThatIsAString(t *testing.T) {
	at := start(t, Options{Secret: Secret(key)})
	for _, body := range []string{`["authenticate"]`, `["authenticate",null]`, `["authenticate","t"]`,
		`["authenticate",{}]`, `["authenticate",{"token":{"$ne":1}}]`} {
		p := dial(t, at, hello{})
		p.expect("40")
		p.emit(body)
		p.expectRefusal(CodeInvalidToken, "invalid token datatype")
	}
}

// clock keeps the functions of timers until the test lets their time pass.
type clock chan timer

type timer struct {
	after time.Duration
	f     func()
}

func (c clock) afterFunc(d time.Duration, f func()) *time.Timer {
	c <- timer{d, f}
	return time.NewTimer(time.Hour)
}

// passes runs the timer of that time, even if it was stopped: it may have fired a moment earlier.
func (c clock) passes(t *testing.T, d time.Duration) {
	t.Helper()
	for {
		select {
		case timer := <-c:
			if timer.after == d {
				timer.f()
				return
			}
		case <-time.After(patience):
			t.Fatalf("no timer of %v was started", d)
		}
	}
}

func TestEventTimeout(t *testing.T) {
	t.Run("nothing sent", func(t *testing.T) {
		p := dial(t, start(t, Options{Secret: Secret(key), Timeout: 50 * time.Millisecond}), hello{})
		p.expect("40")
		p.expectEnd()
	})
	t.Run("optional", func(t *testing.T) {
		p := dial(t, start(t, Options{Secret: Secret(key), Timeout: time.Millisecond, Optional: true}), hello{})
		p.expect("40")
		p.expectOpen()
	})
	t.Run("authenticated in time", func(t *testing.T) {
		c := make(clock, 8)
		p := dial(t, start(t, Options{Secret: Secret(key), Timeout: time.Second, afterFunc: c.afterFunc}), hello{})
		p.expect("40")
		p.emit(authenticate(tokens(t)["good"]))
		p.expect(`42["authenticated"]`)
		c.passes(t, time.Second)
		p.expectOpen()
	})
}

// silentFor waits a fixed time, as the absence of an event is no event.
func (p *peer) silentFor(d time.Duration) {
	p.t.Helper()
	select {
	case packet := <-p.packets:
		p.t.Fatalf("heard %q", packet)
	case <-time.After(d):
	}
}

func TestEventCallbackPolicy(t *testing.T) {
	refuse := func(t *testing.T, callback Callback) (p *peer, ack string, told chan Event, c clock) {
		told, c = make(chan Event, 16), make(clock, 8)
		observe := func(_ *socket.Socket, e Event) { told <- e }
		p = dial(t, start(t, Options{Secret: Secret(key), Callback: callback, Observe: observe, afterFunc: c.afterFunc}), hello{})
		p.expect("40")
		p.emit(authenticate(tokens(t)["expired"]))
		return p, p.expectRefusal(CodeInvalidToken, "jwt expired"), told, c
	}
	hungUp := func(t *testing.T, told chan Event) Why {
		for {
			select {
			case e := <-told:
				if e.Kind == HungUp {
					return e.Why
				}
			case <-time.After(patience):
				t.Fatal("the server did not hang up")
			}
		}
	}
	t.Run("unset: open until acknowledged", func(t *testing.T) {
		p, ack, told, _ := refuse(t, WhenAcknowledged)
		p.silentFor(100 * time.Millisecond)
		p.expectOpen()
		p.say(ack)
		p.expectEnd()
		if why := hungUp(t, told); why != ByAcknowledgement {
			t.Errorf("hung up by %s", why)
		}
	})
	t.Run("false: at once", func(t *testing.T) {
		p, _, told, _ := refuse(t, AtOnce)
		p.expectEnd()
		if why := hungUp(t, told); why != ByRefusal {
			t.Errorf("hung up by %s", why)
		}
	})
	t.Run("deadline passes", func(t *testing.T) {
		p, _, told, c := refuse(t, Within(time.Second))
		p.expectOpen()
		c.passes(t, time.Second)
		p.expectEnd()
		if why := hungUp(t, told); why != ByCallbackDeadline {
			t.Errorf("hung up by %s", why)
		}
	})
	t.Run("acknowledged before the deadline", func(t *testing.T) {
		p, ack, told, _ := refuse(t, Within(time.Hour))
		p.say(ack)
		p.expectEnd()
		if why := hungUp(t, told); why != ByAcknowledgement {
			t.Errorf("hung up by %s", why)
		}
	})
	t.Run("a good token calls it off", func(t *testing.T) {
		p, _, _, c := refuse(t, Within(time.Second))
		p.emit(authenticate(tokens(t)["good"]))
		p.expect(`42["authenticated"]`)
		c.passes(t, time.Second)
		p.expectOpen()
	})
}

func TestEventHooks(t *testing.T) {
	for _, row := range []struct {
		name          string
		options       Options
		code, message string
	}{
		{"secret by the claims", Options{Secret: bySubject}, "", ""},
		{"secret function fails", Options{Secret: func(*http.Request, *jwt.Token) (any, error) {
			return nil, errors.New("the vault is closed")
		}}, CodeInvalidSecret, "the vault is closed"},
		{"no secret", Options{Secret: func(*http.Request, *jwt.Token) (any, error) { return nil, nil }},
			CodeInvalidSecret, "secret or public key must be provided"},
		{"additional auth, own code", Options{AdditionalAuth: func(*http.Request, jwt.MapClaims) error {
			return fmt.Errorf("seats: %w", &UnauthorizedError{"no_seat", "the house is full"})
		}}, "no_seat", "the house is full"},
		{"additional auth, no code", Options{AdditionalAuth: func(*http.Request, jwt.MapClaims) error {
			return errors.New("no")
		}}, CodeUnknown, "no"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.options.Secret == nil {
				row.options.Secret = Secret(key)
			}
			p := dial(t, start(t, row.options), hello{})
			p.expect("40")
			p.emit(authenticate(tokens(t)["good"]))
			if row.code == "" {
				p.expect(`42["authenticated"]`)
				return
			}
			p.expectRefusal(row.code, row.message)
		})
	}
}

func TestEventSecondAuthenticate(t *testing.T) {
	met := make(chan *Identity, 2)
	at := start(t, Options{Secret: Secret(key), Authenticated: func(s *socket.Socket, who *Identity) { met <- who }})
	p := dial(t, at, hello{})
	p.expect("40")
	for _, subject := range []string{"ada", "grace"} {
		p.emit(authenticate(sign(t, jwt.MapClaims{"sub": subject}, key)))
		p.expect(`42["authenticated"]`)
		if who := <-met; who.Claims["sub"] != subject {
			t.Errorf("met %v instead of %s", who.Claims["sub"], subject)
		}
	}
}
