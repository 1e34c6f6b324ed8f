//go:build js && wasm

package main

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// What control is told stands in shared.args by position: a number, a flag (0, 1),
// or a text's length. The texts themselves are in shared.units, one behind the
// other. What is missing reads as zero. No operation begins before the one before
// has ended, so there is one place for all: reached by a constant address, the
// code is half of what it would be behind a pointer.
const (
	maxArguments = 14 // opManager's
	most         = 1 << 53
)

// texts are those that have not been read yet.
var texts []uint16

// read makes of what the page has written for control what Go can count with.
func read() {
	for i, n := range shared.args {
		// What no integer holds would be another one on each processor.
		switch {
		case n > most:
			n = most
		case n < -most:
			n = -most
		case n != n:
			n = 0
		}
		shared.args[i] = n
	}
	texts = shared.units[:]
}

// text is the one at a position. Texts are read in their order.
func text(i int) []uint16 {
	n := max(0, min(int(shared.args[i]), len(texts)))
	u := texts[:n]
	texts = texts[n:]
	return u
}

// ascii is a text that is only compared with such: anything else in it is "?".
func ascii(i int) string {
	u := text(i)
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
func token() lifecycle.Token {
	a := &shared.args
	return lifecycle.Token{ID: uint32(a[2]), ReceivedAt: int64(a[3]), IssuedAt: int64(a[4]), ExpiresAt: int64(a[5])}
}
