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

	"github.com/zishang520/socket.io/v3/pkg/types"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// What a server says of the first token, and what the program hears. A refusal that
// is recognised as one brings a second token, which is good.
func TestRecognisesRefusals(t *testing.T) {
	const second = "asked:connect → asked:unauthorized → authenticated"
	const bare = "asked:connect → connect_error"
	for name, c := range map[string]struct {
		says string // the JSON of CONNECT_ERROR
		want string
	}{
		"a message":                   {`{"message":"jwt expired"}`, second},
		"a part of a message":         {`{"message":"Authentication error: invalid signature"}`, second},
		"a code in data":              {`{"message":"no entry","data":{"code":"TOKEN_EXPIRED"}}`, second},
		"data is the code":            {`{"message":"no entry","data":"TOKEN_EXPIRED"}`, second},
		"a number as code":            {`{"message":"no entry","data":{"code":401}}`, second},
		"HTTP's status in data":       {`{"message":"no entry","data":{"status":401}}`, second},
		"HTTP's statusCode in data":   {`{"message":"no entry","data":{"statusCode":401,"code":"E43"}}`, second},
		"another status in data":      {`{"message":"no entry","data":{"status":503}}`, bare},
		"a name in data":              {`{"message":"no entry","data":{"name":"TokenExpiredError"}}`, second},
		"a code as the message":       {`{"message":"TOKEN_EXPIRED","data":{"code":4001}}`, second},
		"a message in data":           {`{"message":"no entry","data":{"message":"jwt malformed"}}`, second},
		"a message outside of data":   {`{"message":"jwt malformed","data":{"message":"please sign in"}}`, second},
		"a name that nobody can know": {`{"message":"E42"}`, second},
		"something else":              {`{"message":"invalid room"}`, bare},
		"something else, with data":   {`{"message":"forbidden","data":{"code":"E43","message":[1],"type":{"toString":0}}}`, bare},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newFakeServer(t)
				h.onConnect = func(session *fakeSession) string {
					if session.auth["token"] == "first" {
						return c.says
					}
					return ""
				}
				d := newDiary()
				o := d.hooks(client.Options{Via: client.ViaAuth})
				o.Token = func(_ context.Context, cause client.Cause) (string, error) {
					d.write("asked:" + cause.String())
					if cause == client.CauseUnauthorized {
						return "second", nil
					}
					return "first", nil
				}
				o.Classify = func(err *client.ServerError) client.Reason {
					switch err.Message {
					case "E42":
						return client.ReasonExpired
					case "forbidden":
						return client.ReasonTimeout // not a server's reason, so it counts for nothing
					}
					return 0
				}
				listen := d.listen()
				if c.want == bare {
					listen = d.listen("connect_error")
				}
				connect(t, fakeURL, o, h.network(), listen)
				time.Sleep(10 * time.Second)
				d.until(t, func(lines string) bool { return len(lines) >= len(c.want) && lines[:len(c.want)] == c.want })
			})
		})
	}
}

// `unauthorized` in the middle of a session is a refusal by whatever way the token
// travelled, with the reason that Classify gives for what nobody can know.
func TestUnauthorizedInSession(t *testing.T) {
	for via, name := range map[client.Via]string{client.ViaEvent: "event", client.ViaQuery: "query", client.ViaHeader: "header", client.ViaAuth: "auth"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newAuthServer(t, via == client.ViaEvent)
				d := newDiary()
				o := client.Options{Via: via, Token: client.StaticToken(sign(time.Hour))}
				// A static token is asked for again, and is the refused one.
				o.OnUnauthorized = func(err *client.UnauthorizedError) {
					d.write(fmt.Sprint(err.Reason, ":", err.Code, ":", err.Message))
				}
				o.Classify = func(err *client.ServerError) client.Reason {
					d.write(fmt.Sprint("classify:", err.Code, ":", err.Message))
					return client.ReasonExpired
				}
				c := connect(t, fakeURL, o, r.network(), d.listen("unauthorized", "disconnect"))
				authenticated(t, c)
				r.lastSession().send(`42["unauthorized",{"message":"away","data":{"code":"E42"}}]`)
				time.Sleep(time.Minute)
				d.reads(t, "classify:E42:away → unauthorized → expired:E42:away → disconnect:io client disconnect")
				if c.Authenticated() || r.open() != 0 {
					t.Error("the session goes on")
				}
			})
		})
	}
}

// A server that quotes the token: no error and no event that the program gets has it.
func TestServerQuotesToken(t *testing.T) {
	token := sign(time.Hour)
	said := fmt.Sprintf(`{"message":"jwt malformed: %[1]s","data":{"message":"bad %[1]s","code":"invalid_token","list":["%[1]s",1],"tokens":{"%[1]s":"refused"}}}`, token)
	for name, via := range map[string]client.Via{"event": client.ViaEvent, "auth": client.ViaAuth} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newFakeServer(t)
				h.onConnect = func(session *fakeSession) string {
					if via == client.ViaAuth {
						return said
					}
					return ""
				}
				h.onEvent = func(session *fakeSession, _ clientEvent) { session.send(`42["unauthorized",` + said + `]`) }
				heard := make(chan string, 8)
				refusals := make(chan *client.UnauthorizedError, 1)
				o := client.Options{Via: via, Token: client.StaticToken(token)}
				o.OnUnauthorized = func(err *client.UnauthorizedError) { refusals <- err }
				c := connect(t, fakeURL, o, h.network(), zishang.WithSetup(func(conn *zishang.Conn) {
					for _, event := range []string{"unauthorized", "connect_error"} {
						conn.On(event, func(args ...any) {
							var extended *types.ExtendedError
							if err, ok := args[0].(error); ok && errors.As(err, &extended) {
								args = append(args, extended.Message, extended.Data)
							}
							heard <- fmt.Sprint(args...)
						})
					}
				}))
				err := within(t, refusals)
				if err.Message != "bad …" || err.Code != "invalid_token" || err.Reason != client.ReasonInvalid {
					t.Errorf("another refusal than it has to be: reason %v, code %q", err.Reason, err.Code)
				}
				_, waited := c.Wait(waits(t))
				for _, text := range []string{within(t, heard), fmt.Sprint(err.Data), err.Error(), fmt.Sprint(waited)} {
					if strings.Contains(text, token) {
						t.Error("the token is in what the program gets")
					}
					if !strings.Contains(text, "…") {
						t.Error("nothing is cut out")
					}
				}
			})
		})
	}
}

// A token with a line break at its end is none for a header. The error says so, and is tried again.
func TestTokenOfAFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeServer(t)
		asked := 0
		token := func(context.Context, client.Cause) (string, error) {
			if asked++; asked == 1 {
				return "x.y.z\n", nil
			}
			return "x.y.z", nil
		}
		refusals := make(chan *client.UnauthorizedError, 1)
		o := client.Options{Via: client.ViaHeader, Token: token}
		o.OnUnauthorized = func(err *client.UnauthorizedError) { refusals <- err }
		c := connect(t, fakeURL, o, h.network())
		authenticated(t, c)
		if err := within(t, refusals); err.Reason != client.ReasonUnavailable || !strings.Contains(err.Error(), "strings.TrimSpace") || strings.Contains(err.Error(), "x.y.z") {
			t.Errorf("refused: %v", err)
		}
	})
}

// A variable of the type *client.UnauthorizedError that is nil, returned as an error, is none
// that anybody could read.
func TestTokenReturnsANilRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		asked := 0
		token := func(context.Context, client.Cause) (string, error) {
			if asked++; asked == 1 {
				var refused *client.UnauthorizedError
				return sign(time.Hour), refused
			}
			return sign(time.Hour), nil
		}
		refusals := make(chan *client.UnauthorizedError, 1)
		o := client.Options{Token: token, OnUnauthorized: func(err *client.UnauthorizedError) { refusals <- err }}
		c := connect(t, fakeURL, o, r.network())
		authenticated(t, c)
		if err := within(t, refusals); err.Reason != client.ReasonUnavailable || !strings.Contains(err.Error(), "return nil") {
			t.Errorf("refused: %v", err)
		}
	})
}

// A token that is a word of the server's does not hide the reason.
func TestTokenIsAWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeServer(t)
		h.onConnect = func(*fakeSession) string { return `{"message":"no","data":{"code":"TOKEN_EXPIRED"}}` }
		c := connect(t, fakeURL, client.Options{Via: client.ViaAuth, Token: client.StaticToken("TOKEN_EXPIRED")}, h.network())
		_, err := c.Wait(waits(t))
		var refused *client.UnauthorizedError
		if !errors.As(err, &refused) || refused.Reason != client.ReasonExpired || refused.Code != "…" {
			t.Errorf("refused: %v", refused)
		}
	})
}

// An `unauthorized` with nothing but a callback has no data, and is acknowledged.
func TestUnauthorizedWithCallbackOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeServer(t)
		acknowledged := make(chan string, 1)
		h.onEvent = func(session *fakeSession, e clientEvent) {
			if e.name == "authenticate" {
				session.send(`427["unauthorized"]`)
				return
			}
			acknowledged <- e.name
		}
		refusals := make(chan *client.UnauthorizedError, 1)
		o := client.Options{Token: client.StaticToken("x.y.z")}
		o.OnUnauthorized = func(err *client.UnauthorizedError) { refusals <- err }
		connect(t, fakeURL, o, h.network())
		if err := within(t, refusals); err.Data != nil || err.Code != "" || err.Reason != client.ReasonInvalid {
			t.Errorf("refused: %#v", err)
		}
		if got := within(t, acknowledged); !strings.HasPrefix(got, "ack 7") {
			t.Errorf("after the refusal: %s", got)
		}
	})
}

// A Classify that panics is reported, and says nothing.
func TestClassifyPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newFakeServer(t)
		h.onConnect = func(*fakeSession) string { return `{"message":"E42"}` }
		d := newDiary()
		o := d.hooks(client.Options{Via: client.ViaAuth, Token: client.StaticToken("x.y.z")})
		o.Classify = func(*client.ServerError) client.Reason { panic("the program's") }
		c := connect(t, fakeURL, o, h.network(), d.listen("connect_error"),
			zishang.WithReport(func(error) { d.write("reported") }))
		if _, err := c.Wait(waits(t)); err == nil {
			t.Error("authenticated")
		}
		synctest.Wait()
		d.reads(t, "reported → connect_error")
	})
}

// The connect_error of a refusal that stands says what the server said, and has the
// *client.UnauthorizedError in it; one that is not about the token has none.
func TestConnectErrorOfARefusal(t *testing.T) {
	for _, c := range []struct {
		name, says, want string
		refused          bool
	}{
		{"of the token", `{"message":"jwt malformed"}`, "jwt malformed", true},
		{"of something else", `{"message":"invalid room"}`, "invalid room", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newFakeServer(t)
				h.onConnect = func(*fakeSession) string { return c.says }
				failed := make(chan error, 1)
				o := client.Options{Via: client.ViaAuth, Token: client.StaticToken("t")}
				connect(t, fakeURL, o, h.network(), zishang.WithSetup(func(conn *zishang.Conn) {
					conn.On("connect_error", func(args ...any) { failed <- args[0].(error) })
				}))
				err := within(t, failed)
				var refused *client.UnauthorizedError
				if err.Error() != c.want || errors.As(err, &refused) != c.refused {
					t.Errorf("connect_error with %q, refused: %v", err, refused)
				}
				if c.refused && refused.Reason != client.ReasonInvalid {
					t.Errorf("refused: %v", refused)
				}
			})
		})
	}
}

// A CONNECT_ERROR ends a session, too: nothing comes after it, and what is emitted would go nowhere.
func TestRefusedInSession(t *testing.T) {
	for name, one := range map[string]struct {
		says string
		want string
	}{
		"the token":      {`44{"message":"jwt expired"}`, "disconnect:transport close → authenticated"},
		"something else": {`44{"message":"room is closed"}`, "disconnect:transport close → connect_error"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newAuthServer(t, false)
				d := newDiary()
				o := client.Options{Via: client.ViaAuth, Token: func(context.Context, client.Cause) (string, error) { return sign(time.Hour), nil }}
				c := connect(t, fakeURL, o, r.network())
				authenticated(t, c)
				for _, event := range []string{"disconnect", "connect_error"} {
					c.On(event, func(args ...any) {
						if reason, ok := args[0].(string); ok {
							d.write(event + ":" + reason)
						} else {
							d.write(event)
						}
					})
				}
				r.lastSession().send(one.says)
				synctest.Wait()
				time.Sleep(10 * time.Second)
				if c.Authenticated() {
					d.write("authenticated")
					if _, err := c.EmitWithAck(waits(t), "echo"); err != nil {
						t.Error(err)
					}
				}
				if got := d.read(); got != one.want {
					t.Errorf("the program heard\n     %s\nwant %s", got, one.want)
				}
			})
		})
	}
}
