import test from "node:test";
import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { foreign, leaf, officialFile } from "./tools.mjs";

const { hasBinary, deconstruct, reconstruct, toBase64, fromBase64, fromHex, isBinary } = await leaf("values");
const theirs = {
  ...(await officialFile("socket.io-parser/build/cjs/is-binary.js")).default,
  ...(await officialFile("socket.io-parser/build/cjs/binary.js")).default,
};

const bytes = (...b) => new Uint8Array(b).buffer;
const view = new Uint8Array([9, 8, 7, 6]).subarray(1, 3);
const blob = new Blob(["blob"]);
const file = new File(["file"], "a.txt");
const nullProto = (o) => Object.assign(Object.create(null), o);
class Point { constructor() { this.x = 1; this.raw = bytes(1); } get y() { return bytes(2); } }
Object.defineProperty(Point.prototype, "inherited", { value: bytes(3), enumerable: true });
const holes = [1, , bytes(1)];

/** A function each, so that toJSON counts start anew. */
const values = {
  "undefined": () => undefined,
  "null": () => null,
  "0": () => 0,
  "NaN": () => NaN,
  "empty string": () => "",
  "string": () => "text é€😀\u2028\ud800",
  "boolean": () => false,
  "bigint": () => 1n,
  "symbol": () => Symbol("s"),
  "function": () => () => bytes(1),
  "function with a binary property": () => Object.assign(() => {}, { b: bytes(1) }),
  "date": () => new Date(0),
  "regexp": () => /x/,
  "map": () => new Map([["a", bytes(1)]]),
  "promise": () => Promise.resolve(bytes(1)),
  "boxed": () => [new String("s"), new Number(1), new Boolean(false)],
  "array buffer": () => bytes(1, 2),
  "empty array buffer": () => bytes(),
  "view": () => view,
  "float view": () => new Float64Array([1.5]),
  "data view": () => new DataView(bytes(1, 2)),
  "node buffer": () => Buffer.from("buffer"),
  "blob": () => blob,
  "file": () => file,
  "plain": () => ({ a: [1, { b: "c" }] }),
  "nested": () => ["ev", { a: [{ b: { c: [bytes(1), [view]] } }], d: blob, e: file, f: null }, bytes(2)],
  "null prototype": () => nullProto({ a: 1 }),
  "null prototype with binary": () => nullProto({ a: nullProto({ b: bytes(1) }) }),
  "own __proto__": () => JSON.parse('{"__proto__":{"x":1},"a":2}'),
  "own hasOwnProperty": () => ({ hasOwnProperty: 1, a: bytes(1) }),
  "class with getter": () => new Point(),
  "inherited binary": () => Object.assign(Object.create({ inherited: bytes(1) }), { own: 1 }),
  "toJSON to a date": () => [bytes(1), { toJSON: () => new Date(0) }],
  "holes": () => holes,
  "array with a property": () => Object.assign([1], { b: bytes(1) }),
  "array with toJSON": () => Object.assign([1], { toJSON: () => bytes(1) }),
  "toJSON to text": () => ({ raw: bytes(1), toJSON: () => "text" }),
  "toJSON to binary": () => ({ toJSON: () => bytes(1) }),
  "toJSON to object with binary": () => ({ toJSON: () => ({ a: bytes(1) }) }),
  "toJSON to itself": () => { const o = { a: bytes(1), toJSON: () => o }; return o; },
  "toJSON to another toJSON": () => ({ toJSON: () => ({ a: 1, toJSON: () => bytes(1) }) }),
  "toJSON in the result of toJSON": () => ({ toJSON: () => ({ a: { toJSON: () => bytes(1) } }) }),
  "toJSON that is no function": () => ({ toJSON: 1, a: bytes(1) }),
  "toJSON to nothing": () => ({ toJSON: () => undefined, a: bytes(1) }),
  "the same twice": () => { const b = bytes(1); return [b, b, { b }]; },
  "looks like a placeholder": () => ({ _placeholder: true, num: 0, b: bytes(1) }),
  "fifty deep": () => { let v = bytes(1); for (let i = 0; i < 50; i++) v = i % 2 ? [v] : { v }; return v; },
  "a thousand parts": () => Array.from({ length: 1000 }, (_, i) => bytes(i & 255)),
};

for (const [name, make] of Object.entries(values))
  test(`like socket.io-parser: ${name}`, () => {
    assert.equal(hasBinary(make()), theirs.hasBinary(make()));
    const value = make();
    const expected = theirs.deconstructPacket({ data: value });
    const out = [];
    const data = deconstruct(value, out);
    // As text: what JSON makes of it is what goes out. Values that JSON refuses or drops must be the same ones.
    const text = (v) => (typeof v == "bigint" ? v : JSON.stringify(v) ?? v);
    assert.equal(text(data), text(expected.packet.data));
    assert.equal(out.length, expected.buffers.length);
    out.forEach((part, i) => assert.deepEqual(part, expected.buffers[i]));
  });

test("attachments are the very values, in the order of their numbers", () => {
  const [a, b] = [bytes(1), view];
  const out = [];
  const data = deconstruct([{ x: a }, [b, blob, file]], out);
  assert.deepEqual(out, [a, b, blob, file]);
  out.forEach((part, i) => assert.equal(part, [a, b, blob, file][i]));
  assert.equal(JSON.stringify(data), '[{"x":{"_placeholder":true,"num":0}},[{"_placeholder":true,"num":1},{"_placeholder":true,"num":2},{"_placeholder":true,"num":3}]]');
});

test("views of shared memory are sent from a copy, which every transport takes", () => {
  const shared = new SharedArrayBuffer(6);
  new Uint8Array(shared).set([1, 2, 3, 4, 5, 6]);
  const out = [];
  deconstruct([new Uint16Array(shared, 2, 1), new DataView(shared, 1), { bytes: new Uint8Array(shared) }], out);
  assert.deepEqual(out.map((part) => [part.buffer instanceof ArrayBuffer, [...part]]), [[true, [3, 4]], [true, [2, 3, 4, 5, 6]], [true, [1, 2, 3, 4, 5, 6]]]);
});

test("bytes that a frame or a popup has made are bytes, too, which socket.io-parser sends as {}", () => {
  const parts = [runInNewContext("new ArrayBuffer(3)"), runInNewContext("new Uint8Array(2)"), foreign(new Blob(["blob"])), foreign(new File(["file"], "a.txt"))];
  for (const part of parts) {
    assert.ok(isBinary(part) && hasBinary([{ part }]));
    const out = [];
    assert.deepEqual(deconstruct([{ part }], out), [{ part: { _placeholder: true, num: 0 } }]);
    assert.equal(out.length, 1);
  }
  for (const none of [runInNewContext("({ a: [1] })"), runInNewContext("new Date(0)"), runInNewContext("new Map()"), Object.create(null), null, undefined, 1, "text"]) assert.ok(!isBinary(none) && !hasBinary(none));
});

test("the value given is not changed", () => {
  const value = [{ a: bytes(1), b: { c: [view] } }];
  const before = structuredClone(value);
  deconstruct(value, []);
  assert.deepEqual(value, before);
});

test("cyclic values fail as in the official client", () => {
  const cyclic = (extra) => { const o = { ...extra }; o.o = [o]; return o; };
  for (const extra of [{}, { b: bytes(1) }]) {
    const value = cyclic(extra);
    const expect = (fn) => { try { fn(); return "nothing"; } catch (e) { return `${e.name}: ${e.message}`; } };
    assert.equal(expect(() => hasBinary(value) && deconstruct(value, [])), expect(() => theirs.hasBinary(value) && theirs.deconstructPacket({ data: value })));
    assert.match(expect(() => hasBinary(value) && deconstruct(value, [])), /RangeError/);
  }
});

test("a getter that throws is the caller's to see", () => {
  const value = { get a() { throw new TypeError("mine"); } };
  assert.throws(() => hasBinary(value), /mine/);
});

test("reconstruct puts parts back, as often as they are asked for", () => {
  const [a, b] = [bytes(1), bytes(2)];
  const p = (num) => ({ _placeholder: true, num });
  const data = reconstruct(["ev", { x: p(1), y: [p(0), p(1), null, "s", 0, false] }, p(0)], [a, b]);
  assert.equal(data[1].x, b);
  assert.equal(data[1].y[0], a);
  assert.equal(data[1].y[1], b);
  assert.deepEqual(data[1].y.slice(2), [null, "s", 0, false]);
  assert.equal(data[2], a);
});

for (const num of [-1, 2, 1.5, "0", null, undefined, "length", NaN, Infinity, {}])
  test(`reconstruct refuses the number ${JSON.stringify(num) ?? num}`, () => {
    assert.throws(() => reconstruct([{ _placeholder: true, num }], [bytes(1), bytes(2)]), { message: "illegal attachments" });
  });

test("reconstruct leaves what only looks alike", () => {
  for (const v of [{ _placeholder: 1, num: 0 }, { _placeholder: "true", num: 9 }, { num: 0 }, null, "x", 5, undefined])
    assert.deepEqual(reconstruct(structuredClone(v), []), v);
});

test("reconstruct does not reach prototypes", () => {
  const data = reconstruct(JSON.parse('[{"__proto__":{"_placeholder":true,"num":0}}]'), [bytes(1)]);
  assert.equal({}._placeholder, undefined);
  assert.ok(data[0]);
});

test("there and back", () => {
  for (const name of ["nested", "null prototype with binary", "the same twice", "fifty deep", "a thousand parts", "view", "array buffer"]) {
    const value = values[name]();
    const out = [];
    const data = JSON.parse(JSON.stringify(deconstruct(value, out)));
    assert.deepEqual(JSON.stringify(reconstruct(data, out)), JSON.stringify(value), name);
  }
});

test("base64 is node's, for every length and every view", () => {
  for (const length of [0, 1, 2, 3, 4, 255, 256, 0x7fff, 0x8000, 0x8001, 100000]) {
    const raw = Buffer.from(Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255));
    const buffer = raw.buffer.slice(raw.byteOffset, raw.byteOffset + length);
    assert.equal(toBase64(buffer), raw.toString("base64"));
    assert.equal(toBase64(new DataView(buffer)), raw.toString("base64"));
    assert.deepEqual(Buffer.from(fromBase64(raw.toString("base64"))), raw);
    assert.deepEqual(Buffer.from(fromBase64(raw.toString("base64").replace(/=+$/, ""))), raw, "padding may be missing");
  }
  assert.equal(toBase64(view), Buffer.from([8, 7]).toString("base64"));
  assert.equal(toBase64(new Uint16Array([258])), Buffer.from([2, 1]).toString("base64"));
  for (const garbage of ["*", "a", "é", "a===", "ab=c"]) assert.throws(() => fromBase64(garbage));
});

test("hexadecimal digits are the bytes, where the browser reads them and where it does not", () => {
  const raw = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const native = Object.getOwnPropertyDescriptor(Uint8Array, "fromHex");
  try {
    delete Uint8Array.fromHex;
    assert.deepEqual(Buffer.from(fromHex(raw.toString("hex"))), raw);
    assert.equal(fromHex("").length, 0);
    Uint8Array.fromHex = function (hex) {
      assert.equal(this, Uint8Array);
      return this.from([hex.length]);
    };
    assert.deepEqual([...fromHex("0011")], [4], "the browser's own is used");
  } finally {
    delete Uint8Array.fromHex;
    if (native) Object.defineProperty(Uint8Array, "fromHex", native);
  }
});
