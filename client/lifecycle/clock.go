package lifecycle

// clock estimates the difference between the host's clock and that of the token's issuer,
// which may be hours. The claims iat and exp are by the issuer's clock. skew, ms, is added to
// the host's clock to get the issuer's. It is 0 until there is evidence. Each piece of
// evidence is a lower or an upper bound of skew. The estimate moves only as far as the newest
// evidence requires, because a clock may be set while the program runs.
type clock struct {
	_       [0]func()
	skew    int64
	datedAt int64 // when a Date header was seen
	newest  Token // the token with the latest `iat`, and when it was last received
}

// dateWidth is the error of a Date header, ms: it is cut to the second and has travelled.
const dateWidth = 2_000

// claimWidth is the error of `iat`, ms: it is cut to the second.
const claimWidth = 1_000

// dateKeeps is how long, ms, a Date header counts. The host's clock may be set after it.
const dateKeeps = 60_000

func (c *clock) atLeast(skew int64) { c.skew = max(c.skew, skew) }
func (c *clock) atMost(skew int64)  { c.skew = min(c.skew, skew) }

// dated notes a Date header: certain evidence.
func (c *clock) dated(now, server int64) {
	c.atLeast(server - now)
	c.atMost(server - now + dateWidth)
	c.datedAt = now
}

// received notes a token. Certain: it was not issued in the future. Assumed: a token newer
// than the last one was issued after the last one was received.
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

// refused notes a server's "jwt expired": certain evidence, if its clock is the issuer's.
func (c *clock) refused(t Token, now int64) {
	if t.ExpiresAt != 0 {
		c.atLeast(t.ExpiresAt - now)
	}
}

// end returns when t expires by the host's clock, ms; 0: never.
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

// doubtful says whether a token that seems expired may be a fresh one, while the host's clock
// runs ahead. A wrong time zone or summer time is less than a day.
func (c *clock) doubtful(t Token, now int64) bool {
	const day = 24 * 3_600_000
	if t.IssuedAt == 0 || c.datedAt != 0 && now-c.datedAt < dateKeeps {
		return false
	}
	age := t.ReceivedAt + c.skew - t.IssuedAt
	return age < day && t.ReceivedAt+t.ExpiresAt-t.IssuedAt > now
}
