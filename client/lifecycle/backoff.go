package lifecycle

// All pauses that grow with the number of failures are computed in this file, for pages
// and for Go programs. Pauses are in milliseconds; random is in [0, 1).

// Backoff says how long to wait before each attempt to reconnect.
type Backoff struct {
	_ [0]func()
	// Spread is for sockets with a token whose user has set no pause. The other fields
	// then count for nothing.
	Spread bool
	// The pause doubles from Min until it reaches Max, is moved at random by up to Jitter
	// (0..1) of itself, and is at most Max.
	Min, Max int64
	Jitter   float64
}

// Pause is the time to wait before the nth attempt, from 0 on.
func (b Backoff) Pause(n int, random float64) int64 {
	if b.Spread {
		return spreadPause(n, random)
	}
	ms := float64(b.Min)
	for i := 0; i < n && ms < float64(b.Max); i++ {
		ms *= 2
	}
	if b.Jitter > 0 {
		ms += ms * b.Jitter * (2*random - 1)
	}
	return max(0, min(int64(ms), b.Max))
}

// spreadPause doubles from one second to five like the official client's pause, but
// reaches from almost nothing to the longest pause from the beginning: the clients of a
// server that restarts do not come back within one second of each other, and none of
// them waits longer than with the official client.
func spreadPause(n int, random float64) int64 {
	row := &spread[min(n, len(spread)-1)]
	return int64(row.low + random*(row.high-row.low))
}

// spread are the bounds of the pauses, in the order of the attempts; the last row is for all
// that follow.
var spread = [...]struct{ low, high float64 }{
	{0, 4_000},
	{500, 4_500},
	{1_500, 4_750},
	{2_000, 4_800},
}

const (
	// minRenewal is the least time between two renewals, however short tokens live.
	minRenewal = 1_000
	// maxRenewalPause is the longest pause after a failed renewal.
	maxRenewalPause = 30_000
)

// renewalPause is the time to wait after the given number of failed renewals in a row.
func renewalPause(fails int, random *Random) int64 {
	pause := int64(maxRenewalPause)
	if fails < 5 {
		pause = minRenewal << fails
	}
	return int64(float64(pause) * (1 + random.Fraction()) / 2)
}
