package core

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// The arguments of an operation stand in Memory.Args by position: a number, a flag
// (0, 1), or a text's length. The texts themselves are in Memory.Units, one behind
// the other. What is missing reads as zero.

const most = 1 << 53 // beyond it a float64 does not hold each integer

// read makes numbers of what the page has written that are the same on each
// processor.
func (p *Core) read() {
	p.Op, p.Memory.Now = integral(p.Op), integral(p.Memory.Now)
	for i, n := range p.Args {
		p.Args[i] = integral(n)
	}
	p.texts = p.Units[:]
}

// integral bounds a number to what an int64 holds; no number at all is 0.
func integral(n float64) float64 {
	switch {
	case n > most:
		return most
	case n < -most:
		return -most
	case n != n:
		return 0
	}
	return n
}

// number is an identifier, a count or a length.
func (p *Core) number(i int) int {
	return int(max(-1<<31, min(p.Args[i], 1<<31-1))) // int has 32 bits in the page
}

// time is a moment or a duration in milliseconds.
func (p *Core) time(i int) int64 { return int64(p.Args[i]) }

// fraction is a number in [0, 1).
func (p *Core) fraction(i int) float64 { return max(0, min(p.Args[i], 1-1.0/most)) }

func (p *Core) flag(i int) bool { return p.Args[i] != 0 }

// text is the one at a position. Texts are read in their order.
func (p *Core) text(i int) []uint16 {
	n := max(0, min(p.number(i), len(p.texts)))
	u := p.texts[:n]
	p.texts = p.texts[n:]
	return u
}

// ascii is a text that is only compared with such: anything else in it is "?".
func (p *Core) ascii(i int) string {
	u := p.text(i)
	bytes := make([]byte, len(u))
	for i, c := range u {
		if c > 0x7f {
			c = '?'
		}
		bytes[i] = byte(c)
	}
	return string(bytes)
}

// token stands at the same place wherever there is one.
func (p *Core) tokenArgument() lifecycle.Token {
	return lifecycle.Token{ID: uint32(p.number(2)), ReceivedAt: p.time(3), IssuedAt: p.time(4), ExpiresAt: p.time(5)}
}
