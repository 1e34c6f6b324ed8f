//go:build !js

package zishang

import (
	"testing"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// Pauses are spread as in pages, unless the program has set some.
func TestBackoffAsInPages(t *testing.T) {
	const samples = 2_000
	for _, c := range []struct {
		name   string
		set    func(*socket.Options)
		spread bool
	}{
		{"nothing set", func(*socket.Options) {}, true},
		{"attempts do not matter", func(o *socket.Options) { o.SetReconnectionAttempts(10) }, true},
		{"delay set", func(o *socket.Options) { o.SetReconnectionDelay(1_000) }, false},
		{"longest delay set", func(o *socket.Options) { o.SetReconnectionDelayMax(5_000) }, false},
		{"random part set", func(o *socket.Options) { o.SetRandomizationFactor(0.5) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := socket.DefaultOptions()
			c.set(o)
			b := newBackoff(o)
			for n := 1; n <= 6; n++ {
				least, most := time.Hour, time.Duration(0)
				for range samples {
					pause, ok := b.before(n)
					if !ok {
						t.Fatalf("no attempt %d", n)
					}
					least, most = min(least, pause), max(most, pause)
				}
				want := lifecycle.Backoff{Spread: c.spread, Min: 1_000, Max: 5_000, Jitter: 0.5}
				low := time.Duration(want.Pause(n-1, 0)) * time.Millisecond
				high := time.Duration(want.Pause(n-1, 1)) * time.Millisecond
				if least < low || most > high {
					t.Errorf("attempt %d: pauses from %v to %v, want %v to %v", n, least, most, low, high)
				}
				if slack := (high - low) / 10; least > low+slack || most < high-slack {
					t.Errorf("attempt %d: pauses from %v to %v do not fill %v to %v", n, least, most, low, high)
				}
			}
		})
	}
}
