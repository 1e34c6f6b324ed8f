package core

import (
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// Host does what the core wants. It notes the effects and does them, in this order, when
// End has returned: a call of the core from within would find it in the middle of its
// work.
//
// This list is the page's too: `go generate ./internal/bridge` makes Do and Host of
// js/src/bridge/bridge.gen.ts of it. Methods that begin with Engine, Manager, Socket and
// Token are one effect there, with EngineDo, ManagerDo, SocketDo and TokenDo.
type Host interface {
	// Wake: call Tick at this time; 0: not at all. It replaces the time before.
	Wake(at int64)
	// Link: open a transport. revision is what the handshake asks for, 0: 4, and any answer will do. probe: beside the
	// one in use, for an upgrade.
	Link(conn, link int, transport engineio.Transport, revision int, probe bool)
	// Ask: call the token function, for the attempt-th time. Token or TokenFailed with this call's number answers.
	Ask(source int, call uint32, attempt int, cause lifecycle.Cause)
	// Cancel: the answer to a call is not wanted any more.
	Cancel(source int, call uint32)

	// EngineClose: close a transport at once; nothing more is heard of it.
	EngineClose(conn, link int)
	// EngineFinish: send what is queued, and close. Finished answers.
	EngineFinish(conn, link int)
	// EngineSend: a packet of Engine.IO's own. probe: its text is "probe".
	EngineSend(conn, link int, packet engineio.PacketType, probe bool)
	// EngineFence: CONNECT for the fence's namespace (fenceNames); leave: DISCONNECT, as that namespace exists.
	EngineFence(conn, link, fence int, leave bool)
	// EnginePause: stop polling when nothing is in flight, and keep what is written. Paused answers.
	EnginePause(conn, link int)
	// EngineUse: packets go out over this transport.
	EngineUse(conn, link int)
	// EnginePinged: a heartbeat went by.
	EnginePinged(conn, link int)
	// EngineUpgrading: the probe was answered.
	EngineUpgrading(conn, link int)
	// EngineUpgraded: packets travel over the websocket.
	EngineUpgraded(conn, link int)
	// EngineUpgradeError: the probe failed; polling goes on.
	EngineUpgradeError(conn, link int)
	// EngineHandover: the next link opens the new connection, beside the one in use, which is the old one from now on.
	EngineHandover(conn, link int)
	// EngineStandby: the next link opens a standby beside the connection in use.
	EngineStandby(conn, link int)
	// EngineDeliver: read what the standby has kept, and keep what comes over the connection in use.
	EngineDeliver(conn, link int)
	// EngineRetire: the other connection is gone: read what the one in use has kept.
	EngineRetire(conn, link int)

	// ManagerOpen: the connection is open, with this revision of the protocol.
	ManagerOpen(conn int, reconnecting bool, revision int)
	// ManagerClose: it is closed.
	ManagerClose(conn int, reconnecting bool, reason lifecycle.CloseReason)
	// ManagerError: opening has failed. No reason: a lifecycle has given up the attempt, for lack of a token.
	ManagerError(conn int, reconnecting bool, reason lifecycle.CloseReason)
	// ManagerReconnectAttempt: tell the listeners, then Continue.
	ManagerReconnectAttempt(conn int, reconnecting bool, attempt int)
	// ManagerWait: another attempt begins after so many ms.
	ManagerWait(conn int, reconnecting bool, delay int)
	// ManagerReconnect: the attempt-th one has worked.
	ManagerReconnect(conn int, reconnecting bool, attempt int)
	// ManagerReconnectError: an attempt has failed.
	ManagerReconnectError(conn int, reconnecting bool)
	// ManagerReconnectFailed: there will be no other.
	ManagerReconnectFailed(conn int, reconnecting bool)
	// ManagerTakesAll: the server has each namespace that is asked for. Managers that are made for it from now on are to
	// be told (ManagerOptions.TakesAll).
	ManagerTakesAll(conn int, reconnecting bool)

	// SocketConnect: send CONNECT. standby: over the standby. fresh: the old session must not be recovered.
	SocketConnect(slot int, standby, fresh bool)
	// SocketDisconnect: send DISCONNECT.
	SocketDisconnect(slot int)
	// SocketFlush: send what is held. moved: what was emitted over the connection before is not answered any more.
	SocketFlush(slot int, moved bool)
	// SocketConnected: the namespace is connected. silent: the user has not noticed that it was not.
	SocketConnected(slot int, silent bool)
	// SocketClosed: it is not connected any more. goesOn: the server has ended the connection, not the session: another
	// token is asked for, or what the server refused may pass.
	SocketClosed(slot int, reason lifecycle.CloseReason, goesOn bool)
	// SocketError: the attempt has failed.
	SocketError(slot int)
	// SocketWait: its attempt has failed and its connection stays: another one begins after so many ms.
	SocketWait(slot, delay int)
	// SocketAttempt: the attempt-th one of those begins.
	SocketAttempt(slot, attempt int)
	// SocketRests: nothing is under way for it; it may be released.
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
