/** The classic script without WebAssembly. */
import core from "../../build/core.js";
import { jsCore } from "./bridge/nowasm.js";
import { useCore } from "./bridge/start.js";
import "./global.js";

useCore(jsCore(core));
