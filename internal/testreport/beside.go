//go:build !js

package main

import (
	"fmt"
	"io"
	"sync"
)

// runAll carries out steps in their order, and those that may run beside others up to atOnce at a time. The results are in
// the order of the steps.
func runAll(steps []step, out io.Writer) []result {
	r := run{out: out, results: make([]result, len(steps)), broken: map[string]string{}}
	for at := 0; at < len(steps); {
		end := at + 1
		for steps[at].beside && end < len(steps) && steps[end].beside {
			end++
		}
		r.sideBySide(at, steps[at:end])
		at = end
	}
	return r.results
}

// run is what the steps of one run share.
type run struct {
	mu      sync.Mutex
	out     io.Writer
	results []result
	broken  map[string]string // what could not be had, and why
}

// sideBySide begins steps in their order, each as soon as fewer than atOnce are under way, and waits for all of them. The
// first of them is number at of all.
func (r *run) sideBySide(at int, steps []step) {
	var underWay sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for i, s := range steps {
		places <- struct{}{}
		underWay.Go(func() {
			r.carryOut(at+i, s)
			<-places
		})
	}
	underWay.Wait()
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
