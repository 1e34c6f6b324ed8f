package zishang

import (
	"bytes"
	"slices"
	"time"

	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// reachFor is how long a goodbye waits for the server to read what was sent before it.
const reachFor = time.Second

// isGoodbye knows the packets that end a session: Socket.IO's DISCONNECT, of the usual parser, and Engine.IO's CLOSE.
//
// socket.io 3 and 4 hand an event to its listeners a tick after they have read it, and throw it away when a goodbye was read
// in the same tick: of the same request, or of the same piece of a TCP stream. So a transport sends a goodbye when the server
// has read what was sent before.
func isGoodbye(p *packet.Packet) bool {
	if p.Type == packet.CLOSE {
		return true
	}
	text, ok := p.Data.(*types.StringBuffer)
	return ok && p.Type == packet.MESSAGE && (text.String() == "1" || bytes.HasPrefix(text.Bytes(), []byte("1/")))
}

// atGoodbye cuts packets before the first goodbye.
func atGoodbye(packets []*packet.Packet) (before, from []*packet.Packet) {
	at := slices.IndexFunc(packets, isGoodbye)
	if at < 0 {
		return packets, nil
	}
	return packets[:at], packets[at:]
}
