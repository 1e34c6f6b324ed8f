//go:build js && wasm

package main

import (
	"unsafe"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// The shared memory: control's numbers, the answers' words, and text: a frame's
// first units or control's texts on the way in, a header on the way out. page.ts
// knows the layout. Globals do not move.
var shared struct {
	op, now float64
	args    [maxArguments]float64
	told    [5]float64 // the numbers of a call of the host
	words   [wordCount]int32
	units   [1024]uint16
}

//go:wasmexport shared
//lint:ignore U1000 called by the page
func sharedAt() uint32 { return uint32(uintptr(unsafe.Pointer(&shared))) }

// build puts the version into units and answers its length.
//
//go:wasmexport build
//lint:ignore U1000 called by the page
func build() int32 {
	n := 0
	for i, c := range version {
		shared.units[i] = uint16(c)
		n++
	}
	return int32(n)
}

// rx reads the header of the packet that starts at units[0]: n units of it are
// there, of size, and of what follows it. It runs outside the scheduler, so it only looks and answers;
// whatever changes a machine comes back through control.
//
//go:wasmexport rx
//lint:ignore U1000 called by the page
func rx(connID, link, n, size int32) (kind int32) {
	defer func() {
		if r := recover(); r != nil {
			kind = rxFault
		}
	}()
	words := &shared.words
	*words = [wordCount]int32{wordSlot: -1, wordAck: -1, wordEnd: -1}
	c := the.conn(int(connID))
	if c == nil || n < 0 || int(n) > len(shared.units) {
		return rxStale
	}
	engine := &c.m.Engine
	if c.m.Old.Owns(int(link)) {
		engine = &c.m.Old
	}
	if !engine.Owns(int(link)) {
		return rxStale
	}
	u := shared.units[:n]
	if engine.Revision == 0 && engine.OnPolling(int(link)) {
		rev := engineio.DetectRevision(u)
		if rev == 0 {
			return rxFault
		}
		engine.Assume(rev)
	}
	h, fault := engineio.ParsePacket(u, int(size), engine.Framed(int(link)))
	if fault != engineio.FaultNone {
		return rxFault
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
	return message(c, engine == &c.m.Old, u, h, int(size))
}

// message reads a Socket.IO header. old is the connection that is being replaced
// and serves on, or stands in: it only brings events and acks.
func message(c *conn, old bool, u []uint16, h engineio.Header, size int) int32 {
	whole := len(u) == size
	if h.End >= 0 && h.End <= len(u) {
		u, whole = u[:h.End], true
	}
	s, ok, fault := socketio.ParseHeader(u, h.Start, whole)
	if fault != engineio.FaultNone || !ok { // its header ends within the units, or it is garbage
		return rxFault
	}
	words := &shared.words
	words[wordStart] = int32(s.Start)
	words[wordAck] = int32(s.AckID)
	words[wordAttachments] = int32(s.Attachments)
	n := c.m.Named(s.Namespace)
	if n != nil {
		words[wordSlot] = int32(n.Slot)
	}
	switch c.m.Use(old, n, s.Type) {
	case socketio.UseLater:
		return rxLater
	case socketio.UseAnswer:
		words[wordMore] = int32(engineio.Noop)
		return rxControl
	}
	if old && s.Type < socketio.TypeEvent {
		return rxIgnore
	}
	if (s.Type == socketio.TypeEvent || s.Type == socketio.TypeAck) && n != nil && n.Hears() && h.End < 0 && !old && c.m.Steady() {
		words[wordKept] = int32(s.AckIDAt)
	}
	switch s.Type {
	case socketio.TypeConnect:
		// Nothing behind it: a 1.x or 2.x that took its time, over websocket alone, and was taken for a 3.x. It has had
		// our CONNECT by now, which would connect the namespace twice: a new connection, to begin anew.
		if m := &c.m; s.Start >= size && m.Engine.Revision == 4 && m.Config.Engine.Revision == 0 {
			m.Older = true
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
		n.AwaitAcks(-1)
		if old {
			c.m.OldAcks--
		}
		if c.m.Changing() {
			words[wordMore] = 1
		}
	}
	return rxAck
}

// tx writes the header of the packet that a socket is about to send, or says
// that it is to be held or dropped.
//
//go:wasmexport tx
//lint:ignore U1000 called by the page
func tx(slot, flags, attachments, ack int32) (length int32) {
	defer func() {
		if r := recover(); r != nil {
			length = txHold
		}
	}()
	s := the.sock(int(slot))
	if s == nil {
		return txHold
	}
	n := s.n
	if flags&txAwaited != 0 {
		n.AwaitAcks(int(ack))
		return txHold
	}
	open := n.Phase == socketio.Connected && (!s.conn.m.Overlapping() || flags&txBypass != 0) && (!n.Held || flags&(txBypass|txAck) != 0) && s.conn.m.Engine.Phase == engineio.Opened
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
		n.AwaitAcks(1)
	}
	if attachments > 0 {
		kind += socketio.TypeBinaryEvent - socketio.TypeEvent
	}
	return int32(socketio.WriteHeader(shared.units[:], kind, n.Name, id, int(attachments)))
}
