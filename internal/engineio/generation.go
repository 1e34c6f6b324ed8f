package engineio

// Generation describes how the protocols of one generation of servers differ from those of
// the other. There are two: servers 1.x and 2.x (Engine.IO 3, Socket.IO protocol 4) and
// servers 3.x and 4.x (Engine.IO 4, Socket.IO protocol 5). Code that must tell them apart
// reads a field of this table, in Go and in JavaScript, which has a copy (bridge.gen.ts). Only
// this package compares revisions, to find out which generation a server is.
//
// The zero Generation stands for a server whose revision is not known yet.
type Generation struct {
	Revision int // EIO in the handshake's address

	// Engine.IO.

	ClientPings   bool // the client sends ping, the server answers pong; else the other way round
	LengthFramed  bool // polling: a length precedes each packet; else Separator stands between two
	BinaryTyped   bool // a binary message begins with its packet type: a byte, or in base64 a digit after the b
	BinaryPolling bool // polling: a payload may be binary, unless the handshake has asked for base64 by b64=1
	TwiceEncoded  bool // polling: text may be UTF-8 encoded twice (servers 1.x do so, 2.x do not)

	// Socket.IO.

	ConnectsRoot  bool // the server connects "/" unasked, and takes no CONNECT for it
	BareConnect   bool // CONNECT has a query and no payload; else auth on the way to the server, {"sid":…} on the way back
	LeavesAtOnce  bool // the server handles DISCONNECT before it reads the next packet; else a moment later
	PlainRefusals bool // a refusal's payload is the middleware's value; else an object: {message, data}
	KeepsRefused  bool // a refused socket keeps the connection open, as in client 2.x; else an unused connection is closed
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
