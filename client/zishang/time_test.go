//go:build !js

package zishang_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

const fakeURL = "http://server.test"

// authServer is a fakeServer that checks tokens, by whichever way they travel, and
// records events.
type authServer struct {
	*fakeServer
	mu       sync.Mutex
	accepted []string // tokens, in order
	refused  int
	heard    []string
	acked    int
}

func newAuthServer(t testing.TB, event bool) *authServer {
	r := &authServer{fakeServer: newFakeServer(t)}
	r.onConnect = func(session *fakeSession) string {
		if event {
			return ""
		}
		token := session.query.Get("token")
		if bearer, ok := strings.CutPrefix(session.header.Get("Authorization"), "Bearer "); ok {
			token = bearer
		}
		if auth, ok := session.auth["token"].(string); ok {
			token = auth
		}
		if no := r.check(token); no != "" {
			return fmt.Sprintf(`{"message":%q,"data":{"message":%q,"code":"invalid_token","type":"UnauthorizedError"}}`, no, no)
		}
		return ""
	}
	r.onEvent = func(session *fakeSession, e clientEvent) {
		switch {
		case e.name == "authenticate":
			token, _ := e.args[0].(map[string]any)["token"].(string)
			if no := r.check(token); no != "" {
				session.send(fmt.Sprintf(`421["unauthorized",{"message":%q,"data":{"message":%q,"code":"invalid_token","type":"UnauthorizedError"}}]`, no, no))
				return
			}
			session.emit("authenticated")
		case strings.HasPrefix(e.name, "ack "):
			r.mu.Lock()
			defer r.mu.Unlock()
			r.acked++
		case e.ack >= 0:
			session.answer(e, e.args...)
		default:
			r.mu.Lock()
			defer r.mu.Unlock()
			r.heard = append(r.heard, fmt.Sprint(e.name, e.args))
		}
	}
	return r
}

func (r *authServer) check(token string) (no string) {
	_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return key, nil })
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		r.accepted = append(r.accepted, token)
		return ""
	case errors.Is(err, jwt.ErrTokenExpired):
		no = "jwt expired"
	default:
		no = "jwt malformed"
	}
	r.refused++
	return no
}

func (r *authServer) words() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.heard, " ")
}

func (r *authServer) numbers() (accepted, refused, acked int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.accepted), r.refused, r.acked
}

// bubbles runs a test in virtual time, with each order of transports.
func bubbles(t *testing.T, run func(t *testing.T, transport zishang.Option)) {
	for _, transport := range transportOrders {
		t.Run(transport.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { run(t, zishang.WithTransports(transport.order...)) })
		})
	}
}

// An hour of five-minute tokens, by each way: one renewal for each token, none of
// which the program sees, or the server has reason to refuse.
func TestHour(t *testing.T) {
	for name, o := range map[string]client.Options{
		"event":   {Via: client.ViaEvent},
		"in band": {Via: client.ViaEvent, InBandRefresh: true},
		"query":   {Via: client.ViaQuery},
		"header":  {Via: client.ViaHeader},
		"auth":    {Via: client.ViaAuth},
	} {
		t.Run(name, func(t *testing.T) {
			bubbles(t, func(t *testing.T, transport zishang.Option) {
				r := newAuthServer(t, o.Via == client.ViaEvent)
				d := newDiary()
				o := o
				o.Token = func(context.Context, client.Cause) (string, error) { return sign(5 * time.Minute), nil }
				c := connect(t, fakeURL, d.hooks(o), transport, r.network(), d.listen("connect", "disconnect", "connect_error"))
				var want []string
				for i := range 360 {
					if err := c.Emit("say", i); err != nil {
						t.Fatal(err)
					}
					want = append(want, fmt.Sprintf("say[%d]", i))
					time.Sleep(10 * time.Second)
				}
				time.Sleep(time.Second / 3) // closing is not to meet a ping, see the list in doc.go
				d.reads(t, "connect → authenticated"+strings.Repeat(" → refreshed", 13))
				if accepted, refused, _ := r.numbers(); accepted != 14 || refused != 0 {
					t.Errorf("%d tokens accepted, %d refused", accepted, refused)
				}
				if got := r.words(); got != strings.Join(want, " ") {
					t.Errorf("the server heard %s", got)
				}
				if sessionCount := r.sessionCount(); sessionCount != 14 && !(o.InBandRefresh && sessionCount == 1) {
					t.Errorf("%d connections", sessionCount)
				}
			})
		})
	}
}

// A refusal that stands, in order, acknowledged once.
func TestUnauthorizedOrder(t *testing.T) {
	bubbles(t, func(t *testing.T, transport zishang.Option) {
		r := newAuthServer(t, true)
		d := newDiary()
		expired := signed(time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
		o := d.hooks(client.Options{Token: client.StaticToken(expired + "x")})
		o.OnUnauthorized = func(err *client.UnauthorizedError) {
			d.write("unauthorized:" + err.Code)
			time.Sleep(time.Second)
			if _, _, acked := r.numbers(); acked != 0 {
				t.Error("acknowledged before the hook was through")
			}
		}
		c := connect(t, fakeURL, o, transport, r.network(), d.listen("disconnect", "unauthorized"))
		_, err := c.Wait(waits(t))
		if refused := new(client.UnauthorizedError); !errors.As(err, &refused) || refused.Message != "jwt malformed" || !refused.Fatal() {
			t.Errorf("error is %#v", err)
		}
		time.Sleep(time.Hour)
		d.reads(t, "unauthorized → unauthorized:invalid_token → disconnect:io client disconnect")
		if _, refused, acked := r.numbers(); acked != 1 || refused != 1 || r.sessionCount() != 1 {
			t.Errorf("%d refusals, %d acknowledgements, %d connections", refused, acked, r.sessionCount())
		}
	})
}

func TestAcknowledgesOnce(t *testing.T) {
	for name, hook := range map[string]func(*client.UnauthorizedError){
		"by the hook's end": func(*client.UnauthorizedError) {},
		"early, and often":  func(err *client.UnauthorizedError) { err.Acknowledge(); err.Acknowledge() },
		"though it panics":  func(*client.UnauthorizedError) { panic("the hook's") },
		"though it hangs":   func(*client.UnauthorizedError) { time.Sleep(time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newAuthServer(t, true)
				o := client.Options{Token: client.StaticToken("x.y.z"), OnUnauthorized: hook}
				reports := 0
				c := connect(t, fakeURL, o, r.network(), zishang.WithReport(func(error) { reports++ }))
				if _, err := c.Wait(waits(t)); err == nil {
					t.Error("authenticated")
				}
				time.Sleep(time.Hour)
				if _, _, acked := r.numbers(); acked != 1 {
					t.Errorf("acknowledged %d times", acked)
				}
				if name == "though it panics" && reports != 1 {
					t.Errorf("%d reports", reports)
				}
			})
		})
	}
}

// What the hook gives is tried, once.
func TestRetryWithTheHooksToken(t *testing.T) {
	for _, event := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			r := newAuthServer(t, event)
			d := newDiary()
			o := d.hooks(client.Options{Via: client.ViaQuery, Token: client.StaticToken("x.y.z")})
			if event {
				o.Via = client.ViaEvent
			}
			o.OnUnauthorized = func(err *client.UnauthorizedError) {
				d.write("unauthorized:" + err.Reason.String())
				err.Retry(sign(time.Hour))
			}
			c := connect(t, fakeURL, o, r.network(), d.listen("disconnect"))
			authenticated(t, c)
			synctest.Wait()
			d.reads(t, "unauthorized:invalid → authenticated")
		})
	}
}

// The provider fails, and comes back.
func TestUnavailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		d := newDiary()
		calls := 0
		o := d.hooks(client.Options{})
		o.Token = func(ctx context.Context, cause client.Cause) (string, error) {
			calls++
			switch calls {
			case 1:
				return "", errors.New("no such user")
			case 2:
				panic("the provider's")
			case 3:
				<-ctx.Done()
				time.Sleep(time.Second)
				return sign(time.Hour), nil // too late
			}
			return sign(time.Hour), nil
		}
		var causes []error
		o.OnUnauthorized = func(err *client.UnauthorizedError) { causes = append(causes, err) }
		c := connect(t, fakeURL, o, r.network(), zishang.WithReport(func(error) {}))
		s, err := c.Wait(context.Background())
		if err != nil || s.ExpiresAt.IsZero() {
			t.Fatal(s, err)
		}
		if got := fmt.Sprint(causes); got != "[unauthorized (unavailable): no such user unauthorized (unavailable): zishang: panic in Token: the provider's unauthorized (unavailable): zishang: Token ran past TokenTimeout]" {
			t.Error(got)
		}
	})
}

// No answer to `authenticate`.
func TestAuthTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeServer(t)
		var deaf atomic.Bool
		deaf.Store(true)
		h.onEvent = func(session *fakeSession, e clientEvent) {
			if !deaf.Load() {
				session.emit("authenticated")
			}
		}
		d := newDiary()
		start := time.Now()
		o := client.Options{Token: client.StaticToken(sign(time.Hour))}
		o.OnUnauthorized = func(err *client.UnauthorizedError) {
			d.write(fmt.Sprint(err.Reason, time.Since(start).Round(100*time.Millisecond)))
			deaf.Store(false) // the pause before the next attempt may be almost nothing
		}
		c := connect(t, fakeURL, o, h.network())
		time.Sleep(10100 * time.Millisecond)
		d.reads(t, "timeout 10s")
		authenticated(t, c)
	})
}

// The network goes and comes back; what is emitted meanwhile arrives.
func TestReconnects(t *testing.T) {
	bubbles(t, func(t *testing.T, transport zishang.Option) {
		r := newAuthServer(t, true)
		d := newDiary()
		o := client.Options{Token: func(_ context.Context, cause client.Cause) (string, error) {
			d.write("asked:" + cause.String())
			return sign(time.Hour), nil
		}}
		c := connect(t, fakeURL, d.hooks(o), transport, r.network(), d.listen("connect", "connect_error", "disconnect"))
		authenticated(t, c)
		_ = c.Emit("say", 1)
		time.Sleep(time.Second)
		r.refuseConnections(true)
		r.hangUpAll()
		time.Sleep(10 * time.Millisecond)
		if c.Authenticated() || c.ID() != "" {
			t.Error("still authenticated")
		}
		for i := range 3 {
			_ = c.Emit("say", i+2)
		}
		time.Sleep(5 * time.Second) // longer than the first pause
		r.refuseConnections(false)
		authenticated(t, c)
		synctest.Wait()
		if got := r.words(); got != "say[1] say[2] say[3] say[4]" {
			t.Errorf("the server heard %s", got)
		}
		d.until(t, func(lines string) bool {
			return strings.HasPrefix(lines, "asked:connect → connect → authenticated → disconnect:transport close → asked:reconnect → connect_error") &&
				strings.HasSuffix(lines, "asked:reconnect → connect → authenticated")
		})
	})
}
