// A connection as pages see it in `manager.engine`: what its properties say, and what its listeners hear. Its opening, its upgrade
// and what it sends; engine-life.test.mjs has its end.
import assert from "node:assert/strict";
import test from "node:test";
import { event, jwt } from "./desk.mjs";
import { handshake, opener, stage } from "./network.mjs";
import { promptly, settled } from "./tools.mjs";

const { connect, network } = await stage();
const { opening, polling, overWebsocket } = opener({ connect, network }, { reconnectionDelay: 1, randomizationFactor: 0 });

/** The websocket of an upgrade, whose probe the server has answered: polling stops when its GET is answered. */
async function probed({ host }) {
  const ws = await network.websocket(host);
  ws.accept();
  assert.equal(await ws.frame(), "2probe");
  ws.say("3probe");
  return ws;
}

async function upgrade(one) {
  const ws = await probed(one);
  one.get.answer("6");
  assert.equal(await ws.frame(), "5");
  return ws;
}

// --- Before the session ----------------------------------------------------------------------------------------------------

test("the engine names the transport that it begins with right after connect(), and has no session yet", (t) => {
  for (const transports of [["polling", "websocket"], ["websocket"]]) {
    const { engine, socket } = opening(t, { transports });
    assert.deepEqual([engine.transport.name, engine.transports, engine.readyState], [transports[0], transports, "opening"]);
    assert.deepEqual([engine.id, engine.transport.query.sid, engine.writable, engine.transport.writable], [undefined, undefined, false, false]);
    socket.disconnect();
  }
});

test("listeners that a page adds to engine.transport right after connect() hear the transport that opens", async (t) => {
  const { engine, host } = opening(t, { upgrade: false });
  const heard = [];
  for (const name of ["open", "packet"]) engine.transport.on(name, (packet) => heard.push(packet?.type ?? name));
  await network.begin(host);
  assert.deepEqual(heard, ["open", "open", "message"], "the event, its packet, and CONNECT");
});

test("what a page sends on the engine before it opens waits for the session, and goes then", async (t) => {
  const { engine, host } = opening(t, { transports: ["websocket"] });
  engine.send("early");
  assert.deepEqual(engine.writeBuffer, ["4early"]);
  const ws = await network.websocket(host);
  ws.accept();
  await settled();
  assert.deepEqual(engine.writeBuffer, ["4early"], "a server reads nothing before its handshake");
  ws.say(handshake({ upgrades: [] }));
  for (const frame of ["4early", "40"]) assert.equal(await promptly(ws.frame()), frame);
});

test("engine.write() and engine.send() send a message, and call back when it has been handed to the transport", async (t) => {
  const { engine, socket, ws } = await overWebsocket(t);
  const shown = [];
  engine.on("packetCreate", ({ type, data, options }) => shown.push([type, data, options.compress]));
  const flushed = [];
  for (const [method, data, ...rest] of [["write", '2["a"]'], ["send", '2["b"]', { compress: false }], ["write", '2["c"]', null]]) {
    assert.equal(engine[method](data, ...rest, () => flushed.push(data)), engine);
    assert.equal(await promptly(ws.frame()), "4" + data);
  }
  assert.deepEqual(flushed, ['2["a"]', '2["b"]', '2["c"]']);
  assert.deepEqual(shown, [["message", '2["a"]', true], ["message", '2["b"]', false], ["message", '2["c"]', true]]);
  socket.disconnect();
  assert.notEqual(engine.readyState, "open");
  engine.write("late", () => flushed.push("late"));
  assert.deepEqual([shown.at(-1)[1], flushed.length], ["1", 3], "DISCONNECT was the last");
});

test("a page's own engine.write gets each packet of the sockets, and no other; what carries a token goes past it", async (t) => {
  const { engine, host, socket } = opening(t, { transports: ["websocket"], token: jwt(), via: "event" });
  const { write } = engine;
  const seen = [];
  engine.write = (data, options) => {
    seen.push([typeof data == "string" ? data : data.byteLength, options?.compress]);
    return write.call(engine, data, options);
  };
  const connected = event(socket, "connect");
  const ws = await network.websocket(host);
  ws.accept();
  ws.say(handshake({ upgrades: [] }));
  assert.equal(await promptly(ws.frame()), "40");
  ws.say('40{"sid":"s"}');
  assert.match(await promptly(ws.frame()), /^42\["authenticate",/);
  ws.say('42["authenticated"]');
  await connected;
  ws.say("2");
  assert.equal(await promptly(ws.frame()), "3");
  assert.deepEqual(seen, []);
  socket.compress(false).emit("bytes", new Uint8Array(3));
  assert.equal(await promptly(ws.frame()), '451-["bytes",{"_placeholder":true,"num":0}]');
  assert.equal((await promptly(ws.frame())).byteLength, 3);
  assert.deepEqual(seen, [['51-["bytes",{"_placeholder":true,"num":0}]', false], [3, false]]);
  engine.write = () => engine;
  socket.emit("kept from the server");
  assert.deepEqual(engine.writeBuffer, []);
});

test("engine.transport is the page's own object where the page gives a class", async (t) => {
  const made = [];
  class Own {
    constructor() {
      made.push(this);
    }
    on() {}
    open() {}
    close() {}
  }
  Own.prototype.name = "own";
  const { engine } = opening(t, { transports: [Own] });
  await settled();
  assert.equal(made.length, 1);
  assert.equal(engine.transport, made[0]);
});

// --- The session -----------------------------------------------------------------------------------------------------------

test("engine.id and the transport's query have the session, and no token any more", async (t) => {
  const token = jwt({ exp: 60 });
  const { host, socket } = opening(t, { transports: ["websocket"], token, via: "query" });
  const ws = await network.websocket(host);
  assert.equal(ws.query.token, token);
  const { engine } = socket.io;
  ws.accept();
  ws.say(handshake({ upgrades: [], sid: "E" }));
  await ws.frame();
  assert.equal(engine.id, "E");
  assert.deepEqual(engine.transport.query, { EIO: 4, transport: "websocket", sid: "E" });
});

test("packetCreate tells the engine's listeners of what the page emits, and not of the packet that carries the token", async (t) => {
  const token = jwt({ exp: 60 });
  const { host, socket, engine } = opening(t, { transports: ["websocket"], token, via: "auth" });
  const heard = [];
  engine.on("packetCreate", ({ type, data }) => heard.push([type, data]));
  const connected = event(socket, "connect");
  const ws = await network.websocket(host);
  ws.accept();
  ws.say(handshake({ upgrades: [] }));
  assert.ok((await ws.frame()).includes(token));
  ws.say('40{"sid":"s"}');
  await connected;
  socket.emit("mine");
  await ws.frame();
  assert.deepEqual(heard, [["message", '2["mine"]']]);
});

test("the page posts no more at once than the server's handshake allows", async (t) => {
  const { socket, host } = await polling(t, { upgrade: false }, { maxPayload: 1000 });
  socket.emit("first");
  const first = await network.post(host);
  for (let i = 0; i < 3; i++) socket.emit("part", "x".repeat(600));
  first.answer();
  for (let i = 0; i < 3; i++) {
    const post = await promptly(network.post(host));
    assert.ok(post.body.length <= 1000, `${post.body.length} bytes`);
    post.answer();
  }
});

test("a server that refuses the newest revision is asked with the older one at once by the next connection to it", async (t) => {
  const { host } = opening(t, { upgrade: false });
  const first = await network.get(host);
  assert.equal(first.query.EIO, "4");
  first.answer('{"code":5,"message":"Unsupported protocol version"}', 400);
  const second = await network.get(host);
  assert.equal(second.query.EIO, "3");
  const body = '0{"sid":"old","upgrades":[],"pingInterval":25000,"pingTimeout":20000}';
  second.answer(`${body.length}:${body}2:40`);
  await network.get(host);
  connect(`http://${host}`, { upgrade: false, reconnection: false });
  const other = await network.get(host);
  assert.equal(other.query.EIO, "3");
  other.fail();
});

test("rememberUpgrade: after a connection that was a websocket from its start, the next one begins with a websocket; after polling it does not", async (t) => {
  const begins = async () => {
    const request = await network.first(opening(t, { rememberUpgrade: true, reconnection: false }).host);
    request.fail?.();
    return request.query.transport;
  };
  await overWebsocket(t);
  assert.equal(await begins(), "websocket");
  await polling(t, { upgrade: false });
  assert.equal(await begins(), "polling");
});

// --- The upgrade -----------------------------------------------------------------------------------------------------------

test("engine.writable is false while the connection changes to the websocket; what is emitted then goes over the websocket, once and in order", async (t) => {
  const one = await polling(t);
  const { socket, engine } = one;
  assert.equal(engine.writable, true);
  const ws = await probed(one);
  assert.deepEqual([engine.transport.name, engine.transport.writable, engine.writable], ["polling", true, false]);
  socket.emit("a");
  socket.emit("b");
  assert.deepEqual(engine.writeBuffer, ['42["a"]', '42["b"]']);
  one.get.answer("6");
  for (const frame of ["5", '42["a"]', '42["b"]']) assert.equal(await promptly(ws.frame()), frame);
  assert.deepEqual([engine.transport.name, engine.writable], ["websocket", true]);
  socket.emit("c");
  assert.equal(await ws.frame(), '42["c"]');
});

test("the engine's listeners hear what comes over the websocket after the upgrade", async (t) => {
  const one = await polling(t);
  const ws = await upgrade(one);
  const heard = [];
  for (const name of ["packet", "data", "message"]) one.engine.on(name, (data) => heard.push(data.data ?? data));
  ws.say('42["a"]');
  assert.deepEqual(heard, ['2["a"]', '2["a"]', '2["a"]']);
});

test("listeners that a page has added to the polling transport hear nothing of the websocket, as in socket.io-client, and are gone after the upgrade", async (t) => {
  const one = await polling(t);
  const { transport } = one.engine;
  const heard = [];
  for (const name of ["packet", "drain", "close"]) transport.on(name, () => heard.push(name));
  const ws = await upgrade(one);
  heard.length = 0;
  ws.say('42["a"]');
  one.socket.emit("b");
  await promptly(ws.frame());
  await settled();
  assert.deepEqual(heard, []);
  assert.notEqual(one.engine.transport, transport);
  assert.equal(transport.hasListeners("packet"), false);
});

test("a websocket that is lost while the connection changes to it: polling goes on with what was emitted meanwhile, and with the page's listeners", async (t) => {
  const one = await polling(t);
  const { transport } = one.engine;
  const heard = [];
  transport.on("packet", ({ data }) => heard.push(data));
  const ws = await probed(one);
  one.socket.emit("a");
  const failed = event(one.engine, "upgradeError");
  ws.drop();
  await failed;
  one.get.answer("6");
  const post = await promptly(network.post(one.host));
  assert.equal(post.body, '42["a"]');
  post.answer();
  heard.length = 0;
  (await network.get(one.host)).answer('42["b"]');
  await network.get(one.host);
  assert.equal(one.engine.transport, transport);
  assert.deepEqual(heard, ['2["b"]']);
});
