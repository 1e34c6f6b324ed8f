/** The entry socketio-jwt-wasm/react. */
import { useCallback, useEffect, useInsertionEffect, useRef, useSyncExternalStore } from "react";
import type { SessionSnapshot } from "../../types/index.js";
import { listen, sessionOf, socketOf, use, type AnySocket, type MaybeSocket, type Open } from "./sockets.js";

const none = () => undefined;

/** Opens the socket in an effect: discarded renders and servers open nothing. */
export function useSocket<S extends AnySocket>(open: Open<S>, deps: readonly unknown[] = []): S | undefined {
  const own = useCallback(open, deps);
  const subscribe = useCallback(
    (changed: () => void) => {
      const leave = use(own);
      changed();
      return leave;
    },
    [own],
  );
  return useSyncExternalStore(subscribe, () => socketOf(own), none);
}

export function useSession(socket: MaybeSocket): SessionSnapshot {
  const { subscribe, getSnapshot } = sessionOf(socket);
  return useSyncExternalStore(subscribe, getSnapshot, sessionOf(null).getSnapshot);
}

export function useSocketEvent(socket: MaybeSocket, event: string, handler: (...args: any[]) => void): void {
  const latest = useRef(handler);
  // Before any effect of this commit, and not in a render that React may discard.
  useInsertionEffect(() => {
    latest.current = handler;
  });
  useEffect(() => listen(socket, event, (...args) => latest.current(...args)), [socket, event]);
}
