/**
 * What Go's runtime asks of its host (the toolchain's wasm_exec.js, runtime/sys_wasm.go, lock_js.go). The program has
 * begun when the package was built (internal/freeze), so that little of it is called: the clock, memory that has grown, and
 * the text of a fatal error. Arguments and results stand in memory behind sp.
 */
import { lose } from "./page.js";

export function runtime(memory: () => ArrayBuffer): Record<string, (sp: number) => void> {
  const view = () => new DataView(memory());
  const word = (at: number) => view().getUint32(at, true);
  const bytes = (sp: number, size: number) => new Uint8Array(memory(), word(sp), size);
  const nothing = () => {};
  const put = (at: number, n: number) => view().setBigInt64(at, BigInt(Math.floor(n)), true);
  return {
    "runtime.wasmExit": lose,
    "runtime.wasmWrite": (sp) => console.error(new TextDecoder().decode(bytes(sp + 16, word(sp + 24)))),
    // When the program began its clock was at 1 ns.
    "runtime.nanotime1": (sp) => put(sp + 8, performance.now() * 1e6 + 2),
    "runtime.walltime": (sp) => {
      const ms = Date.now();
      put(sp + 8, ms / 1e3);
      view().setInt32(sp + 16, (ms % 1e3) * 1e6, true);
    },
    "runtime.getRandomData": (sp) => void crypto.getRandomValues(bytes(sp + 8, word(sp + 16))),
    // Every export takes its views anew.
    "runtime.resetMemoryDataView": nothing,
    // Nothing wakes Go but its exports: its only timer is the one by which it would give memory back, which a WASM cannot.
    "runtime.scheduleTimeoutEvent": nothing,
    "runtime.clearTimeoutEvent": nothing,
  };
}
