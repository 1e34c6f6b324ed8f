package server

import (
	"github.com/zishang520/socket.io/servers/engine/v3/transports"
	"github.com/zishang520/socket.io/servers/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// HangUp sends DISCONNECT to the client, then closes the connection. The socket gets no events from here on.
//
// Disconnect(true) closes the connection while DISCONNECT waits in the transport's queue: a WebSocket then ends without
// it, so the client takes that for a network failure and reconnects; a poll may stay open. So HangUp closes the connection
// when a second DISCONNECT, which the client ignores, has been written. If the client never fetches it, the heartbeat ends
// the connection. Other namespaces on the connection close with it.
func HangUp(s *socket.Socket) {
	conn := s.Conn()
	s.Disconnect(false)
	farewell := "1"
	if name := s.Nsp().Name(); name != "/" {
		farewell += name + ","
	}
	conn.Send(types.NewStringBufferString(farewell), nil, func(transports.Transport) {
		go conn.Close(true) // not from inside the transport's own queue
	})
}
