package core

// attempt is the state of a socket with a token between disconnect() and authenticated. The
// manager knows the state of the namespace, the lifecycle that of the token. The attempt
// says which events of one the other gets, and whether the user knows of a refusal.
//
//	resting ─begins→ asking ─tokenInHand→ connecting ─connects→ connected ─accepts→ authenticated
//	asking ─connects→ early ─tokenInHand→ connected
//	asking, early, connecting, connected, authenticated ─refuses→ refused ─hears→ told
//
// `begins` leads from any state to asking, except from refused and refusedByStatus: the
// lifecycle has not decided about that refusal yet. A socket without a token stays resting.
type attempt uint8

const (
	resting         attempt = iota // the user has not connected it, or has disconnected it
	asking                         // the token is asked for, the namespace is not connected
	early                          // the namespace is connected, the token is asked for: servers 1.x and 2.x connect "/" unasked
	connecting                     // the token is in hand, the namespace is not connected
	connected                      // the namespace is connected, and the lifecycle knows
	authenticated                  // the server has accepted the token
	refused                        // the server has refused the token to the namespace; the user has not heard of that yet
	refusedByStatus                // … by the HTTP status of the handshake
	told                           // the user has heard why the attempt has failed
)

func (a attempt) String() string {
	return [...]string{
		"resting", "asking", "early", "connecting", "connected", "authenticated", "refused", "refusedByStatus", "told",
	}[a]
}

// pending says whether the lifecycle has still to decide about a refusal. It may have another
// token; then the user is not told of the refusal.
func (a attempt) pending() bool { return a == refused || a == refusedByStatus }

// turn is an event that changes an attempt's state.
type turn uint8

const (
	begins          turn = iota // the manager begins an attempt
	tokenInHand                 // the lifecycle has a token for it
	connects                    // the server has connected the namespace
	accepts                     // the server has accepted the token
	closes                      // the namespace is not connected any more
	fails                       // the manager's attempt has failed
	refuses                     // the server has refused the token to the namespace
	refusesByStatus             // … by the HTTP status of the handshake
	hears                       // the user hears of the refusal
	replaces                    // the lifecycle has another token, which takes the place of the one that was refused
	stops                       // the user disconnects
)

func (t turn) String() string {
	return [...]string{
		"begins", "tokenInHand", "connects", "accepts", "closes", "fails", "refuses", "refusesByStatus", "hears", "replaces", "stops",
	}[t]
}

// next returns the attempt that a turn leads to.
func (a attempt) next(t turn) attempt {
	switch t {
	case begins:
		if !a.pending() {
			return asking
		}
	case tokenInHand:
		if a == early {
			return connected
		}
		return connecting
	case connects:
		if a == connecting || a == connected || a == authenticated {
			return connected
		}
		return early
	case accepts:
		return authenticated
	case closes:
		switch a {
		case early:
			return asking
		case connected, authenticated:
			return connecting
		}
	case refuses:
		return refused
	case refusesByStatus:
		return refusedByStatus
	case hears:
		return told
	case replaces:
		if a.pending() {
			return asking
		}
	case stops:
		return resting
	}
	return a
}
