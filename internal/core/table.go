package core

// table holds what the page knows by a number. The page gives numbers out again, so a
// table is about as long as there have been things at once.
type table[T any] []*T

// numbers is the number of entries that a table may have at most. The numbers come from the
// page, which must not make a table allocate without bound.
const numbers = 1 << 20

// get returns the entry with a number, or nil.
func (t table[T]) get(i int) *T {
	if i < 0 || i >= len(t) {
		return nil
	}
	return t[i]
}

// free says whether a number is valid and not in use.
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
