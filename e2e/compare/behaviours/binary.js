// Bytes: every kind, any depth, both ways, mixed with text, over every transport.
import { both, each } from "./define.js";

const THREE = [1, 2, 255];

const KINDS = {
  ArrayBuffer: () => new Uint8Array(THREE).buffer,
  Uint8Array: () => new Uint8Array(THREE),
  "Uint8Array of a part of a buffer": () => new Uint8Array(new Uint8Array([9, ...THREE, 9]).buffer, 1, 3),
  Uint8ClampedArray: () => new Uint8ClampedArray(THREE),
  Int8Array: () => new Int8Array(THREE),
  DataView: () => new DataView(new Uint8Array(THREE).buffer),
  "DataView of a part of a buffer": () => new DataView(new Uint8Array([9, ...THREE, 9]).buffer, 1, 3),
  Blob: () => new Blob([new Uint8Array(THREE)]),
  File: () => new File([new Uint8Array(THREE)], "three.bin", { type: "application/octet-stream" }),
};

export default (it) => {
  for (const [kind, make] of Object.entries(KINDS)) {
    it(`${kind} arrives as its bytes`, each, async (t) => {
      const socket = await t.connected();
      socket.emit("bytes", make(), { inside: [make()] });
      await t.settled(socket);
      t.assert.same(await t.heardArgs(socket.id, "bytes"), [[{ bytes: THREE }, { inside: [{ bytes: THREE }] }]]);
    });
  }

  for (const [kind, make, expected] of [
    ["Uint16Array", () => new Uint16Array([1, 256]), [1, 0, 0, 1]],
    ["Int32Array", () => new Int32Array([-2]), [254, 255, 255, 255]],
    ["Float32Array", () => new Float32Array([1]), [0, 0, 128, 63]],
    ["Float64Array", () => new Float64Array([1]), [0, 0, 0, 0, 0, 0, 240, 63]],
    ["BigInt64Array", () => new BigInt64Array([-1n]), Array(8).fill(255)],
  ]) {
    it(`${kind} arrives as its bytes in memory`, both, async (t) => {
      const socket = await t.connected();
      socket.emit("bytes", make());
      await t.settled(socket);
      t.assert.same(await t.heardArgs(socket.id, "bytes"), [[{ bytes: expected }]]);
    });
  }

  it("what the server sends as bytes comes as an ArrayBuffer", each, async (t) => {
    const socket = await t.connected();
    const got = t.once(socket, "bytes");
    socket.emit("do", [["emit", "bytes", new Uint8Array(THREE)]]);
    const [value] = await got;
    t.assert.ok(value instanceof ArrayBuffer, `an ArrayBuffer, not ${t.show(value)}`);
    t.assert.same(t.bytes(value), THREE);
  });

  it("no bytes at all", each, async (t) => {
    const socket = await t.connected();
    const [value, blob] = await t.asks(socket, "echo", new Uint8Array(0), new Blob([]));
    t.assert.equal(value.byteLength, 0);
    t.assert.equal(blob.byteLength, 0);
  });

  it("all 256 bytes", each, async (t) => {
    const socket = await t.connected();
    const all = Array.from({ length: 256 }, (_, i) => i);
    const [value] = await t.asks(socket, "echo", new Uint8Array(all));
    t.assert.same(t.bytes(value), all);
  });

  it("every length from 1 to 9: base64 with and without padding", both, async (t) => {
    const socket = await t.connected();
    const parts = Array.from({ length: 9 }, (_, i) => Uint8Array.from({ length: i + 1 }, (_, j) => 250 - j));
    const back = await t.asks(socket, "echo", ...parts);
    t.assert.same(back.map(t.bytes), parts.map(t.bytes));
  });

  it("300,000 bytes", each, async (t) => {
    const socket = await t.connected();
    const large = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) & 255);
    const [value] = await t.asks(socket, "echo", large);
    t.assert.equal(value.byteLength, large.length);
    t.assert.equal(new Uint8Array(value).every((byte, i) => byte === large[i]), true, "the same bytes");
  });

  it("bytes and text side by side, at many depths", each, async (t) => {
    const socket = await t.connected();
    const value = { a: new Uint8Array([1]), list: ["text", new Uint8Array([2]), { deep: { deeper: [new Uint8Array([3])] } }], n: null };
    const [back, text] = await t.asks(socket, "echo", value, "tail");
    t.assert.equal(text, "tail");
    t.assert.same([t.bytes(back.a), back.list[0], t.bytes(back.list[1]), t.bytes(back.list[2].deep.deeper[0]), back.n], [[1], "text", [2], [3], null]);
  });

  it("ten attachments, in order", each, async (t) => {
    const socket = await t.connected();
    const back = await t.asks(socket, "echo", ...Array.from({ length: 10 }, (_, i) => new Uint8Array([i])));
    t.assert.same(back.map((v) => t.bytes(v)[0]), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("the same bytes twice in one event are two attachments", both, async (t) => {
    const socket = await t.connected();
    const one = new Uint8Array([5]);
    const back = await t.asks(socket, "echo", one, { again: one });
    t.assert.same([t.bytes(back[0]), t.bytes(back[1].again)], [[5], [5]]);
  });

  it("thirty levels deep", both, async (t) => {
    const socket = await t.connected();
    const value = Array.from({ length: 30 }).reduce((inner, _, i) => (i % 2 ? { inner } : [inner]), new Uint8Array([7]));
    let [back] = await t.asks(socket, "echo", value);
    for (let i = 0; i < 30; i++) back = Array.isArray(back) ? back[0] : back.inner;
    t.assert.same(t.bytes(back), [7]);
  });

  it("toJSON that answers with bytes", both, async (t) => {
    const socket = await t.connected();
    const [back] = await t.asks(socket, "echo", { toJSON: () => ({ b: new Uint8Array([1]) }) });
    t.assert.same(t.bytes(back.b), [1]);
  });

  it("a Date beside bytes is still its text", both, async (t) => {
    const socket = await t.connected();
    const [back] = await t.asks(socket, "echo", { at: new Date(0), b: new Uint8Array([1]) });
    t.assert.equal(back.at, "1970-01-01T00:00:00.000Z");
  });

  it("undefined and null beside bytes", both, async (t) => {
    const socket = await t.connected();
    const [back, , last] = await t.asks(socket, "echo", { u: undefined, n: null, b: new Uint8Array([1]) }, undefined, 0);
    t.assert.same(Object.keys(back).sort(), ["b", "n"]);
    t.assert.equal(last, 0);
  });

  it("an object without a prototype around bytes", both, async (t) => {
    const socket = await t.connected();
    const [back] = await t.asks(socket, "echo", Object.assign(Object.create(null), { b: new Uint8Array([1]) }));
    t.assert.same(t.bytes(back.b), [1]);
  });

  it("bytes in one event do not touch the events around it", each, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("echo", (n, value) => seen.push([n, value instanceof ArrayBuffer ? t.bytes(value) : value]));
    for (let i = 0; i < 20; i++) socket.emit("echo", i, i % 3 ? `text ${i}` : new Uint8Array([i]));
    await t.settled(socket);
    t.assert.same(seen, Array.from({ length: 20 }, (_, i) => [i, i % 3 ? `text ${i}` : [i]]));
  });

  it("a Blob among texts keeps its place", each, async (t) => {
    const socket = await t.connected();
    socket.emit("n", 1);
    socket.emit("n", new Blob([new Uint8Array([2])]));
    socket.emit("n", 3);
    socket.emit("n", new Blob([new Uint8Array([4])]), new Uint8Array([5]), new Blob([new Uint8Array([6])]));
    socket.emit("n", 7);
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "n"), [[1], [{ bytes: [2] }], [3], [{ bytes: [4] }, { bytes: [5] }, { bytes: [6] }], [7]]);
  });

  it("bytes emitted before the connection", each, async (t) => {
    const socket = t.connect();
    socket.emit("bytes", new Uint8Array([1]), new Blob([new Uint8Array([2])]));
    socket.emit("after");
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "bytes"), [[{ bytes: [1] }, { bytes: [2] }]]);
    t.assert.same((await t.heard(socket.id)).slice(0, 2), ["bytes", "after"]);
  });

  it("bytes the server sends to several events in a row, each put together", each, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("b", (n, value) => seen.push([n, t.bytes(value.v)]));
    await t.tell(socket, ...Array.from({ length: 8 }, (_, i) => ["emit", "b", i, { v: new Uint8Array([i, i]) }]));
    t.assert.same(seen, Array.from({ length: 8 }, (_, i) => [i, [i, i]]));
  });

  it("bytes received may be sent back as they are", both, async (t) => {
    const socket = await t.connected();
    const [first] = await t.asks(socket, "echo", new Uint8Array(THREE));
    const [second] = await t.asks(socket, "echo", first);
    t.assert.same(t.bytes(second), THREE);
  });

  it("disconnect() right behind bytes: they still arrive", both, async (t) => {
    const socket = await t.connected();
    const { id } = socket;
    socket.emit("bytes", new Uint8Array(THREE));
    socket.disconnect();
    await t.server.until(id, { at: "disconnect" });
    t.assert.same(await t.heardArgs(id, "bytes"), [[{ bytes: THREE }]]);
  });
};
