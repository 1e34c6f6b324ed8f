package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// Backoff counts a manager's attempts to reconnect, and gives the pause before each.
type Backoff struct {
	_ [0]func()
	lifecycle.Backoff
	Attempts int
	seed     uint64
}

// Seed gives the random numbers their start.
func (b *Backoff) Seed(n uint64) { b.seed = n }

// Next returns the next pause in ms and counts the attempt.
func (b *Backoff) Next() int64 {
	b.Attempts++
	return b.Pause(b.Attempts-1, b.random())
}

// random is splitmix64: a few instructions, and reproducible from its seed.
func (b *Backoff) random() float64 {
	b.seed += 0x9e3779b97f4a7c15
	z := b.seed
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	z ^= z >> 31
	return float64(z>>11) / (1 << 53)
}
