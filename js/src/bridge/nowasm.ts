/** The core as JavaScript, which wasm2js makes of the same program. */
import type { Core, CoreMaker, Tell } from "./core.js";

/** What wasm2js leaves to its host: the calls of the program, and moving bytes, which it has no instruction for. */
interface Imports {
  tell: Tell;
  abort(): never;
  memcpy(to: number, from: number, n: number): number;
  memmove(to: number, from: number, n: number): number;
  memset(at: number, value: number, n: number): number;
}

export function jsCore(instantiate: (imports: Imports) => Core): CoreMaker {
  return (tell) => {
    const bytes = () => new Uint8Array(core.memory.buffer);
    const move = (to: number, from: number, n: number) => {
      bytes().copyWithin(to, from >>> 0, (from >>> 0) + n);
      return to;
    };
    const core: Core = instantiate({
      tell,
      abort() {
        throw new Error("unreachable");
      },
      memcpy: move,
      memmove: move,
      memset(at, value, n) {
        bytes().fill(value, at >>> 0, (at >>> 0) + n);
        return at;
      },
    });
    let { buffer } = core.memory;
    core.grown = () => buffer != (buffer = core.memory.buffer);
    return core;
  };
}
