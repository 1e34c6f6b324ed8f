//go:build !js

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	url := startServer(t, "handshake")
	tokens := []string{}
	for _, user := range []string{"a", "b", "c"} {
		tokens = append(tokens, sign(t, user, time.Hour))
	}
	file := write(t, strings.Join(tokens, "\n")+"\n\n")
	status, out, said := run(t, nil, "load", "-token-file", file, "-via", "auth", url)
	if status != exitDone || said != "" {
		t.Errorf("status %d, says %q", status, said)
	}
	for _, part := range []string{"users             3\n", "authenticated     3\n", "per second ", "to authenticated  p50 ", ", p99 "} {
		if !strings.Contains(out, part) {
			t.Errorf("prints %q, which has no %q in it", out, part)
		}
	}
}

// Each user gets the token that the token command prints for its number. The server
// refuses some, and the summary is JSON.
func TestLoadWithSomeRefused(t *testing.T) {
	url := startServer(t, "handshake")
	good, expired := write(t, sign(t, "good", time.Hour)), write(t, sign(t, "old", -time.Hour))
	command := `if [ $((SIOJWT_USER % 4)) = 0 ]; then cat ` + expired + `; elif [ $SIOJWT_USER = 1 ]; then exit 7; else cat ` + good + `; fi`
	status, out, said := run(t, nil, "load", "-token-command", command, "-users", "20", "-concurrency", "5", "-hold", "10ms", "-json", "-via", "header", url)
	if status != exitFailed || !strings.Contains(said, "6 users of 20 not authenticated") {
		t.Errorf("status %d, says %q", status, said)
	}
	var s struct {
		Users, Authenticated int
		Refused, Failed      map[string]int
		PerSecond            float64
		ToAuthenticatedMs    map[string]float64
	}
	if err := json.Unmarshal([]byte(out), &s); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	failures := 0
	for message, n := range s.Failed {
		failures += n
		if !strings.Contains(message, "exit status 7") {
			t.Errorf("failed: %s", message)
		}
	}
	if s.Users != 20 || s.Authenticated != 14 || s.Refused["expired"] != 5 || failures != 1 || s.PerSecond <= 0 {
		t.Errorf("summary: %s", out)
	}
	if times := s.ToAuthenticatedMs; !(0 < times["p50"] && times["p50"] <= times["p99"] && times["p99"] <= times["max"]) {
		t.Errorf("times: %s", out)
	}
}

func TestLoadWithAllRefused(t *testing.T) {
	url := startServer(t, "event")
	env := map[string]string{"TOKEN": sign(t, "old", -time.Hour)}
	status, out, said := run(t, env, "load", "-token-env", "TOKEN", "-users", "2", url)
	if status != exitUnauthorized || !strings.Contains(out, "refused           2 expired\n") || !strings.Contains(said, "get a fresh one") {
		t.Errorf("status %d, prints %q, says %q", status, out, said)
	}
}

// Tokens of users who stay are renewed, and the summary counts the renewals, also when
// the command is interrupted.
func TestLoadRenews(t *testing.T) {
	url := startServer(t, "handshake")
	brief, fresh := write(t, sign(t, "a", 8*time.Second)), write(t, sign(t, "a", time.Hour))
	command := `if [ $SIOJWT_CAUSE = connect ]; then cat ` + brief + `; else cat ` + fresh + `; fi`
	r := start(t, nil, "load", "-token-command", command, "-users", "2", "-hold", "1h", "-via", "query", url)
	r.err.until(t, "2 of 2 connected, 0 not; 2 tokens renewed")
	r.stop()
	status := r.wait(t)
	if out := r.out.String(); status != exitDone || !strings.Contains(out, "tokens renewed    2\n") || strings.Contains(out, "disconnected") {
		t.Errorf("status %d, prints %q", status, out)
	}
}

// After an interruption, the summary leaves out users that were not tried or were connecting.
func TestLoadInterrupted(t *testing.T) {
	url := startServer(t, "handshake")
	good, slow := write(t, sign(t, "a", time.Hour)), write(t, "")
	command := `if [ $SIOJWT_USER = 1 ]; then cat ` + good + `; else echo >> ` + slow + `; exec sleep 60; fi`
	r := start(t, nil, "load", "-token-command", command, "-users", "5", "-concurrency", "2", "-via", "query", url)
	r.err.until(t, "1 of 5 connected, 0 not")
	r.stop()
	status := r.wait(t)
	out, said := r.out.String(), r.err.String()
	if status != exitFailed || !strings.Contains(out, "authenticated     1\nnot tried         4\n") || !strings.Contains(said, "stopped before 4 users of 5 had been connected") {
		t.Errorf("status %d, prints %q, says %q", status, out, said)
	}
}

// Users without a token are guests, and are counted as such.
func TestLoadOfGuests(t *testing.T) {
	url := startServer(t, "open")
	token := write(t, sign(t, "a", time.Hour))
	status, out, said := run(t, nil, "load", "-guest", "-token-command", `if [ $SIOJWT_USER = 1 ]; then cat `+token+`; fi`, "-users", "3", "-via", "query", url)
	if status != exitDone || said != "" || !strings.Contains(out, "users             3\nauthenticated     1\nguests            2\n") {
		t.Errorf("status %d, prints %q, says %q", status, out, said)
	}
}

func TestPercentile(t *testing.T) {
	var times []time.Duration
	for n := range 200 {
		times = append(times, time.Duration(n+1))
	}
	for p, want := range map[int]time.Duration{0: 1, 50: 100, 90: 180, 99: 198, 100: 200} {
		if got := percentile(times, p); got != want {
			t.Errorf("p%d is %d, want %d", p, got, want)
		}
	}
	if got := percentile(times[:1], 99); got != 1 {
		t.Errorf("p99 of one is %d", got)
	}
}
