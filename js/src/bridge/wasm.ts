/** The core as WebAssembly, which lies inside the script as hexadecimal digits. */
import { fromHex } from "../values.js";
import { failure, type Core, type CoreMaker, type Tell } from "./core.js";

const NOWASM = 'use the build without WebAssembly, "socketio-jwt-wasm/nowasm"';

/** The error for an exception of the browser when it compiles or instantiates. */
function refused(cause: unknown): Error {
  return /eval|Content.Security|CSP/i.test("" + cause)
    ? failure(`a content security policy forbids WebAssembly: add 'wasm-unsafe-eval' to script-src, or ${NOWASM}`, cause)
    : failure(`this browser cannot run the client's WebAssembly: ${NOWASM}`, cause);
}

export function wasmCore(hex: string): CoreMaker {
  let compiled: WebAssembly.Module | undefined;
  /** Notes the module, and lets go of the digits: 93 KB of a classic script's heap. Of an ES module V8 keeps all constants. */
  const keep = (module: WebAssembly.Module) => {
    hex = "";
    return (compiled = module);
  };
  const core = ({ exports }: WebAssembly.Instance) => exports as unknown as Core;
  return (tell: Tell) => {
    if (!globalThis.WebAssembly) throw failure(`there is no WebAssembly in this browser, or a policy turns it off: ${NOWASM}`);
    const imports = { page: { tell } };
    try {
      return core(new WebAssembly.Instance(compiled ?? keep(new WebAssembly.Module(fromHex(hex))), imports));
    } catch (e) {
      // Some browsers compile small programs only where a page waits for it.
      if (!(e instanceof RangeError)) throw refused(e);
      return (compiled ? Promise.resolve(compiled) : WebAssembly.compile(fromHex(hex)).then(keep)).then(
        (module) => WebAssembly.instantiate(module, imports).then(core),
      ).catch((e) => {
        throw refused(e);
      });
    }
  };
}
