package core

import (
	"testing"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

func TestCountAttempts(t *testing.T) {
	c := reading(engineio.WebSocket, 4)
	for _, row := range []struct{ written, want int }{{3, 3}, {0, 0}, {-1, 0}} {
		c.CountAttempts(0, row.written)
		if got := c.managers.get(0).m.Backoff.Attempts; got != row.want {
			t.Errorf("CountAttempts(0, %d): %d attempts are counted, want %d", row.written, got, row.want)
		}
	}
	c.CountAttempts(9, 1) // nobody knows this manager
}
