package lifecycle

import (
	"flag"
	"math/rand/v2"
	"testing"
)

var (
	simSteps = flag.Int("sim.steps", 1_000_000, "steps of the simulation")
	simSeed  = flag.Uint64("sim.seed", 0, "seed of one world to look at; 0: worlds of seeds from the clock, after a fixed million")
)

// TestSimulation lives a million steps in many worlds. A fault names the seed of
// its world, and -sim.seed lives that one again.
func TestSimulation(t *testing.T) {
	moves := map[string]bool{}
	if *simSeed != 0 {
		live(t, *simSeed, moves)
		return
	}
	steps, worlds, years := 0, 0, int64(0)
	for seed := uint64(1); steps < *simSteps; seed++ {
		w := live(t, seed, moves)
		steps += w.steps
		years += w.now - start
		worlds++
		if t.Failed() {
			return
		}
	}
	for range 20 { // and a few that nobody has seen
		live(t, rand.Uint64()|1, moves)
	}
	t.Logf("%d steps in %d worlds, %d years", steps, worlds, years/365/86_400_000)
	rows := drawn()
	for m := range moves {
		if !rows[m] {
			t.Errorf("no row of the tables takes %s", m)
		}
	}
}

func live(t *testing.T, seed uint64, moves map[string]bool) *world {
	t.Helper()
	w := newWorld(seed)
	w.live()
	if len(w.faults) > 0 {
		again := newWorld(seed)
		again.tells = true
		again.live()
		t.Errorf("seed %d: %q\n%s", seed, again.faults, again.story())
	}
	for m := range w.moves {
		moves[m] = true
	}
	return w
}

func (w *world) live() {
	for range 600 {
		w.step()
		if len(w.faults) > 0 {
			return
		}
	}
	w.settle()
}
