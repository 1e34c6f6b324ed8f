package core

import (
	"strings"
	"testing"
)

// Each row is a sequence of states and events.
func TestAttempt(t *testing.T) {
	for _, row := range []string{
		"resting ─begins→ asking ─tokenInHand→ connecting ─connects→ connected ─accepts→ authenticated",
		// The network.
		"authenticated ─closes→ connecting ─begins→ asking ─tokenInHand→ connecting ─fails→ connecting ─begins→ asking",
		"connected ─closes→ connecting",
		// Servers 1.x and 2.x connect "/" before the token is in hand.
		"asking ─connects→ connectedEarly ─tokenInHand→ connected ─accepts→ authenticated",
		"connectedEarly ─connects→ connectedEarly ─closes→ asking ─connects→ connectedEarly",
		// A handover rejoins a namespace that is connected.
		"authenticated ─begins→ asking ─tokenInHand→ connecting ─connects→ connected ─connects→ connected",
		"authenticated ─connects→ connected",
		// The user hears of the refusal.
		"connecting ─refuses→ refused ─fails→ refused ─reports→ reported ─fails→ reported ─begins→ asking",
		"connecting ─refusesByStatus→ refusedByStatus ─fails→ refusedByStatus ─reports→ reported",
		"connected ─reports→ reported ─accepts→ authenticated",
		// Another token replaces the refused one; the user hears nothing.
		"connecting ─refuses→ refused ─replaces→ asking ─tokenInHand→ connecting",
		"asking ─refusesByStatus→ refusedByStatus ─replaces→ asking",
		"reported ─replaces→ reported ─tokenInHand→ connecting",
		// The lifecycle decides about the refusal in the next attempt.
		"refused ─begins→ refused ─tokenInHand→ connecting ─connects→ connected",
		"refusedByStatus ─begins→ refusedByStatus ─reports→ reported",
		// The user.
		"authenticated ─stops→ resting ─begins→ asking ─stops→ resting",
		"refused ─stops→ resting ─begins→ asking ─fails→ asking",
		"connectedEarly ─stops→ resting",
		// Without a token.
		"resting ─fails→ resting ─closes→ resting",
	} {
		words := strings.FieldsFunc(row, func(r rune) bool { return strings.ContainsRune(" ─→", r) })
		a := named(t, words[0], attempt(0), reported)
		for i := 1; i < len(words); i += 2 {
			a = a.next(named(t, words[i], attemptEvent(0), stops))
			if a.String() != words[i+1] {
				t.Errorf("%s: %s leads to %s", row, words[i], a)
				break
			}
		}
	}
}

// named is the value with a name, out of those between two.
func named[T interface {
	~uint8
	String() string
}](t *testing.T, name string, from, to T) T {
	for v := from; v <= to; v++ {
		if v.String() == name {
			return v
		}
	}
	t.Fatalf("there is no %q", name)
	return from
}

// Whatever happens in whatever order, a token in hand and a server that says yes lead to a
// socket that is authenticated.
func TestAttemptAlwaysHasAWayOut(t *testing.T) {
	for a := resting; a <= reported; a++ {
		for event := begins; event <= stops; event++ {
			end := a.next(event).next(begins).next(tokenInHand).next(connects).next(accepts)
			if end != authenticated {
				t.Errorf("%s, after %s, ends as %s", a, event, end)
			}
			if b := a.next(event).next(begins).next(tokenInHand).next(connects); b != connected {
				t.Errorf("%s, after %s: the lifecycle does not hear that it is connected (%s)", a, event, b)
			}
		}
	}
}
