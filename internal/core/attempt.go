package core

// attempt is the state of a socket with a token between disconnect() and authenticated. The
// manager knows the state of the namespace, the lifecycle that of the token. The attempt
// says which events of one the other gets, and whether the user knows of a refusal.
//
//	resting ─begins→ asking ─tokenInHand→ connecting ─connects→ connected ─accepts→ authenticated
//	asking ─connects→ connectedEarly ─tokenInHand→ connected
//	asking, connectedEarly, connecting, connected, authenticated ─refuses→ refused ─reports→ reported
//
// `begins` leads from any state to asking, except from refused and refusedByStatus: the
// lifecycle has not decided about that refusal yet. A socket without a token stays resting.
type attempt uint8

const (
	resting         attempt = iota // the user has not connected it, or has disconnected it
	asking                         // the token is asked for, the namespace is not connected
	connectedEarly                 // the namespace is connected, and the token is asked for: servers 1.x and 2.x connect "/" unasked
	connecting                     // the token is in hand, the namespace is not connected
	connected                      // the namespace is connected, and the lifecycle knows
	authenticated                  // the server has accepted the token
	refused                        // the server has refused the token to the namespace; the user does not know yet
	refusedByStatus                // the server has refused it by the HTTP status of the handshake
	reported                       // the user knows why the attempt has failed
)

func (a attempt) String() string {
	return [...]string{
		"resting", "asking", "connectedEarly", "connecting", "connected", "authenticated", "refused", "refusedByStatus", "reported",
	}[a]
}

// pending says whether the lifecycle has still to decide about a refusal. It may have another
// token; then the user is not told of the refusal.
func (a attempt) pending() bool { return a == refused || a == refusedByStatus }

// attemptEvent is an event that changes an attempt's state.
type attemptEvent uint8

const (
	begins          attemptEvent = iota // the manager begins an attempt
	tokenInHand                         // the lifecycle has a token for it
	connects                            // the server has connected the namespace
	accepts                             // the server has accepted the token
	closes                              // the namespace is not connected any more
	fails                               // the manager's attempt has failed
	refuses                             // the server has refused the token to the namespace
	refusesByStatus                     // the server has refused it by the HTTP status of the handshake
	reports                             // the lifecycle reports the refusal to the user
	replaces                            // the lifecycle has another token, which takes the place of the one that was refused
	stops                               // the user disconnects
)

func (e attemptEvent) String() string {
	return [...]string{
		"begins", "tokenInHand", "connects", "accepts", "closes", "fails", "refuses", "refusesByStatus", "reports", "replaces", "stops",
	}[e]
}

// next returns the attempt that an event leads to.
func (a attempt) next(e attemptEvent) attempt {
	switch e {
	case begins:
		if !a.pending() {
			return asking
		}
	case tokenInHand:
		if a == connectedEarly {
			return connected
		}
		return connecting
	case connects:
		if a == connecting || a == connected || a == authenticated {
			return connected
		}
		return connectedEarly
	case accepts:
		return authenticated
	case closes:
		switch a {
		case connectedEarly:
			return asking
		case connected, authenticated:
			return connecting
		}
	case refuses:
		return refused
	case refusesByStatus:
		return refusedByStatus
	case reports:
		return reported
	case replaces:
		if a.pending() {
			return asking
		}
	case stops:
		return resting
	}
	return a
}
