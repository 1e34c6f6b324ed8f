package lifecycle

// Backoff is the pause before the nth attempt to reconnect, from 0 on, in ms: of
// sockets with a token, whose user has set no pause of his own. It doubles from
// one second to five like the official client's, but reaches from little to the
// longest of them from the beginning: the clients of a server that restarts do
// not come back within one second of each other, and nobody waits longer than he
// would have to. random is in [0, 1).
func Backoff(n int, random float64) int64 {
	const first, longest = 1_000, 5_000
	mean := int64(longest)
	if n < 3 {
		mean = first << n
	}
	low, high := (mean-first)/2, longest-first*first/mean
	return low + int64(random*float64(high-low))
}
