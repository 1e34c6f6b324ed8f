/** The classic script. */
import core from "../../build/core.hex";
import { useCore } from "./bridge/start.js";
import { wasmCore } from "./bridge/wasm.js";
import "./global.js";

useCore(wasmCore(core));
