package core

// table holds what the page knows by a number. The page gives numbers out again, so a
// table is about as long as there have been things at once.
type table[T any] []*T

// numbers bounds what the page may claim.
const numbers = 1 << 20

// get is the one with a number, or nil.
func (t table[T]) get(i int) *T {
	if i < 0 || i >= len(t) {
		return nil
	}
	return t[i]
}

// free says whether something new may have a number.
func (t table[T]) free(i int) bool { return i >= 0 && i < numbers && t.get(i) == nil }

// put enters one under a number that is free.
func (t *table[T]) put(i int, one *T) {
	for len(*t) <= i {
		*t = append(*t, nil)
	}
	(*t)[i] = one
}

// remove gives the number back.
func (t *table[T]) remove(i int) {
	(*t)[i] = nil
	for len(*t) > 0 && (*t)[len(*t)-1] == nil {
		*t = (*t)[:len(*t)-1]
	}
}
