// Two engines of one manager: who stands where, and what is read when.
import assert from "node:assert/strict";
import test from "node:test";
import { plain } from "./tools.mjs";

const { deliver, handover, retire, standby, stillAnswers } = await plain("engine/handover");
const { Engine } = await plain("engine/engine");

/** A manager as the engines see it. */
function manager() {
  const above = { _conn: 0, opts: { path: "/socket.io" }, _host: { hostname: "a", port: "1", secure: false, query: {} }, _transports: () => [{ name: "websocket" }], _incoming: {}, emitReserved() {} };
  above.engine = new Engine(above);
  return above;
}
/** What an engine reads when it may. */
function reads(engine) {
  const read = [];
  engine._reader.data = (link, frame) => read.push(frame);
  return read;
}

test("handover: the new engine is in use, and skips what the old one goes on delivering", () => {
  const above = manager();
  const old = above.engine;
  handover(above);
  assert.notEqual(above.engine, old);
  assert.equal(above._old, old);
  assert.equal(stillAnswers(above), true);
  assert.equal(old._deliveries.repeats("a"), false);
  assert.equal(above.engine._deliveries.repeats("a"), true);
});

test("retire: the old engine is gone, and what was kept is read", () => {
  const above = manager();
  handover(above);
  const read = reads(above.engine);
  above.engine._deliveries.keep("link", "frame");
  retire(above);
  assert.deepEqual([above._old, read, stillAnswers(above)], [undefined, ["frame"], false]);
});

test("retire: a packet whose attachments are missing comes again over the new engine", () => {
  const above = manager();
  const old = above.engine;
  handover(above);
  old._deliveries.repeats("whole");
  old._deliveries.repeats("cut");
  above._incoming.partial = {};
  retire(above);
  assert.equal(above._incoming.partial, undefined);
  assert.equal(above.engine._deliveries.repeats("whole"), true);
  assert.equal(above.engine._deliveries.repeats("cut"), false);
});

test("standby: the engine in use stays, and its own incomplete packet with it", () => {
  const above = manager();
  const { engine } = above;
  standby(above);
  assert.equal(above.engine, engine);
  assert.notEqual(above._old, engine);
  assert.equal(stillAnswers(above), false, "who has left for a standby is answered no more");
  const partial = (above._incoming.partial = {});
  retire(above);
  assert.equal(above._incoming.partial, partial);
});

test("standby: each skips what the other delivers, until its frames are delivered", () => {
  const above = manager();
  standby(above);
  const { engine, _old: other } = above;
  engine._deliveries.repeats("a");
  assert.equal(other._deliveries.repeats("a"), true);
  const read = reads(other);
  other._deliveries.keep("link", "waited");
  deliver(above);
  assert.deepEqual(read, ["waited"]);
  assert.equal(stillAnswers(above), true);
});
