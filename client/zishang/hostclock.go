package zishang

import "time"

// hostClock counts milliseconds from the wall clock's. It never goes back when
// that one is set, and goes on while the machine sleeps, which the monotonic one
// does not on every platform.
type hostClock struct {
	read  func() time.Time
	last  time.Time
	count time.Duration
}

func newHostClock(read func() time.Time) *hostClock {
	now := read()
	return &hostClock{read: read, last: now, count: time.Duration(now.UnixNano())}
}

func (c *hostClock) now() int64 {
	now := c.read()
	c.count += max(0, now.Sub(c.last), now.Round(0).Sub(c.last.Round(0)))
	c.last = now
	return c.count.Milliseconds()
}
