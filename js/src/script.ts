/** The classic script. */
import core from "../../build/core.wasm";
import { useCore } from "./bridge/start.js";
import { wasmCore } from "./bridge/wasm.js";
import "./global.js";

useCore(wasmCore(core));
