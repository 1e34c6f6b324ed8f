//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// arguments is what control was given, by position: a number or a flag in n, a
// text in s. What is missing or of another type reads as zero, for nothing may
// panic here.
type arguments struct {
	n [maxArguments]float64
	s [maxArguments]string
}

// opManager has the most.
const maxArguments = 15

func (a *arguments) read(values []safejs.Value) {
	for i := range min(len(values), maxArguments) {
		v := values[i]
		switch v.Type() {
		case safejs.TypeNumber:
			f, _ := v.Float()
			if f == f { // a number that no integer holds would be another one on each processor
				a.n[i] = max(-1<<53, min(f, 1<<53))
			}
		case safejs.TypeBoolean:
			if yes, _ := v.Truthy(); yes {
				a.n[i] = 1
			}
		case safejs.TypeString:
			a.s[i], _ = v.String()
		}
	}
}

// The operations' own arguments are counted from 0, as doors.go lists them: in
// front of them stand the operation and the time.
const own = 2

func (a *arguments) int(i int) int { return int(a.n[own+i]) }

func (a *arguments) ms(i int) int64 { return int64(a.n[own+i]) }

func (a *arguments) bool(i int) bool { return a.n[own+i] != 0 }

func (a *arguments) text(i int) string { return a.s[own+i] }

func (a *arguments) token() lifecycle.Token { // the same place wherever there is one
	return lifecycle.Token{ID: uint32(a.int(2)), ReceivedAt: a.ms(3), IssuedAt: a.ms(4), ExpiresAt: a.ms(5)}
}
