// The files of the pages under measurement. Everything under /files/ may be cached for ever, as a bundler's hashed names
// allow; the folder has another name in each run.
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

/** Compressed once, as a server keeps them. */
const packed = new Map();

async function pack(path) {
  if (!packed.has(path)) packed.set(path, brotliCompressSync(await readFile(path), { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
  return packed.get(path);
}

const types = { ".js": "text/javascript", ".wasm": "application/wasm" };

export function pages(files, token) {
  return async (req, res) => {
    const url = new URL(req.url, "http://localhost");
    if (url.pathname === "/page") {
      res.setHeader("content-type", "text/html");
      res.setHeader("cache-control", "no-store");
      // Isolated pages have clocks with steps of 5 µs, others of 100 µs.
      res.setHeader("cross-origin-opener-policy", "same-origin");
      res.setHeader("cross-origin-embedder-policy", "require-corp");
      return res.end(html(url.searchParams, token()));
    }
    if (!url.pathname.startsWith("/files/")) {
      // Socket.IO answers its own paths.
      if (!/^\/(socket\.io|quick|jwt|auth|event)\//.test(url.pathname)) res.writeHead(404).end();
      return;
    }
    const path = normalize(join(files, url.pathname.slice("/files/".length).replace(/^[^/]*\//, "")));
    const body = path.startsWith(files) && (await pack(path).catch(() => undefined));
    if (!body) return res.writeHead(404).end();
    res.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream", "content-encoding": "br", "content-length": body.length, "cache-control": "public, max-age=31536000, immutable" });
    res.end(body);
  };
}

/** Lets a scenario read the size of the WASM's memory. It takes time, so only pages that ask for it have it. */
const watchMemory = `
let memory;
const keep = (instance) => (memory = Object.values(instance.exports).find((e) => e instanceof WebAssembly.Memory));
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(Instance, args) {
    const instance = new Instance(...args);
    keep(instance);
    return instance;
  },
});
for (const name of ["instantiate", "instantiateStreaming"]) {
  const native = WebAssembly[name];
  WebAssembly[name] = (...args) => native(...args).then((got) => (keep(got.instance || got), got));
}
window.wasmMemory = () => memory?.buffer.byteLength ?? 0;`;

/** `?client=ours&scenario=start&run=...`: a page that loads one client and one scenario, and nothing else. */
const html = (query, token) => `<!doctype html><meta charset="utf-8"><title>bench</title>
<script>window.token=${JSON.stringify(token)};window.bench={};window.bench.ready=new Promise((ok,no)=>{window.bench.ok=ok;addEventListener("error",e=>no(e.error||e.message))})
${query.get("scenario") === "memory" ? watchMemory : ""}</script>
<script type="module">
import * as scenario from "/files/${query.get("run")}/page/${query.get("scenario")}.js"; // first: it may put another WebSocket in place
import * as client from "/files/${query.get("run")}/page/client-${query.get("client")}.js";
window.bench.call=(name,args)=>scenario[name](client,...args);
scenario.begin?.(client,${query.get("arguments") ?? ""});
window.bench.ok();
</script>`;
