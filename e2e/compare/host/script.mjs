// What the servers do. A test says it itself: it emits `do` with a list of operations, or has them done from
// outside by Socket.IO id (control.mjs). Everything that reaches a socket is written down under its id.
import { flood } from "./flood.mjs";

const sockets = new Map(); // id → { socket, log, waiting, kept, heartbeats }
const KEPT = 4000;

export const record = (id) => sockets.get(id);

export function answerScripts(io, major) {
  // Namespaces come to be when asked for, except those that a test wants to be unknown.
  for (const nsp of [io.of("/"), io.of(/^\/(?!unknown)/)]) {
    nsp.use(refuse);
    nsp.on("connection", (socket) => serveSocket(io, socket, major));
  }
}

// `auth.refuse` (4.x) or `?refuse=` (both): the middleware says no with that message, and data beside it.
function refuse(socket, next) {
  const { auth = {}, query } = socket.handshake;
  const message = auth.refuse ?? query.refuse;
  if (message === undefined) return next();
  const error = new Error(message);
  if (auth.data !== undefined) error.data = auth.data;
  next(error);
}

function serveSocket(io, socket, major) {
  const log = [];
  const entry = { io, socket, log, waiting: new Set(), kept: new Map(), heartbeats: 0 };
  sockets.set(socket.id, entry);
  if (sockets.size > KEPT) sockets.delete(sockets.keys().next().value);

  const write = (line) => {
    log.push(line);
    for (const look of entry.waiting) look(line);
  };
  write({ at: "connect", recovered: socket.recovered === true, transport: socket.conn.transport.name });
  const hear = (name, args) => write({ event: name, args: args.map(plain) });
  if (major === 4) socket.onAny((name, ...args) => hear(name, args));
  else socket.use(([name, ...args], next) => (hear(name, args), next()));
  socket.conn.setMaxListeners(0); // one for each namespace
  socket.conn.on("upgrade", () => write({ at: "upgrade" }));
  socket.conn.on("heartbeat", () => entry.heartbeats++);
  socket.on("disconnect", (reason) => write({ at: "disconnect", reason }));

  if (socket.nsp.name === "/greeting") {
    socket.emit("welcome", 1);
    socket.emit("welcome", 2);
  }
  socket.on("do", (operations, ack) => perform(entry, operations).then((value) => ack?.(value)));
  socket.on("echo", (...args) => {
    const last = args.at(-1);
    if (typeof last === "function") last(...args.slice(0, -1));
    else socket.emit("echo", ...args);
  });
  socket.on("later", (ms, ack) => setTimeout(() => ack?.(ms), ms));
  // Answered when the operation `answer` says so.
  socket.on("keep", (key, ack) => (entry.kept.set(key, ack), write({ at: "kept", key })));
  socket.on("fussy", fussy());
  socket.on("flood", (plan, ack) => flood(io, socket, plan, ack));
}

// Answers only the n-th time it is asked the same: the one way to see a retry.
function fussy() {
  const asked = new Map();
  return (key, n, ack) => {
    const times = (asked.get(key) ?? 0) + 1;
    asked.set(key, times);
    if (times >= n) ack(times);
  };
}

/** The first line of a socket's log that fits, also one that is still to come. */
export function heard(entry, fits) {
  const there = entry.log.find(fits);
  if (there) return Promise.resolve(there);
  return new Promise((resolve) => {
    const look = (line) => {
      if (!fits(line)) return;
      entry.waiting.delete(look);
      resolve(line);
    };
    entry.waiting.add(look);
  });
}

/** Runs [name, ...args] lists in order; the last value is the answer. */
export async function perform(entry, operations) {
  let value;
  for (const [name, ...args] of operations) value = await OPERATIONS[name](entry, ...args);
  return value;
}

const OPERATIONS = {
  emit: ({ socket }, ...args) => void socket.emit(...args),
  // Emits with a callback and hands back what the page acknowledged with.
  ask: ({ socket }, ...args) => new Promise((resolve) => socket.emit(...args, (...answer) => resolve(answer.map(plain)))),
  // Answers what was asked by `keep` with that key, also when the question is still to come.
  answer: async (entry, key) => {
    await heard(entry, (line) => line.at === "kept" && line.key === key);
    entry.kept.get(key)(key);
  },
  // Until the server may send: over polling, until a poll waits there.
  free: async ({ socket }) => {
    while (!socket.conn.transport.writable) await new Promise((resolve) => setTimeout(resolve, 2));
  },
  // How often it has heard a heartbeat: pings of a 2.x page, answers of a later one. (Later ones count a frame of the upgrade too.)
  heartbeats: ({ heartbeats }) => heartbeats,
  volatile: ({ socket }, ...args) => void socket.volatile.emit(...args),
  room: ({ io, socket }, ...args) => void io.of(socket.nsp.name).emit(...args),
  disconnect: ({ socket }, close) => void socket.disconnect(close),
  // The connection ends politely (a close packet over polling, a close frame over WebSocket).
  close: ({ socket }) => void socket.conn.close(),
  // The wire is cut: no packet, no close frame.
  cut: ({ socket }) => {
    const { transport } = socket.conn;
    if (transport.name === "websocket") return void transport.socket.terminate();
    socket.conn.onClose("transport error");
    transport.req?.socket.destroy();
  },
  // One Engine.IO message with this text, whatever a client makes of it.
  raw: ({ socket }, text) => void socket.conn.write(text),
  // One frame over WebSocket, whatever Engine.IO says to it.
  frame: ({ socket }, frame) => void socket.conn.transport.socket.send(typeof frame === "string" ? frame : Buffer.from(frame)),
  rawBytes: ({ socket }, bytes) => void socket.conn.write(Buffer.from(bytes)),
  // The server forgets the session, as another one behind the same address would not know it.
  forget: ({ io, socket }) => void delete io.engine.clients[socket.conn.id],
  // The server forgets its heartbeats, as one whose network has gone.
  silence: ({ socket }) => {
    clearTimeout(socket.conn.pingIntervalTimer);
    clearTimeout(socket.conn.pingTimeoutTimer);
  },
  // It hears nothing any more, and so answers no ping.
  deafen: ({ socket }) => {
    clearTimeout(socket.conn.pingTimeoutTimer);
    socket.conn.onPacket = () => {};
    socket.conn.transport.removeAllListeners("packet");
  },
  wait: (_, ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  transport: ({ socket }) => socket.conn.transport.name,
  session: ({ socket }) => socket.conn.id,
  many: ({ socket }, n, name) => {
    for (let i = 0; i < n; i++) socket.emit(name, i);
  },
};

/** What a page may be told of a value: bytes as lists, functions by name. */
export function plain(value) {
  if (Buffer.isBuffer(value)) return { bytes: [...value] };
  if (typeof value === "function") return "[function]";
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}
