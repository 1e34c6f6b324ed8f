/** Performs the core's effects on a socket. */
import { ahead, defer, whenDone } from "../bridge/calls.js";
import { CloseReason, Do, SocketDo, closeReasons, type SocketEffect } from "../bridge/bridge.gen.js";
import { stillAnswers } from "../engine/handover.js";
import type { Socket } from "../socket.js";
import { changed } from "../session.js";
import { sockets } from "../tables.js";
import { abandonAnswers } from "./acks.js";
import { sendConnect, sendDisconnect } from "./namespace.js";
import { flush } from "./outgoing.js";
import { sendNext } from "./retries.js";

const performFor = (slot: number, ...effect: SocketEffect): void => {
  const socket = sockets.get(slot);
  if (socket) perform(socket, effect);
};
defer(Do.Socket, performFor);

/** Performs a pending effect on a socket before its turn, because the manager emits its own event for the same cause now. */
export function performAhead(socket: Socket, wanted: SocketDo): void {
  // Reasons from CloseReason.ByServer on end the subscription to the manager.
  ahead(performFor, (slot, what, reason) => slot == socket._slot && what == wanted && (what != SocketDo.Closed || reason < CloseReason.ByServer));
}

export function perform(socket: Socket, effect: SocketEffect): void {
  switch (effect[0]) {
    case SocketDo.Connect:
      return sendConnect(socket, !!effect[1], !!effect[2]);
    case SocketDo.Disconnect:
      return sendDisconnect(socket);
    case SocketDo.Flush:
      if (effect[1]) abandonAnswers(socket);
      flush(socket);
      return sendNext(socket);
    case SocketDo.Connected:
      return connected(socket, !!effect[1]);
    case SocketDo.Closed:
      return closed(socket, effect[1], !!effect[2]);
    case SocketDo.Wait:
      return waits(socket, Date.now() + effect[1]);
    case SocketDo.Attempt:
      return tries(socket, effect[1]);
    case SocketDo.Rests:
      return whenDone(socket);
    case SocketDo.Error:
      return failed(socket);
  }
}

/** The namespace is connected. `silent`: emit no `connect`, as no `disconnect` was emitted. */
function connected(socket: Socket, silent: boolean): void {
  const { id, pid } = socket._hello || {};
  socket._epoch++;
  socket.id = id;
  socket.recovered = !!pid && socket._pid === pid;
  socket._pid = pid;
  socket._refusal = undefined;
  if (silent) {
    if (!stillAnswers(socket.io)) abandonAnswers(socket);
    return;
  }
  socket.connected = true;
  socket._happened("connected", { recovered: socket.recovered }, { plain: !socket._token });
  for (const args of socket.receiveBuffer.splice(0)) socket._hear(args);
  flush(socket);
  sendNext(socket);
  socket.emitReserved("connect");
}

/** The namespace is not connected any more. `goesOn`: the session goes on, with another token or another attempt. */
function closed(socket: Socket, reason: CloseReason, goesOn: boolean): void {
  const text = closeReasons[reason];
  if (reason == CloseReason.ByServer && !goesOn) socket._active = false;
  if (socket._token) socket._token.accepted = false;
  socket._ended(text, socket.io.engine?._why(reason, text), goesOn);
}

/** Another attempt begins at `nextAttemptAt`, ms since 1970. */
export function waits(socket: Socket, nextAttemptAt: number): void {
  socket._happened("wait", { nextAttemptAt }, { nextAttemptAt });
}

/** The attempt-th attempt after one that failed begins. */
export function tries(socket: Socket, attempt: number): void {
  socket._happened("attempt", { attempt }, { attempt });
}

/** No attempt follows, though the socket is active. */
export function rests({ session }: Socket): void {
  session._change(changed(session.getSnapshot(), "disconnected"));
}

/** An attempt to connect has failed. */
function failed(socket: Socket): void {
  const { io } = socket;
  performAhead(socket, SocketDo.Closed);
  const refusal = socket._refusal;
  socket._refusal = undefined;
  if (refusal) {
    socket._active = false;
    if (io.engine?._generation.plainRefusals) socket.emitReserved("error", refusal.data);
  }
  // Without either, the handshake was answered by 401: Token emits that error.
  const error = refusal || io._error;
  if (error) tellFailure(socket, error);
}

export function tellFailure(socket: Socket, error: Error): void {
  socket._happened("connect_error", { message: error.message }, { error, active: socket._awaits(false) });
  socket.emitReserved("connect_error", error);
}
