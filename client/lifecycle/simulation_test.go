package lifecycle

import (
	"flag"
	"math/rand/v2"
	"testing"
)

var (
	simSteps = flag.Int("sim.steps", 1_000_000, "steps of the simulation")
	simSeed  = flag.Uint64("sim.seed", 0, "seed of one simulation to repeat; 0: a fixed million of steps, then simulations of random seeds")
)

// TestSimulation takes a million steps in many simulations. A fault names the
// seed of its simulation, and -sim.seed repeats that one.
func TestSimulation(t *testing.T) {
	moves := map[string]bool{}
	if *simSeed != 0 {
		simulate(t, *simSeed, moves)
		return
	}
	steps, runs, years := 0, 0, int64(0)
	for seed := uint64(1); steps < *simSteps; seed++ {
		sim := simulate(t, seed, moves)
		steps += sim.steps
		years += sim.now - start
		runs++
		if t.Failed() {
			return
		}
	}
	for range 20 { // and a few that nobody has seen
		simulate(t, rand.Uint64()|1, moves)
	}
	t.Logf("%d steps in %d runs, %d years", steps, runs, years/365/86_400_000)
	rows := drawn()
	for m := range moves {
		if !rows[m] {
			t.Errorf("no row of the tables takes %s", m)
		}
	}
}

func simulate(t *testing.T, seed uint64, moves map[string]bool) *simulation {
	t.Helper()
	sim := newSimulation(seed)
	sim.run()
	if len(sim.faults) > 0 {
		again := newSimulation(seed)
		again.traced = true
		again.run()
		t.Errorf("seed %d: %q\n%s", seed, again.faults, again.lastTrace())
	}
	for m := range sim.moves {
		moves[m] = true
	}
	return sim
}

func (sim *simulation) run() {
	for range 600 {
		sim.step()
		if len(sim.faults) > 0 {
			return
		}
	}
	sim.settle()
}
