/** What the classic scripts set: window.SocketIOJWT. A module namespace, which esbuild would make of it, has 300 bytes of getters. */
import io, { Fetch, Manager, Socket, UnauthorizedError, WebSocket, WebTransport, load, protocol, version } from "./api.js";

(globalThis as { SocketIOJWT?: object }).SocketIOJWT = {
  default: io, io, connect: io, Manager, Socket, UnauthorizedError, load, protocol, version,
  Fetch, XHR: Fetch, NodeFetch: Fetch, NodeXHR: Fetch, WebSocket, NodeWebSocket: WebSocket, WebTransport,
};
