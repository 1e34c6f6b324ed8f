// Package engineio is the Engine.IO client protocol, revisions 3 (servers 1.x
// and 2.x) and 4 (servers 3.x and 4.x), as a pure state machine and a header
// codec. It stores no payloads, opens no transports and reads no clock: the caller
// does that.
//
// Protocol documents: https://github.com/socketio/engine.io-protocol, branches
// v3 and main.
package engineio

// PacketType is the first character of a text packet, less '0'.
type PacketType uint8

// The packet types, the same in both revisions.
const (
	Open PacketType = iota
	Close
	Ping
	Pong
	Message
	Upgrade
	Noop
)

// Header says what one packet of a body is and where in the body it stands.
// Offsets count UTF-16 units from where parsing began.
type Header struct {
	Type   PacketType
	Binary bool // base64 text of a binary message
	Start  int  // first unit behind the packet type
	End    int  // first unit behind the packet; -1: up to the next separator, or to the end
}

// Separator stands between the packets of a polling payload that has no lengths.
const Separator = 0x1e

// Fault says why a body could not be read.
type Fault uint8

const (
	FaultNone   Fault = iota
	FaultShort        // the packet is empty, or its length exceeds the body
	FaultLength       // no revision 3 length: digits and a colon
	FaultType         // not a packet type
	FaultHeader       // a Socket.IO header with a count or an id out of bounds
)

// ParsePacket reads the packet at the start of units, the first len(units) of
// size units of text: a websocket frame, or what is left of a polling payload.
// framed says that a length stands before the packet (Generation.LengthFramed).
func ParsePacket(units []uint16, size int, framed bool) (Header, Fault) {
	at, end := 0, -1
	if framed {
		length := int64(0) // int has 32 bits in the page
		for ; at < len(units) && units[at] != ':'; at++ {
			c := units[at]
			if c < '0' || c > '9' || at > 9 {
				return Header{}, FaultLength
			}
			length = length*10 + int64(c-'0')
		}
		if at == 0 || at == len(units) {
			return Header{}, FaultLength
		}
		at++
		if length > int64(size-at) {
			return Header{}, FaultShort
		}
		end = at + int(length)
	}
	if at >= len(units) || (end >= 0 && at >= end) {
		return Header{}, FaultShort
	}
	c := units[at]
	at++
	if c == 'b' {
		if framed { // revision 3 repeats the type behind the b, and it is always a message
			if at >= len(units) || at >= end || units[at] != '4' {
				return Header{}, FaultType
			}
			at++
		}
		return Header{Type: Message, Binary: true, Start: at, End: end}, FaultNone
	}
	if c < '0' || c > '6' {
		return Header{}, FaultType
	}
	return Header{Type: PacketType(c - '0'), Start: at, End: end}, FaultNone
}

// DetectRevision tells from the first units of the first polling body which
// generation answered a request with EIO=4: servers 1.x and 2.x disregard the
// number and answer with a length, servers 3.x and 4.x with the packet itself.
// 0 means neither.
func DetectRevision(units []uint16) int {
	if len(units) >= 2 && units[0] == '0' && units[1] == '{' {
		return 4
	}
	for i, c := range units {
		switch {
		case c == ':' && i > 0 && i+1 < len(units) && units[i+1] == '0':
			return 3
		case c < '0' || c > '9' || i > 9:
			return 0
		}
	}
	return 0
}
