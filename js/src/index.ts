/** The ES module. */
import { ahead } from "./load.js";

// Written out so that bundlers see it, copy the WASM and put its new name here. One that knows no import.meta (a classic
// script made of modules) leaves an address that is none: then it takes load({ wasm }).
try {
  ahead(new URL("./socketio-jwt.wasm", import.meta.url));
} catch (e) {}

export * from "./api.js";
export { default } from "./api.js";
