// One real Socket.IO server, described by plain data:
//
//   io       "1" | "2" | "3" | "4"               which socket.io (1.7.4, 2.5.1, 3.1.2, 4.8.4)
//   mode     "plain" | "event" | "handshake"     no guard, or one of the two flows of the guard
//   lib      "socketio-jwt" | "thream" | "own"   the guard's package; "own" is a middleware that reads auth.token
//   jwt      options of the guard, see guards.mjs
//   protect  ["/"]                               namespaces behind the guard
//   open     []                                  namespaces without one
//   cors     undefined | "answered"              "answered": preflights get what they ask for; otherwise the version's default
//   options  {}                                  given to socket.io as they are
//   dateSkew 0                                   ms by which the Date header of every answer is wrong
//   upgradeDelay undefined                       ms for which a websocket's handshake waits
//   away     undefined                           how many handshakes of a websocket fail before the first one is answered
//   ticks    undefined                           ms: every namespace gets a numbered `tick` that often
//   quiet    []                                  namespaces that get none
//   binary   false                               each tick has an attachment
//   dynamic  undefined                           namespaces that are there when they are asked for: the source of a
//                                                pattern for their names, or "function" for all
//   strict   false                               hang up on a socket when its token is over
//   refuse   undefined | { message, data }            a middleware of the application's own refuses everybody, in these words
//   http3    false                               WebTransport, too (4.x); the command `certificate` tells its hash
//   deny     undefined | message                     allowRequest refuses every handshake (3.x/4.x: HTTP 403), with this message
//   parser   undefined                           true: that of ../lib/parser.mjs (3.x/4.x)
//   single   false                               refuse a second socket on a namespace (3.x/4.x); "newest": hang up on the first
//
// The events that the application handles on every namespace: `echo` returns its arguments (in the ack, or as an event), `add`
// answers with a sum, `later(ms)` answers after ms, `leave` disconnects the socket, `burst(n)` emits `n` numbered events, `join(room)` joins a room.
import http from "node:http";
import { createRequire } from "node:module";
import { plainParser } from "../lib/parser.mjs";
import { decodedOf, guard } from "./guards.mjs";
import { startHttp3 } from "./http3.mjs";
import { listen } from "./ports.mjs";

const require = createRequire(import.meta.url);

export async function startReal(config, observe, site) {
  const { io: version, protect = ["/"], open = [], options = {} } = config;
  const old = version === "1" || version === "2";
  const server = http.createServer(site);
  const { Server } = require(`socket.io-${version}`);
  if (config.http3) options.transports = ["polling", "websocket", "webtransport"];
  if (config.deny !== undefined) options.allowRequest = (_, decide) => decide(config.deny, false);
  const io = old
    ? require(`socket.io-${version}`)(server, { serveClient: false, cookie: false, ...options })
    : new Server(server, { serveClient: false, cors: modernCors(config.cors), parser: config.parser ? plainParser() : undefined, ...options });

  const { refuse } = config;
  if (refuse) for (const name of protect) io.of(name).use((_, next) => next(Object.assign(new Error(refuse.message), refuse.data !== undefined && { data: refuse.data })));
  for (const name of [...protect, ...open]) io.of(name).on("connection", (socket) => watch(socket, observe));
  if (config.single === "newest") for (const name of protect) io.of(name).on("connection", (socket) => io.of(name).sockets.forEach((s) => s !== socket && s.disconnect()));
  else if (config.single) for (const name of protect) io.of(name).use((_, next) => next(io.of(name).sockets.size ? new Error("already connected") : undefined));
  for (const name of protect)
    guard(io.of(name), config, (socket) => {
      ready(socket, observe);
      if (config.strict) setTimeout(() => socket.disconnect(), decodedOf(socket).exp * 1000 - Date.now());
    });
  for (const name of open) guard(io.of(name), { mode: "plain" }, (socket) => ready(socket, observe));

  if (config.dynamic) io.of(config.dynamic === "function" ? (name, auth, next) => next(null, true) : new RegExp(config.dynamic)).on("connection", (socket) => watch(socket, observe));

  front(server, config, old, observe);
  await listen(server, config.port);
  const http3 = config.http3 && (await startHttp3(io.engine, server.address().port));
  const sockets = new Set();
  server.on("connection", (c) => sockets.add(c.on("close", () => sockets.delete(c))));
  let n = 0;
  const ticked = [...protect, ...open].filter((name) => !config.quiet?.includes(name));
  const tick = () => ticked.forEach((name) => io.of(name).emit("tick", ++n, Date.now(), ...(config.binary ? [Buffer.of(n & 255)] : [])));
  const ticking = config.ticks && setInterval(tick, config.ticks);

  return {
    port: server.address().port,
    commands: {
      /** Emits to every socket of a namespace, or of a room. */
      emit: ({ nsp = "/", room, args }) => void (room ? io.of(nsp).to(room) : io.of(nsp)).emit(...args),
      /** Emits to the first socket of a namespace and resolves with the arguments of its ack. */
      ask: ({ nsp = "/", args }) => new Promise((done) => first(io, nsp).emit(...args, (...reply) => done(reply))),
      /** `close`: ends the transport too. */
      disconnect: ({ nsp = "/", close = false }) => void all(io, nsp).forEach((socket) => socket.disconnect(close)),
      /** Cuts all connections at once, without a close. */
      cut: async () => {
        await polled(io);
        sockets.forEach((c) => c.destroy());
        http3?.cut();
      },
      certificate: () => http3.hash,
      count: ({ nsp = "/" }) => all(io, nsp).length,
      clients: () => io.engine?.clientsCount ?? io.eio.clientsCount,
    },
    stop: () =>
      new Promise((done) => {
        clearInterval(ticking);
        http3?.stop();
        io.close();
        sockets.forEach((c) => c.destroy());
        if (server.listening) server.close(() => done());
        else done();
      }),
  };
}

const modernCors = (cors) => (cors === "answered" ? { origin: true, credentials: true, allowedHeaders: ["authorization", "content-type"] } : undefined);

/** Resolves when every polling client has a poll open, as drop() cuts nothing between two polls. */
const polled = (io) =>
  Promise.all(
    Object.values((io.engine ?? io.eio).clients).map(({ transport }) => {
      if (transport.name === "polling" && !transport.writable) return new Promise((next) => ["drain", "ready", "close"].forEach((event) => transport.once(event, next)));
    }),
  );

const all = (io, nsp) => {
  const { sockets } = io.of(nsp);
  return sockets instanceof Map ? [...sockets.values()] : Object.values(sockets);
};

const first = (io, nsp) => {
  const [socket] = all(io, nsp);
  if (!socket) throw new Error(`nobody is connected to ${nsp}`);
  return socket;
};

/** Records what happens to a socket, guarded or not. No token is ever recorded. */
function watch(socket, observe) {
  const { query, auth, headers } = socket.handshake;
  observe("connection", {
    nsp: socket.nsp.name,
    id: socket.id,
    transport: socket.conn.transport.name,
    tag: query.tag,
    query: !!query.token,
    auth: !!auth?.token,
    header: !!headers.authorization,
    decoded: decodedOf(socket),
  });
  const { onevent, onack } = socket;
  socket.onevent = function (packet) {
    const [name, ...args] = packet.data;
    observe("event", { nsp: socket.nsp.name, id: socket.id, exp: decodedOf(socket)?.exp, name, args: name === "authenticate" ? [] : args, ack: packet.id !== undefined && packet.id !== null });
    return onevent.call(this, packet);
  };
  socket.onack = function (packet) {
    observe("ack", { nsp: socket.nsp.name, args: packet.data });
    return onack.call(this, packet);
  };
  // 1.x and 2.x emit `error` for a client that disconnects in between; without a listener that would end the process.
  socket.on("error", () => {});
  socket.on("disconnect", (reason) => observe("disconnect", { nsp: socket.nsp.name, id: socket.id, reason }));
}

/** Adds the application's listeners to an accepted socket. */
function ready(socket, observe) {
  observe("ready", { nsp: socket.nsp.name, id: socket.id, tag: socket.handshake.query.tag, decoded: decodedOf(socket), transport: socket.conn.transport.name, recovered: socket.recovered });
  socket.on("echo", (...args) => {
    const ack = typeof args.at(-1) === "function" ? args.pop() : undefined;
    if (ack) ack(...args);
    else socket.emit("echo", ...args);
  });
  socket.on("add", (a, b, ack) => ack(a + b));
  socket.on("later", (ms, ack) => setTimeout(ack, ms, ms));
  socket.on("burst", (n) => {
    for (let i = 0; i < n; i++) socket.emit("n", i);
  });
  socket.on("leave", () => socket.disconnect());
  socket.on("join", (room, ack) => {
    socket.join(room);
    ack();
  });
}

/** Wraps the server's listener: records each request, and answers preflights for versions without an option for that. */
function front(server, { cors, dateSkew, upgradeDelay, away }, old, observe) {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (req, res) => {
    const url = new URL(req.url, "http://localhost");
    if (dateSkew) res.setHeader("Date", new Date(Date.now() + dateSkew).toUTCString());
    if (url.pathname.startsWith("/socket.io")) {
      observe("request", { method: req.method, eio: url.searchParams.get("EIO"), sid: url.searchParams.has("sid"), transport: url.searchParams.get("transport"), header: !!req.headers.authorization, token: url.searchParams.has("token"), base64: url.searchParams.has("b64"), octets: req.headers["content-type"] === "application/octet-stream" });
      if (old && cors === "answered" && req.method === "OPTIONS") {
        res.writeHead(204, {
          "Access-Control-Allow-Origin": req.headers.origin,
          "Access-Control-Allow-Credentials": "true",
          "Access-Control-Allow-Methods": "GET,POST",
          "Access-Control-Allow-Headers": req.headers["access-control-request-headers"] ?? "",
        });
        return res.end();
      }
    }
    for (const listener of listeners) listener.call(server, req, res);
  });
  if (upgradeDelay) {
    const upgrades = server.listeners("upgrade");
    server.removeAllListeners("upgrade");
    server.on("upgrade", (...args) => setTimeout(() => upgrades.forEach((listener) => listener.apply(server, args)), upgradeDelay));
  }
  if (away) {
    const upgrades = server.listeners("upgrade");
    server.removeAllListeners("upgrade");
    server.on("upgrade", (req, socket, head) => (away-- > 0 ? socket.destroy() : upgrades.forEach((listener) => listener.call(server, req, socket, head))));
  }
  server.prependListener("upgrade", (req) => {
    const query = new URL(req.url, "http://localhost").searchParams;
    observe("request", { method: "UPGRADE", eio: query.get("EIO"), sid: query.has("sid"), transport: "websocket", header: !!req.headers.authorization, token: query.has("token") });
  });
}
