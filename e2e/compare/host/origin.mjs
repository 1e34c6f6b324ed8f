// An origin: one HTTP server on 127.0.0.1 that serves the pages under test, both clients, the behaviours,
// a few canned answers, and a real Socket.IO server (4.8.4 or 2.5.1).
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { listen } from "../../servers/ports.mjs";
import { answerScripts } from "./script.mjs";
import { bundle } from "./bundle.mjs";
import { standBefore } from "./instead.mjs";

const require = createRequire(import.meta.url);
const here = fileURLToPath(new URL("..", import.meta.url));
const modules = join(here, "..", "node_modules");
const dist = process.env.COMPARE_DIST ?? join(here, "..", "..", "js", "dist");

const official2 = join(modules, "socket.io-client-2/dist/socket.io.js");
const types = { ".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html" };

/** BUILD=nowasm: our page has the build without WebAssembly, and no WebAssembly. */
const nowasm = process.env.BUILD === "nowasm";

/**
 * options are the Socket.IO server's own, and `parser: "msgpack"` by name, for they arrive from a page;
 * `lies: true` offers an upgrade to WebSocket and refuses it.
 * stop() drops every connection; start() comes back on the same port.
 */
export async function openOrigin({ major = 4, options = {} } = {}) {
  const origin = { major, port: 0, url: "", io: null, requests: [], stop, start };
  let http;
  const open = new Set();
  const sessions = new Set();

  async function start() {
    http = createServer((req, res) => serve(req, res).catch((error) => send(res, 500, "text/plain", String(error))));
    http.on("connection", (socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
    });
    origin.io = attach(http, major, options);
    origin.io.engine.on("connection", (session) => {
      sessions.add(session);
      session.on("close", () => sessions.delete(session));
    });
    // Engine.IO takes the listeners over when it attaches; ours have to stand before its own to see everything.
    http.prependListener("request", (req) => note(origin, req));
    http.prependListener("upgrade", (req, socket) => {
      note(origin, req);
      strayUpgrade(req, socket, options);
    });
    origin.instead = standBefore(http);
    origin.port = await listen(http, origin.port);
    origin.url = `http://localhost:${origin.port}`;
  }

  async function stop() {
    const closed = new Promise((resolve) => http.close(resolve));
    for (const socket of open) socket.destroy();
    origin.io.close();
    // Those that a behaviour had the server forget, or go deaf, have clocks that nobody else stops.
    for (const session of sessions) {
      session.close(true);
      clearTimeout(session.pingTimeoutTimer);
      clearTimeout(session.pingIntervalTimer);
    }
    sessions.clear();
    await closed;
  }

  await start();
  return origin;
}

function attach(http, major, options) {
  const settings = { destroyUpgrade: false, serveClient: false, cors: { origin: true, credentials: true }, ...options };
  if (settings.parser === "msgpack") settings.parser = require("socket.io-msgpack-parser");
  const { Server } = major === 4 ? require("socket.io-4") : { Server: require("socket.io-2") };
  const io = new Server(http, settings);
  if (settings.lies) http.removeAllListeners("upgrade");
  answerScripts(io, major);
  return io;
}

function note(origin, req) {
  origin.requests.push({ method: req.method, url: req.url, headers: req.headers, upgrade: "upgrade" in req.headers });
  if (origin.requests.length > 2000) origin.requests.splice(0, 1000);
}

// A WebSocket to where no Socket.IO server listens: `/silent` keeps it waiting, everything else is told so.
function strayUpgrade(req, socket, { path = "/socket.io", transports = ["websocket"], lies = false }) {
  if (req.url.startsWith(path) && transports.includes("websocket") && !lies) return;
  socket.on("error", () => {}); // the page may be gone before the answer
  if (req.url.startsWith("/silent")) return;
  socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
}

async function serve(req, res) {
  const path = new URL(req.url, "http://localhost").pathname;
  const [, first, ...rest] = path.split("/");
  if (first === "silent") return;
  if (first === "status") return send(res, Number(rest[0]), "text/plain", `status ${rest[0]}`);
  if (first === "garbage") return send(res, 200, "text/plain", "garbage");
  if (first === "html") return send(res, 200, "text/html", "<!doctype html><title>Sign in</title><form></form>");
  if (first === "page") return send(res, 200, "text/html", PAGE);
  if (first === "favicon.ico") return send(res, 204, "text/plain", "");
  if (first === "client") {
    if (rest[0] === "ours") return sendFile(res, inside(dist, nowasm && rest[1] === "index.js" ? "nowasm.js" : rest.slice(1).join("/")));
    if (rest[0] === "official2.js") return sendFile(res, official2);
    const text = await bundle(rest[0]);
    if (text) return send(res, 200, "text/javascript", text);
  }
  if (first === "compare") return sendFile(res, inside(here, rest.join("/")));
  send(res, 404, "text/plain", "not found");
}

const PAGE = `<!doctype html><meta charset="utf-8"><title>compare</title>${nowasm ? "<script>delete window.WebAssembly</script>" : ""}<script type="module" src="/compare/page/boot.js"></script>`;

function inside(root, path) {
  const file = normalize(join(root, path));
  if (!file.startsWith(root)) throw new Error("outside of the served folder");
  return file;
}

async function sendFile(res, file) {
  try {
    send(res, 200, types[extname(file)] ?? "application/octet-stream", await readFile(file));
  } catch {
    send(res, 404, "text/plain", "not found");
  }
}

function send(res, status, type, body) {
  if (res.headersSent) return;
  res.writeHead(status, { "content-type": type, "access-control-allow-origin": "*", "cache-control": "no-store" });
  res.end(body);
}
