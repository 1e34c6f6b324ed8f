// Types of socketio-jwt-wasm/preact.
import type { ReadonlySignal } from "@preact/signals";
import type { SessionSnapshot, Socket, SocketEventName, SocketListener } from "socketio-jwt-wasm";

type SocketSource<S> = S | null | undefined | ReadonlySignal<S | null | undefined>;

/**
 * The socket that `open` opens when the component is mounted; `undefined` before that, and on a server. Components that give
 * the same function use one socket. It is disconnected when the last of them is unmounted.
 *
 * `open` is that of the first render until one of `deps` changes: then the old socket is left, and a new one opened.
 */
declare function useSocket<S extends Socket<any, any, any>>(open: () => S, deps?: readonly unknown[]): ReadonlySignal<S | undefined>;

/** The socket's session. Without a socket: status `idle`. */
declare function useSession<Claims = Record<string, any>>(socket: SocketSource<Socket<any, any, Claims>>): ReadonlySignal<SessionSnapshot<Claims>>;

/** The same outside of components, for a socket that is there. */
declare function sessionSignal<Claims = Record<string, any>>(socket: Socket<any, any, Claims>): ReadonlySignal<SessionSnapshot<Claims>>;

/** Calls the handler of the latest render at each event while the component is mounted. */
declare function useSocketEvent<Listen extends Record<string, any>, Ev extends SocketEventName<Listen>>(
  socket: SocketSource<Socket<Listen, any, any>>,
  event: Ev,
  handler: SocketListener<Listen, Ev>,
): void;

export { sessionSignal, useSession, useSocket, useSocketEvent, type SocketSource };
