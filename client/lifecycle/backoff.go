package lifecycle

// Backoff is the pause before the nth attempt, from 0 on, for managers of
// connections: like the official client's it doubles from first to longest, but
// the random part reaches up to longest from the beginning. Thus the clients of a
// server that restarts do not come back within one second of each other, and
// nobody waits longer than he would have to. Of jitter, 0.5 is all of that and 0
// is none; random is in [0, 1).
func Backoff(n int, first, longest int64, jitter, random float64) int64 {
	mean := first
	for ; n > 0 && mean < longest; n-- {
		mean *= 2
	}
	mean = min(mean, longest)
	low := float64(mean) * (1 - jitter)
	high := float64(mean) + float64(longest-mean)*min(2*jitter, 1)
	return int64(low + random*(high-low))
}
