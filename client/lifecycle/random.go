package lifecycle

// Random is a small generator (xorshift), so that a seed repeats a whole life. Each pause
// that is partly left to chance has its number from one.
type Random uint32

// NewRandom returns a generator for a seed. Generators that live together should have
// different ones.
func NewRandom(seed uint32) Random {
	return Random(max(seed^0x9e3779b9, 1)) // all but 0 will do
}

// Next is a number of 32 bits. It is not 0.
func (r *Random) Next() uint32 {
	x := uint32(*r)
	x ^= x << 13
	x ^= x >> 17
	x ^= x << 5
	*r = Random(x)
	return x
}

// Fraction is a number in [0, 1).
func (r *Random) Fraction() float64 { return float64(r.Next()) / (1 << 32) }
