/** Handles a core that cannot be started or has trapped. Managers and sockets keep their listeners, buffers and tokens. */
import { CloseReason } from "../bridge/bridge.gen.js";
import { setDependents } from "../bridge/start.js";
import type { Manager } from "../manager.js";
import type { Socket } from "../socket.js";
import { managers, sockets, sources } from "../tables.js";

/** The reason of `disconnect` when the core had to be started anew. */
const CLIENT_FAULT = "client fault";

/** The sockets that the core before this one was to keep connected. */
let wanted: Socket[] = [];

setDependents({
  failed(error) {
    const wanting = [...sockets.clear(), ...wanted.splice(0)].filter((s) => s.active);
    const all = managers.clear();
    sources.clear().forEach((s) => s.forget());
    for (const s of wanting) s._lost(error);
    for (const m of all) abandon(m);
    for (const s of wanting) s._failed(error);
  },
  faulted() {
    const all = sockets.clear();
    sources.clear().forEach((s) => s.forget());
    const known = managers.clear();
    for (const s of all) s._lost(new Error("reauthenticate: the client's core had to be started anew"));
    for (const m of known) abandon(m);
    for (const s of all) if (s.connected) s._ended(CLIENT_FAULT, [CLIENT_FAULT], s.io.reconnection() as boolean);
    wanted = all.filter((s) => s.active);
  },
  restarted() {
    for (const s of wanted.splice(0)) s._resume();
  },
});

/** Closes a manager's connection. The manager registers with the next core again. */
function abandon(manager: Manager): void {
  manager._conn = -1;
  manager._reconnecting = false;
  manager.backoff._restarted();
  manager._bearer = manager._incoming.partial = undefined;
  manager._old?._abandon();
  manager._old = undefined;
  if (manager._readyState == "closed") return;
  manager._readyState = "closed";
  manager.engine._abandon();
  const ended = manager.engine._closed(CloseReason.None, CLIENT_FAULT);
  manager.emitReserved("close", CLIENT_FAULT);
  ended?.();
}
