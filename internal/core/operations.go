package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/socketio"
)

// Operations is all that the page tells the core, beside asking it for packet headers.
// Each may come at any time; one that names nothing that is there, or does not apply,
// changes nothing. Each stands between Begin and End.
//
// conn is a manager's number, slot a socket's, source a token source's: the page gives
// them out. link is the number of a transport: the core gives it out. Times and durations
// are in ms.
//
// This list is the page's too: `go generate ./internal/bridge` makes Op and Ops of
// js/src/bridge/bridge.gen.ts of it, in this order.
type Operations interface {
	// Manager makes a manager known, or changes the options of one that is.
	Manager(conn int, options ManagerOptions)
	// Socket makes a socket without a token known.
	Socket(conn, slot int, name []uint16)
	// SocketWithToken makes a socket known whose tokens come from a source.
	SocketWithToken(conn, slot int, name []uint16, source int, options TokenOptions)
	// Source makes a token source known. timeout is what an answer may take; 0: as usual.
	Source(source int, timeout int64)

	// Open is the user's manager.open(); callback: with one, which gets the error in place of a reconnection.
	Open(conn int, callback bool)
	// Close is the user's manager.close().
	Close(conn int)
	// Connect is the user's socket.connect().
	Connect(slot int)
	// Disconnect is the user's socket.disconnect().
	Disconnect(slot int)

	// LinkOpened: a transport has opened that says so (not polling).
	LinkOpened(conn, link int)
	// Handshake: Engine.IO's open packet. upgrades has bit 1<<t for each transport t that the server offers to change to;
	// revision is 0 where the packet does not tell.
	Handshake(conn, link int, pingInterval, pingTimeout int64, upgrades int, revision int)
	// ControlPacket: a packet of Engine.IO's own. probe: its text is "probe".
	ControlPacket(conn, link int, packet engineio.PacketType, probe bool)
	// Message: one has arrived on a link whose revision it decides (RxDecide).
	Message(conn, link int)
	// Paused: no request of polling is in flight any more.
	Paused(conn, link int)
	// LinkClosed: the end of a transport.
	LinkClosed(conn, link int, ending Ending)
	// HandshakeFailed: the end of a transport, as its handshake was answered by an HTTP status. message and code are
	// of the answer's body (code: Engine.IO's), reason is what the option classify says of it.
	HandshakeFailed(conn, link, status int, message string, reason lifecycle.Reason, code string)
	// Finished: a transport has sent its last and closed, as EngineFinish asked for.
	Finished(conn, link int)
	// Fault: what has arrived cannot be read.
	Fault(conn, link int)

	// Misjudged: the server on a link is of an earlier generation than it looked (RxMisjudged).
	Misjudged(conn, link int)
	// Answered: the server has answered a question of the core's own (RxAnswer).
	Answered(conn, link int, answer socketio.Answer)

	// Connected: the server has connected a socket's namespace.
	Connected(slot int, recovery Recovery)
	// RootConnected: the server has connected "/", for which there is no socket.
	RootConnected(conn int)
	// Refused: the server has refused to connect a namespace. reason is what the option classify says of it.
	Refused(slot int, code, message, kind string, reason lifecycle.Reason)
	// Disconnected: the server has disconnected a namespace.
	Disconnected(slot int)
	// LateAnswer: the server has answered the CONNECT of an attempt that was given up (RxLate). connected: by CONNECT.
	LateAnswer(slot int, connected bool)
	// Acked: an ack has arrived while a handover waits for it (Words.Draining).
	Acked(conn int)
	// Continue: the listeners of reconnect_attempt have run.
	Continue(conn int)
	// Tick: the time that Wake asked for has come, or may have.
	Tick()

	// Token is a source's answer to a call.
	Token(source int, call uint32, token lifecycle.Token)
	// TokenFailed: a source gives no token by a call. reason is what the token function has thrown, if it threw one.
	TokenFailed(source int, call uint32, reason lifecycle.Reason)
	// Authenticated: the server's `authenticated`.
	Authenticated(slot int)
	// Unauthorized: the server's `unauthorized`; callback: with one. reason is what the option classify says of it.
	Unauthorized(slot int, code, message string, callback bool, kind string, reason lifecycle.Reason)
	// Hook: onUnauthorized has settled, with a token or none.
	Hook(slot int, seq uint32, token lifecycle.Token)
	// Called: the user has called the callback of an `unauthorized`.
	Called(slot int)
	// Acknowledged: all callbacks have been called, as TokenAcknowledge asked for.
	Acknowledged(slot int)
	// Reauthenticate is the user's socket.reauthenticate().
	Reauthenticate(slot int)
	// Clock: the server's time, by the date of a response.
	Clock(conn int, time int64)

	// EngineClose is the user's manager.engine.close().
	EngineClose(conn int)
	// Stay: no reconnection any more.
	Stay(conn int)
	// ReleaseSocket, ReleaseManager, ReleaseSource: the number is free for something else.
	ReleaseSocket(slot int)
	ReleaseManager(conn int)
	ReleaseSource(source int)
	// Resume: the socket was to be connected when the core before this one failed. It connects with backoff.
	Resume(slot int)
	// Unawaited: nobody waits for an ack any more, or the user's parser has read it.
	Unawaited(slot, ack int)
	// Recognise finds the reason of a server's no to the token; none: it is about something else.
	Recognise(code, message, kind string, status int) lifecycle.Reason
}

var _ Operations = (*Core)(nil)

// ManagerOptions are a manager's.
type ManagerOptions struct {
	_            [0]func()
	Reconnection bool
	Attempts     int // below 0: no end
	Delay        int64
	DelayMax     int64
	Jitter       float64 // 0 to 1
	Spread       bool    // lifecycle.Backoff.Spread: the three above count for nothing
	Timeout      int64   // for opening; 0: none, below: at once
	First        engineio.Transport
	Second       engineio.Transport
	Third        engineio.Transport
	Fourth       engineio.Transport
	Upgrade      bool
	TryAll       bool
	Revision     int     // 3, 4, or 0: any
	Older        bool    // any, and the server is known to take a handshake with 3
	Opaque       bool    // the user's parser reads the messages
	TakesAll     bool    // the server is known to have each namespace that is asked for
	Seed         float64 // random, 0 to 1
}

// TokenOptions are those of a socket's token.
type TokenOptions struct {
	_             [0]func()
	Via           lifecycle.Via
	Provider      bool  // the source is a function
	RefreshBefore int64 // before the token expires
	AuthTimeout   int64 // what the server's answer may take; 0: as usual
	InBand        bool  // servers take another token on the same connection
	Guest         bool  // without a token now, connect without one
}

// Ending is how a transport has ended.
type Ending uint8

const (
	EndingClosed Ending = iota
	EndingFailed        // by an error
	EndingLate          // not yet: the page has seen a heartbeat's deadline pass
)

// Recovery says what a server has said of connection state recovery with CONNECT.
type Recovery uint8

const (
	RecoveryNone     Recovery = iota
	RecoveryPossible          // it can recover the session
	RecoveryDone              // it has
)
