/** Gets the WASM, joins the Go program in it to the page, and says clearly what went wrong if it did. */
import { enter, entered, failure, meet, paused, tell } from "./page.js";
import { runtime } from "./runtime.js";
import type { Exports } from "./seam.js";

/** Set at build time: the WASM that belongs to this file. */
declare const __BUILD__: string;

export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module | PromiseLike<Response | BufferSource | WebAssembly.Module>;

export interface LoadOptions {
  wasm?: WasmSource;
  onProgress?(loadedBytes: number, totalBytes: number): void;
}

/** Where the WASM lies unless load() is told otherwise: beside the script. */
let base: URL | undefined;
let loading: Promise<void> | undefined;

/** What is at the address, otherwise. */
const STALE = "JavaScript and WASM are of two builds: serve both from one, and mind caches";
const FOREIGN = "not the client's WASM (an HTML page at its address, or cut short?)";

const fail = (...what: Parameters<typeof failure>): never => {
  throw failure(...what);
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
export function ahead(url: URL): void {
  base = url;
  queueMicrotask(() => {
    if (loading || !globalThis.document) return;
    load().catch(() => {});
    quiet = true;
  });
}

async function start({ wasm, onProgress }: LoadOptions, wanted: () => boolean): Promise<void> {
  if (!globalThis.WebAssembly) fail("this browser has no WebAssembly, or a policy turns it off");
  let exports: Exports;
  const imports = { gojs: runtime(() => exports.mem.buffer), page: { tell } };
  const instance = await instantiate(wasm ?? base ?? fail("where is the WASM? call load({ wasm: url })"), imports, onProgress);
  await paused;
  if (!wanted()) return loading;
  exports = instance.exports as unknown as Exports;
  if (!exports.rx) fail(FOREIGN);
  if (meet(exports) != __BUILD__) fail(STALE);
  enter();
}

async function instantiate(source: WasmSource, imports: WebAssembly.Imports, onProgress: LoadOptions["onProgress"]): Promise<WebAssembly.Instance> {
  let from: any = await source;
  if (typeof from == "string" || from instanceof URL)
    try {
      from = await fetch(new URL(from, globalThis.document?.baseURI));
    } catch (e) {
      fail("the WASM could not be fetched (network, CORS or content security policy)", e, true);
    }
  if (from instanceof Response && !from.ok) fail(`the WASM could not be fetched: HTTP status ${from.status}`, undefined, from.status > 499);
  try {
    let streams: unknown;
    if (from instanceof Response) {
      if (onProgress) from = watched(from, onProgress);
      // Compiling while it streams needs the right type; servers that do not know it are many.
      streams = "instantiateStreaming" in WebAssembly && /^application\/wasm/.test(from.headers.get("content-type"));
      if (!streams) from = await from.arrayBuffer();
    }
    const made: any = await (streams ? WebAssembly.instantiateStreaming(from, imports) : WebAssembly.instantiate(from, imports));
    return made.instance || made; // a module gives the instance itself
  } catch (e) {
    const text = "" + e;
    return fail(
      /unsafe-eval|Content.Security/i.test(text)
        ? "a content security policy forbids WebAssembly: add 'wasm-unsafe-eval' to script-src"
        : /(Link|Type)Error.*import/i.test(text)
          ? STALE
          : FOREIGN,
      e,
    );
  }
}

function watched(response: Response, onProgress: NonNullable<LoadOptions["onProgress"]>): Response {
  const total = +response.headers.get("content-length")!;
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
