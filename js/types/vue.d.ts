// Types of socketio-jwt-wasm/vue.
import type { SessionSnapshot, Socket, SocketEventName, SocketListener } from "socketio-jwt-wasm";
import type { MaybeRefOrGetter, ShallowRef } from "vue";

/**
 * The socket that `open` opens when the component is mounted; `undefined` before that, and on a server. Components that give
 * the same function use one socket. It is disconnected when the scope of the last of them is disposed of.
 */
declare function useSocket<S extends Socket<any, any, any>>(open: () => S): Readonly<ShallowRef<S | undefined>>;

/**
 * The same for a value, such as a prop (`() => props.room`): `open` gets it, and the socket is the component's own. When the
 * value changes, the component leaves the socket and opens another one.
 */
declare function useSocket<S extends Socket<any, any, any>, T>(open: (value: T) => S, value: MaybeRefOrGetter<T>): Readonly<ShallowRef<S | undefined>>;

/** The socket's session. Without a socket: status `idle`. */
declare function useSession<Claims = Record<string, any>>(
  socket: MaybeRefOrGetter<Socket<any, any, Claims> | null | undefined>,
): Readonly<ShallowRef<SessionSnapshot<Claims>>>;

/** Calls the handler at each event until the scope is disposed of. */
declare function useSocketEvent<Listen extends Record<string, any>, Ev extends SocketEventName<Listen>>(
  socket: MaybeRefOrGetter<Socket<Listen, any, any> | null | undefined>,
  event: Ev,
  handler: SocketListener<Listen, Ev>,
): void;

export { useSession, useSocket, useSocketEvent };
