package lifecycle

// jitter is a small generator in the state (xorshift), so that a seed repeats a
// whole life.
type jitter uint32

func newJitter(seed uint32) jitter {
	return jitter(max(seed^0x9e3779b9, 1)) // all but 0 will do
}

// below is a number in [0, n).
func (j *jitter) below(n int64) int64 {
	x := uint32(*j)
	x ^= x << 13
	x ^= x >> 17
	x ^= x << 5
	*j = jitter(x)
	if n <= 0 {
		return 0
	}
	return int64(x) * n >> 32
}
