/** What the frameworks' entries share. It holds nothing of the client: sockets are given to it. */
import type { SessionStore, Socket } from "../../types/index.js";
import { nothing } from "../idle.js";

// any: the maps of events and the claims are for the user to type.
export type AnySocket = Socket<any, any, any>;
export type MaybeSocket = AnySocket | null | undefined;

/** Opens a socket. Components that give the same function share the socket. */
export type Open<S extends AnySocket = AnySocket> = () => S;

/** Opens a socket for a value that a component follows: a room's name, say. Such a socket is the component's own. */
export type OpenFor<T, S extends AnySocket = AnySocket> = (value: T) => S;

interface Shared {
  socket: AnySocket;
  users: number;
}

const shared = new WeakMap<Open, Shared>();
/** How many functions in use have given a socket. One that is made at the top of a module may come from several. */
const holders = new WeakMap<AnySocket, number>();
/** Sockets that were disconnected here. A function may give one of them again. */
const left = new WeakSet<AnySocket>();

/** The function's socket, while somebody uses it. */
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
 * Uses the function's socket, and opens it for the first user. Returns what ends this use. The socket is disconnected in the
 * microtask after the last use of it has ended: a component that is removed and put back at once, as by React's StrictMode
 * or by a change of pages, keeps its connection.
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
 * Gives what uses a function's socket and shows it, one function after the other. If a function throws, none is shown from
 * the microtask on in which the socket before is disconnected: frameworks may drop what changes while they handle an exception.
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

/** Calls `listener` at each event, until the function returned is called. */
export function listen(socket: MaybeSocket, event: string, listener: (...args: any[]) => void): () => void {
  socket?.on(event, listener);
  return () => {
    socket?.off(event, listener);
  };
}

const empty: SessionStore = { getSnapshot: () => nothing, subscribe: () => () => {} };

/** The store of a socket's session; without a socket an idle one. */
export const sessionOf = (socket: MaybeSocket): SessionStore => socket?.session || empty;

/** Gives what `make` has made for a socket: one for each socket, which lives as long as the socket does. */
export function perSocket<T>(make: (socket: AnySocket) => T): (socket: AnySocket) => T {
  const made = new WeakMap<AnySocket, T>();
  return (socket) => {
    let known = made.get(socket);
    if (!known) made.set(socket, (known = make(socket)));
    return known;
  };
}
