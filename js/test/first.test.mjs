// The first transport: opened before the core runs, and what becomes of its reports.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf, recorder } from "./tools.mjs";

const { FirstTransport } = await leaf("engine/first");

/** A transport that only notes when it is closed. */
function opened(key) {
  const { sink, calls, next } = recorder();
  const t = { closed: 0, sent: [], close: () => t.closed++, send: (p) => t.sent.push(p) };
  let keeper;
  const first = new FirstTransport(key, sink, (s) => {
    keeper = s;
    return t;
  });
  return { first, t, keeper, calls, next };
}

test("the first transport's events wait until the core asks for it, and follow in order", async () => {
  const { first, t, keeper, calls } = opened("a");
  keeper.opened(t);
  keeper.data(t, "0{}", "response");
  assert.deepEqual(calls, []);
  assert.equal(first.take("a"), t);
  assert.deepEqual(calls, [], "not before who asked has noted it");
  await null;
  assert.deepEqual(calls, ["opened", "data"]);
  keeper.closed(t, { message: "x" });
  assert.deepEqual(calls, ["opened", "data", "closed"], "from then on at once");
});

test("the first transport's events keep their arguments", async () => {
  const { first, t, keeper, next } = opened("a");
  keeper.data(t, "frames", "response");
  keeper.closed(t, "error");
  first.take("a");
  assert.deepEqual((await next("data")).args, ["frames", "response"]);
  assert.deepEqual((await next("closed")).args, ["error"]);
});

test("the core asks for another transport: the first one closes and reports nothing", async () => {
  const { first, t, keeper, calls } = opened("a");
  keeper.data(t, "0{}");
  assert.equal(first.take("b"), undefined);
  assert.equal(t.closed, 1);
  keeper.closed(t);
  await null;
  assert.deepEqual(calls, []);
});

test("the page sends nothing over the first transport before the core runs", async () => {
  const { first, t, keeper } = opened("a");
  keeper.opened(t);
  keeper.data(t, '0{"sid":"x"}');
  keeper.drained(t);
  keeper.paused(t);
  first.take("a");
  await null;
  assert.deepEqual(t.sent, []);
});

test("the first transport closes when no core asks for it", () => {
  const { first, t, keeper, calls } = opened("a");
  first.close();
  keeper.closed(t);
  assert.equal(t.closed, 1);
  assert.deepEqual(calls, []);
});
