// Types of socketio-jwt-wasm/angular.
import type { Signal } from "@angular/core";
import type { SessionSnapshot, Socket, SocketEventName, SocketListener } from "socketio-jwt-wasm";

type SocketSource<S> = S | null | undefined | (() => S | null | undefined);

/**
 * The socket that `open` opens; `undefined` on a server. In an injection context, in which `open` runs, too. Whoever gives
 * the same function uses the same socket. It is disconnected when the last of them is destroyed.
 */
declare function injectSocket<S extends Socket<any, any, any>>(open: () => S): S | undefined;

/**
 * The same for a value, such as an input: a signal of the socket, which has none before the first change detection. `open` gets
 * the value, and the socket is its injector's own. When the value changes, that socket is left and another one opened.
 */
declare function injectSocket<S extends Socket<any, any, any>, T>(open: (value: T) => S, value: () => T): Signal<S | undefined>;

/** The session of a socket, or of that which a signal has. Without a socket: status `idle`. Needs no injection context. */
declare function sessionSignal<Claims = Record<string, any>>(socket: SocketSource<Socket<any, any, Claims>>): Signal<SessionSnapshot<Claims>>;

/** Calls the handler at each event until the injection context, in which it is called, is destroyed. */
declare function onSocketEvent<Listen extends Record<string, any>, Ev extends SocketEventName<Listen>>(
  socket: SocketSource<Socket<Listen, any, any>>,
  event: Ev,
  handler: SocketListener<Listen, Ev>,
): void;

export { injectSocket, onSocketEvent, sessionSignal, type SocketSource };
