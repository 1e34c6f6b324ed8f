// Package core is what a page has: managers, sockets and token sources. Each is a machine
// of its own in client/lifecycle, internal/socketio and internal/engineio; core owns them,
// tells each what the others have done, and releases what is at rest.
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
// Operations are what the page tells, one at a time, between Begin and End. What is to be
// done goes to the Host, in order. Rx and Tx read and write the headers of packets: they
// are called for every packet, look and answer, and change nothing but one thing.
//
// That one thing is which acks are outstanding, which a handover waits for: Tx notes the id
// of an emit whose answer is wanted, Rx strikes it out. To tell that by operations would
// cost two of them for each ack, of some 370 ns, where Tx and Rx of both packets take 360 ns
// (Node 20, 2026-11). The same in the page would cost 60 ns, and the page would have to be
// asked in the middle of a handover.
package core
