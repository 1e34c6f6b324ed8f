/** The ES module without WebAssembly. */
import core from "../../build/core.js";
import { jsCore } from "./bridge/nowasm.js";
import { useCore } from "./bridge/start.js";

useCore(jsCore(core));

export * from "./api.js";
export { default } from "./api.js";
