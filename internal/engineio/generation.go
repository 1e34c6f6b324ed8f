package engineio

// Generation says what one generation of servers, and a client for it, does that others do
// not. There are two: servers 1.x and 2.x (Engine.IO 3, Socket.IO 4) and servers 3.x and 4.x
// (Engine.IO 4, Socket.IO 5). Whoever must tell them apart asks for a trait, in Go and in
// JavaScript, which has the same table. Only this package compares revisions, to find out
// which generation answers.
//
// The zero Generation is the one of a server that has not shown its revision.
type Generation struct {
	Revision int // EIO in the handshake's address

	// Engine.IO.

	ClientPings   bool // the client sends Ping, the server answers Pong; else the other way round
	LengthFramed  bool // polling: a length stands before each packet; else Separator stands between two
	BinaryTyped   bool // a binary message begins with its packet type: a byte, or behind the b of base64 a digit
	BinaryPolling bool // polling: a payload may be binary, unless the handshake has asked for base64 by b64=1
	TwiceEncoded  bool // polling: text may be UTF-8 encoded twice (servers 1.x do so, 2.x do not)

	// Socket.IO.

	ConnectsRoot  bool // the server connects "/" unasked, and takes no CONNECT for it
	BareConnect   bool // CONNECT has a query and no payload; else auth on the way to the server, {"sid":…} on the way back
	LeavesAtOnce  bool // DISCONNECT is handled before the next packet is read; else a moment later
	PlainRefusals bool // a refusal is what a middleware has said; else an object with that in it, and a message
	KeepsRefused  bool // a socket that was refused keeps the connection open, as in the client 2.x; else an unused one closes
}

// The two generations, by the revision that their names end in.
var (
	Generation3 = Generation{
		Revision:      3,
		ClientPings:   true,
		LengthFramed:  true,
		BinaryTyped:   true,
		BinaryPolling: true,
		TwiceEncoded:  true,
		ConnectsRoot:  true,
		BareConnect:   true,
		LeavesAtOnce:  true,
		PlainRefusals: true,
		KeepsRefused:  true,
	}
	Generation4 = Generation{Revision: 4}
)

// GenerationOf returns the generation with a revision, and the zero Generation for any
// other number.
func GenerationOf(revision int) *Generation {
	switch revision {
	case Generation3.Revision:
		return &Generation3
	case Generation4.Revision:
		return &Generation4
	}
	return &unknownGeneration
}

var unknownGeneration Generation

// Generation returns the generation of the server at the other end. It is zero until the
// server has shown it.
func (s *State) Generation() *Generation { return GenerationOf(s.Revision) }
