package server

import (
	"github.com/zishang520/socket.io/servers/engine/v3/transports"
	"github.com/zishang520/socket.io/servers/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// HangUp tells the client that the server ends it, then closes the connection. The socket hears nothing from here on.
//
// Disconnect(true) would close the connection while the packet that says so waits in the transport's queue: a WebSocket
// then ends without it, and the client takes it for a network failure and comes back; a poll may be left hanging. So
// the connection is closed when a second farewell, which finds nobody listening, has been written. Who never fetches
// it is left to the heartbeat. Other namespaces on the connection see it close.
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
