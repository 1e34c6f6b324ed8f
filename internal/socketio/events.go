package socketio

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// EventKind names what happened. Its comment says which fields of Event belong to it.
type EventKind uint8

const (
	EvEngine          EventKind = iota + 1 // Engine
	EvOpen                                 // Callback: the user opens the manager
	EvClose                                // the user closes it
	EvConnect                              // Slot: the user connects a namespace. One that is halted and connected is disconnected first
	EvCleared                              // Slot: the token for its attempt (ActAttempt) is in hand
	EvNspConnected                         // Slot: the server has sent CONNECT
	EvNspRefused                           // Slot: the server has sent CONNECT_ERROR
	EvNspDisconnected                      // Slot: the server has sent DISCONNECT
	EvDisconnect                           // Slot: the user hangs up on the namespace
	EvAccepted                             // Slot: the server has accepted the token; held emits may go
	EvHold                                 // Slot: hold what the user emits
	EvRenew                                // Slot, Cause: another token takes the place of the one in use
	EvBackoff                              // Slot: the attempt has failed for the lifecycle; another one later
	EvHalt                                 // Slot: the lifecycle makes no more attempts
	EvContinue                             // the listeners of ActReconnectAttempt have run
	EvFinished                             // Link: a transport that was finished has closed
	EvAcked                                // an ack arrived that the manager waits for (AwaitsAcks)
	EvRootConnected                        // the server has connected "/" unasked, and there is no socket for it
	EvStay                                 // no reconnection, until the user or the lifecycle opens the manager
	EvSecondRefused                        // the server refused the second connection of a handover, for no reason of the token's
	EvAnswered                             // Link, Answer: to a question of the manager's own (UseAnswer)
	EvMisjudged                            // Link: the server is of an earlier generation (Misjudged)
	EvLateAnswer                           // Slot, Connected: the server has answered the CONNECT of an attempt that was given up (GivenUp)
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

// ActionKind names what the owner is to do. Its comment says which fields of Action belong to
// it.
type ActionKind uint8

const (
	ActEngine           ActionKind = iota + 1 // Engine
	ActAttempt                                // Slot, Cause, N failures before: ask the lifecycle for a token; answered by EvCleared
	ActConnect                                // Slot: send CONNECT; N: over this link, the standby's; 0: over the connection in use
	ActDisconnect                             // Slot: send DISCONNECT
	ActFlush                                  // Slot: send held emits; Silent: those that wait for acks on the old connection get none
	ActOpen                                   // the connection is open
	ActClose                                  // Reason: it has closed
	ActError                                  // Reason: the attempt to open it has failed
	ActSocketConnected                        // Slot: the namespace is connected; Silent: its user is not told
	ActSocketClosed                           // Slot, Reason: it is not any more
	ActSocketError                            // Slot: its attempt has failed
	ActReconnectAttempt                       // N: tell that the Nth attempt begins; answered by EvContinue
	ActReconnect                              // N: tell that it has worked
	ActReconnectError                         // tell that it has failed
	ActReconnectFailed                        // tell that there have been enough
	ActFence                                  // N, Slot: send CONNECT for FenceNames[Slot] over link N; Silent: send DISCONNECT, as that namespace exists
	ActTakesAll                               // the server has each namespace that is asked for: other managers of that server are to be told (Config.TakesAll)
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
	Engine *engineio.Action
}
