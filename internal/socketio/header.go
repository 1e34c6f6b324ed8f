// Package socketio is the Socket.IO client protocol, revisions 4 (servers 1.x
// and 2.x) and 5 (servers 3.x and 4.x), as a pure state machine and a header
// codec: namespaces on one connection, acks, reconnection. Like engineio, which
// it drives, it owns no payload and starts nothing.
//
// Protocol documents: https://github.com/socketio/socket.io-protocol, branches
// v4 and main.
package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// PacketType is the digit behind Engine.IO's message type.
type PacketType uint8

// The packet types. Revision 4 calls TypeConnectError ERROR.
const (
	TypeConnect PacketType = iota
	TypeDisconnect
	TypeEvent
	TypeAck
	TypeConnectError
	TypeBinaryEvent
	TypeBinaryAck
)

// Ack ids that are none.
const (
	NoAck   = -1 // the packet has no ack id
	LongAck = -2 // its ack id does not fit an int of the page: it is the digits before Start
)

// maxAckID and maxAttachments bound what a server may claim; beyond them the
// packet is garbage. A server counts the acks of a namespace from its start on,
// so ids are as long as JavaScript can count.
const (
	maxAckID       = 1<<53 - 1
	maxAttachments = 1 << 20
)

// Header is what stands before a packet's payload.
type Header struct {
	Type        PacketType
	Namespace   []uint16 // as sent, without a query; empty means "/"
	AckID       int
	Attachments int
	Start       int // first unit of the payload
}

// ParseHeader reads the header that starts at units[at]. ok is false, with no
// fault, when it does not end within units: call again with more of the text.
// whole says that there is no more.
func ParseHeader(units []uint16, at int, whole bool) (h Header, ok bool, fault engineio.Fault) {
	h.AckID = NoAck
	if at >= len(units) {
		if whole {
			return h, false, engineio.FaultShort
		}
		return h, false, engineio.FaultNone
	}
	c := units[at]
	if c < '0' || c > '6' {
		return h, false, engineio.FaultType
	}
	h.Type = PacketType(c - '0')
	at++
	if h.Type >= TypeBinaryEvent {
		n, from := 0, at
		for ; at < len(units) && units[at] != '-'; at++ {
			c := units[at]
			if c < '0' || c > '9' {
				return h, false, engineio.FaultHeader
			}
			if n = n*10 + int(c-'0'); n > maxAttachments {
				return h, false, engineio.FaultHeader
			}
		}
		if at == len(units) {
			return h, false, shortOr(whole, engineio.FaultHeader)
		}
		if at == from || n == 0 {
			return h, false, engineio.FaultHeader
		}
		h.Attachments = n
		at++
	}
	if at < len(units) && units[at] == '/' {
		from, query := at, 0
		for ; at < len(units) && units[at] != ',' && units[at] != engineio.Separator; at++ {
			if units[at] == '?' && query == 0 {
				query = at
			}
		}
		if at == len(units) && !whole {
			return h, false, engineio.FaultNone
		}
		end := at
		if query != 0 {
			end = query
		}
		h.Namespace = units[from:end]
		if at < len(units) && units[at] == ',' {
			at++
		}
	}
	if at < len(units) && units[at] >= '0' && units[at] <= '9' {
		id := int64(0) // int has 32 bits in the page
		for ; at < len(units) && units[at] >= '0' && units[at] <= '9'; at++ {
			if id = id*10 + int64(units[at]-'0'); id > maxAckID {
				return h, false, engineio.FaultHeader
			}
		}
		h.AckID = LongAck
		if id <= 1<<31-1 {
			h.AckID = int(id)
		}
	}
	if at == len(units) && !whole {
		return h, false, engineio.FaultNone
	}
	h.Start = at
	return h, true, engineio.FaultNone
}

func shortOr(whole bool, f engineio.Fault) engineio.Fault {
	if whole {
		return f
	}
	return engineio.FaultNone
}

// WriteHeader writes the header of a packet to dst, Engine.IO's message type
// first, and returns its length: 0 when dst is too short for it.
func WriteHeader(dst []uint16, t PacketType, namespace []uint16, ackID, attachments int) int {
	w := writer{dst: dst}
	w.put('4')
	w.put('0' + uint16(t))
	if t >= TypeBinaryEvent {
		w.number(attachments)
		w.put('-')
	}
	if len(namespace) > 1 {
		for _, c := range namespace {
			w.put(c)
		}
		w.put(',')
	}
	if ackID >= 0 {
		w.number(ackID)
	}
	if w.n > len(dst) {
		return 0
	}
	return w.n
}

// writer counts on when there is no more room.
type writer struct {
	dst []uint16
	n   int
}

//go:noinline
func (w *writer) put(c uint16) {
	if w.n < len(w.dst) {
		w.dst[w.n] = c
	}
	w.n++
}

func (w *writer) number(n int) {
	if n > 9 {
		w.number(n / 10)
	}
	w.put('0' + uint16(n%10))
}
