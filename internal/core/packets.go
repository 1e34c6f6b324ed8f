package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// MaxHeader is the longest header in UTF-16 units. Rx gets no more of a packet than that.
const MaxHeader = 1024

// Rx says what the page does with a packet.
type Rx int32

const (
	RxIgnore     Rx = iota // nothing
	RxConnect              // CONNECT: Slot, or -1 for "/". From here to RxRefused: Socket.IO's packets by their type, and one
	RxDisconnect           // DISCONNECT: Slot
	RxEvent                // deliver: Slot, Ack, Attachments
	RxAck                  // an answer to an emit: Slot, Ack, Attachments, Draining
	RxRefused              // CONNECT_ERROR: Slot
	RxBinary               // base64 of an attachment
	RxHandshake            // Engine.IO's open packet: Revision
	RxControl              // another packet of Engine.IO's own: Packet
	RxDecide               // call Message, then read the packet again
	RxFault                // it cannot be read: Foreign
	RxStale                // the link is closed: drop the packet
	RxOpaque               // a message for the parser of option `parser`
	RxLater                // keep it, and all that follows on the connection, until EngineRetire or EngineDeliver
	RxAnswer               // it answers a question of the core's own: call Answered with Answer
	RxMisjudged            // the server is 1.x or 2.x, though it was taken for a later one: call Misjudged
	RxLate                 // the answer to a CONNECT that was given up: call LateAnswer with Slot and Connected
	RxMore                 // the header is longer than the units that were given: ask again with more of them
)

// Words are the details of an answer of Rx, and the result of an operation that has one.
type Words struct {
	End         int32 // first unit behind the packet; -1: up to the separator, or to the end
	Start       int32 // first unit of the payload
	Slot        int32 // -1: no socket
	Ack         int32 // -1: no ack id; -2: one that is too long for this word, the digits before Start
	Attachments int32
	Draining    int32 // RxAck: 1: call Acked
	Revision    int32 // RxHandshake: of the protocol; 0: not known
	Packet      int32 // RxControl: engineio.PacketType
	Answer      int32 // RxAnswer: socketio.Answer
	Connected   int32 // RxLate: 1: by CONNECT, 0: by a refusal
	Foreign     int32 // RxFault: 1: it is not an Engine.IO packet
	Result      int32 // of the last operation that has one
}

// Rx reads the header of the packet that begins with units, of size units in all, on a
// link.
func (p *Core) Rx(id, link int, units []uint16, size int, words *Words) Rx {
	*words = Words{Slot: -1, Ack: -1, End: -1}
	c := p.managers.get(id)
	if c == nil {
		return RxStale
	}
	engine, other := c.m.Connection(link)
	if engine == nil {
		return RxStale
	}
	revision, framed, ok := engine.Reading(link, units)
	if !ok {
		return foreign(words)
	}
	h, fault := engineio.ParsePacket(units, size, framed)
	if fault != engineio.FaultNone {
		return foreign(words)
	}
	words.Start, words.End = int32(h.Start), int32(h.End)
	switch {
	case h.Type == engineio.Open:
		words.Revision = int32(revision)
		return RxHandshake
	case h.Type != engineio.Message || engine.Probing(link):
		words.Packet = int32(h.Type)
		return RxControl
	case engine.Phase == engineio.Deciding:
		return RxDecide
	case engine.Phase != engineio.Opened:
		return RxFault
	case h.Binary:
		return RxBinary
	case c.opaque:
		return RxOpaque
	}
	return message(c, other, units, h, size, words)
}

// foreign answers RxFault with Words.Foreign: no Engine.IO server sends this packet. A fault
// in the Socket.IO part of a packet leaves that word 0.
func foreign(words *Words) Rx {
	words.Foreign = 1
	return RxFault
}

// message reads a Socket.IO header. other is the connection beside the one in use: the old
// one of a handover, or a standby. All but its events and acks are ignored.
func message(c *manager, other bool, u []uint16, h engineio.Header, size int, words *Words) Rx {
	whole := len(u) == size
	if h.End >= 0 && h.End <= len(u) {
		u, whole = u[:h.End], true
	}
	s, ok, fault := socketio.ParseHeader(u, h.Start, whole)
	switch {
	case fault != engineio.FaultNone:
		return RxFault
	case len(u) < MaxHeader && !whole && (!ok || s.Type == socketio.TypeConnectError): // Use reads the message of a CONNECT_ERROR
		return RxMore
	case !ok: // no header is longer than MaxHeader
		return RxFault
	}
	words.Start = int32(s.Start)
	words.Ack = int32(s.AckID)
	words.Attachments = int32(s.Attachments)
	n := c.m.Named(s.Namespace)
	if n != nil {
		words.Slot = int32(n.Slot)
	}
	switch use, answer := c.m.Use(other, n, &s, u[min(s.Start, len(u)):]); use {
	case socketio.UseLater:
		return RxLater
	case socketio.UseAnswer:
		words.Answer = int32(answer)
		return RxAnswer
	}
	if other && s.Type < socketio.TypeEvent {
		return RxIgnore
	}
	if answers := s.Type == socketio.TypeConnect || s.Type == socketio.TypeConnectError; answers && n != nil && c.m.GivenUp(n) {
		if s.Type == socketio.TypeConnect {
			words.Connected = 1
		}
		return RxLate
	}
	switch s.Type {
	case socketio.TypeConnect:
		if n == nil && len(s.Namespace) > 1 { // its socket has been disconnected meanwhile
			return RxIgnore
		}
		if c.m.Misjudged(s.Start >= size) {
			return RxMisjudged
		}
		return RxConnect
	case socketio.TypeConnectError:
		return RxRefused
	case socketio.TypeDisconnect:
		return RxDisconnect
	case socketio.TypeEvent, socketio.TypeBinaryEvent:
		if n != nil && (n.Phase == socketio.Off && !n.Silent || c.m.Left(n)) {
			words.Slot = -1
		}
		return RxEvent
	}
	if n != nil {
		c.m.Acked(n, s.AckID)
		if c.m.AwaitsAcks() {
			words.Draining = 1
		}
	}
	return RxAck
}

// TxFlags say what kind of packet is to be sent.
type TxFlags int32

const (
	TxWantsAck TxFlags = 1 << iota // the answer to it is waited for
	TxVolatile                     // drop it instead of holding it
	TxBypass                       // send it though emits are held: `authenticate`
	TxAck                          // it is an answer, with the ack id given
)

// TxAnswer says what becomes of a packet. A positive one is the length of its header.
type TxAnswer int32

const (
	TxHold TxAnswer = 0
	TxDrop TxAnswer = -1
)

// Tx writes the header of the packet that a socket is about to send to units, which have
// room for MaxHeader, or answers that the packet is to be held or dropped.
func (p *Core) Tx(slot int, flags TxFlags, attachments, ack int, units []uint16) TxAnswer {
	s := p.socket(slot)
	if s == nil {
		return TxHold
	}
	n := s.n
	open := n.Phase == socketio.Connected && (!s.manager.m.HandingOver() || flags&TxBypass != 0) && (!n.Held || flags&(TxBypass|TxAck) != 0) && s.manager.m.Engine.Phase == engineio.Opened
	if !open {
		if flags&(TxVolatile|TxAck) != 0 {
			return TxDrop
		}
		return TxHold
	}
	kind, id := socketio.TypeEvent, socketio.NoAck
	switch {
	case flags&TxAck != 0:
		kind, id = socketio.TypeAck, ack
	case flags&TxWantsAck != 0:
		id = ack
		n.AwaitAck(id)
	}
	if attachments > 0 {
		kind += socketio.TypeBinaryEvent - socketio.TypeEvent
	}
	return TxAnswer(socketio.WriteHeader(units, kind, n.Name, id, attachments))
}
