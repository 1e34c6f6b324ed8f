package lifecycle

import (
	"math"
	"testing"
)

// extremes are times that a token, a Date header or an option may bring.
var extremes = []int64{
	math.MinInt64, -LatestTime, -1, 0, 1, start - 1, start, start + 3_600_000,
	LatestTime, LatestTime + 1, 1e18, math.MaxInt64 - start, math.MaxInt64,
}

// quietly gives l an event; what it tells of its deadline must be a time to come.
func quietly(t *testing.T, l Lifecycle, e Event) (Lifecycle, []Action) {
	t.Helper()
	next, did := l.Next(e, nil)
	for _, a := range did {
		if a.Kind == ActDeadline && a.At != 0 && (a.At <= e.Now || a.At > 2*LatestTime) {
			t.Errorf("event %d: the deadline is %d ms away", e.Kind, a.At-e.Now)
		}
	}
	return next, did
}

// TestTimesDoNotOverflow: no claim, Date header or option makes a deadline that has
// always passed, for which an owner would spin.
func TestTimesDoNotOverflow(t *testing.T) {
	for _, issued := range extremes {
		for _, expires := range extremes {
			for _, other := range extremes {
				l := New(Config{Via: ViaEvent, Provider: true, RefreshBefore: other, AuthTimeout: other, HookTimeout: other})
				now := int64(start)
				give := func(e Event) []Action {
					e.Now = now
					var did []Action
					l, did = quietly(t, l, e)
					return did
				}
				token := Token{ID: 1, IssuedAt: issued, ExpiresAt: expires, ReceivedAt: other}
				give(Event{Kind: EvAttempt})
				give(Event{Kind: EvToken, Seq: l.seq, Token: token})
				give(Event{Kind: EvConnected})
				give(Event{Kind: EvAuthenticated})
				give(Event{Kind: EvServerClock, ServerTime: other})
				for range 20 { // whatever becomes due does not stay due
					if l.told == 0 {
						break
					}
					now = max(now, l.told)
					give(Event{Kind: EvTick})
				}
				give(Event{Kind: EvRefused})
				give(Event{Kind: EvHookSettled, Token: token})
				if t.Failed() {
					t.Fatalf("iat %d, exp %d, received and the options %d", issued, expires, other)
				}
			}
		}
	}
}

// TestLongTimeouts: a timeout that never ends, as pages ask for by Infinity.
func TestLongTimeouts(t *testing.T) {
	var out []SourceAction
	s := NewSource(math.MaxInt64)
	s, _ = s.Next(SourceEvent{Kind: SrcAsk, Now: start}, nil)
	if s, out = s.Next(SourceEvent{Kind: SrcTick, Now: start + 1}, nil); len(out) != 0 || s.due <= start {
		t.Errorf("the call ended at once: %d", s.due)
	}
	l := New(Config{AuthTimeout: math.MaxInt64})
	for _, e := range []Event{{Kind: EvAttempt}, {Kind: EvToken, Seq: 1, Token: Token{ID: 1}}, {Kind: EvConnected}, {Kind: EvTick}} {
		e.Now = start
		l, _ = quietly(t, l, e)
	}
	if l.State() != Authenticating {
		t.Errorf("%s instead of waiting for the server", l.State())
	}
}

// TestOddClaims: what is no date says nothing, and the server judges.
func TestOddClaims(t *testing.T) {
	for _, c := range []struct {
		name            string
		issued, expires int64
		end             int64 // when a session with this token ends; 0: never
		sent            bool
	}{
		{"no claims", 0, 0, 0, true},
		{"exp before 1970", 0, -1, 0, true},
		{"exp after the year 9999", 0, LatestTime + 1, 0, true},
		{"exp at the end of the year 9999", 0, LatestTime, LatestTime, true},
		{"exp in an hour", 0, start + 3_600_000, start + 3_600_000, true},
		{"iat after exp says nothing of the clock", LatestTime, start + 3_600_000, start + 3_600_000, true},
		{"iat after the year 9999 says nothing of the clock", LatestTime + 1, start + 3_600_000, start + 3_600_000, true},
		{"exp an hour ago", 0, start - 3_600_000, start - 3_600_000, false},
		{"exp an hour ago, iat now", start, start - 3_600_000, start - 3_600_000, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := New(Config{Via: ViaHeader})
			l, _ = l.Next(Event{Kind: EvAttempt, Now: start}, nil)
			l, did := l.Next(Event{Kind: EvToken, Seq: l.seq, Now: start, Token: Token{ID: 1, IssuedAt: c.issued, ExpiresAt: c.expires}}, nil)
			sent := false
			for _, a := range did {
				sent = sent || a.Kind == ActGo
			}
			if sent != c.sent || l.clock.end(l.token) != c.end {
				t.Errorf("sent: %v; ends %d", sent, l.clock.end(l.token))
			}
		})
	}
}
