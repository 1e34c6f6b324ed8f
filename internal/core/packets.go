package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// Rx reads the header of the packet at the start of Memory.Units. n units of a
// frame of size units are there. It answers one of the rx constants, and the words
// that belong to it.
func (p *Core) Rx(connID, link, n, size int32) int32 {
	words := &p.Words
	*words = [wordCount]int32{wordSlot: -1, wordAck: -1, wordEnd: -1}
	c := p.conn(int(connID))
	if c == nil || n < 0 || int(n) > len(p.Units) {
		return rxStale
	}
	engine, other := c.m.Connection(int(link))
	if engine == nil {
		return rxStale
	}
	u := p.Units[:n]
	if engine.Revision == 0 && engine.OnPolling(int(link)) {
		rev := engineio.DetectRevision(u)
		if rev == 0 {
			return foreign(words)
		}
		engine.Assume(rev)
	}
	h, fault := engineio.ParsePacket(u, int(size), engine.Framed(int(link)))
	if fault != engineio.FaultNone {
		return foreign(words)
	}
	words[wordStart], words[wordEnd] = int32(h.Start), int32(h.End)
	switch {
	case h.Type == engineio.Open:
		words[wordMore] = int32(engine.Revision)
		return rxHandshake
	case h.Type != engineio.Message || engine.Probing(int(link)):
		words[wordMore] = int32(h.Type)
		return rxControl
	case engine.Phase == engineio.Deciding:
		return rxDecide
	case engine.Phase != engineio.Opened:
		return rxFault
	case h.Binary:
		return rxBinary
	case c.opaque:
		return rxOpaque
	}
	return p.message(c, other, u, h, int(size))
}

// foreign answers that no Engine.IO server says this. What a Socket.IO server does not say
// is a fault without the word.
func foreign(words *[wordCount]int32) int32 {
	words[wordMore] = 1
	return rxFault
}

// message reads a Socket.IO header. other is the connection beside the one in use: the old
// one of a handover, or a standby. Only events and acks of it are of use.
func (p *Core) message(c *conn, other bool, u []uint16, h engineio.Header, size int) int32 {
	whole := len(u) == size
	if h.End >= 0 && h.End <= len(u) {
		u, whole = u[:h.End], true
	}
	s, ok, fault := socketio.ParseHeader(u, h.Start, whole)
	switch {
	case fault != engineio.FaultNone:
		return rxFault
	case len(u) < len(p.Units) && !whole && (!ok || s.Type == socketio.TypeConnectError): // what a refusal says is looked at
		return rxMore
	case !ok: // no header is longer than Memory.Units
		return rxFault
	}
	words := &p.Words
	words[wordStart] = int32(s.Start)
	words[wordAck] = int32(s.AckID)
	words[wordAttachments] = int32(s.Attachments)
	n := c.m.Named(s.Namespace)
	if n != nil {
		words[wordSlot] = int32(n.Slot)
	}
	switch c.m.Use(other, n, &s, u[min(s.Start, len(u)):]) {
	case socketio.UseLater:
		return rxLater
	case socketio.UseAnswer:
		words[wordMore] = int32(engineio.Noop)
		return rxControl
	}
	if other && s.Type < socketio.TypeEvent {
		return rxIgnore
	}
	switch s.Type {
	case socketio.TypeConnect:
		if c.m.Misjudged(s.Start >= size) {
			return rxFault
		}
		return rxConnect
	case socketio.TypeConnectError:
		return rxRefused
	case socketio.TypeDisconnect:
		return rxDisconnect
	case socketio.TypeEvent, socketio.TypeBinaryEvent:
		if n != nil && n.Phase == socketio.Off && !n.Silent {
			words[wordSlot] = -1
		}
		return rxEvent
	}
	if n != nil {
		c.m.Acked(n, s.AckID)
		if c.m.AwaitsAcks() {
			words[wordMore] = 1
		}
	}
	return rxAck
}

// Tx writes the header of the packet that a socket is about to send to
// Memory.Units and answers its length, or that the packet is to be held or dropped.
func (p *Core) Tx(slot, flags, attachments, ack int32) int32 {
	s := p.sock(int(slot))
	if s == nil {
		return txHold
	}
	n := s.n
	open := n.Phase == socketio.Connected && (!s.conn.m.HandingOver() || flags&txBypass != 0) && (!n.Held || flags&(txBypass|txAck) != 0) && s.conn.m.Engine.Phase == engineio.Opened
	if !open || flags&txVolatile != 0 && flags&txBusy != 0 {
		if flags&(txVolatile|txAck) != 0 {
			return txDrop
		}
		return txHold
	}
	kind, id := socketio.TypeEvent, socketio.NoAck
	switch {
	case flags&txAck != 0:
		kind, id = socketio.TypeAck, int(ack)
	case flags&txWantsAck != 0:
		id = int(ack)
		n.AwaitAck(id)
	}
	if attachments > 0 {
		kind += socketio.TypeBinaryEvent - socketio.TypeEvent
	}
	return int32(socketio.WriteHeader(p.Units[:], kind, n.Name, id, int(attachments)))
}
