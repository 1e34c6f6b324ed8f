package zishang

import (
	"testing"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// TestSleep: the owner sleeps until the next deadline, and never longer than
// longestSleep, however far away that is.
func TestSleep(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_000)
	now := at.UnixMilli()
	for _, c := range []struct {
		name     string
		deadline int64
		want     time.Duration
	}{
		{"no deadline", 0, longestSleep},
		{"in a second", now + 1_000, time.Second},
		{"in an hour", now + 3_600_000, longestSleep},
		{"in 292 years, the most that a Duration holds", now + 9_223_372_036_854, longestSleep},
		{"a millisecond later", now + 9_223_372_036_855, longestSleep},
		{"in the year 9999", lifecycle.LatestTime, longestSleep},
		{"now", now, time.Millisecond},
		{"in the past", now - 1_000, time.Millisecond},
		{"long ago", 1, time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := &Conn{owner: owner{host: newHostClock(func() time.Time { return at }), lifeAt: c.deadline}}
			if got := conn.sleep(); got != c.want {
				t.Errorf("sleeps %s, want %s", got, c.want)
			}
		})
	}
}
