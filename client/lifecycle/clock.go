package lifecycle

// A token is dated by its issuer's clock, and the host's may be wrong by hours.
// skew is what to add to the host's clock to read the issuer's. The host is
// believed until there is evidence; each piece of evidence says "at least" or
// "at most", the estimate moves no further than it must, and the newest piece
// wins, because clocks get set while programs run.
type clock struct {
	_       [0]func()
	skew    int64
	datedAt int64 // when a Date header was seen
	newest  Token // the newest that came, and when it came last
}

// Known: a Date header is cut to the second and has been on its way.
const dateWidth = 2_000

// Known: `iat` is cut to the second.
const claimWidth = 1_000

// A Date header is old news after this: the clock may have been set since.
const dateKeeps = 60_000

func (c *clock) atLeast(skew int64) { c.skew = max(c.skew, skew) }
func (c *clock) atMost(skew int64)  { c.skew = min(c.skew, skew) }

// dated takes in a Date header: known.
func (c *clock) dated(now, server int64) {
	c.atLeast(server - now)
	c.atMost(server - now + dateWidth)
	c.datedAt = now
}

// received takes in a token. Known: none is issued in the future. Guessed: who
// gives a newer token than the last time has had it issued since then.
func (c *clock) received(t Token) {
	if t.IssuedAt == 0 {
		return
	}
	if ahead := t.IssuedAt - t.ReceivedAt; ahead > c.skew {
		c.skew = ahead + claimWidth
	}
	if t.IssuedAt < c.newest.IssuedAt {
		return
	}
	if c.newest.ID != 0 && c.newest.ID != t.ID {
		c.atMost(t.IssuedAt + claimWidth - c.newest.ReceivedAt)
	}
	c.newest = t
}

// refused takes in a server's "jwt expired": known, if its clock is the issuer's.
func (c *clock) refused(t Token, now int64) {
	if t.ExpiresAt != 0 {
		c.atLeast(t.ExpiresAt - now)
	}
}

// end is when t is over by the host's clock; 0: never.
func (c *clock) end(t Token) int64 {
	if t.ExpiresAt == 0 {
		return 0
	}
	return max(t.ExpiresAt-c.skew, 1)
}

func (c *clock) over(t Token, now int64) bool {
	end := c.end(t)
	return end != 0 && now >= end
}

// doubtful tells whether a token that seems to be over may be a fresh one under
// a clock that runs ahead. No zone or summer time is more than a day.
func (c *clock) doubtful(t Token, now int64) bool {
	const day = 24 * 3_600_000
	if t.IssuedAt == 0 || c.datedAt != 0 && now-c.datedAt < dateKeeps {
		return false
	}
	age := t.ReceivedAt + c.skew - t.IssuedAt
	return age < day && t.ReceivedAt+t.ExpiresAt-t.IssuedAt > now
}
