/**
 * The classic script with a core that traps when a test says so: `traps.control = 1` makes the next call of control() one
 * that ends in a real trap of the WebAssembly. It also lets tests look at the core's memory and into the tables.
 */
import core from "../../build/core-faults.hex";
import type { Core } from "../src/bridge/core.js";
import { useCore } from "../src/bridge/start.js";
import { wasmCore } from "../src/bridge/wasm.js";
import { managers, sockets, sources } from "../src/tables.js";
import "../src/global.js";

const traps: Record<string, number> = {};
const make = wasmCore(core);

useCore((tell) => {
  const real = make(tell) as Core & { fault(): number };
  const wrap =
    (name: "control" | "rx" | "tx") =>
    (...args: number[]): any => {
      if (traps[name]! > 0) {
        traps[name]!--;
        real.fault();
      }
      return (real[name] as any)(...args);
    };
  Object.assign(globalThis, { coreBytes: () => real.memory.buffer.byteLength });
  return { memory: real.memory, _initialize: real._initialize, shared: real.shared, control: wrap("control"), rx: wrap("rx"), tx: wrap("tx") };
});

Object.assign(globalThis, { traps, known: () => ({ managers: managers.all().length, sockets: sockets.all().length, sources: sources.all().length }) });
