// A core for tests of the bridge: it notes what it is called with, and does what a test tells it to.
import { leaf } from "./tools.mjs";

const { Memory } = await leaf("bridge/bridge.gen");

/** on.control(op, args, core), on.rx and on.tx run inside the core; core.tell(what, numbers) gives an effect. */
export function fakeCore(tell, on = {}) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const base = 1024;
  const view = () => new Float64Array(memory.buffer, base, Memory.Numbers);
  const core = {
    memory,
    calls: [],
    initialized: 0,
    _initialize: () => core.initialized++,
    shared: () => base,
    control() {
      const [op, , ...args] = view().slice(Memory.Operation, Memory.Effect);
      core.calls.push(op);
      on.control?.(op, args, core);
    },
    rx: (...args) => on.rx?.(args, core) ?? 0,
    tx: (...args) => on.tx?.(args, core) ?? 0,
    words: () => new Int32Array(memory.buffer, base + Memory.Numbers * 8, Memory.Words),
    units: () => new Uint16Array(memory.buffer, base + Memory.Numbers * 8 + Memory.Words * 4, Memory.Units),
    tell(what, told = []) {
      view().fill(0, Memory.Effect);
      view().set(told, Memory.Effect);
      tell(what);
    },
  };
  return core;
}
