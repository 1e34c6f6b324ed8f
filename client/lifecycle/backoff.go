package lifecycle

// All pauses that grow with the number of failures are computed in this file, for pages
// and for Go programs. Pauses are in milliseconds; random is in [0, 1).

// Backoff says how long to wait before each attempt to reconnect.
type Backoff struct {
	_ [0]func()
	// Spread is for sockets with a token whose user has set no pause. The other fields have
	// no effect then.
	Spread bool
	// The pause, ms, doubles from Min until it reaches Max. It varies at random by up to
	// Jitter (0 to 1) of itself, and is at most Max.
	Min, Max int64
	Jitter   float64
}

// Pause returns the pause, ms, before the nth attempt, counted from 0.
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

// spreadPause is a random pause between the bounds for the nth attempt. The first pauses reach
// from 0 to 4 s, so that the clients of a server that restarts do not all reconnect within
// one second. No pause is longer than the official client's longest, 5 s.
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
	// minRenewal is the shortest time between two renewals, ms, however short tokens live.
	minRenewal = 1_000
	// maxRenewalPause is the longest pause after a failed renewal, ms.
	maxRenewalPause = 30_000
)

// renewalPause returns the pause, ms, after so many successive failed renewals.
func renewalPause(fails int, random *Random) int64 {
	pause := int64(maxRenewalPause)
	if fails < 5 {
		pause = minRenewal << fails
	}
	return int64(float64(pause) * (1 + random.Fraction()) / 2)
}
