package socketio

// Backoff is the delay before a reconnection: it doubles from Min to Max and is
// moved at random by up to Jitter of itself, so that the clients of a server
// that restarts do not come back at once. Durations are in ms.
type Backoff struct {
	_        [0]func()
	Min, Max int64
	Jitter   float64 // 0..1
	Attempts int
	// Pause takes the place of Min, Max and Jitter: the delay before the nth
	// attempt, from 0 on, by a random number in [0, 1).
	Pause func(n int, random float64) int64
	seed  uint64
}

// Seed gives the random numbers their start.
func (b *Backoff) Seed(n uint64) { b.seed = n }

// Next returns the next delay and counts the attempt.
func (b *Backoff) Next() int64 {
	if b.Pause != nil {
		b.Attempts++
		return b.Pause(b.Attempts-1, b.random())
	}
	ms := float64(b.Min)
	for i := 0; i < b.Attempts && ms < float64(b.Max); i++ {
		ms *= 2
	}
	b.Attempts++
	if b.Jitter > 0 {
		ms += ms * b.Jitter * (2*b.random() - 1)
	}
	return max(0, min(int64(ms), b.Max))
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
