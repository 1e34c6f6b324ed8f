// Two engines that the server sends the same events to: each is delivered once.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

const { Deliveries } = await leaf("engine/deliveries");

/** Delivers events over an engine; gives those that are delivered. */
const over = (engine, events) => [...events].filter((event) => !(engine.compared && engine.repeats(event)));

test("one engine: nothing is compared", () => {
  const one = new Deliveries();
  assert.deepEqual([one.compared, one.noting, one.keeping], [false, false, false]);
});

test("handover: the new engine skips what the old one has delivered", () => {
  const [old, next] = [new Deliveries(), new Deliveries()];
  old.noteFor(next);
  assert.deepEqual(over(old, "abc"), ["a", "b", "c"]);
  assert.deepEqual(over(next, "bcd"), ["d"]);
  assert.deepEqual(over(next, "b"), ["b"], "the same text again is another event");
});

test("an event that the new engine has read past is not skipped later", () => {
  const [old, next] = [new Deliveries(), new Deliveries()];
  old.noteFor(next);
  over(old, "ab");
  assert.deepEqual(over(next, "b"), []);
  assert.deepEqual(over(next, "a"), ["a"]);
});

test("standby: each skips what the other has delivered", () => {
  const [one, other] = [new Deliveries(), new Deliveries()];
  one.shareWith(other);
  assert.deepEqual(over(one, "ab"), ["a", "b"]);
  assert.deepEqual(over(other, "bc"), ["c"]);
  assert.deepEqual(over(one, "cd"), ["d"]);
});

test("standby after a handover: what was to be skipped stays so", () => {
  const [old, one, other] = [new Deliveries(), new Deliveries(), new Deliveries()];
  old.noteFor(one);
  over(old, "a");
  one.shareWith(other);
  assert.deepEqual(over(one, "ab"), ["b"]);
});

test("after the handover no events are noted", () => {
  const [one, other] = [new Deliveries(), new Deliveries()];
  one.shareWith(other);
  one.stopNoting();
  assert.equal(one.noting, false);
  over(one, "a");
  assert.deepEqual(over(other, "a"), ["a"]);
});

test("an event that was cut off is delivered when it comes whole", () => {
  const [old, next] = [new Deliveries(), new Deliveries()];
  old.noteFor(next);
  over(old, "ab");
  next.forgetLast();
  assert.deepEqual(over(next, "ab"), ["b"]);
});

test("waiting frames are delivered once, in order", () => {
  const one = new Deliveries();
  one.keep("link", "a");
  one.keep("link", "b", "response");
  assert.equal(one.keeping, true);
  assert.deepEqual(one.takeKept(), [["link", "a", undefined], ["link", "b", "response"]]);
  assert.deepEqual([one.keeping, one.takeKept()], [false, []]);
});
