// WebTransport: its frames against engine.io-parser's, and the transport on a session that the test holds.
import assert from "node:assert/strict";
import test from "node:test";
import { foreign, leaf, official, page, recorder, settled } from "./tools.mjs";

const fire = page();
const { frame, hasWebTransport, unframer, webtransport } = await leaf("engine/transports/webtransport");
const { createPacketDecoderStream, createPacketEncoderStream } = official("engine.io-parser");

const hex = (bytes) => Buffer.from(bytes).toString("hex");

test("frames: the bytes of the protocol", async () => {
  assert.equal(hex(frame("4hello")), "06" + hex(Buffer.from("4hello")));
  assert.equal(hex(frame("0")), "0130");
  assert.equal(hex(frame("4€")), "0434e282ac");
  assert.equal(hex(frame(new Uint8Array([1, 2, 3]).subarray(1))), "820203");
  assert.equal(hex(frame(new Uint8Array([7]).buffer)), "8107");
  assert.equal(hex(await frame(new Blob([new Uint8Array([9])]))), "8109");
  assert.equal(hex(await frame(foreign(new Blob([new Uint8Array([9])])))), "8109");
  assert.equal(hex(frame("x".repeat(125)).subarray(0, 2)), "7d78");
  assert.equal(hex(frame("x".repeat(126)).subarray(0, 4)), "7e007e78");
  assert.equal(hex(frame("x".repeat(65_535)).subarray(0, 4)), "7effff78");
  assert.equal(hex(frame("x".repeat(65_536)).subarray(0, 10)), "7f000000000001000078");
  assert.equal(hex(frame(new Uint8Array(200)).subarray(0, 4)), "fe00c800");
});

test("frames are copies: the caller may change his buffers", () => {
  const bytes = new Uint8Array([1]);
  const sent = frame(bytes);
  bytes[0] = 2;
  assert.equal(sent[1], 1);
});

const lengths = [1, 2, 124, 125, 126, 127, 128, 300, 4095, 4096, 65_535, 65_536, 70_000];

test("engine.io-parser reads what we write", async () => {
  const decoder = createPacketDecoderStream(1e6, "arraybuffer");
  const writer = decoder.writable.getWriter();
  const reader = decoder.readable.getReader();
  for (const length of lengths) {
    writer.write(frame("4" + "é".repeat(length)));
    assert.deepEqual((await reader.read()).value, { type: "message", data: "é".repeat(length) });
    writer.write(frame(new Uint8Array(length).fill(length)));
    const { value } = await reader.read();
    assert.equal(value.type, "message");
    assert.equal(hex(value.data), hex(new Uint8Array(length).fill(length)));
  }
});

test("we read what engine.io-parser writes", async () => {
  const encoder = createPacketEncoderStream();
  const writer = encoder.writable.getWriter();
  const reader = encoder.readable.getReader();
  const got = [];
  const unframe = unframer((p) => got.push(p));
  for (const length of lengths)
    for (const data of ["é".repeat(length), new Uint8Array(length).fill(length)]) {
      writer.write({ type: "message", data });
      for (let chunks = 0; chunks < 2; chunks++) unframe((await reader.read()).value); // header and payload
      const packet = got.pop();
      if (typeof data == "string") assert.equal(packet, "4" + data);
      else assert.equal(hex(packet), hex(data));
    }
  assert.deepEqual(got, []);
});

const packets = ["0{}", "", new Uint8Array(0), "4é€😀", new Uint8Array([1, 2, 3]), "4" + "x".repeat(130), "2", new Uint8Array(127).fill(5)];
const shown = (p) => (typeof p == "string" ? p : hex(p));

test("packets, however the stream is cut in two, in three, or into single bytes", () => {
  const stream = Buffer.concat(packets.map((p) => Buffer.from(frame(p))));
  const read = (chunks) => {
    const got = [];
    const unframe = unframer((p) => got.push(shown(p)));
    for (const chunk of chunks) unframe(chunk);
    return got;
  };
  const expected = packets.map(shown);
  assert.deepEqual(read([stream]), expected);
  assert.deepEqual(read([...stream].map((byte) => new Uint8Array([byte]))), expected);
  for (let a = 0; a <= stream.length; a++) assert.deepEqual(read([stream.subarray(0, a), stream.subarray(a)]), expected, `cut at ${a}`);
  for (let a = 0; a <= stream.length; a += 3)
    for (let b = a; b <= stream.length; b += 5) assert.deepEqual(read([stream.subarray(0, a), stream.subarray(a, b), stream.subarray(b)]), expected, `cut at ${a} and ${b}`);
});

test("a 64-bit length, cut anywhere", () => {
  const stream = frame("4" + "y".repeat(65_600));
  for (let a = 0; a < 20; a++) {
    const got = [];
    const unframe = unframer((p) => got.push(p.length));
    unframe(stream.subarray(0, a));
    unframe(stream.subarray(a));
    assert.deepEqual(got, [65_601]);
  }
});

test("a length beyond all numbers is no stream of ours", () => {
  const unframe = unframer(() => assert.fail());
  assert.throws(() => unframe(new Uint8Array([127, 255, 255, 255, 255, 255, 255, 255, 255])), /more bytes/);
});

test("binary packets are memory of their own", () => {
  let got;
  const unframe = unframer((p) => (got = p));
  const chunk = Uint8Array.from([0x81, 7]);
  unframe(chunk);
  chunk[1] = 8;
  assert.deepEqual([...new Uint8Array(got)], [7]);
});

// --- The transport ------------------------------------------------------------------------------------------------------

/** What WebTransport is in the page; its other end is in the test's hands. */
class Session {
  static made = [];
  constructor(url, options) {
    Object.assign(this, { url, options, received: [], closes: 0 });
    Session.made.push(this);
    this.ready = new Promise((resolve, reject) => Object.assign(this, { accept: resolve, refuse: reject }));
    this.closed = new Promise((resolve, reject) => Object.assign(this, { end: resolve, fail: reject }));
    this.ready.catch(() => {});
    this.closed.catch(() => {});
  }
  async createBidirectionalStream() {
    const down = new TransformStream();
    this.down = down.writable.getWriter();
    const unframe = unframer((p) => this.received.push(shown(p)));
    const writable = new WritableStream({ write: (chunk) => this.hold?.then(() => unframe(chunk)) ?? unframe(chunk), close: () => this.received.push("FIN") });
    return { readable: down.readable, writable };
  }
  say(packet) {
    return this.down.write(frame(packet));
  }
  close() {
    this.closes++;
    this.received.push("close");
    this.end();
  }
}
globalThis.WebTransport = Session;

function start(t, opts = {}) {
  const r = recorder();
  const transport = webtransport(() => "https://host:1/socket.io/", { query: {}, ...opts }, r.sink);
  t.after(() => transport.close());
  transport.open();
  return { transport, ...r };
}

async function opened(t, opts) {
  const made = start(t, opts);
  await settled(1);
  const session = Session.made.at(-1);
  session.accept();
  await made.next("opened");
  return { ...made, session };
}

test("without WebTransport in the page, the transport is skipped", () => {
  assert.equal(hasWebTransport(), true);
  delete globalThis.WebTransport;
  assert.equal(hasWebTransport(), false);
  globalThis.WebTransport = Session;
});

test("a session of its own begins with 0, an upgrade with the session id; the options are the user's", async (t) => {
  const options = { serverCertificateHashes: [] };
  const direct = await opened(t, { transportOptions: { webtransport: options } });
  assert.deepEqual([direct.session.url, direct.session.options, direct.session.received], ["https://host:1/socket.io/", options, ["0"]]);
  assert.equal(direct.transport.writable, true);
  const upgrade = await opened(t, { query: { sid: 'a"b' } });
  assert.deepEqual(upgrade.session.received, ['0{"sid":"a\\"b"}']);
});

test("text and binary both ways, in order, a Blob among them", async (t) => {
  const { transport, session, next, calls } = await opened(t);
  session.say('0{"sid":"x"}');
  session.say(new Uint8Array([1, 2]));
  assert.deepEqual((await next("data")).args, ['0{"sid":"x"}']);
  assert.deepEqual([...new Uint8Array((await next("data")).args[0])], [1, 2]);
  transport.send(["4a", new Blob([new Uint8Array([3])]), "4b"]);
  transport.send(["4c"]);
  assert.deepEqual([transport.writable, transport.busy(), calls.includes("drained")], [false, true, false]);
  await next("drained");
  assert.deepEqual([transport.writable, transport.busy()], [true, false]);
  assert.deepEqual(session.received, ["0", "4a", "03", "4b", "4c"]);
  await settled();
  assert.equal(calls.filter((c) => c == "drained").length, 1);
});

test("the server ends the session, or it breaks; no error tells an address", async (t) => {
  const ended = await opened(t);
  ended.session.end();
  assert.deepEqual((await ended.next("closed")).args, [{ message: "transport close" }]);
  const broken = await opened(t);
  broken.session.fail(new TypeError("lost https://host:1/socket.io/?token=SECRET"));
  const { args: [error] } = await broken.next("closed");
  assert.equal(error.message, "webtransport error");
  assert.doesNotMatch(error.description.message, /SECRET|host:1/);
});

for (const [cut, chunk] of [["between packets", frame("4a")], ["in the middle of a packet", frame("4abc").subarray(0, 3)]])
  test(`the server ends the stream ${cut}, and leaves the session open`, async (t) => {
    const { session, next } = await opened(t);
    session.down.write(chunk);
    session.down.close();
    assert.deepEqual((await next("closed")).args, [{ message: "transport close" }]);
    await settled();
    assert.equal(session.closes, 1);
  });

test("the server resets the stream, or reads no more of ours, and leaves the session open", async (t) => {
  const reset = await opened(t);
  reset.session.down.abort(new Error("reset"));
  assert.equal((await reset.next("closed")).args[0].message, "webtransport error");
  const stopped = await opened(t);
  stopped.session.hold = Promise.reject(new Error("stop sending"));
  stopped.transport.send(["4a"]);
  assert.equal((await stopped.next("closed")).args[0].message, "webtransport error");
  await settled();
  assert.deepEqual([reset.session.closes, stopped.session.closes], [1, 1]);
});

test("a session that is refused, and a constructor that throws", async (t) => {
  const { next, calls } = start(t);
  await settled(1);
  Session.made.at(-1).refuse(new Error("Opening handshake failed."));
  assert.equal((await next("closed")).args[0].message, "webtransport error");
  await settled();
  assert.deepEqual(calls, ["closed"]);
  globalThis.WebTransport = function () {
    throw new SyntaxError("bad");
  };
  t.after(() => (globalThis.WebTransport = Session));
  assert.equal((await start(t).next("closed")).args[0].description.message, "bad");
});

test("a stream that is no Engine.IO's", async (t) => {
  const { session, next } = await opened(t);
  session.down.write(new Uint8Array([127, 255, 255, 255, 255, 255, 255, 255, 255]));
  assert.equal((await next("closed")).args[0].message, "webtransport error");
});

test("close(): what was sent goes out first; nothing is reported after it", async (t) => {
  const { transport, session, next, calls } = await opened(t);
  let go;
  session.hold = new Promise((done) => (go = done));
  transport.send(["41"]);
  transport.close();
  transport.close();
  assert.deepEqual((await next("closed")).args, [undefined]);
  assert.equal(session.closes, 0);
  go();
  await settled();
  assert.deepEqual(session.received, ["0", "41", "FIN", "close"]);
  session.fail?.(new Error());
  await settled();
  assert.deepEqual(calls, ["opened", "closed"]);
});

test("finish(): the rest goes out, and done is told when the session has ended: by the server, which has read all", async (t) => {
  const { transport, session } = await opened(t);
  let done = 0;
  transport.finish([["4rest"]], () => done++);
  await settled();
  assert.deepEqual([session.received, done], [["0", "4rest", "FIN"], 0]);
  session.end();
  await settled();
  assert.equal(done, 1);
});

test("finish(): a server that does not end the session has half a second to read what is in it", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { transport, session } = await opened(t);
  let done = 0;
  transport.finish([["4rest"]], () => done++);
  await settled();
  t.mock.timers.tick(499);
  await settled();
  assert.deepEqual([session.received, done], [["0", "4rest", "FIN"], 0]);
  t.mock.timers.tick(1);
  await settled();
  assert.deepEqual([session.received, done], [["0", "4rest", "FIN", "close"], 1]);
});

test("close() in the task of open(), and while the session is being opened", async (t) => {
  const before = Session.made.length;
  const first = start(t);
  first.transport.close();
  await settled();
  assert.equal(Session.made.length, before);
  const second = start(t);
  await settled(1);
  second.transport.close();
  await settled();
  assert.equal(Session.made.at(-1).closes, 1);
  Session.made.at(-1).accept();
  await settled();
  assert.deepEqual(second.calls, ["closed"]);
});

test("beforeunload ends it in silence", async (t) => {
  const { session, calls } = await opened(t, { closeOnBeforeunload: true });
  fire("beforeunload");
  await settled();
  assert.deepEqual([session.closes, calls], [1, ["opened"]]);
});

test("a page in the back/forward cache has no session; when it comes back the end is told", async (t) => {
  const { transport, session, next, calls } = await opened(t);
  transport.send(["4last"]);
  fire("pagehide", { persisted: true });
  session.say("4more").catch(() => {});
  await settled();
  assert.deepEqual([session.received, session.closes, calls], [["0", "4last", "FIN", "close"], 1, ["opened"]]);
  fire("pageshow", { persisted: true });
  assert.deepEqual((await next("closed")).args, [{ message: "transport close", description: "the page was suspended" }]);
});

test("no listener of the page stays behind", () => assert.equal(fire.listening(), 0));
