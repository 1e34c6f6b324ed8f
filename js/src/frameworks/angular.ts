/** The entry socketio-jwt-wasm/angular. */
import { DestroyRef, ErrorHandler, Injector, PLATFORM_ID, computed, effect, inject, runInInjectionContext, signal, untracked, type Signal } from "@angular/core";
import type { SessionSnapshot } from "../../types/index.js";
import { nothing } from "../idle.js";
import { listen, perSocket, showing, socketOf, use, type AnySocket, type MaybeSocket, type Open, type OpenFor } from "./sockets.js";

type Source = MaybeSocket | (() => MaybeSocket);

/** The session of a socket. */
const signalOf = perSocket(({ session: { getSnapshot, subscribe } }) => {
  const made = signal(getSnapshot());
  subscribe(() => made.set(getSnapshot()));
  return made;
});

/** Opens the socket at once, in the injection context, except on a server. A socket for a value opens in an effect. */
export function injectSocket<S extends AnySocket, T>(open: OpenFor<T, S>, value?: () => T): S | undefined | Signal<S | undefined> {
  const inBrowser = inject(PLATFORM_ID) == "browser";
  if (value) return socketFor(open, value, inBrowser);
  if (!inBrowser) return;
  const own = open as Open<S>;
  inject(DestroyRef).onDestroy(use(own));
  return socketOf(own);
}

/** A signal of the socket for a value. A change of the value replaces the socket. */
function socketFor<S extends AnySocket, T>(open: OpenFor<T, S>, value: () => T, inBrowser: boolean): Signal<S | undefined> {
  const socket = signal<S | undefined>(undefined);
  if (!inBrowser) return socket.asReadonly();
  const injector = inject(Injector);
  const followed = computed(value);
  const shown = showing<S>((now) => socket.set(now));
  effect((onCleanup) => {
    const now = followed();
    untracked(() => {
      try {
        onCleanup(shown(() => runInInjectionContext(injector, () => open(now))));
      } catch (e) {
        injector.get(ErrorHandler).handleError(e); // an effect that throws stops its view
      }
    });
  });
  return socket.asReadonly();
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
