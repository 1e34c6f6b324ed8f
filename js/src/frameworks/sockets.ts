/** Code that the frameworks' entries share. It has no code of the client: it gets sockets as arguments. */
import type { SessionStore, Socket } from "../../types/index.js";
import { nothing } from "../idle.js";

// any: the maps of events and the claims are for the user to type.
export type AnySocket = Socket<any, any, any>;
export type MaybeSocket = AnySocket | null | undefined;

/** Opens a socket. Components that give the same function share the socket. */
export type Open<S extends AnySocket = AnySocket> = () => S;

/** Opens a socket for a value of a component, such as a room's name. The component shares it with no other. */
export type OpenFor<T, S extends AnySocket = AnySocket> = (value: T) => S;

interface Shared {
  socket: AnySocket;
  users: number;
}

const shared = new WeakMap<Open, Shared>();
/** How many functions in use return a socket. Several may return one that was made at the top of a module. */
const holders = new WeakMap<AnySocket, number>();
/** Sockets that were disconnected here. A function may return one of them again. */
const left = new WeakSet<AnySocket>();

/** The function's socket, while it is in use. */
export const socketOf = <S extends AnySocket>(open: Open<S>): S | undefined => shared.get(open)?.socket as S | undefined;

function hold(socket: AnySocket, change: number): number {
  const count = (holders.get(socket) || 0) + change;
  holders.set(socket, count);
  return count;
}

function opened(open: Open): Shared {
  const socket = open();
  if (!socket) throw new TypeError("socketio-jwt-wasm: the function that opens the socket must return it");
  const mine = { socket, users: 0 };
  shared.set(open, mine);
  hold(socket, 1);
  return mine;
}

/**
 * Uses the function's socket, and opens it for the first use. Returns a function that ends this use. The socket disconnects
 * in the microtask after its last use has ended: a component that is removed and mounted again at once, as by React's
 * StrictMode or by a change of pages, keeps its connection.
 */
export function use(open: Open): () => void {
  const mine = shared.get(open) || opened(open);
  mine.users++;
  if (left.delete(mine.socket)) mine.socket.connect();
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    mine.users--;
    queueMicrotask(() => {
      if (mine.users || shared.get(open) != mine) return;
      shared.delete(open);
      if (hold(mine.socket, -1)) return;
      left.add(mine.socket);
      mine.socket.disconnect();
    });
  };
}

/**
 * Returns a function that uses a socket function and calls `show` with its socket. If the socket function throws, `show` gets
 * undefined in the microtask in which the last socket disconnects: frameworks may drop a change during an exception.
 */
export function showing<S extends AnySocket>(show: (socket: S | undefined) => void): (open: Open<S>) => () => void {
  let latest: Open<S>;
  return (open) => {
    latest = open;
    try {
      const leave = use(open);
      show(socketOf(open));
      return leave;
    } catch (e) {
      queueMicrotask(() => latest == open && show(undefined));
      throw e;
    }
  };
}

/** Calls `listener` at each event, until the returned function is called. */
export function listen(socket: MaybeSocket, event: string, listener: (...args: any[]) => void): () => void {
  socket?.on(event, listener);
  return () => {
    socket?.off(event, listener);
  };
}

const empty: SessionStore = { getSnapshot: () => nothing, subscribe: () => () => {} };

/** The store of a socket's session; without a socket, the store of an idle session. */
export const sessionOf = (socket: MaybeSocket): SessionStore => socket?.session || empty;

/** Returns a function that calls `make` once for each socket and keeps its result as long as the socket. */
export function perSocket<T>(make: (socket: AnySocket) => T): (socket: AnySocket) => T {
  const made = new WeakMap<AnySocket, T>();
  return (socket) => {
    let known = made.get(socket);
    if (!known) made.set(socket, (known = make(socket)));
    return known;
  };
}
