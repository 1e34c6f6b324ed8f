//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// arguments is what control was given behind the operation and the time, by
// position: a number or a flag (0, 1) in n, a text in s. What is missing or of another
// type reads as zero, for nothing may panic here.
type arguments struct {
	op, now float64
	n       [maxArguments]float64
	s       [maxArguments]string
}

const (
	maxArguments = 13 // opManager's
	most         = 1 << 53
)

func (a *arguments) read(values []safejs.Value) {
	for i, v := range values {
		i -= 2
		if i >= maxArguments {
			return
		}
		n := 0.0
		switch v.Type() {
		case safejs.TypeNumber:
			n, _ = v.Float()
			// What no integer holds would be another one on each processor.
			switch {
			case n > most:
				n = most
			case n < -most:
				n = -most
			case n != n:
				n = 0
			}
		case safejs.TypeString:
			text, _ := v.String()
			if i >= 0 {
				a.s[i] = text
			}
		}
		switch i {
		case -2:
			a.op = n
		case -1:
			a.now = n
		default:
			a.n[i] = n
		}
	}
}

// token stands at the same place wherever there is one.
func (a *arguments) token() lifecycle.Token {
	return lifecycle.Token{ID: uint32(a.n[2]), ReceivedAt: int64(a.n[3]), IssuedAt: int64(a.n[4]), ExpiresAt: int64(a.n[5])}
}
