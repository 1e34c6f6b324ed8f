// Transport classes of the page: engine.io-client's own against a real server, and one that only follows their interface.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { once } from "node:events";
import { inspect } from "node:util";
import test from "node:test";
import { event, jwt } from "./desk.mjs";
import { leaf, official, page, recorder, root, settled } from "./tools.mjs";

const fire = page();
globalThis.WebSocket = official("ws").WebSocket;
const { Fetch, NodeXHR, NodeWebSocket, WebSocket } = official("engine.io-client");
const { Server } = official("socket.io-4");
const { custom } = await leaf("engine/transports/custom");
const { io, UnauthorizedError, useCore, wasmCore, WebSocket: websocketName, Fetch: fetchName } = await leaf("whole");
useCore(wasmCore((await readFile(`${root}build/core.wasm`)).toString("hex")));

/** A real server that echoes, and stops with the test. `allow` may refuse a handshake. */
async function serving(t, { allow, ...options } = {}) {
  const requests = [];
  const server = http.createServer();
  const sockets = new Server(server, {
    allowRequest: (req, done) => {
      requests.push(req);
      done(allow?.(req), !allow?.(req));
    },
    ...options,
  });
  const ended = new Promise((done) => sockets.on("connection", (socket) => {
    socket.on("echo", (value, ack) => ack(value));
    socket.on("disconnect", done);
  }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => new Promise((done) => sockets.close(done)));
  return { url: `http://127.0.0.1:${server.address().port}`, requests, sockets, ended };
}

function connect(t, url, options) {
  const socket = io(url, { forceNew: true, reconnection: false, ...options });
  t.after(() => socket.disconnect());
  return socket;
}

const lists = {
  "Fetch": { list: [Fetch], name: "polling", class: Fetch },
  "NodeXHR": { list: [NodeXHR], name: "polling", class: NodeXHR },
  "NodeWebSocket": { list: [NodeWebSocket], name: "websocket", class: NodeWebSocket },
  "WebSocket": { list: [WebSocket], name: "websocket", class: WebSocket },
  "Fetch to NodeWebSocket": { list: [Fetch, NodeWebSocket], name: "websocket", class: NodeWebSocket, upgrades: true },
  "NodeXHR to a name": { list: [NodeXHR, "websocket"], name: "websocket", upgrades: true },
  "a name to WebSocket": { list: ["polling", WebSocket], name: "websocket", class: WebSocket, upgrades: true },
  "our exports": { list: [fetchName, websocketName], name: "websocket", upgrades: true },
};

for (const [title, { list, name, class: Class, upgrades }] of Object.entries(lists))
  test(`${title}: text, binary and the end, on a real server`, async (t) => {
    const { url, ended } = await serving(t);
    const socket = connect(t, url, { transports: list });
    const { engine } = socket.io;
    const upgraded = upgrades && event(engine, "upgrade");
    await event(socket, "connect");
    if (upgraded) assert.equal((await upgraded)[0], engine.transport);
    assert.equal(engine.transport.name, name);
    if (Class) assert.ok(engine.transport instanceof Class, "pages find their own transport");
    const packets = [];
    engine.transport.on("packet", ({ type }) => packets.push(type));
    assert.equal(await socket.emitWithAck("echo", "é€😀\x1e"), "é€😀\x1e");
    const bytes = new Uint8Array([0, 4, 255]);
    const back = await socket.emitWithAck("echo", { bytes });
    assert.deepEqual([...new Uint8Array(back.bytes)], [...bytes]);
    assert.deepEqual(packets, ["message", "message", "message"]);
    socket.disconnect();
    assert.equal(await ended, "client namespace disconnect");
  });

test("many packets go in payloads that the server takes", async (t) => {
  const { url } = await serving(t, { maxHttpBufferSize: 2000 });
  const socket = connect(t, url, { transports: [Fetch] });
  await event(socket, "connect");
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => socket.emitWithAck("echo", `${i} ${"x".repeat(200)}`)));
  assert.deepEqual(answers.map((a) => parseInt(a)), Array.from({ length: 50 }, (_, i) => i));
});

test("a token travels in the headers of a class that polls, also after renewal", async (t) => {
  const { url, requests } = await serving(t);
  let n = 0;
  const socket = connect(t, url, { transports: [Fetch], via: "header", token: () => jwt({ exp: 3600, n: ++n }), extraHeaders: { "x-own": "1", authorization: "Bearer old" } });
  await event(socket, "connect");
  await socket.reauthenticate();
  assert.equal(await socket.emitWithAck("echo", 1), 1);
  const sent = requests.map((r) => [r.headers["x-own"], JSON.parse(Buffer.from(r.headers.authorization.split(".")[1], "base64url")).n]);
  assert.deepEqual([sent[0], sent.at(-1)], [["1", 1], ["1", 2]]);
  assert.ok(requests.every((r) => !r.headers.authorization.includes("old")), "in place of the user's");
});

test("extraHeaders go with the WebSocket of NodeWebSocket, and not with that of Node.js", async (t) => {
  const { url, requests } = await serving(t);
  const extraHeaders = { "x-own": "1", cookie: "a=1" };
  await event(connect(t, url, { transports: [NodeWebSocket], extraHeaders }), "connect");
  await event(connect(t, url, { transports: ["websocket"], extraHeaders }), "connect");
  const sent = requests.map(({ headers }) => [headers.upgrade, headers["x-own"], headers.cookie]);
  assert.deepEqual(sent, [["websocket", "1", "a=1"], ["websocket", undefined, undefined]]);
});

for (const [title, transports] of [["Fetch", [Fetch]], ["NodeXHR", [NodeXHR]]])
  test(`${title}: a server's no to the token is told as such, and nothing tells the token`, async (t) => {
    const { url } = await serving(t, { allow: () => "jwt malformed" });
    const token = jwt({ exp: 3600, secret: "s3cr3t" });
    const errors = [];
    const refusal = await new Promise((done) => {
      const socket = connect(t, url, { transports, via: "query", token, onUnauthorized: done });
      socket.io.on("error", (e) => errors.push(e));
      socket.on("connect_error", (e) => errors.push(e));
    });
    errors.push(refusal);
    assert.ok(refusal instanceof UnauthorizedError);
    assert.ok(errors.length > 1, "the manager tells of it, too");
    assert.equal(refusal.reason, "invalid");
    for (const error of errors) assert.ok(!inspect(error, { depth: 6, showHidden: true }).includes(token), "an error holds the token");
  });

/** What stands behind a test's own transport: an Engine.IO 4 server that greets and echoes acks. */
class Memory {
  writable = false;
  listeners = {};
  constructor(opts) {
    Memory.made.push(this);
    this.opts = opts;
    this.query = opts.query;
  }
  get name() {
    return "memory";
  }
  on(name, fn) {
    (this.listeners[name] ||= []).push(fn);
  }
  tell(name, ...args) {
    for (const fn of this.listeners[name] || []) fn(...args);
  }
  open() {
    this.writable = true;
    this.tell("open");
    this.tell("packet", { type: "open", data: JSON.stringify({ sid: "m", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000 }) });
  }
  /** Answers before it returns: what it tells is not heard inside our calls. */
  send(packets) {
    this.writable = false;
    for (const { type, data } of packets) {
      this.sent = [...(this.sent || []), [type, data]];
      if (data == "0") this.tell("packet", { type: "message", data: '0{"sid":"s"}' });
      const [, id, value] = /^2(\d+)\["echo",(.*)\]$/s.exec(data) || [];
      if (id) this.tell("packet", { type: "message", data: `3${id}[${value}]` });
    }
    this.writable = true;
    this.tell("drain");
  }
  close() {
    this.closed = true;
  }
}
Memory.made = [];

test("a class that extends nothing and reports everything at once", async (t) => {
  const socket = connect(t, "http://memory.test", { transports: [Memory], query: { a: "b" }, path: "/x" });
  await event(socket, "connect");
  const memory = socket.io.engine.transport;
  assert.ok(memory instanceof Memory);
  assert.deepEqual({ ...memory.query }, { a: "b", EIO: 4, transport: "memory", sid: "m" });
  assert.deepEqual([memory.opts.hostname, memory.opts.path, memory.opts.secure, memory.opts.socket], ["memory.test", "/x/", false, socket.io.engine]);
  assert.equal(await socket.emitWithAck("echo", "hi"), "hi");
  socket.disconnect();
  await new Promise(setImmediate);
  assert.deepEqual(memory.sent.map(([type, data]) => type + " " + data), ["message 0", 'message 20["echo","hi"]', "message 1"]);
  assert.equal(memory.closed, true);
});

test("the server's pings are answered, and a malformed packet ends the connection", async (t) => {
  const socket = connect(t, "http://memory.test", { transports: [Memory] });
  await event(socket, "connect");
  const memory = socket.io.engine.transport;
  memory.tell("packet", { type: "ping" });
  await new Promise(setImmediate);
  assert.deepEqual(memory.sent.at(-1), ["pong", undefined]);
  const ended = event(socket, "disconnect");
  memory.tell("packet", { type: "error", data: "parser error" });
  assert.equal((await ended)[0], "transport error");
});

test("the end or failure of an instance has the official reasons", async (t) => {
  for (const [name, details, reason] of [["close", { description: "gone" }, "transport close"], ["error", Object.assign(new Error("broken"), { type: "TransportError" }), "transport error"]]) {
    const socket = connect(t, "http://memory.test", { transports: [Memory] });
    await event(socket, "connect");
    const ended = event(socket, "disconnect");
    socket.io.engine.transport.tell(name, details);
    const [why, said] = await ended;
    assert.equal(why, reason);
    assert.equal(name == "close" ? said.description : said.message, name == "close" ? "gone" : "broken");
  }
});

test("a class that cannot be opened is an attempt that failed", async (t) => {
  class Broken extends Memory {
    open() {
      throw new Error("no memory");
    }
  }
  const [error] = await event(connect(t, "http://memory.test", { transports: [Broken] }), "connect_error");
  assert.equal(error.message, "no memory");
});

/** The adapter alone around an instance, and what it reports. */
function adapter(Class, opts = {}) {
  const { sink, calls, next } = recorder();
  const t = custom(Class, "memory", {})(() => "", { query: {}, ...opts }, sink);
  return { t, inner: t.shown, calls, next };
}

test("finish(): what is queued goes out when the instance can take it, then it is closed, then it is done", async () => {
  class Slow extends Memory {
    send(packets) {
      super.send(packets);
      this.writable = false;
    }
    close() {
      super.close();
      this.writable = false; // its last word is on its way
    }
  }
  const { t, inner, calls, next } = adapter(Slow);
  t.open();
  await next("data");
  t.send(["4first"]);
  assert.equal(t.busy(), true);
  let done = false;
  t.finish([["4rest"], ["4more"]], () => (done = true));
  await settled();
  const drained = async () => {
    inner.writable = true;
    inner.tell("drain");
    await settled();
    return [inner.sent.at(-1)[1], !!inner.closed, done];
  };
  assert.deepEqual(await drained(), ["rest", false, false]);
  assert.deepEqual(await drained(), ["more", false, false]);
  assert.deepEqual(await drained(), ["more", true, false]);
  assert.deepEqual(await drained(), ["more", true, true]);
  assert.equal(calls.at(-1), "closed");
});

test("pause() is reported once; an instance that was paused cannot go on", async () => {
  class Pausing extends Memory {
    pause(paused) {
      paused();
    }
  }
  const { t, calls, next } = adapter(Pausing);
  t.open();
  await next("data");
  t.poll();
  t.pause();
  assert.ok(!calls.includes("paused"));
  await next("paused");
  t.poll();
  assert.equal((await next("closed")).args[0].message, "transport close");
});

test("an instance's events inside send() are reported in a later task", async () => {
  const { t, calls, next } = adapter(Memory);
  t.open();
  await next("data");
  t.send(["4x"]);
  assert.ok(!calls.includes("drained"));
  await next("drained");
});

test("beforeunload closes in silence", async () => {
  const { t, inner, calls, next } = adapter(Memory, { closeOnBeforeunload: true });
  t.open();
  await next("data");
  fire("beforeunload");
  inner.tell("close");
  await settled();
  assert.deepEqual([inner.closed, calls.includes("closed")], [true, false]);
});

test("a page in the back/forward cache has no connection; when it is shown again, the end is reported", async () => {
  class Counting extends Memory {
    closes = 0;
    close() {
      this.closes++;
      super.close();
    }
  }
  const { t, inner, calls, next } = adapter(Counting);
  t.open();
  await next("data");
  fire("pagehide", { persisted: true });
  inner.tell("close");
  inner.tell("error", new Error("gone"));
  await settled();
  assert.deepEqual([inner.closes, calls.includes("closed")], [1, false]);
  fire("pageshow", { persisted: true });
  assert.deepEqual((await next("closed")).args, [{ message: "transport close", description: "the page was suspended" }]);
  assert.equal(inner.closes, 1);
});

test("close() in the task of open(): the instance is never opened", async () => {
  const { t, inner, calls } = adapter(Memory);
  t.open();
  t.close();
  await settled();
  assert.deepEqual([inner.sent, inner.writable, inner.closed, calls], [undefined, false, undefined, ["closed"]]);
});

test("options that a class rules out name themselves and the mend", () => {
  assert.throws(() => io("http://memory.test", { transports: [Memory], protocol: 3 }), { name: "TypeError", message: /"protocol" 3 needs names in "transports"/ });
  assert.throws(() => io("http://memory.test", { transports: [NodeWebSocket], token: "t", via: "header" }), { name: "TypeError", message: /"header" needs "polling"/ });
});

test("a class without a name is skipped", async (t) => {
  class Nameless {}
  const socket = connect(t, "http://memory.test", { transports: [Nameless, Memory] });
  await event(socket, "connect");
  assert.ok(socket.io.engine.transport instanceof Memory);
  const [error] = await event(connect(t, "http://memory.test", { transports: [Nameless] }).io, "error");
  assert.equal(error, "No transports available");
});
