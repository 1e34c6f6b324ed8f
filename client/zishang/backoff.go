package zishang

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// backoff is the pauses between attempts, as in pages, and how many attempts there are.
type backoff struct {
	lifecycle.Backoff
	attempts float64
}

func newBackoff(o socket.ManagerOptionsInterface) backoff {
	b := backoff{attempts: math.Inf(1), Backoff: lifecycle.Backoff{
		Min:    int64(socket.DefaultReconnectionDelay),
		Max:    int64(socket.DefaultReconnectionDelayMax),
		Jitter: socket.DefaultRandomizationFactor,
		Spread: o.GetRawReconnectionDelay() == nil && o.GetRawReconnectionDelayMax() == nil &&
			o.GetRawRandomizationFactor() == nil,
	}}
	if o.GetRawReconnection() != nil && !o.Reconnection() {
		b.attempts = 0
	}
	if o.GetRawReconnectionDelay() != nil {
		b.Min = int64(o.ReconnectionDelay())
	}
	if o.GetRawReconnectionDelayMax() != nil {
		b.Max = int64(o.ReconnectionDelayMax())
	}
	if o.GetRawRandomizationFactor() != nil {
		b.Jitter = o.RandomizationFactor()
	}
	if o.GetRawReconnectionAttempts() != nil && b.attempts > 0 {
		b.attempts = o.ReconnectionAttempts()
	}
	return b
}

// before returns the pause before the nth attempt after a failure, counted from 1. ok is
// false when there is no such attempt.
func (b backoff) before(n int) (pause time.Duration, ok bool) {
	if float64(n) > b.attempts {
		return 0, false
	}
	return time.Duration(b.Pause(n-1, rand.Float64())) * time.Millisecond, true
}
