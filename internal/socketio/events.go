package socketio

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// EventKind names what happened. Its comment says which fields of Event belong to it.
type EventKind uint8

const (
	EvEngine           EventKind = iota + 1 // Engine
	EvOpen                                  // Callback: the user opens the manager
	EvClose                                 // the user closes it
	EvConnect                               // Slot: the user connects a namespace. If it is halted and still connected, it is disconnected first
	EvCleared                               // Slot: the token for its attempt (ActAttempt) is in hand
	EvNspConnected                          // Slot: the server has sent CONNECT
	EvNspRefused                            // Slot: the server has sent CONNECT_ERROR
	EvNspDisconnected                       // Slot: the server has sent DISCONNECT
	EvDisconnect                            // Slot: the user disconnects the namespace
	EvAccepted                              // Slot: the server has accepted the token; held emits may go
	EvHold                                  // Slot: hold what the user emits
	EvRenew                                 // Slot, Cause: another token takes the place of the one in use
	EvBackoff                               // Slot: the lifecycle has given up this attempt; make another one after a pause
	EvHalt                                  // Slot: the lifecycle makes no more attempts
	EvContinue                              // the listeners of ActReconnectAttempt have run
	EvFinished                              // Link: a transport that was finished has closed
	EvAcked                                 // an ack arrived that the manager waits for (AwaitsAcks)
	EvRootConnected                         // the server has connected "/" unasked, and there is no socket for it
	EvStopReconnecting                      // no reconnection, until the user or the lifecycle opens the manager
	EvSecondRefused                         // the server refused the second connection of a handover, and not because of its token
	EvAnswered                              // Link, Answer: the server has answered a CONNECT of the manager's own (UseAnswer)
	EvMisjudged                             // Link: the server is 1.x or 2.x, though it was taken for a later one (Misjudged)
	EvLateAnswer                            // Slot, Connected: the server has answered the CONNECT of an attempt that was given up (GivenUp)
	EvTick
)

// Event is one thing that happened. Now is ms on the caller's clock.
type Event struct {
	Kind     EventKind
	Now      int64
	Slot     int
	Cause    Cause
	Callback bool
	// Connected: by CONNECT, else by CONNECT_ERROR.
	Connected bool
	Link      int
	Answer    Answer
	Engine    engineio.Event
}

// ActionKind names what the owner has to do. Its comment says which fields of Action belong to
// it.
type ActionKind uint8

const (
	ActEngine           ActionKind = iota + 1 // Engine
	ActAttempt                                // Slot, Cause, N (failures before): ask the lifecycle for a token; EvCleared answers
	ActConnect                                // Slot, N: send CONNECT over link N, the standby's; 0: over the connection in use
	ActDisconnect                             // Slot: send DISCONNECT
	ActFlush                                  // Slot: send the held emits; Silent: acks of the connection before will not come any more
	ActOpen                                   // the connection is open
	ActClose                                  // Reason: it has closed
	ActError                                  // Reason: the attempt to open it has failed
	ActSocketConnected                        // Slot: the namespace is connected; Silent: its user is not told
	ActSocketClosed                           // Slot, Reason: the namespace is not connected any more
	ActSocketError                            // Slot: the attempt to connect the namespace has failed
	ActReconnectAttempt                       // N: emit reconnect_attempt: the Nth attempt begins; EvContinue answers
	ActReconnect                              // N: emit reconnect: the Nth attempt has succeeded
	ActReconnectError                         // emit reconnect_error: the attempt has failed
	ActReconnectFailed                        // emit reconnect_failed: no other attempt follows
	ActFence                                  // N, Slot: send CONNECT for FenceNames[Slot] over link N; Silent: send DISCONNECT, as the server has connected it
	ActWildcard                               // the server accepts a CONNECT for any namespace: set Config.Wildcard of other managers of that server
	ActHandover                               // the next link opens the new connection; the connection in use becomes the old one
	ActStandby                                // the next link opens a standby beside the connection in use
	ActDeliver                                // read the packets kept from the standby (UseLater), and keep those of the connection in use
	ActRetire                                 // the other connection is gone: read the packets kept from the connection in use
)

// Reason says why a socket or a manager closed: Engine.IO's reasons and three more.
type Reason = engineio.Reason

const (
	ReasonServer  = lifecycle.CloseByServer
	ReasonClient  = lifecycle.CloseByUser
	ReasonTimeout = lifecycle.CloseTimeout
)

// Action is one thing to do.
type Action struct {
	_      [0]func()
	Kind   ActionKind
	Slot   int
	N      int
	Cause  Cause
	Reason Reason
	Silent bool
	Engine *engineio.Action
}
