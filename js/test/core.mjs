// A core for tests of the bridge: it notes what it is called with, and does what a test tells it to.
import { leaf } from "./tools.mjs";

const { Word } = await leaf("bridge/seam");

export const numbers = 21; // op, now, 14 arguments, 5 numbers of an effect

/** on.control(op, args, core), on.rx and on.tx run inside the core; core.tell(what, numbers, text) gives an effect. */
export function fakeCore(tell, on = {}) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const base = 1024;
  const view = () => new Float64Array(memory.buffer, base, numbers);
  const core = {
    memory,
    calls: [],
    initialized: 0,
    _initialize: () => core.initialized++,
    shared: () => base,
    control() {
      const [op, , ...args] = view().slice(0, 16);
      core.calls.push(op);
      on.control?.(op, args, core);
    },
    rx: (...args) => on.rx?.(args, core) ?? 0,
    tx: (...args) => on.tx?.(args, core) ?? 0,
    words: () => new Int32Array(memory.buffer, base + numbers * 8, Word.Count),
    units: () => new Uint16Array(memory.buffer, base + numbers * 8 + Word.Count * 4, 1024),
    tell(what, told = [], text = "") {
      view().set(Array.from({ length: 5 }, (_, i) => told[i] ?? 0), 16);
      const at = 60_000;
      new Uint8Array(memory.buffer, at).set(new TextEncoder().encode(text));
      tell(what, at, text.length);
    },
  };
  return core;
}
