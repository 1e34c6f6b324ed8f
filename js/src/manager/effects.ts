/** Performs the core's effects on a manager. */
import { control, defer, whenDone } from "../bridge/calls.js";
import { CloseReason, Do, ManagerDo, Op, closeReasons, type ManagerEffect } from "../bridge/bridge.gen.js";
import { transportError } from "../engine/errors.js";
import { rememberWildcard } from "../engine/wildcard.js";
import type { Manager } from "../manager.js";
import type { Socket } from "../socket.js";
import { rests, tries, waits } from "../socket/effects.js";
import { managers } from "../tables.js";

defer(Do.Manager, (conn, reconnecting, ...effect) => {
  const manager = managers.get(conn);
  if (!manager) return;
  manager._reconnecting = !!reconnecting;
  perform(manager, effect);
});

function perform(manager: Manager, effect: ManagerEffect): void {
  switch (effect[0]) {
    case ManagerDo.Open:
      return opened(manager, effect[1]);
    case ManagerDo.Close:
      return closed(manager, effect[1]);
    case ManagerDo.Error:
      return failed(manager, effect[1]);
    case ManagerDo.ReconnectAttempt:
      manager.backoff._begun(effect[1]);
      tellSessions(manager, tries, effect[1]);
      manager.emitReserved("reconnect_attempt", effect[1]);
      manager._configure();
      return control(Op.Continue, manager._conn);
    case ManagerDo.Wait:
      manager.backoff._planned();
      // Or it waits no more, because reconnection has been turned off.
      return manager._reconnecting ? tellSessions(manager, waits, Date.now() + effect[1]) : tellSessions(manager, rests);
    case ManagerDo.Reconnect:
      manager.backoff._restarted();
      manager.emitReserved("reconnect", effect[1]);
      return;
    case ManagerDo.ReconnectError:
      manager.backoff._planned();
      manager.emitReserved("reconnect_error", manager._error);
      return;
    case ManagerDo.Wildcard:
      return rememberWildcard(manager);
    case ManagerDo.ReconnectFailed:
      manager.backoff._restarted();
      whenDone(manager);
      manager.emitReserved("reconnect_failed");
  }
}

function opened(manager: Manager, revision: number): void {
  const { engine } = manager;
  manager._readyState = "open";
  manager._closedByUser = false;
  if (!manager._old) manager._incoming.partial = undefined;
  manager._error = undefined;
  engine._opened(revision);
  manager.emitReserved("open");
  manager.engine.emitReserved("open");
  manager._settle();
}

function closed(manager: Manager, reason: CloseReason): void {
  const { engine, _reconnection: reconnection } = manager;
  const text = closeReasons[reason];
  manager._readyState = "closed";
  manager.backoff._restarted();
  if (manager.opts.parser) {
    manager.decoder.destroy?.();
    manager._incoming.decodeAnew();
  }
  if (reason == CloseReason.TransportError) {
    manager._lost = engine?._error || new Error(text);
    manager.emitReserved("error", manager._lost);
    manager._lost = undefined;
  }
  whenDone(manager);
  const why = engine?._why(reason, text) || [text];
  let ended = engine?._closed(reason, text);
  // What cannot be read is the manager's to find, which closes the engine then.
  if (reason == CloseReason.Parse) ended = ended?.() as undefined;
  manager.emitReserved("close", ...why);
  if (!reconnection && manager._reconnection) manager.reconnect(); // a listener has turned reconnection on
  ended?.();
}

/** An attempt to connect has failed; CloseReason.None: for lack of a token. */
function failed(manager: Manager, reason: CloseReason): void {
  const text = closeReasons[reason] || "no token";
  const error = (manager._error = reason == CloseReason.Timeout ? new Error(text) : manager.engine?._error || transportError({ message: text }));
  manager._readyState = "closed";
  manager.backoff._failed();
  whenDone(manager);
  const ended = manager.engine?._closed(reason, text);
  // Sockets whose token was missing have been told why; of the others' failures they hear themselves.
  if (!reason && !manager._reconnecting) tellSessions(manager, rests);
  manager.emitReserved("error", error);
  manager._settle(error);
  ended?.();
}

/** Tells the sessions of the sockets that are to be connected. */
function tellSessions(manager: Manager, told: (socket: Socket, n: number) => void, n = 0): void {
  for (const socket of Object.values(manager.nsps)) if (socket.active) told(socket, n);
}
