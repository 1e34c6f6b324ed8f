package server

import "testing"

// A client that renews its token leaves the namespace and comes back in one breath.
func TestLeavingAndComingBackAtOnce(t *testing.T) {
	at := start(t, Options{Secret: Secret(key)})
	p := dial(t, at, hello{})
	p.expect("40")
	for range 50 {
		p.emit(authenticate(tokens(t)["eternal"]))
		p.expect(`42["authenticated"]`)
		p.say("41" + nsp + ",")
		p.say("40" + nsp + ",")
		p.expect("40")
	}
	p.emit(authenticate(tokens(t)["eternal"]))
	p.expect(`42["authenticated"]`)
	p.expectOpen()
}
