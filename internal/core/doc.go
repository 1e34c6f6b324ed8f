// Package core holds a page's managers, sockets and token sources. Each is a state machine
// of client/lifecycle, internal/socketio or internal/engineio. Core owns them, passes events
// between them, and releases those that are at rest.
//
//	         page
//	Operations │ ▲ Host
//	           ▼ │
//	┌──────────────────────────────────────────────────────────────┐
//	│ core   socket.attempt: where a socket with a token stands    │
//	└──┬─────────────────────────┬──────────────────────┬──────────┘
//	   ▼                         ▼                      ▼
//	lifecycle.Source     lifecycle.Lifecycle      socketio.Manager
//	(token function)     (a socket's token)       (connection, namespaces)
//
// The page calls Operations, one at a time, each between Begin and End. Core calls the Host
// with the effects, in order. Rx and Tx read and write the headers of packets and are called
// for every packet. They change nothing but the list of outstanding acks, which a handover
// waits for: Tx adds the id of an emit that wants an ack, Rx removes it.
//
// Operations for that list would cost two calls of some 370 ns for each ack; Tx and Rx of
// both packets take 360 ns in all (Node 20, 2026-11). A list in the page would cost 60 ns,
// but Core would have to ask the page in the middle of a handover.
package core
