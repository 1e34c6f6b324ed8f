/**
 * What Go's runtime asks of its host (the toolchain's wasm_exec.js, runtime/sys_wasm.go, lock_js.go), by the names that
 * internal/freeze/start.go gives it. The program has begun when the package was built, so that little of it is called: the
 * clock, and the text of a fatal error. Arguments and results stand in memory behind sp.
 */
import { lose } from "./page.js";

export function runtime(memory: () => ArrayBuffer): Record<string, (sp: number) => void> {
  const view = () => new DataView(memory());
  const word = (at: number) => view().getUint32(at, true);
  return {
    exit: lose,
    write: (sp) => console.error(new TextDecoder().decode(new Uint8Array(memory(), word(sp + 16), word(sp + 24)))),
    // When the program began its clock was at 1 ns.
    nanotime: (sp) => view().setBigInt64(sp + 8, BigInt(Math.floor(performance.now() * 1e6 + 2)), true),
    // That memory has grown: every export takes its views anew. A timer: nothing wakes Go but its exports, its only timer
    // is the one by which it would give memory back, which a WASM cannot. The time of day, for statistics. Random bytes,
    // which it has had.
    nothing() {},
  };
}
