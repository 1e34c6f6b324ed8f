/** The entry socketio-jwt-wasm/svelte. */
import { onMount, untrack } from "svelte";
import { fromStore, readable, toStore, writable, type Readable } from "svelte/store";
import type { SessionSnapshot } from "../../types/index.js";
import { nothing } from "../idle.js";
import { listen, sessionOf, showing, type AnySocket, type MaybeSocket, type Open, type OpenFor } from "./sockets.js";

type Source = MaybeSocket | Readable<MaybeSocket> | (() => MaybeSocket);

/** A store whose value runes can read, too. */
function current<T>({ subscribe }: Readable<T>) {
  const runes = fromStore({ subscribe });
  return {
    subscribe,
    get current(): T {
      return runes.current;
    },
  };
}

/** Calls `begin` with a store's value and each later one; the function that it returns ends the use of that value. */
function followStore<T>(store: Readable<T>, begin: (value: T) => () => void): () => void {
  let end: (() => void) | undefined;
  const stop = store.subscribe((value) => {
    end?.();
    end = begin(value);
  });
  return () => {
    stop();
    end?.();
  };
}

/**
 * Returns a function that calls `begin` with the socket of a source, and with each socket that replaces it. Call follower()
 * while the component is set up, as it makes a store of a function: Svelte drops the effects of a store that was made in an
 * effect when that effect runs again.
 */
function follower(source: Source): (begin: (socket: MaybeSocket) => () => void) => () => void {
  const followed = typeof source == "function" ? toStore(source) : source;
  return (begin) => (followed && "subscribe" in followed ? followStore(followed, begin) : begin(followed));
}

/** Opens the socket when its component is mounted, so never on a server. */
export function useSocket<S extends AnySocket, T>(open: OpenFor<T, S>, value?: Readable<T> | (() => T)) {
  const socket = writable<S | undefined>();
  const begin = showing<S>(socket.set);
  onMount(() => {
    if (!value) return begin(open as Open<S>);
    let mounted = false;
    const leave = followStore(typeof value == "function" ? toStore(value) : value, (now) => {
      try {
        // The value's effect follows what it reads, and begins anew with the same object: it shall not follow what open() reads.
        return untrack(() => begin(() => open(now)));
      } catch (e) {
        if (!mounted) throw e;
        // Reported, not thrown: a subscriber that throws stops all of Svelte's stores.
        queueMicrotask(() => {
          throw e;
        });
        return () => {};
      }
    });
    mounted = true;
    return leave;
  });
  return current(socket);
}

export function useSession(source: Source) {
  const follow = follower(source);
  return current(
    readable<SessionSnapshot>(nothing, (set) =>
      follow((socket) => {
        const { getSnapshot, subscribe } = sessionOf(socket);
        set(getSnapshot());
        return subscribe(() => set(getSnapshot()));
      }),
    ),
  );
}

export function useSocketEvent(source: Source, event: string, handler: (...args: any[]) => void): void {
  const follow = follower(source);
  onMount(() => follow((socket) => listen(socket, event, handler)));
}
