package lifecycle

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBackoff(t *testing.T) {
	for _, c := range []struct {
		name   string
		n      int
		random float64
		want   int64
	}{
		{"first, at least", 0, 0, 0},
		{"first, at most", 0, 1, 4_000},
		{"second, at least", 1, 0, 500},
		{"third, at most", 2, 1, 4_750},
		{"fourth, at least", 3, 0, 2_000},
		{"fourth, at most", 3, 1, 4_800},
		{"millionth, in the middle", 1_000_000, 0.5, 3_400},
	} {
		if got := Backoff(c.n, c.random); got != c.want {
			t.Errorf("%s: %d ms, want %d", c.name, got, c.want)
		}
	}
}

// official is socket.io-client's pause with its defaults: doubling, half of
// itself more or less, cut at the longest.
func official(n int, random float64) int64 {
	pause := float64(int64(1_000) << min(n, 30))
	return min(int64(pause*(0.5+random)), 5_000)
}

type backoffFunc func(n int, random float64) int64

// TestThunderingHerd restarts a server that 10,000 clients were connected to.
// Backoff is what the page uses (wasm/control.go, newManager).
func TestThunderingHerd(t *testing.T) {
	for _, down := range []int64{0, 3_000, 20_000, 120_000} {
		theirs, ours := restart(official, down), restart(Backoff, down)
		t.Logf("server away for %3d s: attempts per second at the peak: official %5d, ours %5d; back after: half of all %3.1f and %3.1f s, 99 %% %3.1f and %3.1f s",
			down/1000, theirs.peak, ours.peak, theirs.half, ours.half, theirs.back, ours.back)
		if ours.peak*2 > theirs.peak {
			t.Errorf("server away for %d s: our peak %d is more than half of the official client's %d", down/1000, ours.peak, theirs.peak)
		}
		if ours.half > 2.2 || ours.back > 5 {
			t.Errorf("server away for %d s: half of all back after %.1f s, 99 %% after %.1f s: that is long", down/1000, ours.half, ours.back)
		}
	}
}

type herd struct {
	peak int     // attempts in the worst second
	half float64 // seconds from the server's return until half of all are back
	back float64 // and 99 %
}

// restart takes away the server for some time. Attempts fail at once meanwhile.
func restart(backoff backoffFunc, down int64) herd {
	rng := rand.New(rand.NewPCG(1, 2))
	var attempts, returns []int64
	for range 10_000 {
		at := rng.Int64N(100) // the news takes a moment
		for n := 0; ; n++ {
			at += backoff(n, rng.Float64())
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
	after := func(percent int) float64 { return float64(returns[len(returns)*percent/100]) / 1_000 }
	return herd{peak, after(50), after(99)}
}
