package socketio

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// EventKind names what happened.
type EventKind uint8

const (
	EvEngine          EventKind = iota + 1 // Engine
	EvOpen                                 // Callback: the user opens the manager
	EvClose                                // the user closes it
	EvConnect                              // Slot, Cause: the user, or the lifecycle, connects
	EvCleared                              // Slot: its token is in hand
	EvNspConnected                         // Slot
	EvNspRefused                           // Slot: CONNECT_ERROR
	EvNspDisconnected                      // Slot: the server hung up on it
	EvDisconnect                           // Slot: the user hangs up
	EvAccepted                             // Slot: what is held may go
	EvHold                                 // Slot
	EvRenew                                // Slot, Cause: another token takes the place of the one in use
	EvBackoff                              // Slot: this attempt failed for the lifecycle; again later
	EvHalt                                 // Slot: no more attempts
	EvContinue                             // after ActReconnectAttempt, when its listeners have run
	EvFinished                             // Link: the old transport has closed
	EvAcked                                // an ack arrived that the manager waits for (AwaitsAcks)
	EvRootConnected                        // the server has connected "/" unasked, and there is no socket for it
	EvStay                                 // no reconnection any more
	EvSecondRefused                        // the server refused the second connection of a handover, for no reason of the token's
	EvAnswered                             // Link, Answer: to a question of the manager's own (UseAnswer)
	EvMisjudged                            // Link: the server is of an earlier generation (Misjudged)
	EvTick
)

// Event is one thing that happened. Now is ms on the caller's clock.
type Event struct {
	Kind     EventKind
	Now      int64
	Slot     int
	Cause    Cause
	Callback bool
	Link     int
	Answer   Answer
	Engine   engineio.Event
}

// ActionKind names what the owner shall do.
type ActionKind uint8

const (
	ActEngine           ActionKind = iota + 1 // Engine
	ActAttempt                                // Slot, Cause, N: tell the lifecycle; it answers EvCleared
	ActConnect                                // Slot: send CONNECT; N: over this link, the standby's; 0: over the connection in use
	ActDisconnect                             // Slot: send DISCONNECT
	ActFlush                                  // Slot: send what was held
	ActOpen                                   // the manager is open
	ActClose                                  // Reason: it is closed
	ActError                                  // opening failed
	ActSocketConnected                        // Slot, Silent
	ActSocketClosed                           // Slot, Reason
	ActSocketError                            // Slot: the attempt failed
	ActReconnectAttempt                       // N; answered by EvContinue
	ActReconnect                              // N: it worked
	ActReconnectError                         //
	ActReconnectFailed                        // gave up
	ActFence                                  // N: a link on which CONNECT for FenceNames[Slot] is to be sent; Silent: DISCONNECT, as that namespace exists
	ActHandover                               // the next link opens the new connection, beside the one in use, which is the old one from now on
	ActStandby                                // the next link opens a standby beside the connection in use
	ActDeliver                                // read what the standby has kept (UseLater), and keep what comes over the connection in use
	ActRetire                                 // the connection beside the one in use is gone: read what the one in use has kept
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
	Engine engineio.Action
}
