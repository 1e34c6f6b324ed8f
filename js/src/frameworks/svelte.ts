/** The entry socketio-jwt-wasm/svelte. */
import { onMount } from "svelte";
import { fromStore, readable, toStore, writable, type Readable } from "svelte/store";
import type { SessionSnapshot } from "../../types/index.js";
import { nothing } from "../idle.js";
import { listen, sessionOf, socketOf, use, type AnySocket, type MaybeSocket, type Open } from "./sockets.js";

type Source = MaybeSocket | Readable<MaybeSocket> | (() => MaybeSocket);

/** A store that runes read, too. */
function current<T>({ subscribe }: Readable<T>) {
  const runes = fromStore({ subscribe });
  return {
    subscribe,
    get current(): T {
      return runes.current;
    },
  };
}

/** Calls `begin` with the socket, and with each that takes its place; what it returns ends that. */
function follow(source: Source, begin: (socket: MaybeSocket) => () => void): () => void {
  if (typeof source == "function") source = toStore(source);
  if (!source || !("subscribe" in source)) return begin(source);
  let end: (() => void) | undefined;
  const stop = source.subscribe((socket) => {
    end?.();
    end = begin(socket);
  });
  return () => {
    stop();
    end?.();
  };
}

/** Opens when its component is mounted, which on a server never happens. */
export function useSocket<S extends AnySocket>(open: Open<S>) {
  const socket = writable<S | undefined>();
  onMount(() => {
    const leave = use(open);
    socket.set(socketOf(open));
    return leave;
  });
  return current(socket);
}

export function useSession(source: Source) {
  return current(
    readable<SessionSnapshot>(nothing, (set) =>
      follow(source, (socket) => {
        const { getSnapshot, subscribe } = sessionOf(socket);
        set(getSnapshot());
        return subscribe(() => set(getSnapshot()));
      }),
    ),
  );
}

export function useSocketEvent(source: Source, event: string, handler: (...args: any[]) => void): void {
  onMount(() => follow(source, (socket) => listen(socket, event, handler)));
}
