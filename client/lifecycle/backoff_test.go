package lifecycle

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestBackoff(t *testing.T) {
	spread := Backoff{Spread: true, Min: 7, Max: 7, Jitter: 7}
	doubling := Backoff{Min: 1_000, Max: 5_000, Jitter: 0.5}
	for _, c := range []struct {
		name    string
		backoff Backoff
		n       int
		random  float64
		want    int64
	}{
		{"spread, first, at least", spread, 0, 0, 0},
		{"spread, first, at most", spread, 0, 1, 4_000},
		{"spread, second, at least", spread, 1, 0, 500},
		{"spread, third, at most", spread, 2, 1, 4_750},
		{"spread, fourth, at least", spread, 3, 0, 2_000},
		{"spread, fourth, at most", spread, 3, 1, 4_800},
		{"spread, millionth, in the middle", spread, 1_000_000, 0.5, 3_400},
		{"doubling, first, at least", doubling, 0, 0, 500},
		{"doubling, first, in the middle", doubling, 0, 0.5, 1_000},
		{"doubling, second, at most", doubling, 1, 1, 3_000},
		{"doubling, fourth, at least", doubling, 3, 0, 4_000},
		{"doubling, fourth, at most", doubling, 3, 1, 5_000},
		{"doubling, millionth, at least", doubling, 1_000_000, 0, 4_000},
		{"doubling, without jitter", Backoff{Min: 100, Max: 1_000}, 2, 0.9, 400},
		{"doubling, longest before the first", Backoff{Min: 100, Max: 50}, 0, 0, 50},
		{"doubling, by more than itself", Backoff{Min: 100, Max: 1_000, Jitter: 2}, 0, 0, 0},
	} {
		if got := c.backoff.Pause(c.n, c.random); got != c.want {
			t.Errorf("%s: %d ms, want %d", c.name, got, c.want)
		}
	}
}

// After a failed renewal the pause doubles from one second to thirty, and half of it is
// random.
func TestRenewalPause(t *testing.T) {
	for fails, longest := range map[int]int64{1: 2_000, 2: 4_000, 4: 16_000, 5: 30_000, 1_000_000: 30_000} {
		random := NewRandom(1)
		least, most := longest, int64(0)
		for range 1_000 {
			pause := renewalPause(fails, &random)
			least, most = min(least, pause), max(most, pause)
		}
		if least < longest/2 || least > longest*6/10 || most > longest || most < longest*9/10 {
			t.Errorf("%d failures: pauses from %d to %d ms, want %d to %d", fails, least, most, longest/2, longest)
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
// Spread is what sockets with a token use.
func TestThunderingHerd(t *testing.T) {
	for _, down := range []int64{0, 3_000, 20_000, 120_000} {
		theirs, ours := restart(official, down), restart(Backoff{Spread: true}.Pause, down)
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
