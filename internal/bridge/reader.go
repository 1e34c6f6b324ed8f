package bridge

// reader reads the arguments of an operation, one after the other: a number, a flag (0 or
// 1), or the length of a text. The texts are in units, one after the other. A missing
// argument reads as 0. No content of the memory makes it panic.
type reader struct {
	_       [0]func()
	numbers []float64
	units   []uint16
}

const most = 1 << 53 // beyond it a float64 does not hold each integer

// integral limits a number to the range from -most to most. NaN is 0.
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

func (r *reader) next() float64 {
	if len(r.numbers) == 0 {
		return 0
	}
	n := r.numbers[0]
	r.numbers = r.numbers[1:]
	return integral(n)
}

// number is an identifier, a count or a length.
func (r *reader) number() int {
	return int(max(-1<<31, min(r.next(), 1<<31-1))) // int has 32 bits in the page
}

// milliseconds is a time or a duration.
func (r *reader) milliseconds() int64 { return int64(r.next()) }

// fraction is any number.
func (r *reader) fraction() float64 { return r.next() }

func (r *reader) flag() bool { return r.next() != 0 }

// text is valid until the operation ends.
func (r *reader) text() []uint16 {
	n := max(0, min(r.number(), len(r.units)))
	u := r.units[:n]
	r.units = r.units[n:]
	return u
}

// ascii is a text that is only compared with ASCII texts: any other character reads as "?".
func (r *reader) ascii() string {
	u := r.text()
	bytes := make([]byte, len(u))
	for i, c := range u {
		if c > 0x7f {
			c = '?'
		}
		bytes[i] = byte(c)
	}
	return string(bytes)
}
