package zishang

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// backoff is the pause between attempts, as in pages: lifecycle.Backoff, unless the
// program has set a pause of its own. Then it is the official client's, doubling from
// first to longest, give or take a random part.
type backoff struct {
	spread                 bool    // lifecycle.Backoff
	first, longest, jitter float64 // the first two in milliseconds
	attempts               float64
}

func newBackoff(o socket.ManagerOptionsInterface) backoff {
	b := backoff{
		first:    socket.DefaultReconnectionDelay,
		longest:  socket.DefaultReconnectionDelayMax,
		jitter:   socket.DefaultRandomizationFactor,
		attempts: math.Inf(1),
		spread: o.GetRawReconnectionDelay() == nil && o.GetRawReconnectionDelayMax() == nil &&
			o.GetRawRandomizationFactor() == nil,
	}
	if o.GetRawReconnection() != nil && !o.Reconnection() {
		b.attempts = 0
	}
	if o.GetRawReconnectionDelay() != nil {
		b.first = o.ReconnectionDelay()
	}
	if o.GetRawReconnectionDelayMax() != nil {
		b.longest = o.ReconnectionDelayMax()
	}
	if o.GetRawRandomizationFactor() != nil {
		b.jitter = o.RandomizationFactor()
	}
	if o.GetRawReconnectionAttempts() != nil && b.attempts > 0 {
		b.attempts = o.ReconnectionAttempts()
	}
	return b
}

// before is the pause before the nth attempt after a failure, from 1 on; ok is
// false when there is to be none.
func (b backoff) before(n int) (pause time.Duration, ok bool) {
	if float64(n) > b.attempts {
		return 0, false
	}
	if b.spread {
		return time.Duration(lifecycle.Backoff(n-1, rand.Float64())) * time.Millisecond, true
	}
	ms := b.first * math.Pow(2, float64(min(n, 30)-1))
	ms *= 1 + b.jitter*(2*rand.Float64()-1)
	return time.Duration(min(ms, b.longest) * float64(time.Millisecond)), true
}
