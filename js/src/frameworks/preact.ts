/** The entry socketio-jwt-wasm/preact. */
import { Signal, computed, effect, signal, useSignal, type ReadonlySignal } from "@preact/signals";
import { useCallback, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { SessionSnapshot } from "../../types/index.js";
import { nothing } from "../idle.js";
import { listen, perSocket, socketOf, use, type AnySocket, type MaybeSocket, type Open } from "./sockets.js";

type Source = MaybeSocket | ReadonlySignal<MaybeSocket>;

const valueOf = (source: Source) => (source instanceof Signal ? source.value : source);

/** The session of a socket. */
export const sessionSignal: (socket: AnySocket) => ReadonlySignal<SessionSnapshot> = perSocket(({ session: { getSnapshot, subscribe } }) => {
  const made = signal(getSnapshot());
  subscribe(() => (made.value = getSnapshot()));
  return made;
});

/**
 * Opens the socket in an effect, which does not run on a server. It is a layout effect: Preact 10 runs others only after the
 * microtask in which a removed component disconnects the socket.
 */
export function useSocket<S extends AnySocket>(open: Open<S>, deps: readonly unknown[] = []): ReadonlySignal<S | undefined> {
  const own = useCallback(open, deps);
  const socket = useSignal<S | undefined>(undefined);
  useLayoutEffect(() => {
    const leave = use(own);
    socket.value = socketOf(own);
    return () => {
      socket.value = undefined;
      leave();
    };
  }, [own]);
  return socket;
}

export function useSession(source: Source): ReadonlySignal<SessionSnapshot> {
  return useMemo(
    () =>
      computed(() => {
        const socket = valueOf(source);
        return socket ? sessionSignal(socket).value : nothing;
      }),
    [source],
  );
}

export function useSocketEvent(source: Source, event: string, handler: (...args: any[]) => void): void {
  const latest = useRef(handler);
  latest.current = handler;
  // In the commit that opens the socket, so that no event is missed.
  useLayoutEffect(() => effect(() => listen(valueOf(source), event, (...args) => latest.current(...args))), [source, event]);
}
