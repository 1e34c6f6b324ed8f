// The fake server of socketio-jwt-wasm/testing, by what a test can ask of it. fakeserver-table.mjs compares it with real
// servers; e2e/specs/testing.spec.js runs it in Vitest and Jest.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { mock } from "node:test";
import { inspect } from "node:util";
import { leaf, root } from "./tools.mjs";

const network = { fetch: globalThis.fetch, WebSocket: globalThis.WebSocket };
const { FakeServer, io: connect, useCore, wasmCore } = await leaf("whole");
useCore(wasmCore((await readFile(`${root}build/core.wasm`)).toString("hex")));

/** A server, and a client of it that notes what it is told. */
function pair(t, { via = "auth", ...options } = {}, more = {}) {
  const server = new FakeServer({ via, ...options });
  const told = [];
  const socket = connect(server.url, {
    via, forceNew: true, token: () => server.token({ sub: "ada" }), reconnectionDelay: 10, randomizationFactor: 0,
    onAuthenticated: () => told.push("authenticated"),
    onUnauthorized: ({ reason, message }) => told.push(`${reason}: ${message}`),
    ...more,
  });
  socket.on("connect_error", () => told.push("connect_error"));
  socket.on("disconnect", (reason) => told.push(reason));
  t.after(() => {
    socket.disconnect();
    server.close();
  });
  return { server, socket, told };
}

test("a wait resolves when the client has done its part", async (t) => {
  const { server, socket, told } = pair(t);
  const connection = await server.connection();
  assert.equal(socket.authenticated, true);
  assert.deepEqual(told, ["authenticated"]);
  assert.equal(connection.claims.sub, "ada");
  assert.equal(connection.connected, true);
  assert.deepEqual(server.connections, [connection]);
  socket.on("question", (n, ack) => ack(n + 1));
  assert.equal(await connection.emitWithAck("question", 1), 2);
  await connection.disconnect();
  assert.deepEqual(told, ["authenticated", "io server disconnect"]);
  assert.deepEqual(server.connections, []);
  await connection.disconnected();
});

test("a wait for what does not come rejects, and says what the server has seen", async (t) => {
  const { server, socket } = pair(t);
  await server.connection();
  socket.emit("other");
  await assert.rejects(server.received("hello"), /no client has emitted "hello" on "\/"; the server has seen this: \d+ requests have reached http:\/\/fake-server-\d+\.test; 1 clients are connected/);
  const idle = new FakeServer();
  t.after(() => idle.close());
  await assert.rejects(idle.connection(), /no client has been let in on "\/"; the server has seen this: 0 requests/);
});

test("a wait with real timers lasts longer than the longest first delay of a client that comes back, 1.5 s", async (t) => {
  const { server } = pair(t);
  await server.connection();
  const began = performance.now();
  await assert.rejects(server.connection());
  assert.ok(performance.now() - began >= 2000);
});

test("events of two clients, each given out once, and an event that nobody answers", async (t) => {
  const { server, socket } = pair(t);
  const first = await server.connection();
  const other = connect(server.url, { via: "auth", token: server.token(), forceNew: true });
  t.after(() => other.disconnect());
  const second = await server.connection();
  other.emit("hello", 2);
  socket.emit("hello", 1, () => {});
  const one = await first.received("hello");
  assert.deepEqual([one.args, one.wantsAck, one.connection], [[1], true, first]);
  const two = await server.received("hello");
  assert.deepEqual([two.args, two.wantsAck, two.connection], [[2], false, second]);
  assert.throws(() => two.ack(), /emitted "hello" without a callback/);
  const heard = [];
  for (const s of [socket, other]) s.on("news", (n) => heard.push(n));
  await server.emit("news", 7);
  assert.deepEqual(heard, [7, 7]);
});

test("on() answers an event from then on", async (t) => {
  const { server, socket } = pair(t);
  server.on("add", (a, b, ack) => ack(a + b));
  assert.equal(await socket.emitWithAck("add", 2, 3), 5);
});

for (const [reason, message] of [["expired", "jwt expired"], ["invalid", "invalid signature"], ["missing", "no token provided"]])
  for (const [by, via, more] of [["unauthorized", "auth"], ["unauthorized", "event"], ["connect_error", "auth"], [401, "query", { transports: ["polling"] }]])
    test(`refuse("${reason}") by ${by}, ${via}`, async (t) => {
      const { server, told } = pair(t, { via }, { token: undefined, ...more, token: "the same each time" });
      server.refuse(reason, { by });
      const refusal = await server.refused();
      assert.equal(refusal.reason, reason);
      if (by == "unauthorized") await refusal.acknowledged();
      assert.ok(told.includes(`${reason}: ${message}`), told.join());
      assert.equal(told.includes("connect_error"), by != "unauthorized");
    });

test("refuse() a number of times", async (t) => {
  const { server, told } = pair(t);
  server.refuse("expired", { times: 1 });
  await server.connection();
  assert.deepEqual(told, ["authenticated"], "the second token was tried before any hook heard of the first");
  assert.deepEqual(server.tokens.map(({ via, refused }) => [via, refused]), [["auth", "expired"], ["auth", undefined]]);
});

test("refuse() with what is no reason says what it takes", (t) => {
  const { server } = pair(t);
  assert.throws(() => server.refuse("timeout"), /refuse\(\) takes "expired", "invalid", "missing", or the server's own words/);
});

test("hold(): no answer until accept()", async (t) => {
  const { server, socket } = pair(t);
  server.hold();
  await server.settled();
  assert.equal(socket.connected, false);
  server.accept();
  await server.connection();
  assert.equal(socket.authenticated, true);
});

test("a token whose exp has passed is refused without refuse()", async (t) => {
  const server = new FakeServer({ via: "auth" });
  t.after(() => server.close());
  // The client would not show such a token; as a payload of CONNECT it knows nothing of it.
  const socket = connect(server.url, { auth: { token: server.token({ expiresIn: -1 }) }, reconnection: false });
  t.after(() => socket.disconnect());
  const error = await new Promise((done) => socket.on("connect_error", done));
  assert.equal(error.message, "jwt expired");
  assert.equal((await server.refused()).reason, "expired");
  assert.deepEqual(server.tokens.map(({ via, refused }) => [via, refused]), [["auth", "expired"]]);
});

test("offline() and online(), with node's own fake timers", async (t) => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.now() });
  t.after(() => mock.timers.reset());
  const { server, socket, told } = pair(t, { advanceTimers: (ms) => mock.timers.tick(ms) });
  await server.connection();
  await server.offline();
  await server.advance(10_000);
  assert.equal(socket.connected, false);
  assert.match(told[1], /^transport/);
  server.online();
  await server.advance(10_000);
  await server.connection();
  assert.equal(socket.connected, true);
});

test("advance() without fake timers says what to do", async (t) => {
  const { server } = pair(t);
  await assert.rejects(server.advance(1), /call vi\.useFakeTimers\(\) or jest\.useFakeTimers\(\) first, or pass option advanceTimers/);
});

test("no token is printed, wherever one looks", async (t) => {
  const { server } = pair(t);
  const connection = await server.connection();
  const printed = inspect([server, connection, server.tokens, server.of("/")], { depth: 20, showHidden: true }) + JSON.stringify([server, connection, server.tokens]);
  assert.match(printed, /ada/);
  assert.doesNotMatch(printed, /eyJ/);
  assert.equal(server.tokens[0].is("another"), false);
});

test("namespaces: every one, or those that are named", async (t) => {
  const { server } = pair(t, { namespaces: ["/"] });
  const nowhere = connect(`${server.url}/nowhere`, { via: "auth", token: server.token(), reconnection: false });
  t.after(() => nowhere.disconnect());
  const error = await new Promise((done) => nowhere.on("connect_error", done));
  assert.equal(error.message, "Invalid namespace");
});

test("a plain client, where nobody is asked for a token", async (t) => {
  const server = new FakeServer({ via: false, path: "/io" });
  t.after(() => server.close());
  const socket = connect(server.url, { path: "/io" });
  t.after(() => socket.disconnect());
  const connection = await server.connection();
  assert.equal(socket.connected, true);
  assert.equal(connection.claims, undefined);
  assert.deepEqual(server.tokens, []);
});

test("other addresses lead where they led before, and close() puts the network back", async () => {
  const asked = [];
  const before = globalThis.fetch;
  globalThis.fetch = async (url) => asked.push(`${url}`);
  const server = new FakeServer({ url: "http://mine.test" });
  const same = new FakeServer({ url: "http://mine.test", path: "/other" });
  assert.throws(() => new FakeServer({ url: "http://mine.test/" }), /there is a server at mine\.test:80 already: close\(\) it first/);
  await fetch("http://mine.test/login");
  await fetch("http://else.test/socket.io/");
  assert.deepEqual(asked, ["http://mine.test/login", "http://else.test/socket.io/"]);
  assert.equal((await (await import("node:timers/promises")).setImmediate(1)), 1);
  server.close();
  same.close();
  globalThis.fetch = before;
  assert.deepEqual({ fetch: globalThis.fetch, WebSocket: globalThis.WebSocket }, network);
});

test("options that cannot be say what they may be", () => {
  assert.throws(() => new FakeServer({ version: 5 }), /option "version" must be 2, 3 or 4/);
  assert.throws(() => new FakeServer({ via: "cookie" }), /option "via" must be "event", "query", "header", "auth"/);
  assert.throws(() => new FakeServer({ version: 2, via: "auth" }), /"via": "auth" needs "version" 3 or 4/);
});

test("a relative address leads where it led before, though there is no page whose address it goes by", async (t) => {
  const before = globalThis.fetch;
  const asked = [];
  globalThis.fetch = async (url) => asked.push(url);
  t.after(() => (globalThis.fetch = before));
  const server = new FakeServer();
  t.after(() => server.close());
  await fetch("/token");
  assert.deepEqual(asked, ["/token"]);
});

for (const transports of [["polling"], ["websocket"]])
  test(`a test's handler that throws is reported, and the connection stays: ${transports}`, async (t) => {
    const { reportError } = globalThis;
    const reported = [];
    globalThis.reportError = (error) => reported.push(error.message);
    t.after(() => (globalThis.reportError = reportError));
    const { server, socket, told } = pair(t, {}, { transports });
    const throws = (message) => () => {
      throw new Error(message);
    };
    server.on("say", throws("of an event"));
    const connection = await server.connection();
    socket.on("question", (ack) => ack());
    await connection.emit("question", throws("of an acknowledgement"));
    socket.emit("say");
    socket.emit("next");
    await server.received("next");
    assert.deepEqual(reported, ["of an acknowledgement", "of an event"]);
    assert.deepEqual(told, ["authenticated"]);
  });

test("a namespace may be named without its slash, as on a real server", async (t) => {
  const { server } = pair(t, { namespaces: ["chat"] });
  assert.equal(server.of("chat"), server.of("/chat"));
  const chat = connect(`${server.url}/chat`, { via: "auth", token: server.token() });
  t.after(() => chat.disconnect());
  assert.equal((await server.of("chat").connection()).nsp, "/chat");
});

test("an address that is none says what it must be", () => {
  for (const url of ["api.example.com", "/socket.io", ""]) assert.throws(() => new FakeServer({ url }), /FakeServer: option "url" must be the server's whole address, as "https:\/\/api\.example\.com"/);
});

test("words of a server's own may have a code and data", async (t) => {
  for (const data of [undefined, { why: "role" }]) {
    const { server, socket } = pair(t, {}, { classify: () => "invalid" });
    server.refuse({ message: "no entry", code: "E17", data });
    await server.refused();
    await server.refused();
    const { error } = socket.session.getSnapshot();
    assert.equal(error.code, "E17");
    assert.equal(error.data.why, data?.why);
  }
});

test("refuse() with what is no way of refusing says what it takes", (t) => {
  const { server } = pair(t);
  for (const by of ["error", 200, 99, NaN]) assert.throws(() => server.refuse("expired", { by }), /refuse\(\) takes "by": "unauthorized", "connect_error", or an HTTP status from 400 to 599/);
  assert.throws(() => server.refuse({}), /the server's own words as { message, code, data }/);
});

test("a connection that is over refuses no token", async (t) => {
  const { server } = pair(t);
  const connection = await server.connection();
  await connection.disconnect();
  await assert.rejects(connection.refuse("invalid"), /the connection is over: await connection\(\) for the next one/);
  await assert.rejects(connection.emitWithAck("question"), /the connection is over: await connection\(\) for the next one/);
  await assert.rejects(server.refused(), /no client has been refused/);
});

test("a test that has moved its clock on by hours leaves the next one a server whose tokens are good", async (t) => {
  const real = [Date.now, performance.now];
  let moved = 0;
  Date.now = () => real[0]() + moved;
  performance.now = () => real[1].call(performance) + moved;
  t.after(() => ([Date.now, performance.now] = real));
  const first = pair(t, { advanceTimers: (ms) => (moved += ms) });
  await first.server.connection();
  await first.server.advance(7_200_000);
  first.socket.disconnect();
  moved = 0;
  const { server } = pair(t);
  await server.connection();
  assert.equal(server.tokens.length, 1);
});

test("a page that sends all the time is pinged all the same, and stays connected", async (t) => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.now() });
  t.after(() => mock.timers.reset());
  const { server, socket, told } = pair(t, { advanceTimers: (ms) => mock.timers.tick(ms) });
  await server.connection();
  for (let passed = 0; passed < 120_000; passed += 10_000) {
    socket.emit("typing");
    await server.advance(10_000);
  }
  assert.deepEqual(told, ["authenticated"]);
});
