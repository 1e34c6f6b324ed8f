/** Gets the WASM, starts the Go program in it, and says clearly what went wrong if it did. */
// The toolchain's wasm_exec.js, wrapped at build time so that it sees `scope` instead of the page's globals.
import { goRuntime } from "#go-runtime";
import { enter, entered, lose, meet, paused, tell } from "./page.js";
import type { Exports } from "./seam.js";

/** Set at build time: the WASM that belongs to this file. */
declare const __BUILD__: string;

export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module | PromiseLike<Response | BufferSource | WebAssembly.Module>;

export interface LoadOptions {
  wasm?: WasmSource;
  onProgress?(loadedBytes: number, totalBytes: number): void;
}

let base: URL | undefined;
let loading: Promise<void> | undefined;
/** Where the WASM lies unless load() is told otherwise: beside the script. */
export const beside = (url: URL) => {
  base = url;
};

/** retry: trying again may help. */
const fail = (what: string, cause?: unknown, retry?: boolean): never => {
  throw Object.assign(new Error("socketio-jwt-wasm: " + what), { cause, retry });
};

/** Begun by the import alone. An address, or somebody who wants to see the progress, begins anew. */
let quiet = false;

/** Starts loading, or joins the load under way. A failed load can be tried again. */
export function load(options: LoadOptions = {}): Promise<void> {
  if (quiet && !entered() && (options.wasm || options.onProgress)) loading = undefined;
  quiet = false;
  if (loading) return loading;
  const mine: Promise<void> = start(options, () => loading == mine).catch((e) => {
    if (loading == mine) loading = undefined;
    throw e;
  });
  return (loading = mine);
}

/** Loads as soon as the page's script has run, for a connect() to come; what goes wrong is said then. */
export function ahead(): void {
  queueMicrotask(() => {
    if (loading || !globalThis.document) return;
    load().catch(() => {});
    quiet = true;
  });
}

async function start({ wasm, onProgress }: LoadOptions, wanted: () => boolean): Promise<void> {
  if (typeof WebAssembly != "object") fail("this browser has no WebAssembly, or a policy turns it off");
  const go = new (goRuntime(scope))();
  go.importObject.page = { tell };
  go.importObject.gojs!["runtime.wasmExit"] = lose;
  const instance = await instantiate(wasm ?? base ?? fail("where is the WASM? call load({ wasm: url })"), go.importObject, onProgress);
  await paused;
  if (!wanted()) return loading;
  const exports = instance.exports as unknown as Exports;
  if (!exports.rx) fail("this is not the client's WASM");
  go.run(instance); // up to its first wait
  const found = meet(exports);
  if (found != __BUILD__) fail(`the WASM is of build ${found}, the JavaScript of ${__BUILD__}: serve both from one build, and mind caches`);
  enter();
}

async function instantiate(source: WasmSource, imports: WebAssembly.Imports, onProgress: LoadOptions["onProgress"]): Promise<WebAssembly.Instance> {
  let from: any = await source;
  if (typeof from == "string" || from instanceof URL)
    try {
      from = await fetch(new URL(from, globalThis.document?.baseURI), { credentials: "same-origin" });
    } catch (e) {
      fail("the WASM could not be fetched (network, CORS or content security policy)", e, true);
    }
  if (from instanceof Response && !from.ok) fail(`the WASM could not be fetched: HTTP status ${from.status}`, undefined, from.status > 499);
  try {
    if (from instanceof WebAssembly.Module) return await WebAssembly.instantiate(from, imports);
    if (from instanceof Response) {
      if (onProgress) from = watched(from, onProgress);
      // Compiling while it streams needs the right type; servers that do not know it are many.
      if (WebAssembly.instantiateStreaming && /^application\/wasm/.test(from.headers.get("content-type") || ""))
        return (await WebAssembly.instantiateStreaming(from, imports)).instance;
      from = await from.arrayBuffer();
    }
    return (await WebAssembly.instantiate(from, imports)).instance;
  } catch (e) {
    const text = "" + e;
    return fail(
      /unsafe-eval|Content.Security/i.test(text)
        ? "a content security policy forbids WebAssembly: add 'wasm-unsafe-eval' to script-src"
        : /import/i.test(text) && /LinkError|TypeError/.test(text)
          ? "the WASM was built by another Go toolchain than the JavaScript: serve both from one build"
          : "this is not a WASM that can be run (an HTML page at its address, or cut short?)",
      e,
    );
  }
}

function watched(response: Response, onProgress: NonNullable<LoadOptions["onProgress"]>): Response {
  const total = +(response.headers.get("content-length") || 0);
  let loaded = 0;
  const counted = response.body!.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, c) {
        onProgress((loaded += chunk.length), Math.max(total, loaded));
        c.enqueue(chunk);
      },
    }),
  );
  return new Response(counted, { headers: response.headers });
}

/** The globals that Go's runtime sees, and the page does not: it writes a panic's text. */
const scope: any = {
  fs: {
    writeSync(_fd: number, text: Uint8Array) {
      console.error(new TextDecoder().decode(text));
    },
  },
};
