// Types of socketio-jwt-wasm/svelte.
import type { SessionSnapshot, Socket, SocketEventName, SocketListener } from "socketio-jwt-wasm";
import type { Readable } from "svelte/store";

/** A store, `$socket`, which runes read as `socket.current`. */
interface Current<T> extends Readable<T> {
  readonly current: T;
}

/** A socket, a store of one, or a function that reads one from runes. */
type SocketSource<S> = S | null | undefined | Readable<S | null | undefined> | (() => S | null | undefined);

/**
 * The socket that `open` opens when the component is mounted; `undefined` before that, and on a server. Components that give
 * the same function use one socket. It is disconnected when the last of them is destroyed.
 */
declare function useSocket<S extends Socket<any, any, any>>(open: () => S): Current<S | undefined>;

/**
 * The same for a value, such as a prop (`() => room`) or a store's: `open` gets it, and the socket is the component's own.
 * When the value changes, the component leaves the socket and opens another one.
 */
declare function useSocket<S extends Socket<any, any, any>, T>(open: (value: T) => S, value: Readable<T> | (() => T)): Current<S | undefined>;

/** The socket's session. Without a socket: status `idle`. */
declare function useSession<Claims = Record<string, any>>(socket: SocketSource<Socket<any, any, Claims>>): Current<SessionSnapshot<Claims>>;

/** Calls the handler at each event while the component is mounted. */
declare function useSocketEvent<Listen extends Record<string, any>, Ev extends SocketEventName<Listen>>(
  socket: SocketSource<Socket<Listen, any, any>>,
  event: Ev,
  handler: SocketListener<Listen, Ev>,
): void;

export { useSession, useSocket, useSocketEvent, type Current, type SocketSource };
