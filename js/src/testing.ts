/** The entry socketio-jwt-wasm/testing: a server for unit tests of applications. It holds nothing of the client. */
export { FakeServer } from "./testing/server.js";
