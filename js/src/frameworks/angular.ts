/** The entry socketio-jwt-wasm/angular. */
import { DestroyRef, PLATFORM_ID, computed, effect, inject, signal, type Signal } from "@angular/core";
import type { SessionSnapshot } from "../../types/index.js";
import { nothing } from "../idle.js";
import { listen, perSocket, socketOf, use, type AnySocket, type MaybeSocket, type Open } from "./sockets.js";

type Source = MaybeSocket | (() => MaybeSocket);

/** The session of a socket. */
const signalOf = perSocket(({ session: { getSnapshot, subscribe } }) => {
  const made = signal(getSnapshot());
  subscribe(() => made.set(getSnapshot()));
  return made;
});

/** Opens at once, in the injection context, but for a server. */
export function injectSocket<S extends AnySocket>(open: Open<S>): S | undefined {
  if (inject(PLATFORM_ID) != "browser") return;
  inject(DestroyRef).onDestroy(use(open));
  return socketOf(open);
}

export function sessionSignal(source: Source): Signal<SessionSnapshot> {
  return computed(() => {
    const socket = typeof source == "function" ? source() : source;
    return socket ? signalOf(socket)() : nothing;
  });
}

export function onSocketEvent(source: Source, event: string, handler: (...args: any[]) => void): void {
  if (typeof source == "function") effect((onCleanup) => onCleanup(listen(source(), event, handler)));
  else inject(DestroyRef).onDestroy(listen(source, event, handler));
}
