// A connection over polling, its upgrade and its end, with the whole client.
import assert from "node:assert/strict";
import test from "node:test";
import { inspect } from "node:util";
import { event, jwt } from "./desk.mjs";
import { handshake, stage } from "./network.mjs";
import { settled } from "./tools.mjs";

const { connect, network } = await stage();

/** Upgrades a session that network.begin() has begun; gives its websocket. */
async function upgraded(host, get) {
  const ws = await network.websocket(host);
  ws.accept();
  assert.equal(await ws.frame(), "2probe");
  ws.say("3probe");
  get.answer("6");
  assert.equal(await ws.frame(), "5");
  return ws;
}

test("rememberUpgrade: a websocket that fails is not begun with again", async (t) => {
  const host = "remember.test";
  const socket = connect(`http://${host}`, { rememberUpgrade: true, reconnectionDelay: 1, reconnectionDelayMax: 1 });
  t.after(() => socket.disconnect());
  const ws = await upgraded(host, (await network.begin(host)).get);
  ws.drop();
  const next = await network.websocket(host);
  assert.deepEqual(next.query, { EIO: "4", transport: "websocket" });
  next.drop(true);
  assert.equal((await network.first(host)).query.transport, "polling");
});

test("disconnect() with more queued than the server takes in one payload: parts that it takes, then the end", async () => {
  const host = "parts.test";
  const socket = connect(`http://${host}`, { upgrade: false });
  const connected = event(socket, "connect");
  await network.begin(host, { maxPayload: 1000 });
  await connected;
  for (let i = 0; i < 3; i++) socket.emit("part", i, "x".repeat(600));
  socket.disconnect();
  const posted = [];
  do {
    const post = await network.post(host);
    posted.push(post.body);
    post.answer();
  } while (posted.at(-1) != "1");
  assert.deepEqual(posted.map((body) => body.slice(0, 11)), ['42["part",0', '42["part",1', '42["part",2', "1"]);
  assert.ok(posted.every((body) => body.length <= 1000), `${posted.map((body) => body.length)}`);
});

test("an HTTP status that answers the last word of a session is about no token", async (t) => {
  const host = "last.test";
  const asked = [];
  const socket = connect(`http://${host}`, { upgrade: false, via: "query", token: "a", classify: (error) => void asked.push(error) });
  const connected = event(socket, "connect");
  await network.begin(host);
  await connected;
  socket.disconnect();
  (await network.post(host)).answer(); // 41
  const bye = await network.post(host);
  assert.equal(bye.body, "1");
  socket.connect();
  t.after(() => socket.disconnect());
  await network.get(host);
  bye.answer("", 400);
  await settled();
  assert.deepEqual(asked, []);
});

test("with tryAllTransports, disconnect has no details of the transport that was tried before", async (t) => {
  const host = "first-tried.test";
  const socket = connect(`http://${host}`, { transports: ["websocket", "polling"], tryAllTransports: true, upgrade: false, reconnection: false });
  t.after(() => socket.disconnect());
  const connected = event(socket, "connect");
  const disconnected = event(socket, "disconnect"); // a busy machine may be late: listen from the beginning
  (await network.websocket(host)).drop(true);
  await network.begin(host, { pingInterval: 50, pingTimeout: 50 });
  await connected;
  assert.deepEqual(await disconnected, ["ping timeout", undefined]);
});

test("an engine that did not open closes with its error", async (t) => {
  const host = "not-opened.test";
  const socket = connect(`http://${host}`, { transports: ["websocket"], reconnection: false });
  t.after(() => socket.disconnect());
  const failed = event(socket.io.engine, "error");
  const closed = event(socket.io.engine, "close");
  (await network.websocket(host)).drop(true);
  const [error] = await failed;
  assert.deepEqual(await closed, ["transport error", error]);
  assert.equal(error.message, "websocket error");
});

test("packetCreate comes for each packet, attachments too, and says whether it is compressed", async (t) => {
  const host = "created.test";
  const socket = connect(`http://${host}`, { upgrade: false });
  t.after(() => socket.disconnect());
  const created = [];
  socket.io.engine.on("packetCreate", ({ type, data, options }) => created.push([type, data, options.compress]));
  const connected = event(socket, "connect");
  await network.begin(host);
  await connected;
  const bytes = new Uint8Array([1, 2]);
  socket.compress(false).emit("bytes", bytes);
  socket.emit("text");
  assert.deepEqual(created, [
    ["message", "0", true],
    ["message", '51-["bytes",{"_placeholder":true,"num":0}]', false],
    ["message", bytes, false],
    ["message", '2["text"]', true],
  ]);
});

for (const [how, end] of [
  ["disconnect()", (socket) => socket.disconnect()],
  ["engine.close()", (socket) => socket.io.engine.close()],
  ["the option timeout", () => {}],
])
  test(`an engine that ${how} ends while it opens closes by force, without an error`, async () => {
    const socket = connect("http://while-opening.test", { transports: ["websocket"], reconnection: false, timeout: how == "the option timeout" ? 1 : 20_000 });
    const seen = [];
    const { engine } = socket.io;
    engine.on("error", (error) => seen.push(error));
    const closed = event(engine, "close");
    await network.websocket("while-opening.test");
    end(socket);
    assert.deepEqual(await closed, ["forced close", undefined]);
    assert.deepEqual(seen, []);
  });

test("no error tells the token of a CONNECT that the server quotes in its answer to the POST", async (t) => {
  const token = jwt({ sub: "ann" });
  const socket = connect("http://echo.test", { token, via: "auth", transports: ["polling"], reconnection: false });
  t.after(() => socket.disconnect());
  const told = [];
  const ended = new Promise((done) => socket.on("connect_error", (error) => done(told.push(error, error.context))));
  socket.io.on("error", (error) => told.push(error, error.context));
  socket.io.on("close", (reason, details) => told.push(details, details?.context));
  (await network.get("echo.test")).answer(handshake());
  const post = await network.post("echo.test");
  assert.ok(post.body.includes(token));
  post.answer(`not allowed: ${post.body}`, 403);
  await ended;
  assert.ok(told.some((one) => one?.responseText == 'not allowed: 40{"token":"…"}'));
  assert.ok(!inspect(told, { depth: 9, showHidden: true }).includes(token));
});
