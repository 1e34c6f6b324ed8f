// Types of socketio-jwt-wasm/react.
import type { SessionSnapshot, Socket, SocketEventName, SocketListener } from "socketio-jwt-wasm";

/**
 * The socket that `open` opens; `undefined` on a server and in the first render. Components that give the same function use
 * one socket. It is disconnected when the last of them is unmounted.
 *
 * `open` is that of the first render until one of `deps` changes: then the old socket is left, and a new one opened.
 */
declare function useSocket<S extends Socket<any, any, any>>(open: () => S, deps?: readonly unknown[]): S | undefined;

/** The socket's session, rendered again at each change. Without a socket, and on a server: status `idle`. */
declare function useSession<Claims = Record<string, any>>(socket: Socket<any, any, Claims> | null | undefined): SessionSnapshot<Claims>;

/** Calls the handler of the latest render at each event while the component is mounted. */
declare function useSocketEvent<Listen extends Record<string, any>, Ev extends SocketEventName<Listen>>(
  socket: Socket<Listen, any, any> | null | undefined,
  event: Ev,
  handler: SocketListener<Listen, Ev>,
): void;

export { useSession, useSocket, useSocketEvent };
