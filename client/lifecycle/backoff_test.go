package lifecycle

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBackoff(t *testing.T) {
	for _, c := range []struct {
		name           string
		n              int
		jitter, random float64
		want           int64
	}{
		{"first, at least", 0, 0.5, 0, 500},
		{"first, at most", 0, 0.5, 1, 5_000},
		{"second, at least", 1, 0.5, 0, 1_000},
		{"tenth, at least", 9, 0.5, 0, 2_500},
		{"tenth, at most", 9, 0.5, 1, 5_000},
		{"no jitter: 1, 2, 4, 5 s", 0, 0, 0.7, 1_000},
		{"no jitter", 1, 0, 0.7, 2_000},
		{"no jitter", 2, 0, 0.7, 4_000},
		{"no jitter", 1_000_000, 0, 0.7, 5_000},
	} {
		if got := Backoff(c.n, 1_000, 5_000, c.jitter, c.random); got != c.want {
			t.Errorf("%s: %d ms, want %d", c.name, got, c.want)
		}
	}
}

// official is socket.io-client's pause: doubling, half of itself more or less,
// cut at the longest.
func official(n int, first, longest int64, jitter, random float64) int64 {
	pause := float64(first << min(n, 30))
	return min(int64(pause*(1+jitter*(2*random-1))), longest)
}

type backoffFunc func(n int, first, longest int64, jitter, random float64) int64

// TestThunderingHerd restarts a server that 10,000 clients were connected to.
func TestThunderingHerd(t *testing.T) {
	const longest, patient = 5_000, 30_000
	for _, down := range []int64{0, 3_000, 20_000, 120_000} {
		theirs := restart(official, longest, down)
		ours := restart(Backoff, longest, down)
		slow := restart(Backoff, patient, down)
		t.Logf("server away for %3d s: attempts per second at the peak: official %5d, ours %5d, ours with reconnectionDelayMax 30 s %5d", down/1000, theirs.peak, ours.peak, slow.peak)
		t.Logf("    all but 1%% back after: official %4.1f s, ours %4.1f s, with 30 s %4.1f s", theirs.back, ours.back, slow.back)
		if ours.peak*2 > theirs.peak {
			t.Errorf("server away for %d s: our peak %d is more than half of the official client's %d", down/1000, ours.peak, theirs.peak)
		}
	}
}

type herd struct {
	peak int     // attempts in the worst second
	back float64 // seconds from the server's return until 99 % are back
}

// restart takes away the server for some time. Attempts fail at once meanwhile.
func restart(backoff backoffFunc, longest, down int64) herd {
	rng := rand.New(rand.NewPCG(1, 2))
	var attempts, returns []int64
	for range 10_000 {
		at := rng.Int64N(100) // the news takes a moment
		for n := 0; ; n++ {
			at += backoff(n, 1_000, longest, 0.5, rng.Float64())
			attempts = append(attempts, at)
			if at >= down {
				returns = append(returns, at-down)
				break
			}
			at += 50
		}
	}
	slices.Sort(attempts)
	slices.Sort(returns)
	peak, first := 0, 0
	for i, at := range attempts {
		for attempts[first] <= at-1_000 {
			first++
		}
		peak = max(peak, i-first+1)
	}
	return herd{peak, float64(returns[len(returns)*99/100]) / 1_000}
}
