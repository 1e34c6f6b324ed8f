package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// Host performs the core's effects. A method only notes its effect; the host performs them
// in this order when End has returned. It must not call the core before that.
//
// `go generate ./internal/bridge` makes Do and Host of js/src/bridge/bridge.gen.ts from this
// list. The methods that begin with Engine are one effect there, with the members of
// EngineDo; the same holds for Manager, Socket and Token. conn, slot, source and link are
// the numbers of Operations.
type Host interface {
	// Wake: call Tick at this time (ms, by the clock of Begin); 0: never. It replaces the last one.
	Wake(at int64)
	// Link: open a transport. revision is the protocol revision to ask for; 0: ask for 4 and accept any. probe: for an
	// upgrade, beside the transport in use.
	Link(conn, link int, transport engineio.Transport, revision int, probe bool)
	// Ask: call the token function, for the attempt-th time. Token or TokenFailed with this call's number answers.
	Ask(source int, call uint32, attempt int, cause lifecycle.Cause)
	// Cancel: the answer to a call is not wanted any more.
	Cancel(source int, call uint32)

	// EngineClose: close a transport at once; report nothing of it any more.
	EngineClose(conn, link int)
	// EngineFinish: send what is queued, and close. Finished answers.
	EngineFinish(conn, link int)
	// EngineSend: send a control packet of Engine.IO (ping, pong, upgrade …). probe: its text is "probe".
	EngineSend(conn, link int, packet engineio.PacketType, probe bool)
	// EngineFence: send CONNECT for the fence's namespace (fenceNames); leave: DISCONNECT, as the server has connected it.
	EngineFence(conn, link, fence int, leave bool)
	// EnginePause: stop polling, and queue packets. Paused answers when no request is in flight.
	EnginePause(conn, link int)
	// EngineUse: send packets over this transport from now on.
	EngineUse(conn, link int)
	// EnginePinged: a heartbeat (ping and pong) is complete.
	EnginePinged(conn, link int)
	// EngineUpgrading: the server has answered the probe.
	EngineUpgrading(conn, link int)
	// EngineUpgraded: packets travel over the transport that was probed.
	EngineUpgraded(conn, link int)
	// EngineUpgradeError: the probe failed; polling goes on.
	EngineUpgradeError(conn, link int)
	// EngineHandover: the next link opens the new connection. The connection in use becomes the old one.
	EngineHandover(conn, link int)
	// EngineStandby: the next link opens a standby beside the connection in use.
	EngineStandby(conn, link int)
	// EngineDeliver: read the packets kept from the standby, and keep those of the connection in use.
	EngineDeliver(conn, link int)
	// EngineRetire: the other connection is gone: read the packets kept from the connection in use.
	EngineRetire(conn, link int)

	// ManagerOpen: the connection is open, with this revision of the protocol.
	ManagerOpen(conn int, reconnecting bool, revision int)
	// ManagerClose: the connection is closed.
	ManagerClose(conn int, reconnecting bool, reason lifecycle.CloseReason)
	// ManagerError: opening the connection has failed. CloseNone: a lifecycle has given up the attempt, for lack of a token.
	ManagerError(conn int, reconnecting bool, reason lifecycle.CloseReason)
	// ManagerReconnectAttempt: emit reconnect_attempt, then call Continue.
	ManagerReconnectAttempt(conn int, reconnecting bool, attempt int)
	// ManagerWait: the next attempt begins after delay ms; not reconnecting: none does.
	ManagerWait(conn int, reconnecting bool, delay int)
	// ManagerReconnect: the attempt-th attempt to reconnect has succeeded.
	ManagerReconnect(conn int, reconnecting bool, attempt int)
	// ManagerReconnectError: an attempt to reconnect has failed.
	ManagerReconnectError(conn int, reconnecting bool)
	// ManagerReconnectFailed: all attempts to reconnect have failed, and no other follows.
	ManagerReconnectFailed(conn int, reconnecting bool)
	// ManagerWildcard: the server accepts a CONNECT for any namespace. Set ManagerOptions.Wildcard for later managers of
	// that server.
	ManagerWildcard(conn int, reconnecting bool)

	// SocketConnect: send CONNECT. standby: over the standby. fresh: the old session must not be recovered.
	SocketConnect(slot int, standby, fresh bool)
	// SocketDisconnect: send DISCONNECT.
	SocketDisconnect(slot int)
	// SocketFlush: send the held emits. moved: acks of the connection before will not come any more.
	SocketFlush(slot int, moved bool)
	// SocketConnected: the namespace is connected. silent: emit no `connect`, as no `disconnect` was emitted.
	SocketConnected(slot int, silent bool)
	// SocketClosed: the namespace is not connected any more. goesOn: the session goes on, though the server has ended the
	// connection: another token is asked for, or a refusal that is not fatal is tried again.
	SocketClosed(slot int, reason lifecycle.CloseReason, goesOn bool)
	// SocketError: the attempt to connect the namespace has failed: emit `connect_error`.
	SocketError(slot int)
	// SocketWait: the namespace's attempt has failed, and its connection stays open. The next attempt begins after delay ms.
	SocketWait(slot, delay int)
	// SocketAttempt: the attempt-th attempt after SocketWait begins.
	SocketAttempt(slot, attempt int)
	// SocketRests: nothing is under way for the socket; it may be released.
	SocketRests(slot int)

	// TokenAuthenticate: emit `authenticate` with this token.
	TokenAuthenticate(slot int, id uint32)
	// TokenAccepted: the server has accepted this token, or a guest (0).
	TokenAccepted(slot int, id uint32, acceptance lifecycle.Acceptance)
	// TokenRefused: run onUnauthorized; Hook with this seq answers.
	TokenRefused(slot int, seq uint32, reason lifecycle.Reason, fatal bool)
	// TokenAcknowledge: call the callbacks that the server waits for, then Acknowledged.
	TokenAcknowledge(slot int)
	// TokenExpired: run onExpired.
	TokenExpired(slot int)
	// TokenRedirect: leave the page, if the options say so.
	TokenRedirect(slot int, reason lifecycle.Reason)
	// TokenSettled: settle the promises of reauthenticate(). Neither ok nor a reason: the user has disconnected.
	TokenSettled(slot int, ok bool, reason lifecycle.Reason)
	// TokenUse: this is the token that travels, in the handshake or in CONNECT.
	TokenUse(slot int, id uint32)
}
