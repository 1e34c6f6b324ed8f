//go:build !js

package zishang_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// guestServer is an authServer that lets in who brings no token, and counts its connections.
type guestServer struct {
	*authServer
	guests, users atomic.Int32
}

func newGuestServer(t testing.TB, via client.Via) *guestServer {
	g := &guestServer{authServer: newAuthServer(t, via == client.ViaEvent)}
	check := g.onConnect
	g.onConnect = func(s *fakeSession) string {
		_, inAuth := s.auth["token"]
		if s.query.Has("token") || s.header.Get("Authorization") != "" || inAuth {
			g.users.Add(1)
			return check(s)
		}
		g.guests.Add(1)
		return ""
	}
	return g
}

// A missing token makes a guest: nothing travels in its place, what is emitted flows, and
// the session of a guest is none that OnAuthenticated hears of. Reauthenticate logs in:
// with an event over the guest's connection, otherwise by another one. Without a token the
// user is a guest again.
func TestGuest(t *testing.T) {
	for name, c := range map[string]struct {
		via           client.Via
		guests, users int32 // connections in the end
	}{
		"event":  {client.ViaEvent, 2, 0},
		"query":  {client.ViaQuery, 2, 1},
		"header": {client.ViaHeader, 2, 1},
		"auth":   {client.ViaAuth, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGuestServer(t, c.via)
				d := newDiary()
				token := ""
				o := client.Options{Via: c.via, Guest: true, Token: func(context.Context, client.Cause) (string, error) { return token, nil }}
				conn := connect(t, fakeURL, d.hooks(o), g.network())
				ctx := waits(t)

				session, err := conn.Wait(ctx)
				if err != nil || !session.Guest || session.Claims != nil || conn.Authenticated() {
					t.Fatalf("a guest's session is %+v, %v; authenticated: %v", session, err, conn.Authenticated())
				}
				if answer, err := conn.EmitWithAck(ctx, "echo", 1); fmt.Sprint(answer, err) != "[1] <nil>" {
					t.Errorf("the server answers a guest %v, %v", answer, err)
				}
				d.reads(t, "")

				token = sign(time.Hour)
				session, err = conn.Reauthenticate(ctx)
				if err != nil || session.Guest || !conn.Authenticated() {
					t.Fatalf("after the login the session is %+v, %v; authenticated: %v", session, err, conn.Authenticated())
				}
				if answer, err := conn.EmitWithAck(ctx, "echo", 2); fmt.Sprint(answer, err) != "[2] <nil>" {
					t.Errorf("the server answers a user %v, %v", answer, err)
				}
				synctest.Wait()
				d.reads(t, "authenticated")

				token = ""
				conn.Disconnect()
				conn.Connect()
				synctest.Wait()
				session, err = conn.Wait(ctx)
				if err != nil || !session.Guest || conn.Authenticated() || !conn.TokenExpiresAt().IsZero() {
					t.Errorf("after the logout the session is %+v, %v; authenticated: %v", session, err, conn.Authenticated())
				}
				if guests, users := g.guests.Load(), g.users.Load(); guests != c.guests || users != c.users {
					t.Errorf("the server saw %d guests and %d users connect, want %d and %d", guests, users, c.guests, c.users)
				}
			})
		})
	}
}

// A server that lets no guest in refuses as it does a token.
func TestGuestIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer(t)
		f.onConnect = func(*fakeSession) string {
			return `{"message":"no token provided","data":{"message":"no token provided","code":"credentials_required","type":"UnauthorizedError"}}`
		}
		conn := connect(t, fakeURL, client.Options{Via: client.ViaAuth, Guest: true, Token: client.StaticToken("")}, f.network())
		_, err := conn.Wait(waits(t))
		var refused *client.UnauthorizedError
		if !errors.As(err, &refused) || refused.Reason != client.ReasonMissing {
			t.Errorf("Wait says %v, want a refusal with reason missing", err)
		}
	})
}
