//go:build !js

package zishang_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// The example's bot lives through an hour of five-minute tokens: it is asked for
// one when it begins and for each renewal, and all that it says is answered.
func TestBotForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newAuthServer(t, true)
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour+time.Second)
		defer cancel()
		d := newDiary()
		asked := 0
		b := bot{hears: d.write, token: func(context.Context, client.Cause) (string, error) {
			asked++
			return sign(5 * time.Minute), nil
		}}
		if err := b.run(ctx, fakeURL, r.network()); err != nil {
			t.Fatal(err)
		}
		heard := d.read()
		if n := strings.Count(heard, "renewed"); n != 13 || !strings.HasPrefix(heard, "authenticated → 1 → 2 → 3 → 4 → renewed → 5") {
			t.Errorf("renewed %d times: %s", n, heard)
		}
		if !strings.HasSuffix(heard, "→ 60") || strings.Contains(heard, "unauthorized") {
			t.Errorf("the bot heard %s", heard)
		}
		if accepted, refused, _ := r.numbers(); accepted != 14 || refused != 0 || asked != 14 {
			t.Errorf("%d tokens asked for, %d accepted, %d refused", asked, accepted, refused)
		}
	})
}
