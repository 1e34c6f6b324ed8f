// Payloads of polling in their three formats, beside the parser that servers 2.x and their own client use.
import test from "node:test";
import assert from "node:assert/strict";
import { foreign, leaf, official } from "./tools.mjs";

const { encodePayload, fromOctets, readPayload } = await leaf("engine/transports/payload");
const { generationOf } = await leaf("bridge/bridge.gen");
const parser2 = official("socket.io-client-2/node_modules/engine.io-parser");

const older = generationOf(3);
const newer = generationOf(4);
const bytes = new Uint8Array([1, 2, 255]);

/** A payload as bytes, numbered. */
const numbers = async (payload) => [...new Uint8Array(await payload.arrayBuffer())];

test("without bytes both generations get text", async () => {
  assert.equal(await encodePayload(["2", '42["a"]'], newer, {}), '2\x1e42["a"]');
  assert.equal(await encodePayload(["2", '42["a"]'], older, {}), '1:27:42["a"]');
});

test("text for a server that may read it twice is ASCII, for a plain one it is as it is", async () => {
  assert.equal(await encodePayload(['42["é"]'], older, {}), '12:42["\\u00e9"]');
  assert.equal(await encodePayload(['42["é"]'], older, { plain: true }), '7:42["é"]');
  assert.equal(await encodePayload(['42["é"]'], newer, {}), '42["é"]');
});

test("bytes are base64 for the newer generation, and where the page wants that", async () => {
  assert.equal(await encodePayload(["2", bytes], newer, {}), "2\x1ebAQL/");
  assert.equal(await encodePayload(["2", bytes], older, { base64: true }), "1:26:b4AQL/");
});

test("bytes make a payload of octets for the older generation: text beside them is UTF-8, once", async () => {
  const payload = await encodePayload(['42["é"]', bytes], older, {});
  assert.equal(payload.type, "application/octet-stream");
  const text = [...Buffer.from('42["é"]')];
  assert.deepEqual(await numbers(payload), [0, text.length, 255, ...text, 1, 4, 255, 4, 1, 2, 255]);
});

test("a Blob that a frame has made is read like any other", async () => {
  const blob = () => foreign(new Blob([bytes]));
  assert.equal(await encodePayload([blob()], newer, {}), "bAQL/");
  assert.deepEqual(await numbers(await encodePayload([blob()], older, {})), [1, 4, 255, 4, 1, 2, 255]);
});

test("octets: a length has a byte for each digit", async () => {
  const payload = await encodePayload([new Uint8Array(122)], older, {});
  assert.deepEqual((await numbers(payload)).slice(0, 6), [1, 1, 2, 3, 255, 4]);
});

test("octets: each kind of bytes, copied at once", async () => {
  const own = Uint8Array.of(9, 1, 2, 255, 9);
  const view = own.subarray(1, 4);
  const encoded = encodePayload([view, new DataView(own.buffer, 1, 3), own.buffer.slice(1, 4), new Blob([view]), new ArrayBuffer(0)], older, {});
  own.fill(0);
  const one = [1, 4, 255, 4, 1, 2, 255];
  assert.deepEqual(await numbers(await encoded), [...one, ...one, ...one, ...one, 1, 1, 255, 4]);
});

test("the parser of servers 2.x reads what we write, and we read what it writes", async () => {
  const packets = ['451-["é€😀",{"_placeholder":true,"num":0}]', bytes, "2", "40/münchen,"];
  const ours = Buffer.from(await (await encodePayload(packets, older, {})).arrayBuffer());
  const read = [];
  parser2.decodePayload(ours, "arraybuffer", (packet) => void read.push(packet));
  assert.deepEqual(read.map((p) => p.type), ["message", "message", "ping", "message"]);
  assert.equal(read[0].data, packets[0].slice(1));
  assert.deepEqual([...new Uint8Array(read[1].data)], [...bytes]);
  assert.equal(read[3].data, "0/münchen,");

  const theirs = await new Promise((done) => parser2.encodePayload([{ type: "message", data: packets[0].slice(1) }, { type: "message", data: Buffer.from(bytes) }, { type: "pong" }], true, done));
  const frames = fromOctets(new Uint8Array(theirs).buffer);
  assert.equal(frames.length, 3);
  assert.equal(frames[0], `${packets[0].length}:${packets[0]}`);
  assert.deepEqual([...new Uint8Array(frames[1])], [...bytes]);
  assert.equal(frames[2], "1:3");
});

test("texts that follow each other are one frame, with lengths in UTF-16 units", () => {
  const text = Buffer.from('42["😀"]');
  assert.deepEqual(fromOctets(Uint8Array.of(0, 1, 255, 0x33, 0, 1, 0, 255, ...text).buffer), ['1:38:42["😀"]']);
});

const malformed = {
  "nothing": [],
  "no such kind": [2, 1, 255, 0x32],
  "no digit": [0, 10, 255, ...Array(10).fill(0x32)],
  "no length": [0, 255, 0x32],
  "a length of nothing": [0, 0, 255],
  "the length does not end": [0, 1],
  "longer than the body": [0, 2, 255, 0x32],
  "a length beyond any number": [0, ...Array(400).fill(9), 255, 0x32],
  "bytes that are no message": [1, 2, 255, 2, 1],
  "a good packet before": [0, 1, 255, 0x32, 7],
};
for (const [what, octets] of Object.entries(malformed))
  test(`octets that no server sends: ${what}`, () => {
    assert.equal(fromOctets(Uint8Array.from(octets).buffer), undefined);
  });

const response = (body, type) => new Response(body, { headers: type && { "content-type": type } });

test("a response is read by its type", async () => {
  assert.deepEqual(await readPayload(response("1:2", "text/plain; charset=UTF-8")), { frames: ["1:2"], text: true });
  assert.deepEqual(await readPayload(response("1:2")), { frames: ["1:2"], text: true });
  const octets = Uint8Array.of(0, 1, 255, 0x32);
  assert.deepEqual(await readPayload(response(octets, "application/octet-stream")), { frames: ["1:2"], text: false });
  assert.deepEqual(await readPayload(response(octets, "application/octet-stream; charset=UTF-8")), { frames: ["1:2"], text: false });
  assert.deepEqual(await readPayload(response('0{"sid":"é"}', "application/octet-stream")), { frames: ['0{"sid":"é"}'], text: true }, "text under the wrong type");
  assert.deepEqual(await readPayload(response(Uint8Array.of(0, 9), "application/octet-stream")), { frames: [""], text: false }, "garbage: an empty frame, which nobody can read");
});
