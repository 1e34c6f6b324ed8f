//go:build !js

package main

import (
	"fmt"
	"io"
	"slices"
	"sync"
)

// runAll runs the steps, up to atOnce at a time, and at the end those that run alone. A step begins when the steps that
// provide its needs have ended. Of several such steps, the first in the list begins. The results are in the order of the
// steps.
func runAll(steps []step, out io.Writer) []result {
	r := run{out: out, results: make([]result, len(steps)), broken: map[string]string{}}
	var together, alone []int
	for at, s := range steps {
		if s.alone {
			alone = append(alone, at)
		} else {
			together = append(together, at)
		}
	}
	r.sideBySide(steps, together, atOnce)
	r.sideBySide(steps, alone, 1)
	return r.results
}

// run is the state that the steps of one run share.
type run struct {
	mu      sync.Mutex
	out     io.Writer
	results []result
	broken  map[string]string // needs that cannot be met, each with the step that failed
}

// sideBySide runs the steps with these indices, at most `most` at a time.
func (r *run) sideBySide(steps []step, numbers []int, most int) {
	awaited := map[string]int{} // for each need: how many of its providers have not ended
	for _, at := range numbers {
		for _, provided := range steps[at].provides {
			awaited[provided]++
		}
	}
	ready := func(at int) bool {
		return !slices.ContainsFunc(steps[at].needs, func(need string) bool { return awaited[need] > 0 })
	}
	ended := make(chan int)
	for underWay := 0; len(numbers) > 0 || underWay > 0; {
		if i := slices.IndexFunc(numbers, ready); i >= 0 && underWay < most {
			at := numbers[i]
			numbers = slices.Delete(numbers, i, i+1)
			underWay++
			go func() {
				r.carryOut(at, steps[at])
				ended <- at
			}()
			continue
		}
		if underWay == 0 {
			panic("testreport: the steps that are left need each other: " + steps[numbers[0]].name)
		}
		for _, provided := range steps[<-ended].provides {
			awaited[provided]--
		}
		underWay--
	}
}

func (r *run) carryOut(at int, s step) {
	r.mu.Lock()
	fmt.Fprintf(r.out, "… %s\n", s.name)
	missing := s.missing(r.broken)
	r.mu.Unlock()

	result := missing
	if result == nil {
		done := s.run()
		result = &done
	}

	r.mu.Lock()
	defer r.mu.Unlock()
	r.results[at] = *result
	fmt.Fprintln(r.out, result.line())
	if result.failed == 0 {
		return
	}
	if text := result.excerpt(); text != "" {
		fmt.Fprintln(r.out, text)
	}
	for _, provided := range s.provides {
		r.broken[provided] = s.name
	}
}
