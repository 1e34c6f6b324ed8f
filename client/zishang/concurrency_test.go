//go:build !js

package zishang_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// All methods, from many goroutines, while the connection comes and goes.
func TestManyGoroutines(t *testing.T) {
	for _, transport := range transportOrders {
		t.Run(transport.name, func(t *testing.T) {
			r := newAuthServer(t, true)
			o := client.Options{Token: func(context.Context, client.Cause) (string, error) { return sign(time.Hour), nil }}
			c := connect(t, fakeURL, o, r.network(), zishang.WithTransports(transport.order...))
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					for i := range 50 {
						off := c.On("event", func(...any) {})
						if err := c.Emit("say", i); err != nil {
							t.Error(err)
						}
						if _, err := c.EmitWithAck(waits(t), "ask", i); err != nil && !errors.Is(err, zishang.ErrDisconnected) {
							t.Error(err)
						}
						_, _ = c.Authenticated(), c.TokenExpiresAt()
						_ = c.ID()
						off()
					}
				})
			}
			all.Go(func() {
				for range 5 {
					if _, err := c.Reauthenticate(waits(t)); err != nil {
						t.Error(err)
					}
				}
			})
			all.Wait()
			if heard, _ := r.events(); heard != 400 {
				t.Errorf("the server heard %d of 400 events", heard)
			}
			for range 4 {
				all.Go(func() { _ = c.Close() })
			}
			all.Wait()
		})
	}
}

func (r *authServer) events() (n int, last string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n = len(r.heard); n > 0 {
		last = r.heard[n-1]
	}
	return n, last
}

// Listeners hear what the server sends in order, and answer to the connection that
// asked.
func TestOrderOfEvents(t *testing.T) {
	bubbles(t, func(t *testing.T, transport zishang.Option) {
		r := newAuthServer(t, true)
		d := newDiary()
		o := d.hooks(client.Options{Token: client.StaticToken(sign(time.Hour))})
		var late func([]any, error)
		c := connect(t, fakeURL, o, r.network(), transport, zishang.WithSetup(func(c *zishang.Conn) {
			c.OnAny(func(args ...any) { d.write(fmt.Sprint(args[0])) })
			c.On("question", func(args ...any) {
				answer := args[len(args)-1].(func([]any, error))
				if args[0] == "now" {
					answer([]any{"yes"}, nil)
					answer([]any{"twice"}, nil)
				} else {
					late = answer
				}
			})
			c.On("boom", func(...any) { panic("a listener's") })
			c.On("boom", func(...any) { d.write("and on") })
		}), zishang.WithReport(func(err error) { d.write("reported") }))
		authenticated(t, c)
		session := r.lastSession()
		session.send(`42["a"]`)
		session.send(`42["boom"]`)
		session.send(`427["question","now"]`)
		session.send(`428["question","later"]`)
		session.send(`42["b"]`)
		time.Sleep(time.Second)
		d.reads(t, "authenticated → authenticated → a → boom → reported → and on → question → question → b")
		if _, _, acked := r.numbers(); acked != 1 {
			t.Errorf("%d answers", acked)
		}
		if _, err := c.Reauthenticate(waits(t)); err != nil {
			t.Fatal(err)
		}
		late([]any{"to whom?"}, nil)
		time.Sleep(time.Second)
		if _, _, acked := r.numbers(); acked != 1 {
			t.Error("answered a question of an old connection")
		}
	})
}

// An answer that is on its way when the token is due is waited for.
func TestRenewalWaitsForAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		hear := r.onEvent
		r.onEvent = func(session *fakeSession, e clientEvent) {
			if e.name == "slow" {
				go func() {
					time.Sleep(time.Second)
					session.answer(e, "at last")
				}()
				return
			}
			hear(session, e)
		}
		d := newDiary()
		o := d.hooks(client.Options{Token: func(context.Context, client.Cause) (string, error) { return sign(5 * time.Minute), nil }})
		c := connect(t, fakeURL, o, r.network())
		authenticated(t, c)
		time.Sleep(4*time.Minute + 29*time.Second + 500*time.Millisecond)
		answer, err := c.EmitWithAck(waits(t), "slow")
		if err != nil || fmt.Sprint(answer) != "[at last]" {
			t.Errorf("answer is %v, %v", answer, err)
		}
		time.Sleep(time.Second)
		d.reads(t, "authenticated → refreshed")
		if r.sessionCount() != 2 {
			t.Errorf("%d connections", r.sessionCount())
		}
	})
}

// What nobody waits for any more is not sent.
func TestForgottenQuestionIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		r.refuseConnections(true)
		c := connect(t, fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour))}, r.network())
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := c.EmitWithAck(ctx, "ask"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("EmitWithAck: %v", err)
		}
		_ = c.Emit("say", "something")
		if _, err := c.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) || err.Error() == context.DeadlineExceeded.Error() {
			t.Errorf("Wait says nothing of the trouble: %v", err)
		}
		r.refuseConnections(false)
		authenticated(t, c)
		time.Sleep(time.Second)
		if got := r.words(); got != "say[something]" {
			t.Errorf("the server heard %s", got)
		}
	})
}

// But not for one that nobody waits for any more.
func TestRenewalWaitsForNoForgottenAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		hear := r.onEvent
		asked := make(chan clientEvent, 3)
		r.onEvent = func(session *fakeSession, e clientEvent) {
			if e.name != "ask" {
				hear(session, e)
				return
			}
			asked <- e
		}
		o := client.Options{Token: func(context.Context, client.Cause) (string, error) { return sign(time.Hour), nil }}
		c := connect(t, fakeURL, o, r.network())
		authenticated(t, c)
		ask := func(patience time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			_, err := c.EmitWithAck(ctx, "ask")
			return err
		}
		for range 2 {
			if err := ask(time.Second); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
		}
		r.lastSession().answer(<-asked) // too late: it counts for nobody
		synctest.Wait()
		waiting := make(chan error, 1)
		go func() { waiting <- ask(time.Minute) }()
		time.Sleep(time.Second)
		begun := time.Now()
		go func() {
			time.Sleep(time.Second)
			<-asked
			r.lastSession().answer(<-asked)
		}()
		if _, err := c.Reauthenticate(waits(t)); err != nil {
			t.Fatal(err)
		}
		if err := <-waiting; err != nil {
			t.Errorf("the answer that is waited for: %v", err)
		}
		if took := time.Since(begun); took < time.Second || took >= 3*time.Second/2 {
			t.Errorf("the renewal took %v", took)
		}
	})
}
