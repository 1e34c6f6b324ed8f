import test from "node:test";
import assert from "node:assert/strict";
import { once } from "node:events";
import { foreign, leaf, official, page, recorder, settled } from "./tools.mjs";

const fire = page();
const { WebSocket, WebSocketServer } = official("ws");
globalThis.WebSocket = WebSocket; // stricter than a browser's: an error that nobody listens to is an exception
const { websocket } = await leaf("engine/transports/websocket");
const { generationOf } = await leaf("bridge/bridge.gen");

async function start(t, opts = {}, server = {}) {
  const wss = new WebSocketServer({ port: 0, host: "127.0.0.1", ...server });
  await once(wss, "listening");
  const r = recorder();
  const url = `ws://127.0.0.1:${wss.address().port}/socket.io/?token=SECRET`;
  const transport = websocket(() => url, opts, r.sink);
  t.after(() => {
    transport.close();
    for (const c of wss.clients) c.terminate();
    wss.close();
  });
  const peer = new Promise((resolve) => wss.on("connection", (ws, req) => {
    const got = [];
    const waiting = [];
    ws.on("message", (data, binary) => {
      const m = binary ? [...data] : data.toString();
      waiting.length ? waiting.shift()(m) : got.push(m);
    });
    ws.next = () => (got.length ? Promise.resolve(got.shift()) : new Promise((resolve) => waiting.push(resolve)));
    ws.request = req;
    resolve(ws);
  }));
  return { wss, transport, peer, url, ...r };
}

test("opens, and frames come as they are", async (t) => {
  const { transport, peer, next, calls } = await start(t);
  assert.equal(transport.name, "websocket");
  transport.open();
  assert.deepEqual([calls.length, transport.writable], [0, false]);
  const ws = await peer;
  await next("opened");
  assert.equal(transport.writable, true);
  assert.equal(transport.ws.binaryType, "arraybuffer");
  ws.send("0{é€😀}");
  ws.send(Buffer.from([1, 2]));
  assert.deepEqual((await next("data")).args, ["0{é€😀}"]);
  const { args: [data] } = await next("data");
  assert.ok(data instanceof ArrayBuffer);
  assert.deepEqual([...new Uint8Array(data)], [1, 2]);
});

test("closed while it connects: no error, also where one that nobody listens to is an exception", async (t) => {
  const { transport, next } = await start(t);
  transport.open();
  await settled(1);
  assert.equal(transport.ws.readyState, WebSocket.CONNECTING);
  const gone = new Promise((done) => transport.ws.addEventListener("close", done));
  transport.close();
  await Promise.all([gone, next("closed")]);
});

test("the packet type before a binary message is cut off, where there is one", async (t) => {
  const { transport, peer, next } = await start(t);
  transport.generation = generationOf(3);
  transport.open();
  const ws = await peer;
  ws.send(Buffer.from([4, 1, 2]));
  ws.send("40");
  assert.deepEqual([...new Uint8Array((await next("data")).args[0])], [1, 2]);
  assert.deepEqual((await next("data")).args, ["40"]);
});

for (const eio of [4, 3])
  test(`Engine.IO ${eio}: text and binary in order`, async (t) => {
    const { transport, peer, next, calls } = await start(t);
    transport.open();
    const ws = await peer;
    await next("opened");
    transport.generation = generationOf(eio);
    const type = eio == 3 ? [4] : [];
    const bytes = new Uint8Array([1, 2, 3]);
    transport.send(["a", bytes, bytes.subarray(1, 2), bytes.buffer, new Blob([bytes]), "é", new ArrayBuffer(0)]);
    bytes.fill(0);
    transport.send(["b"]);
    assert.equal(transport.writable, false);
    assert.deepEqual(calls, ["opened"], "drained is told later");
    const got = [];
    for (let i = 0; i < 8; i++) got.push(await ws.next());
    assert.deepEqual(got, ["a", [...type, 1, 2, 3], [...type, 2], [...type, 1, 2, 3], [...type, 1, 2, 3], "é", type, "b"]);
    await next("drained");
    assert.equal(transport.writable, true);
  });

// Node.js reads a Blob later: what is closed in the same task never sends it.
for (const eio of [4, 3])
  test(`Engine.IO ${eio}: bytes are given to the browser as bytes, and a Blob as a Blob`, async (t) => {
    const { transport, next } = await start(t);
    transport.open();
    await next("opened");
    transport.generation = generationOf(eio);
    const given = [];
    transport.ws.send = (data) => given.push(data);
    const bytes = new Uint8Array([1, 2, 3]);
    transport.send(["a", bytes.subarray(1), bytes.buffer, new Blob([bytes]), foreign(new Blob([bytes]))]);
    const type = eio == 3 ? [4] : [];
    assert.ok(!(given[1] instanceof Blob) && !(given[2] instanceof Blob) && given[3] instanceof Blob);
    const read = async (data) => (typeof data == "string" ? data : [...new Uint8Array(await new Blob([data]).arrayBuffer())]);
    assert.deepEqual(await Promise.all(given.map(read)), ["a", [...type, 2, 3], [...type, 1, 2, 3], [...type, 1, 2, 3], [...type, 1, 2, 3]]);
  });

test("protocols", async (t) => {
  for (const [protocols, expected] of [[["a", "b"], "a,b"], ["c", "c"], [undefined, undefined]]) {
    const { transport, peer } = await start(t, { protocols });
    transport.open();
    assert.equal((await peer).request.headers["sec-websocket-protocol"], expected);
  }
});

test("the context of a close has the server's reason without the token that it quotes", async (t) => {
  const { transport, peer, next } = await start(t, { secrets: () => ["SECRET-1/23", undefined] });
  transport.open();
  const ws = await peer;
  await next("opened");
  ws.close(4001, "expired: SECRET-1/23");
  const { args: [error] } = await next("closed");
  assert.deepEqual([error.context.type, error.context.code, error.context.reason, error.context.wasClean], ["close", 4001, "expired: …", true]);
});

test("the server closes", async (t) => {
  const { transport, peer, next, calls } = await start(t);
  transport.open();
  const ws = await peer;
  await next("opened");
  ws.close(4001, "why");
  const { args: [error] } = await next("closed");
  assert.deepEqual([error.message, error.description], ["transport close", "websocket connection closed"]);
  assert.deepEqual([error.context.type, error.context.code, error.context.reason, error.context.wasClean], ["close", 4001, "why", true]);
  assert.equal(error.context.target, null, "its url can hold a token");
  transport.send(["late"]);
  transport.close();
  await settled();
  assert.deepEqual(calls, ["opened", "closed"]);
});

test("the server is refused or gone", async (t) => {
  for (const how of ["refused", "absent"]) {
    const { wss, transport, next, calls } = await start(t, {}, { verifyClient: (_, done) => done(false, 401) });
    if (how == "absent") await new Promise((r) => wss.close(r));
    transport.open();
    const { args: [error] } = await next("closed");
    assert.equal(error.message, "websocket error");
    assert.equal(error.description.type, "error");
    assert.equal(error.description.target, null);
    await settled();
    assert.deepEqual(calls, ["closed"]);
  }
});

test("messages sent before close() arrive, and nothing is reported after it", async (t) => {
  const { transport, peer, next, calls } = await start(t);
  transport.open();
  const ws = await peer;
  await next("opened");
  const gone = once(ws, "close");
  transport.send(["x".repeat(200_000), new Blob(["blob"]), "last"]);
  transport.close();
  transport.close();
  assert.deepEqual(calls, ["opened"]);
  assert.deepEqual((await next("closed")).args, [undefined]);
  assert.equal((await ws.next()).length, 200_000);
  assert.deepEqual(await ws.next(), [...Buffer.from("blob")]);
  assert.equal(await ws.next(), "last");
  await gone;
  await settled();
  assert.deepEqual(calls, ["opened", "closed"]);
});

test("close() while it connects", async (t) => {
  const { transport, next, calls } = await start(t);
  transport.open();
  transport.close();
  assert.deepEqual((await next("closed")).args, [undefined]);
  await settled();
  assert.deepEqual(calls, ["closed"]);
});

test("close() without open()", async (t) => {
  const { transport, next } = await start(t);
  transport.close();
  assert.deepEqual((await next("closed")).args, [undefined]);
});

test("a constructor that throws is reported later, without the address", async (t) => {
  t.after(() => { globalThis.WebSocket = WebSocket; });
  for (const make of [
    (url) => { throw new DOMException(`Failed to construct 'WebSocket': The URL '${url}' is invalid.`, "SyntaxError"); },
    (_, protocols) => { throw new DOMException(`Failed to construct 'WebSocket': The subprotocol '${protocols}' is invalid.`, "SyntaxError"); },
    () => { throw new DOMException("An insecure WebSocket connection may not be initiated from a page loaded over HTTPS.", "SecurityError"); },
  ]) {
    globalThis.WebSocket = function (...args) { make(...args); };
    const { transport, next, calls } = await start(t, { protocols: ["SECRET-in-protocol"] });
    transport.open();
    assert.deepEqual(calls, []);
    const { args: [error] } = await next("closed");
    assert.equal(error.message, "websocket error");
    assert.match(error.description, /WebSocket/);
    assert.doesNotMatch(JSON.stringify(error) + error.description, /SECRET/);
    transport.send(["x"]);
    await settled();
    assert.deepEqual(calls, ["closed"]);
  }
});

test("send() on a socket that the browser knows to be closed is swallowed; the close is told", async (t) => {
  const { transport, peer, next, calls } = await start(t);
  transport.open();
  const ws = await peer;
  await next("opened");
  transport.ws.send = () => { throw new DOMException("closing", "InvalidStateError"); };
  transport.send(["x"]);
  ws.terminate();
  await next("closed");
  assert.deepEqual(calls.filter((c) => c != "drained"), ["opened", "closed"]);
});

test("closeOnBeforeunload closes in silence", async (t) => {
  const { transport, peer, next, calls } = await start(t, { closeOnBeforeunload: true });
  transport.open();
  const ws = await peer;
  await next("opened");
  const gone = once(ws, "close");
  fire("beforeunload");
  await gone;
  await settled();
  assert.deepEqual(calls, ["opened"]);
  transport.send(["x"]);
  await settled();
  assert.deepEqual(calls, ["opened"]);
  transport.close();
  assert.deepEqual((await next("closed")).args, [undefined]);
});

test("a page in the back/forward cache has no connection; when it is shown again, the end is reported", async (t) => {
  const { transport, peer, next, calls } = await start(t);
  transport.open();
  const ws = await peer;
  await next("opened");
  const gone = once(ws, "close");
  transport.send(["last"]);
  fire("pagehide", { persisted: true });
  assert.equal(await ws.next(), "last");
  await gone;
  await settled();
  assert.deepEqual([calls, transport.writable], [["opened"], false]);
  fire("pageshow", { persisted: true });
  assert.deepEqual((await next("closed")).args, [{ message: "transport close", description: "the page was suspended" }]);
});

test("no listener of the page stays behind", () => assert.equal(fire.listening(), 0));
