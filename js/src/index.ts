/** The ES module. */
import core from "../../build/core.hex";
import { useCore } from "./bridge/start.js";
import { wasmCore } from "./bridge/wasm.js";

useCore(wasmCore(core));

export * from "./api.js";
export { default } from "./api.js";
