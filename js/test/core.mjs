// A core for tests of the bridge: it notes what it is called with, and does what a test tells it to.
import { leaf } from "./tools.mjs";

const { Memory } = await leaf("bridge/bridge.gen");

/** How many numbers the core gives with each effect. */
const NUMBERS = 5;

/** on.control(op, args, core), on.rx and on.tx run inside the core; core.tell(what, numbers) gives an effect. */
export function fakeCore(tell, on = {}) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const base = 1024;
  const view = () => new Float64Array(memory.buffer, base, Memory.Arguments);
  const core = {
    memory,
    calls: [],
    initialized: 0,
    _initialize: () => core.initialized++,
    shared: () => base,
    control(op) {
      core.calls.push(op);
      on.control?.(op, [...view()], core);
    },
    rx: (...args) => on.rx?.(args, core) ?? 0,
    tx: (...args) => on.tx?.(args, core) ?? 0,
    words: () => new Int32Array(memory.buffer, base + Memory.Arguments * 8, Memory.Words),
    units: () => new Uint16Array(memory.buffer, base + Memory.Arguments * 8 + Memory.Words * 4, Memory.Units),
    tell: (what, told = []) => tell(what, ...told, ...Array(NUMBERS - told.length).fill(0)),
  };
  return core;
}
