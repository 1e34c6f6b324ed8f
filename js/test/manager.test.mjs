// A manager on the desk: opening, reconnection, namespaces that share a connection, packets that cannot be read.
import assert from "node:assert/strict";
import test from "node:test";
import { desk, event, queue, welcome } from "./desk.mjs";
import { official, settled } from "./tools.mjs";

const { connect, Manager, server, reported } = await desk();
let hosts = 0;

function manager(t, options = {}, host = `m${++hosts}.test`) {
  const m = new Manager(`http://${host}`, { transports: ["websocket"], reconnectionDelay: 1, randomizationFactor: 0, ...options });
  t.after(() => m._close());
  return Object.assign(m, { server: server(host) });
}
const frames = (c, n) => Promise.all(Array.from({ length: n }, () => c.frame()));

test("open() with a callback, and its error", async (t) => {
  const m = manager(t, { autoConnect: false });
  const opened = new Promise((done) => m.open(done));
  assert.equal(m._readyState, "opening");
  await m.server.connection();
  assert.equal(await opened, undefined);
  assert.equal(m._readyState, "open");
  assert.equal(m.engine.transport.name, "websocket");
  const refused = manager(t, { autoConnect: false }, "refusing.test");
  const error = await new Promise((done) => refused.open(done));
  assert.equal(error.message, "websocket error");
});

test("two namespaces share a connection, and each hears its own", async (t) => {
  const m = manager(t);
  const a = m.socket("/a");
  const b = m.socket("/b");
  assert.equal(m.socket("/a"), a);
  const c = await m.server.connection();
  assert.deepEqual(await frames(c, 2), ["40/a,", "40/b,"]);
  c.say('40/a,{"sid":"1"}');
  c.say('40/b,{"sid":"2"}');
  const heard = [];
  a.on("x", () => heard.push("a"));
  b.on("x", () => heard.push("b"));
  c.say('42/b,["x"]');
  c.say('42/a,["x"]');
  assert.deepEqual(heard, ["b", "a"]);
  a.disconnect();
  assert.equal(await c.frame(), "41/a,");
  await settled();
  assert.equal(c.open, true, "the other one uses it");
  b.disconnect();
  assert.deepEqual(await frames(c, 2), ["41/b,", "closed"]);
});

test("connect() shares managers by address; forceNew and another namespace of that name do not", (t) => {
  const at = (url, o) => connect(url, { autoConnect: false, forceNew: false, ...o }).io;
  const m = at("http://shared.test/a");
  assert.equal(at("http://shared.test/b"), m);
  assert.notEqual(at("http://shared.test/a"), m, "that namespace is taken");
  assert.notEqual(at("http://shared.test/c", { forceNew: true }), m);
  assert.notEqual(at("http://shared.test/d", { path: "/other" }), m);
  assert.notEqual(at("http://shared.test:81/e"), m);
  assert.notEqual(at("http://shared.test/f", { token: "t", via: "query" }), m, "a connection that a token opens");
  const token = () => "t";
  for (const given of [token, null, ""]) {
    const one = at("http://named.test/a", { token: given, via: "query", tokenName: "jwt" });
    assert.equal(at("http://named.test/b", { token: given, via: "query", tokenName: "jwt" }), one);
    assert.notEqual(at("http://named.test/c", { token: given, via: "query" }), one, "the handshake has one name");
    assert.notEqual(at("http://named.test/d", { token: given, via: ["query", "auth"], tokenName: "jwt" }), one, "and one way");
    const header = { token: given, via: "header", transports: ["polling"] };
    assert.notEqual(at("http://named.test/e", { ...header, scheme: "JWT" }), at("http://named.test/f", header));
  }
  const q = at("http://shared.test/g", { token, via: "query" });
  assert.equal(at("http://shared.test/h", { token, via: "query" }), q);
  assert.notEqual(at("http://shared.test/i", { token: () => "t", via: "query" }), q);
});

test("a handshake carries one token, from its beginning: a socket whose token has no place in it is a TypeError", async (t) => {
  const query = { token: "a", via: "query" };
  const plain = manager(t, {}, "plain.test");
  assert.throws(() => plain.socket("/a", query), (e) => e instanceof TypeError && /"via": "query".*begun without: pass "token" and "via" to a Manager/.test(e.message));
  plain.socket("/b", { token: "a", via: "auth" });

  const lends = manager(t, query, "lends.test");
  assert.throws(() => lends.socket("/a", { token: "b", via: ["auth", "query"] }), (e) => e instanceof TypeError && /carries another one/.test(e.message));
  lends.socket("/b", { token: "b", via: "event" });
  lends.socket("/c");
  lends.socket("/d", query);

  const late = manager(t, { autoConnect: false }, "late.test");
  late.socket("/a", query).connect();
  const c = await server("late.test").connection();
  assert.equal(c.query.get("token"), "a");
  late.socket("/b", query);
  assert.throws(() => late.socket("/c", { token: () => "a", via: "query" }), TypeError);
});

test("reconnection: attempts are counted, told, and end", async (t) => {
  const m = manager(t, { reconnectionAttempts: 2, autoConnect: false }, "refusing.test");
  const heard = queue();
  for (const name of ["reconnect_attempt", "reconnect_error", "reconnect_failed", "error"]) m.on(name, (v) => heard.push([name, v?.message || v]));
  m.socket("/").connect();
  const all = [];
  for (let i = 0; i < 8; i++) all.push(await heard.next());
  const failed = ["error", "websocket error"];
  assert.deepEqual(all, [
    failed, ["reconnect_attempt", 1],
    failed, ["reconnect_error", "websocket error"], ["reconnect_attempt", 2],
    failed, ["reconnect_failed", undefined], ["reconnect_error", "websocket error"],
  ]);
});

test("a connection that is lost: close, then reconnect with its number", async (t) => {
  const m = manager(t);
  m.socket("/");
  const c = await m.server.connection();
  await welcome(c);
  const closed = event(m, "close");
  const back = event(m, "reconnect");
  c.hangUp();
  assert.equal((await closed)[0], "transport close");
  await m.server.connection();
  assert.deepEqual(await back, [1]);
});

test("options of reconnection are read and set, as numbers or texts", (t) => {
  const m = manager(t, { autoConnect: false });
  const read = () => [m.reconnection(), m.reconnectionAttempts(), m.reconnectionDelay(), m.reconnectionDelayMax(), m.randomizationFactor(), m.timeout()];
  assert.deepEqual(read(), [true, Infinity, 1, 5000, 0, 20_000]);
  assert.deepEqual([m.reconnection(undefined) === m, m.reconnection()], [true, false], "as in socket.io-client, which counts the arguments");
  assert.equal(m.reconnection(false).reconnectionAttempts(3).reconnectionDelay(5).reconnectionDelayMax(6).randomizationFactor(0.2).timeout(false), m);
  assert.deepEqual(read(), [false, 3, 5, 6, 0.2, false]);
});

for (const [name, frame] of [
  ["no JSON", '42["a"'],
  ["no array", "42{}"],
  ["a reserved name", '42["connect"]'],
  ["no name", "42[{}]"],
  ["an ack without an array", "430{}"],
])
  test(`a packet that cannot be read ends the connection: ${name}`, async (t) => {
    const m = manager(t);
    const socket = m.socket("/");
    const c = await m.server.connection();
    await welcome(c);
    const gone = event(socket, "disconnect");
    c.say(frame);
    assert.equal((await gone)[0], "parse error");
    await m.server.connection();
  });

test("an attachment that nobody announced, and a packet in place of one", async (t) => {
  for (const wrong of [(c) => c.say(new ArrayBuffer(1)), (c) => (c.say('451-["a",{"_placeholder":true,"num":0}]'), c.say('42["b"]'))]) {
    const m = manager(t);
    const socket = m.socket("/");
    const c = await m.server.connection();
    await welcome(c);
    const gone = event(socket, "disconnect");
    wrong(c);
    assert.equal((await gone)[0], "parse error");
    await m.server.connection();
  }
});

test("a manager's listeners from before connect() get a packet before the socket, later ones after it", async (t) => {
  const m = manager(t, { autoConnect: false });
  const heard = [];
  m.on("packet", (p) => p.type == 2 && heard.push("before"));
  const socket = m.socket("/").connect();
  m.on("packet", (p) => p.type == 2 && heard.push("after"));
  socket.on("a", () => heard.push("socket"));
  const c = await m.server.connection();
  await welcome(c);
  c.say('42["a"]');
  assert.deepEqual(heard, ["before", "socket", "after"]);
});

test("a parser of the user's own reads and writes all that namespaces say", async (t) => {
  class Decoder {
    on(name, fn) {
      this.tell = fn;
    }
    add(text) {
      this.tell(JSON.parse(text));
    }
    destroy() {}
  }
  class Encoder {
    encode(p) {
      return [JSON.stringify({ type: p.type, nsp: p.nsp, data: p.data, id: p.id })];
    }
  }
  const m = manager(t, { parser: { Encoder, Decoder } });
  const socket = m.socket("/");
  const c = await m.server.connection();
  assert.equal(await c.frame(), '4{"type":0,"nsp":"/"}');
  const connected = event(socket, "connect");
  c.say('4{"type":0,"nsp":"/","data":{"sid":"x"}}');
  await connected;
  const answer = socket.emitWithAck("ask", 1);
  assert.equal(await c.frame(), '4{"type":2,"nsp":"/","data":["ask",1],"id":0}');
  c.say('4{"type":3,"nsp":"/","data":[2],"id":0}');
  assert.equal(await answer, 2);
  const heard = event(socket, "told");
  c.say('4{"type":2,"nsp":"/","data":["told",5]}');
  assert.deepEqual(await heard, [5]);
});

test("socket.io-msgpack-parser, as Node.js loads it, reads a connection's bytes", async (t) => {
  const parser = official("socket.io-msgpack-parser");
  const m = manager(t, { parser });
  const socket = m.socket("/");
  const c = await m.server.connection();
  const said = (packet) => c.say(new Uint8Array(new parser.Encoder().encode(packet)[0]).buffer);
  await c.frame();
  const connected = event(socket, "connect");
  said({ type: 0, nsp: "/", data: { sid: "x" } });
  await connected;
  assert.equal(socket.id, "x");
  const heard = event(socket, "told");
  said({ type: 2, nsp: "/", data: ["told", { text: "é", bytes: Buffer.from([1, 2]) }] });
  const [{ text, bytes }] = await heard;
  assert.deepEqual([text, [...bytes]], ["é", [1, 2]]);
});

test("a transport class whose constructor throws: reported, and an attempt that has failed", async (t) => {
  let made = 0;
  class Broken {
    constructor() {
      made++;
      throw new Error("broken");
    }
  }
  Broken.prototype.name = "broken";
  reported.length = 0;
  const socket = connect("http://broken.test", { transports: [Broken], reconnectionDelay: 1 });
  t.after(() => socket.disconnect());
  for (const attempt of [1, 2]) {
    const [error] = await event(socket, "connect_error");
    assert.deepEqual([error.message, error.type, made, reported.length], ["transport error", "TransportError", attempt, attempt]);
  }
  assert.equal(reported[0].message, "broken");
});

test("a token function that fails where the handshake carries the token: the manager's attempt has failed for lack of one", async () => {
  const socket = connect(`http://m${++hosts}.test`, { transports: ["websocket"], via: "query", token: () => Promise.reject(new Error("away")) });
  const error = await new Promise((done) => socket.io.once("error", done));
  assert.deepEqual([error.type, error.message], ["TransportError", "no token"]);
  socket.disconnect();
});

test("closed by its own close(): every socket is told, and none comes back", async (t) => {
  const m = manager(t);
  const socket = m.socket("/");
  const c = await m.server.connection();
  await welcome(c);
  const gone = event(socket, "disconnect");
  m.close();
  assert.equal((await gone)[0], "forced close");
  await settled();
  assert.deepEqual(m.server.unseen(), []);
  assert.equal(m._readyState, "closed");
});
