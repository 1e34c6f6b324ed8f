/** The ES module. */
import { beside } from "./load.js";

// Written out so that bundlers see it, copy the WASM and put its new name here.
beside(new URL("./socketio-jwt.wasm", import.meta.url));

export * from "./api.js";
export { default } from "./api.js";
