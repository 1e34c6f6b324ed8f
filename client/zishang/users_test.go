//go:build !js

package zishang_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// One user leaves while Token is asked for him, another signs in: the call is
// cancelled, what it gives is not used, and the next call waits for its end.
func TestAnotherUserSignsIn(t *testing.T) {
	for name, c := range map[string]struct {
		heeds bool // Token returns when its context ends
		want  string
	}{
		"Token heeds its context":   {true, "alice asked → cancelled → bob asked → authenticated"},
		"Token ignores its context": {false, "alice asked → alice answers → bob asked → authenticated"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newAuthServer(t, true)
				d := newDiary()
				users := make(chan string, 2)
				users <- "alice"
				users <- "bob"
				bob := sign(time.Hour)
				o := client.Options{Token: func(ctx context.Context, _ client.Cause) (string, error) {
					user := <-users
					d.write(user + " asked")
					if user == "bob" {
						return bob, nil
					}
					if c.heeds {
						<-ctx.Done()
						d.write("cancelled")
						return "", ctx.Err()
					}
					time.Sleep(5 * time.Second)
					d.write(user + " answers")
					return sign(2 * time.Hour), nil
				}}
				conn := connect(t, fakeURL, d.hooks(o), r.network())
				time.Sleep(time.Second)
				conn.Disconnect()
				conn.Connect()
				authenticated(t, conn)
				synctest.Wait()
				d.reads(t, c.want)
				r.mu.Lock()
				defer r.mu.Unlock()
				if fmt.Sprint(r.accepted) != fmt.Sprint([]string{bob}) {
					t.Errorf("%d tokens reached the server, and not Bob's alone", len(r.accepted))
				}
			})
		})
	}
}

// Connect, Disconnect and Connect in one go: Token runs once at a time, and the
// server sees one connection.
func TestConnectDisconnectConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		running, most := 0, 0
		o := client.Options{Token: func(ctx context.Context, _ client.Cause) (string, error) {
			running++
			most = max(most, running)
			defer func() { running-- }()
			time.Sleep(100 * time.Millisecond)
			return sign(time.Hour), nil
		}}
		c := connect(t, fakeURL, o, r.network())
		for range 3 {
			c.Disconnect()
			c.Connect()
		}
		authenticated(t, c)
		time.Sleep(time.Minute)
		if most != 1 || r.sessionCount() != 1 {
			t.Errorf("%d calls at once, %d connections", most, r.sessionCount())
		}
	})
}

// A user who leaves while Token works is gone: nothing is opened when it answers.
func TestLeavesWhileTokenWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		o := client.Options{Token: func(context.Context, client.Cause) (string, error) {
			time.Sleep(time.Second)
			return sign(time.Hour), nil
		}}
		c := connect(t, fakeURL, o, r.network())
		time.Sleep(time.Millisecond)
		c.Disconnect()
		time.Sleep(time.Minute)
		if r.sessionCount() != 0 || c.Authenticated() {
			t.Errorf("%d connections", r.sessionCount())
		}
	})
}

// What a late call fails with is not the cause of the failure that came before.
func TestCauseIsThatOfTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		calls := 0
		o := client.Options{Token: func(context.Context, client.Cause) (string, error) {
			calls++
			if calls != 2 {
				return "", nil
			}
			time.Sleep(15 * time.Second) // past TokenTimeout, and while the hook runs
			return "", errors.New("of the late call")
		}}
		o.OnUnauthorized = func(*client.UnauthorizedError) { time.Sleep(8 * time.Second) }
		c := connect(t, fakeURL, o, r.network())
		if _, err := c.Wait(waits(t)); err == nil {
			t.Fatal("authenticated without a token")
		}
		_, err := c.Reauthenticate(context.Background())
		if err == nil || !strings.Contains(err.Error(), "ran past TokenTimeout") {
			t.Errorf("the error is %v", err)
		}
	})
}

// What the server has said of a token is not said of the next user's, and what it has accepted
// is not the next user's session.
func TestNothingOfTheUserBeforeIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		signedOut := false
		refused := make(chan *client.UnauthorizedError, 10)
		o := client.Options{Token: func(ctx context.Context, cause client.Cause) (string, error) {
			switch {
			case signedOut:
				return "", nil
			case cause == client.CauseUnauthorized:
				<-ctx.Done() // until Disconnect
				return "", ctx.Err()
			}
			return sign(time.Hour), nil
		}}
		o.OnUnauthorized = func(err *client.UnauthorizedError) { refused <- err }
		c := connect(t, fakeURL, o, r.network())
		authenticated(t, c)
		r.lastSession().emit("unauthorized", map[string]any{"message": "of Ann", "code": "invalid_token"})
		synctest.Wait()
		c.Disconnect()
		synctest.Wait()
		if at := c.TokenExpiresAt(); !at.IsZero() {
			t.Errorf("the token expires at %v", at)
		}
		signedOut = true
		c.Connect()
		err := <-refused
		if err.Reason != client.ReasonMissing || err.Message != "" || err.Code != "" {
			t.Errorf("reason %v, message %q, code %q", err.Reason, err.Message, err.Code)
		}
	})
}

// Who gets an error from Reauthenticate gets no session of before.
func TestReauthenticateGivesNoSessionWithAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		calls := 0
		o := client.Options{Token: func(context.Context, client.Cause) (string, error) {
			if calls++; calls > 1 {
				return "", nil
			}
			return sign(time.Hour), nil
		}}
		c := connect(t, fakeURL, o, r.network())
		authenticated(t, c)
		session, err := c.Reauthenticate(context.Background())
		if err == nil || session.Claims != nil {
			t.Errorf("claims %v, error %v", session.Claims, err)
		}
	})
}
