// Making a core: what forbids it is said, and where the browser compiles in its own time only, that is awaited.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { leaf, root } from "./tools.mjs";

const { wasmCore } = await leaf("bridge/wasm");
const { jsCore } = await leaf("bridge/nowasm");
const hex = (await readFile(`${root}build/core.wasm`)).toString("hex");
const tell = () => {};
const { WebAssembly } = globalThis;

/** Runs fn with another WebAssembly. */
async function instead(fields, fn) {
  globalThis.WebAssembly = fields && { __proto__: WebAssembly, ...fields };
  try {
    return await fn();
  } finally {
    globalThis.WebAssembly = WebAssembly;
  }
}
/** A constructor that fails. */
const failing = (error) =>
  class {
    constructor() {
      throw error;
    }
  };

test("the WASM is compiled once, and each core has its own memory", () => {
  let compiled = 0;
  return instead({ Module: function (bytes) { compiled++; return new WebAssembly.Module(bytes); } }, () => {
    const make = wasmCore(hex);
    const [a, b] = [make(tell), make(tell)];
    assert.equal(compiled, 1);
    assert.notEqual(a.memory.buffer, b.memory.buffer);
    a._initialize();
    assert.ok(a.shared() > 0);
  });
});

for (const [what, fields, says] of [
  ["no WebAssembly", undefined, /no WebAssembly in this browser.*socketio-jwt-wasm\/nowasm/],
  ["a policy", { Module: failing(new WebAssembly.CompileError("Refused: Content Security Policy")) }, /'wasm-unsafe-eval'/],
  ["a policy, in other words", { Module: failing(new EvalError("call to eval() blocked by CSP")) }, /'wasm-unsafe-eval'/],
  ["an instruction that the browser does not know", { Module: failing(new WebAssembly.CompileError("invalid opcode")) }, /cannot run the client's WebAssembly.*nowasm/],
])
  test(`${what}: the error says what to do`, () =>
    instead(fields, () =>
      assert.throws(() => wasmCore(hex)(tell), (e) => says.test(e.message) && (!fields || e.cause instanceof Error)),
    ));

test("a browser that compiles small programs only at once", () =>
  instead({ Module: failing(new RangeError("larger than 4KB")) }, async () => {
    const make = wasmCore(hex);
    const core = await make(tell);
    core._initialize();
    assert.ok(core.shared() > 0);
    assert.ok((await make(tell)).memory, "another one, of what is compiled");
  }));

test("a browser that compiles small programs only at once, under a policy that forbids it", () =>
  instead({ Module: failing(new RangeError("larger than 4KB")), compile: () => Promise.reject(new WebAssembly.CompileError("CSP")) }, () =>
    assert.rejects(wasmCore(hex)(tell), /'wasm-unsafe-eval'/),
  ));

test("without WebAssembly: memory is moved and filled, also where it overlaps, and a trap throws", () => {
  const memory = { buffer: new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]).buffer };
  let imports;
  jsCore((given) => ((imports = given), { memory }))(tell);
  const bytes = () => [...new Uint8Array(memory.buffer)];
  assert.equal(imports.memmove(2, 0, 4), 2);
  assert.deepEqual(bytes(), [1, 2, 1, 2, 3, 4, 7, 8]);
  assert.equal(imports.memcpy(0, 6, 2), 0);
  assert.deepEqual(bytes(), [7, 8, 1, 2, 3, 4, 7, 8]);
  assert.equal(imports.memset(4, 9, 3), 4);
  assert.deepEqual(bytes(), [7, 8, 1, 2, 9, 9, 9, 8]);
  assert.equal(imports.tell, tell);
  assert.throws(() => imports.abort(), /unreachable/);
});
