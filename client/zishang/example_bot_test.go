//go:build !js

package zishang_test

import (
	"context"
	"fmt"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// bot says once a minute that it is there, for as long as ctx lasts.
type bot struct {
	token client.TokenFunc // asks who issues them; each lives for five minutes
	hears func(what string)
}

func (b bot) run(ctx context.Context, address string, more ...zishang.Option) error {
	conn, err := zishang.Connect(ctx, address, client.Options{
		Token: b.token,
		OnAuthenticated: func(s client.Session) {
			if s.Refreshed {
				b.hears("renewed")
			} else {
				b.hears("authenticated")
			}
		},
		OnUnauthorized: func(err *client.UnauthorizedError) { b.hears("unauthorized: " + err.Reason.String()) },
	}, more...)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Wait(ctx); err != nil {
		return err
	}
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for n := 1; ; n++ {
		select {
		case <-minute.C:
		case <-ctx.Done():
			return nil
		}
		// Also in the middle of a renewal: it is kept, and asked once.
		answer, err := conn.EmitWithAck(ctx, "still there", n)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		b.hears(fmt.Sprint(answer...))
	}
}

// A bot that stays authenticated for as long as it runs. TestBotForAnHour runs it
// for an hour of virtual time.
func Example_bot() {
	address, stop, err := startOurs("event")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer stop()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b := bot{
		token: func(context.Context, client.Cause) (string, error) { return sign(5 * time.Minute), nil },
		hears: func(what string) {
			fmt.Println(what)
			cancel() // that will do for an example
		},
	}
	if err := b.run(ctx, address); err != nil && ctx.Err() == nil {
		fmt.Println(err)
	}
	// Output: authenticated
}
