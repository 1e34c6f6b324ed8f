// Types of socketio-jwt-wasm/solid.
import type { SessionSnapshot, Socket, SocketEventName, SocketListener } from "socketio-jwt-wasm";
import type { Accessor } from "solid-js";

type SocketSource<S> = S | null | undefined | Accessor<S | null | undefined>;

/**
 * The socket that `open` opens when the component is mounted; `undefined` before that, and on a server. Components that give
 * the same function use one socket. It is disconnected when the owner of the last of them is disposed of.
 */
declare function createSocket<S extends Socket<any, any, any>>(open: () => S): Accessor<S | undefined>;

/**
 * The same for a value, such as a prop (`() => props.room`): `open` gets it, and the socket is the component's own. When the
 * value changes, the component leaves the socket and opens another one.
 */
declare function createSocket<S extends Socket<any, any, any>, T>(open: (value: T) => S, value: Accessor<T>): Accessor<S | undefined>;

/** The socket's session. Without a socket, and on a server: status `idle`. */
declare function createSession<Claims = Record<string, any>>(socket: SocketSource<Socket<any, any, Claims>>): Accessor<SessionSnapshot<Claims>>;

/** Calls the handler at each event until its owner is disposed of. */
declare function createSocketEvent<Listen extends Record<string, any>, Ev extends SocketEventName<Listen>>(
  socket: SocketSource<Socket<Listen, any, any>>,
  event: Ev,
  handler: SocketListener<Listen, Ev>,
): void;

export { createSession, createSocket, createSocketEvent, type SocketSource };
