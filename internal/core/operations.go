package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// Operations are the calls of the page to the core, beside Rx and Tx. The page calls each
// between Begin and End, at any time. A call with an unknown number, or one that does not
// apply, changes nothing.
//
// conn is the number of a manager, slot of a socket, source of a token source; the page
// chooses them. link is the number of a transport; the core chooses it. Times and durations
// are in ms.
//
// `go generate ./internal/bridge` makes Op and Ops of js/src/bridge/bridge.gen.ts from this
// list, in this order.
type Operations interface {
	// Manager makes a manager known, or changes the options of one that is.
	Manager(conn int, options ManagerOptions)
	// Socket makes a socket without a token known.
	Socket(conn, slot int, name []uint16)
	// SocketWithToken makes a socket known whose tokens come from a source.
	SocketWithToken(conn, slot int, name []uint16, source int, options TokenOptions)
	// Source makes a token source known. timeout is the deadline of an answer; 0: the default.
	Source(source int, timeout int64)

	// Open is the user's manager.open(); callback: with one, which gets the error in place of a reconnection.
	Open(conn int, callback bool)
	// Close is the user's manager.close().
	Close(conn int)
	// Connect is the user's socket.connect().
	Connect(slot int)
	// Disconnect is the user's socket.disconnect().
	Disconnect(slot int)

	// LinkOpened: a transport has opened. Polling never reports this.
	LinkOpened(conn, link int)
	// Handshake: Engine.IO's open packet. upgrades has bit 1<<t for each transport t that the server offers to change to;
	// revision is 0 where the packet does not tell.
	Handshake(conn, link int, pingInterval, pingTimeout int64, upgrades int, revision int)
	// ControlPacket: a control packet of Engine.IO has arrived (ping, pong …). probe: its text is "probe".
	ControlPacket(conn, link int, packet engineio.PacketType, probe bool)
	// Message: a message has arrived on a link whose protocol revision it decides (RxDecide).
	Message(conn, link int)
	// Paused: polling has no request in flight, as EnginePause asked for.
	Paused(conn, link int)
	// LinkClosed: a transport has ended.
	LinkClosed(conn, link int, ending Ending)
	// HandshakeFailed: a transport has ended because the server answered its handshake with an HTTP status. message and
	// code (Engine.IO's) are from the response's body, reason is the result of option `classify`.
	HandshakeFailed(conn, link, status int, message string, reason lifecycle.Reason, code string)
	// Finished: a transport has sent its queue and closed, as EngineFinish asked for.
	Finished(conn, link int)
	// Fault: a frame has arrived that cannot be read.
	Fault(conn, link int)

	// Misjudged: the server on a link is 1.x or 2.x, though it was taken for a later one (RxMisjudged).
	Misjudged(conn, link int)
	// Answered: the server has answered a CONNECT of the core's own: a fence, or one on a standby (RxAnswer).
	Answered(conn, link int, answer socketio.Answer)

	// Connected: the server has connected a socket's namespace.
	Connected(slot int, recovery Recovery)
	// RootConnected: the server has connected "/", for which there is no socket.
	RootConnected(conn int)
	// Refused: the server has refused to connect a namespace (CONNECT_ERROR). reason is the result of option `classify`.
	Refused(slot int, code, message, kind string, reason lifecycle.Reason)
	// Disconnected: the server has disconnected a namespace.
	Disconnected(slot int)
	// LateAnswer: the server has answered the CONNECT of an attempt that was given up (RxLate). connected: with CONNECT,
	// not with CONNECT_ERROR.
	LateAnswer(slot int, connected bool)
	// Acked: an ack has arrived while a handover waits for it (Words.Draining).
	Acked(conn int)
	// Continue: the listeners of reconnect_attempt have run.
	Continue(conn int)
	// Tick: check the deadlines. The time that Wake asked for has come, or may have.
	Tick()

	// Token is a source's answer to a call.
	Token(source int, call uint32, token lifecycle.Token)
	// TokenFailed: a call of a source has failed. reason is that of an UnauthorizedError which the token function threw.
	TokenFailed(source int, call uint32, reason lifecycle.Reason)
	// Authenticated: the server has sent `authenticated`.
	Authenticated(slot int)
	// Unauthorized: the server has sent `unauthorized`; callback: it wants an ack. reason is the result of option `classify`.
	Unauthorized(slot int, code, message string, callback bool, kind string, reason lifecycle.Reason)
	// Hook: onUnauthorized has settled, with a token or none.
	Hook(slot int, seq uint32, token lifecycle.Token)
	// Called: the user has called the callback of an `unauthorized`.
	Called(slot int)
	// Acknowledged: all callbacks have been called, as TokenAcknowledge asked for.
	Acknowledged(slot int)
	// Reauthenticate is the user's socket.reauthenticate().
	Reauthenticate(slot int)
	// Clock: the server's time, from a response's Date header, ms since 1970.
	Clock(conn int, time int64)

	// EngineClose is the user's manager.engine.close().
	EngineClose(conn int)
	// StopReconnecting ends the planned reconnection. The user has called manager.reconnection(false).
	StopReconnecting(conn int)
	// CountAttempts sets the number of attempts from which the next pause is computed. The page has written it to
	// manager.backoff.attempts.
	CountAttempts(conn, attempts int)
	// ReleaseSocket, ReleaseManager, ReleaseSource: the number is free for something else.
	ReleaseSocket(slot int)
	ReleaseManager(conn int)
	ReleaseSource(source int)
	// Resume connects a socket with backoff. It was to be connected when the core before this one failed, or the page has
	// called manager.reconnect().
	Resume(slot int)
	// Unawaited: nobody waits for an ack any more (it has timed out), or the parser of option `parser` has read it.
	Unawaited(slot, ack int)
	// Recognise returns the reason for which the server refuses the token; none: the error is not about the token.
	Recognise(code, message, kind string, status int) lifecycle.Reason
}

var _ Operations = (*Core)(nil)

// ManagerOptions are the options of a manager.
type ManagerOptions struct {
	_            [0]func()
	Reconnection bool
	Attempts     int // to reconnect; negative: no limit
	Delay        int64
	DelayMax     int64
	Jitter       float64 // 0 to 1
	Spread       bool    // lifecycle.Backoff.Spread: the three fields above have no effect
	Timeout      int64   // of an attempt, from opening the transport on; 0: none, negative: it fails at once
	First        engineio.Transport
	Second       engineio.Transport
	Third        engineio.Transport
	Fourth       engineio.Transport
	Upgrade      bool
	TryAll       bool
	Revision     int     // 3, 4, or 0: any
	Older        bool    // any, and the server is known to take a handshake with 3
	Opaque       bool    // option `parser`: the core reads no Socket.IO packets
	Wildcard     bool    // the server is known to accept a CONNECT for any namespace
	Seed         float64 // random, 0 to 1
}

// TokenOptions are those of a socket's token.
type TokenOptions struct {
	_             [0]func()
	Via           lifecycle.Via
	Provider      bool  // the source is a function
	RefreshBefore int64 // before the token expires
	AuthTimeout   int64 // of the server's answer to `authenticate`; 0: the default
	InBand        bool  // servers take another token on the same connection
	Guest         bool  // connect without a token when the source has none
}

// Ending says how a transport has ended.
type Ending uint8

const (
	EndingClosed Ending = iota
	EndingFailed        // by an error
	EndingLate          // not yet: the page has seen a heartbeat's deadline pass
)

// Recovery is what the server's CONNECT says of connection state recovery.
type Recovery uint8

const (
	RecoveryNone     Recovery = iota
	RecoveryPossible          // it can recover the session
	RecoveryDone              // it has
)
