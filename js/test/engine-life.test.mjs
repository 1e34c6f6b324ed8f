// The end of a connection as pages see it in `manager.engine`, however it comes: by the page, the server, the network, the clock
// or a fault of the client's core.
import assert from "node:assert/strict";
import test from "node:test";
import { event, jwt } from "./desk.mjs";
import { opener, stage } from "./network.mjs";
import { page, promptly, settled } from "./tools.mjs";

const fire = page();
const { connect, network, reported, trap } = await stage();
const open = opener({ connect, network }, { reconnection: false });

/** Notes what the engine's listeners hear of the end. */
function endsOf(engine) {
  const heard = [];
  engine?.on("error", (error) => heard.push(["error", error.message]));
  engine?.on("close", (reason, details) => heard.push(["close", reason, details?.description ?? details?.message]));
  return heard;
}

const noting = (one) => ({ ...one, heard: endsOf(one.engine) });
const opening = (t, options) => noting(open.opening(t, options));
const polling = async (t, options, said) => noting(await open.polling(t, { upgrade: false, ...options }, said));
const overWebsocket = async (t, options) => noting(await open.overWebsocket(t, options));

// --- Attempts that fail ----------------------------------------------------------------------------------------------------

test("a connection that is given up before the client has started: the websocket that it has opened ahead is closed", async (t) => {
  const { host, socket } = opening(t, { transports: ["websocket"] });
  const ws = await network.websocket(host);
  const closed = new Promise((done) => ws.addEventListener("close", done));
  socket.disconnect();
  await promptly(closed);
});

test("an attempt that fails with its last transport: the engine's error is of that one, and not what the one before had failed of", async (t) => {
  const { host, socket, heard } = opening(t, { tryAllTransports: true });
  const failed = event(socket, "connect_error");
  (await network.get(host)).fail();
  (await network.websocket(host)).drop();
  assert.equal((await promptly(failed))[0].message, "transport close");
  assert.deepEqual(heard, [["error", "transport close"], ["close", "transport close", "websocket connection closed"]]);
});

test("an attempt that the page gives up, or that takes too long: the engine's listeners hear close by force and no error, as in socket.io-client", async (t) => {
  const given = opening(t, { transports: ["websocket"] });
  await network.websocket(given.host);
  given.engine.close();
  await settled();
  const slow = opening(t, { transports: ["websocket"], timeout: 5 });
  await event(slow.socket, "connect_error");
  for (const { heard } of [given, slow]) assert.deepEqual(heard, [["close", "forced close", undefined]]);
});

test("a reconnection that gets no token: the engine of the connection before has closed once and for all", async (t) => {
  let token = jwt({ exp: 60 });
  const quick = { reconnection: true, reconnectionDelay: 1, randomizationFactor: 0 };
  const one = opening(t, { ...quick, transports: ["websocket"], via: "query", token: () => token || Promise.reject(new Error("away")) });
  const connected = event(one.socket, "connect");
  const ws = await network.websocket(one.host);
  const heard = endsOf(one.socket.io.engine);
  await network.welcome(ws);
  await connected;
  token = "";
  const failed = event(one.socket.io, "reconnect_error");
  ws.drop();
  await failed;
  assert.deepEqual(heard, [["close", "transport close", "websocket connection closed"]]);
});

// --- By the page -----------------------------------------------------------------------------------------------------------

test("engine.close() sends what was emitted before, then tells the server, and emits nothing on the transport", async (t) => {
  const { host, socket, engine, heard } = await polling(t);
  const { transport } = engine;
  const told = [];
  for (const name of ["close", "error"]) transport.on(name, () => told.push(name));
  socket.emit("a");
  const first = await network.post(host);
  socket.emit("b");
  engine.close();
  assert.deepEqual(heard, [["close", "forced close", undefined]]);
  const posted = [first.body];
  first.answer();
  while (posted.at(-1) != "1") {
    const post = await promptly(network.post(host));
    posted.push(post.body);
    post.answer();
  }
  await settled();
  assert.deepEqual(posted, ['42["a"]', '42["b"]', "1"]);
  assert.deepEqual(told, [], "the page has closed it");
});

test("engine.close() of a websocket emits nothing on the transport", async (t) => {
  const { engine, ws } = await overWebsocket(t);
  const told = [];
  for (const name of ["close", "error"]) engine.transport.on(name, () => told.push(name));
  const closed = new Promise((done) => ws.addEventListener("close", done));
  engine.close();
  await closed;
  await settled();
  assert.deepEqual(told, []);
});

// --- By the server ---------------------------------------------------------------------------------------------------------

test("a packet that cannot be read: the server is told over polling that the session ends, and the engine has been closed by force", async (t) => {
  const { host, socket, get, heard } = await polling(t);
  const gone = event(socket, "disconnect");
  get.answer('42{"no":"event"}');
  assert.equal((await gone)[0], "parse error");
  assert.equal((await promptly(network.post(host))).body, "1");
  assert.deepEqual(heard, [["close", "forced close", undefined]]);
});

test("a connection that is lost: the engine's listeners to close find what was not sent; then the queue is empty, and there is no id", async (t) => {
  const { host, socket, engine, get } = await polling(t);
  socket.emit("a");
  await network.post(host);
  socket.emit("b");
  assert.ok(engine.id);
  assert.deepEqual(engine.writeBuffer, ['42["a"]', '42["b"]']);
  const rest = [];
  for (const emitter of [socket.io, engine]) emitter.on("close", () => rest.push([engine.id, engine.writeBuffer.length, engine.readyState]));
  const gone = event(socket, "disconnect");
  get.fail();
  await gone;
  assert.deepEqual(rest, [[null, 2, "closed"], [null, 2, "closed"]]);
  assert.deepEqual([engine.id, engine.writeBuffer, engine.readyState], [null, [], "closed"]);
});

test("a lost websocket emits close on the engine with what the browser says, and no error", async (t) => {
  const { socket, ws, heard } = await overWebsocket(t);
  const gone = event(socket, "disconnect");
  ws.drop();
  await gone;
  assert.deepEqual(heard, [["close", "transport close", "websocket connection closed"]]);
});

// --- By the network and the clock ------------------------------------------------------------------------------------------

test("a browser that goes offline ends the connection at once, unless the server is on this machine", async (t) => {
  const far = await overWebsocket(t);
  const near = await overWebsocket(t, { host: "localhost" });
  const gone = event(far.socket, "disconnect");
  fire("offline");
  await promptly(gone);
  assert.deepEqual(far.heard, [["close", "transport close", "network connection lost"]]);
  await settled();
  assert.equal(near.socket.connected, true);
});

test("a connection that has ended listens to nothing in the page any more", async (t) => {
  const before = fire.listening();
  const { socket, ws } = await overWebsocket(t);
  assert.ok(fire.listening() > before);
  const gone = event(socket, "disconnect");
  ws.drop();
  await gone;
  assert.equal(fire.listening(), before);
});

test("a deadline of the heartbeat that the page sets: an emit before it goes out, one after it is held, and the connection ends once", async (t) => {
  const { socket, engine, ws, heard } = await overWebsocket(t, { reconnection: true, reconnectionDelay: 1, randomizationFactor: 0 });
  engine._pingTimeoutTime = Date.now() + 60_000;
  socket.emit("in time");
  assert.equal(await promptly(ws.frame()), '42["in time"]');
  const gone = event(socket, "disconnect");
  engine._pingTimeoutTime = Date.now() - 1;
  socket.emit("late", 1);
  socket.emit("late", 2);
  assert.equal((await gone)[0], "ping timeout");
  const next = await network.beginWebsocket(engine.hostname);
  assert.deepEqual([await next.frame(), await next.frame()], ['42["late",1]', '42["late",2]']);
  assert.deepEqual(heard, [["close", "ping timeout", undefined]]);
});

// --- By a fault of the core ------------------------------------------------------------------------------------------------

test("a core that traps: a server is told over polling that the session ends, and a websocket is closed", async (t) => {
  const one = await polling(t);
  const other = await overWebsocket(t);
  const closed = new Promise((done) => other.ws.addEventListener("close", done));
  const told = [];
  other.engine.transport.on("close", () => told.push("close"));
  trap();
  one.socket.io.reconnectionDelayMax(20); // tells the core
  assert.equal((await promptly(network.post(one.host))).body, "1");
  await promptly(closed);
  assert.deepEqual([one.heard, other.heard], [[["close", "client fault", undefined]], [["close", "client fault", undefined]]]);
  assert.match(reported.pop().message, /a fault in the client's core/);
});
