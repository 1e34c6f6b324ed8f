// Two engines of one manager: who stands where, and what is read when.
import assert from "node:assert/strict";
import test from "node:test";
import { plain } from "./tools.mjs";

const { deliver, handover, retire, standby, stillAnswers } = await plain("engine/handover");
const { Engine } = await plain("engine/engine");

/** A manager as the engines see it. */
function newManager() {
  const manager = { _conn: 0, opts: { path: "/socket.io" }, _host: { hostname: "a", port: "1", secure: false, query: {} }, _transports: () => [{ name: "websocket" }], _incoming: {}, emitReserved() {} };
  manager.engine = new Engine(manager);
  return manager;
}
/** What an engine reads when it may. */
function reads(engine) {
  const read = [];
  engine._reader.data = (link, frame) => read.push(frame);
  return read;
}

test("handover: the new engine is in use, and skips what the old one goes on delivering", () => {
  const manager = newManager();
  const old = manager.engine;
  handover(manager);
  assert.notEqual(manager.engine, old);
  assert.equal(manager._old, old);
  assert.equal(stillAnswers(manager), true);
  assert.equal(old._deliveries.repeats("a"), false);
  assert.equal(manager.engine._deliveries.repeats("a"), true);
});

test("retire: the old engine is gone, and what was kept is read", () => {
  const manager = newManager();
  handover(manager);
  const read = reads(manager.engine);
  manager.engine._deliveries.keep("link", "frame");
  retire(manager);
  assert.deepEqual([manager._old, read, stillAnswers(manager)], [undefined, ["frame"], false]);
});

test("retire: a packet whose attachments are missing comes again over the new engine", () => {
  const manager = newManager();
  const old = manager.engine;
  handover(manager);
  old._deliveries.repeats("whole");
  old._deliveries.repeats("cut");
  manager._incoming.partial = {};
  retire(manager);
  assert.equal(manager._incoming.partial, undefined);
  assert.equal(manager.engine._deliveries.repeats("whole"), true);
  assert.equal(manager.engine._deliveries.repeats("cut"), false);
});

test("standby: the engine in use stays, and its own incomplete packet with it", () => {
  const manager = newManager();
  const { engine } = manager;
  standby(manager);
  assert.equal(manager.engine, engine);
  assert.notEqual(manager._old, engine);
  assert.equal(stillAnswers(manager), false, "who has left for a standby is answered no more");
  const partial = (manager._incoming.partial = {});
  retire(manager);
  assert.equal(manager._incoming.partial, partial);
});

test("standby: each skips what the other delivers, until its frames are delivered", () => {
  const manager = newManager();
  standby(manager);
  const { engine, _old: other } = manager;
  engine._deliveries.repeats("a");
  assert.equal(other._deliveries.repeats("a"), true);
  const read = reads(other);
  other._deliveries.keep("link", "waited");
  deliver(manager);
  assert.deepEqual(read, ["waited"]);
  assert.equal(stillAnswers(manager), true);
});
