//go:build !js

package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// measurement holds the figures of load. Its methods may be called from any goroutine.
type measurement struct {
	users                 int
	ending                atomic.Bool // from now on, the command closes connections itself
	renewals, disconnects atomic.Int64
	guests                atomic.Int64 // accepted guests

	mu      sync.Mutex
	took    []time.Duration // of authenticated users and accepted guests
	refused map[string]int  // by reason
	failed  map[string]int  // by message
	first   error           // the first failure
	whole   time.Duration
}

// add notes the result of one user.
func (m *measurement) add(took time.Duration, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		m.took = append(m.took, took)
		return
	}
	if m.first == nil {
		m.first = err
	}
	var refused *client.UnauthorizedError
	if isRefusal(err) && errors.As(err, &refused) {
		count(&m.refused, refused.Reason.String())
		return
	}
	count(&m.failed, redact(strings.ReplaceAll(err.Error(), "\n", ": ")))
}

func count(in *map[string]int, what string) {
	if *in == nil {
		*in = map[string]int{}
	}
	(*in)[what]++
}

// lasted notes how long it took to connect all users.
func (m *measurement) lasted(whole time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.whole = whole
}

// progress prints the figures every two seconds, until done is closed.
func (m *measurement) progress(p *program, done <-chan struct{}) {
	tell := teller(p.err, false)
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			m.mu.Lock()
			there, not := len(m.took), total(m.refused)+total(m.failed)
			m.mu.Unlock()
			tell("%d of %d connected, %d not; %s renewed", there, m.users, not, plural(int(m.renewals.Load()), "token"))
		case <-done:
			return
		}
	}
}

// summary is the JSON that load prints with -json. Times are in milliseconds.
func (m *measurement) summary() map[string]any {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := map[string]any{
		"users":         m.users,
		"authenticated": m.authenticated(),
		"guests":        m.guests.Load(),
		"refused":       counts(m.refused),
		"failed":        counts(m.failed),
		"renewals":      m.renewals.Load(),
		"disconnects":   m.disconnects.Load(),
	}
	if len(m.took) > 0 {
		slices.Sort(m.took)
		s["perSecond"] = m.perSecond()
		s["toAuthenticatedMs"] = map[string]float64{
			"p50": ms(percentile(m.took, 50)), "p90": ms(percentile(m.took, 90)), "p99": ms(percentile(m.took, 99)), "max": ms(percentile(m.took, 100)),
		}
	}
	return s
}

func counts(of map[string]int) map[string]any {
	all := map[string]any{}
	for what, n := range of {
		all[what] = n
	}
	return all
}

// print writes the summary for people.
func (m *measurement) print(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	line := func(what, format string, args ...any) {
		fmt.Fprintf(w, "%-17s %s\n", what, fmt.Sprintf(format, args...))
	}
	line("users", "%d", m.users)
	line("authenticated", "%d", m.authenticated())
	if n := m.guests.Load(); n > 0 {
		line("guests", "%d", n)
	}
	for _, reason := range slices.Sorted(maps.Keys(m.refused)) {
		line("refused", "%d %s", m.refused[reason], reason)
	}
	for _, message := range slices.Sorted(maps.Keys(m.failed)) {
		line("failed", "%d %s", m.failed[message], message)
	}
	if left := m.users - len(m.took) - total(m.refused) - total(m.failed); left > 0 {
		line("not tried", "%d", left)
	}
	if len(m.took) > 0 {
		slices.Sort(m.took)
		line("per second", "%.0f", m.perSecond())
		line("to authenticated", "p50 %v, p90 %v, p99 %v, longest %v",
			rounded(percentile(m.took, 50)), rounded(percentile(m.took, 90)), rounded(percentile(m.took, 99)), rounded(percentile(m.took, 100)))
	}
	if n := m.renewals.Load(); n > 0 {
		line("tokens renewed", "%d", n)
	}
	if n := m.disconnects.Load(); n > 0 {
		line("disconnected", "%d", n)
	}
}

// authenticated returns the number of users with a session by a token.
func (m *measurement) authenticated() int { return len(m.took) - int(m.guests.Load()) }

// perSecond returns how many users were authenticated, or accepted as guests, in a second.
func (m *measurement) perSecond() float64 { return float64(len(m.took)) / max(m.whole.Seconds(), 1e-9) }

// verdict returns nil if all users were authenticated, or accepted as guests.
func (m *measurement) verdict() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	not := m.users - len(m.took)
	switch {
	case not == 0:
		return nil
	case m.first == nil:
		return fmt.Errorf("stopped before %s of %d had been connected", plural(not, "user"), m.users)
	case len(m.took) > 0 || len(m.failed) > 0:
		return fmt.Errorf("%s of %d not authenticated", plural(not, "user"), m.users)
	}
	return fmt.Errorf("%s of %d not authenticated: %w", plural(not, "user"), m.users, m.first)
}

func total(of map[string]int) (n int) {
	for _, one := range of {
		n += one
	}
	return n
}

// percentile returns the smallest of the sorted times that p % of them do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// rounded returns d rounded for people to read.
func rounded(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
