/** The classic script: window.SocketIOJWT. A module namespace, which esbuild would make of it, has 300 bytes of getters. */
import io, { Fetch, Manager, Socket, UnauthorizedError, WebSocket, WebTransport, load, protocol, version } from "./api.js";
import { ahead } from "./load.js";

// A script knows its address only while it runs; that is where the WASM lies beside it. An inline one has none.
try {
  ahead(new URL("./socketio-jwt.wasm", (document.currentScript as HTMLScriptElement).src));
} catch (e) {}

(globalThis as any).SocketIOJWT = {
  default: io, io, connect: io, Manager, Socket, UnauthorizedError, load, protocol, version,
  Fetch, XHR: Fetch, NodeFetch: Fetch, NodeXHR: Fetch, WebSocket, NodeWebSocket: WebSocket, WebTransport,
};
