package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// Backoff counts a manager's attempts to reconnect, and gives the pause before each.
type Backoff struct {
	_ [0]func()
	lifecycle.Backoff
	Attempts int
	Random   lifecycle.Random // gives each pause its random part
}

// Next returns the next pause in ms and counts the attempt.
func (b *Backoff) Next() int64 {
	b.Attempts++
	return b.Pause(b.Attempts-1, b.Random.Fraction())
}
