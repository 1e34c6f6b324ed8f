// The pages that the browser opens, served by every test server, so that a test has a same-origin page at its server's
// port and a cross-origin one at any other's. Files are read once; nothing is ever cached by the browser.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const types = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8" };

/** BUILD=nowasm: the pages have the build without WebAssembly. */
const nowasm = process.env.BUILD === "nowasm";

const files = {
  "/dist/index.js": nowasm ? "js/dist/nowasm.js" : "js/dist/index.js",
  "/dist/socketio-jwt.min.js": nowasm ? "js/dist/socketio-jwt.nowasm.min.js" : "js/dist/socketio-jwt.min.js",
  "/dist/faults.js": "build/faults.js",
  "/official/socket.io.js": "e2e/node_modules/socket.io-client/dist/socket.io.min.js",
  "/official/socket.io-2.js": "e2e/node_modules/socket.io-client-2/dist/socket.io.slim.js",
};

/** Pages that test the build without WebAssembly have no WebAssembly. */
const without = nowasm ? "<script>delete window.WebAssembly</script>" : "";
const page = (head) => `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>test</title>${without}${head}<body></body></html>`;

const pages = {
  "/": page(""),
  "/esm": page(`<script type="module">import * as lib from "/dist/index.js"; window.lib = lib; window.ready = true</script>`),
  "/script": page(`<script src="/dist/socketio-jwt.min.js"></script><script>window.lib = SocketIOJWT; window.ready = true</script>`),
  "/faults": page(`<script src="/dist/faults.js"></script><script>window.lib = SocketIOJWT; window.ready = true</script>`),
  "/login": page("<h1>Sign in</h1>"),
};

const read = new Map();

/** A request listener: serves the site, ignores the paths of Socket.IO, and answers 404 otherwise. */
export function site(req, res) {
  const path = new URL(req.url, "http://localhost").pathname;
  if (path.startsWith("/socket.io")) return false;
  const body = pages[path] ?? file(path);
  if (body === undefined) {
    res.writeHead(404).end();
    return true;
  }
  const type = types[path.split(".")[1]] ?? types.html;
  const keep = req.url.endsWith("?keep"); // browsers keep no page with no-store in the back/forward cache
  res.writeHead(200, { "Content-Type": type, "Cache-Control": keep ? "no-cache" : "no-store", "Access-Control-Allow-Origin": "*" }).end(body);
  return true;
}

function file(path) {
  if (!Object.hasOwn(files, path)) return undefined;
  if (!read.has(path)) read.set(path, readFileSync(root + files[path]));
  return read.get(path);
}
