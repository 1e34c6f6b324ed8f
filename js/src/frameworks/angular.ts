/** The entry socketio-jwt-wasm/angular. */
import { DestroyRef, PLATFORM_ID, computed, effect, inject, signal, type Signal, type WritableSignal } from "@angular/core";
import type { SessionSnapshot } from "../../types/index.js";
import { nothing } from "../idle.js";
import { listen, socketOf, use, type AnySocket, type Open } from "./sockets.js";

type MaybeSocket = AnySocket | null | undefined;
type Source = MaybeSocket | (() => MaybeSocket);

const signals = new WeakMap<AnySocket, WritableSignal<SessionSnapshot>>();

/** One for each socket, which lives as long as the socket does. */
function signalOf(socket: AnySocket): Signal<SessionSnapshot> {
  let known = signals.get(socket);
  if (!known) {
    const { getSnapshot, subscribe } = socket.session;
    const made = (known = signal(getSnapshot()));
    signals.set(socket, made);
    subscribe(() => made.set(getSnapshot()));
  }
  return known;
}

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
