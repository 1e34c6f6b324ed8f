// What pages emit on the engine by hand.
import assert from "node:assert/strict";
import test from "node:test";
import { plain } from "./tools.mjs";

const { generationOf, newest } = await plain("bridge/bridge.gen");
const { byHand } = await plain("engine/byhand");

function made({ payloads = false, revision = newest, read } = {}) {
  const got = [];
  const incoming = { later: false };
  const reader = {
    byHand: false,
    read(t, text) {
      got.push([text, reader.byHand, incoming.later]);
      read?.();
    },
    part: (data) => got.push(["part", data, reader.byHand, incoming.later]),
  };
  const engine = {
    _manager: { _incoming: incoming, emitReserved: (...args) => got.push(args) },
    _reader: reader,
    _link: { can: { payloads }, generation: generationOf(revision) },
    _fault: (error) => got.push(error.message),
    close: () => got.push("closed"),
  };
  return { engine, got, state: () => [reader.byHand, incoming.later] };
}

test("data is read as if the server had sent it, and delivered after this turn", () => {
  const { engine, got, state } = made();
  byHand(engine, "data", ['2["a"]']);
  assert.deepEqual(got, [['42["a"]', true, true]]);
  assert.deepEqual(state(), [false, false]);
});

test("over polling it has the frame of the server's generation", () => {
  const older = made({ payloads: true, revision: newest - 1 });
  byHand(older.engine, "data", ['2["a"]']);
  assert.equal(older.got[0][0], '7:42["a"]');
  const frames = made({ revision: newest - 1 });
  byHand(frames.engine, "data", ['2["a"]']);
  assert.equal(frames.got[0][0], '42["a"]', "over a websocket none has");
  const now = made({ payloads: true });
  byHand(now.engine, "data", ['2["a"]']);
  assert.equal(now.got[0][0], '42["a"]');
});

test("bytes are an attachment; anything else cannot be read", () => {
  const { engine, got } = made();
  const bytes = new Uint8Array(1);
  byHand(engine, "data", [bytes]);
  byHand(engine, "data", [7]);
  assert.deepEqual(got, [["part", bytes, true, true], "Unknown type: number"]);
});

test("a read that throws leaves no data in the engine", () => {
  const { engine, state } = made({
    read() {
      throw new Error("mine");
    },
  });
  assert.throws(() => byHand(engine, "data", ["x"]), /mine/);
  assert.deepEqual(state(), [false, false]);
});

test("ping and error reach the manager's listeners, close closes with what the page says, and other events do nothing", () => {
  const { engine, got } = made();
  byHand(engine, "ping", []);
  byHand(engine, "error", ["why"]);
  byHand(engine, "close", ["reason", "details"]);
  byHand(engine, "open", []);
  assert.deepEqual(got, [["ping", undefined], ["error", "why"], "closed"]);
  assert.deepEqual([engine._said, engine._details], ["reason", "details"]);
});
