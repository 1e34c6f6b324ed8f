// onUnauthorized: what settles it, and with which token.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

const { runUnauthorized } = await leaf("auth/hooks");
const reported = [];
globalThis.reportError = (error) => reported.push(error.message);

/** What was settled with, as soon as the hook has settled. */
const run = (hook, callbacks = []) => new Promise((done) => runUnauthorized(hook, "error", callbacks, (token) => done({ token })));

test("without a hook, or with one that returns no token: settled at once without a token", () => {
  for (const hook of [undefined, () => {}, () => 7, () => null, () => ({ then: 1 })]) {
    let settled;
    runUnauthorized(hook, "error", [], (token) => (settled = [token]));
    assert.deepEqual(settled, [undefined]);
  }
});

test("a token that the hook returns or promises is used", async () => {
  assert.deepEqual(await run(() => "t"), { token: "t" });
  assert.deepEqual(await run(async () => "t"), { token: "t" });
  assert.deepEqual(await run(async () => 7), { token: undefined });
  assert.deepEqual(await run(() => ({ then: (f) => f("t") })), { token: "t" }, "any thenable");
});

test("the refusal settles when the hook's promise does", async () => {
  let finish;
  let settled = false;
  runUnauthorized(() => new Promise((done) => (finish = done)), "error", [], () => (settled = true));
  await new Promise((done) => setImmediate(done));
  assert.equal(settled, false);
  finish();
  await null;
  await null;
  assert.equal(settled, true);
});

test("a hook that throws or rejects is reported, and settles without a token", async () => {
  const thrown = () => {
    throw new Error("thrown");
  };
  assert.deepEqual(await run(thrown), { token: undefined });
  assert.deepEqual(await run(async () => thrown()), { token: undefined });
  assert.deepEqual(reported, ["thrown", "thrown"]);
});

test("a thenable that throws or settles twice settles once", async () => {
  const thrown = new Error("then");
  for (const [then, token, told] of [
    [() => { throw thrown; }, undefined, ["then"]],
    [(done) => (done("a"), done("b")), "a", []],
    [(done, fail) => (done("a"), fail(thrown)), "a", []],
  ]) {
    const settled = [];
    reported.length = 0;
    runUnauthorized(() => ({ then }), new Error(), [], (...args) => settled.push(args));
    await new Promise((done) => setImmediate(done));
    assert.deepEqual([settled, reported], [[[token]], told]);
  }
});

test("a result whose then cannot be read is reported, and settles at once", () => {
  const settled = [];
  reported.length = 0;
  const hook = () => ({
    get then() {
      throw new Error("unreadable");
    },
  });
  runUnauthorized(hook, "error", [], (...args) => settled.push(args));
  assert.deepEqual([settled.length, settled[0][0], reported], [1, undefined, ["unreadable"]]);
});

test("the hook gets the error and ack(), which calls the server's callbacks", async () => {
  const heard = [];
  await run((error, ack) => {
    heard.push(error);
    ack();
  }, [() => heard.push(1), () => heard.push(2)]);
  assert.deepEqual(heard, ["error", 1, 2]);
});
