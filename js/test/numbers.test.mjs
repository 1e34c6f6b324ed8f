// Tokens by number, as the core knows them.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";
import { jwt } from "./desk.mjs";

const { TokenNumbers } = await leaf("auth/numbers");
const { clock } = await leaf("bridge/clock");

test("each token has a number of its own, and keeps it", () => {
  const n = new TokenNumbers();
  const number = (text) => n.told(text)[0];
  assert.deepEqual(["a", "b", "a", "b", "c"].map(number), [1, 2, 1, 2, 3]);
  assert.deepEqual([1, 2, 3, 4, 0].map((i) => n.text(i)), ["a", "b", "c", "", ""]);
  assert.equal(n.latest, "c", "the one with the highest number");
});

test("no token has the number 0; something else than a text: an error that says what is wanted", () => {
  const n = new TokenNumbers();
  for (const none of [undefined, null, ""]) assert.deepEqual(n.told(none), [0, 0, 0, 0]);
  for (const wrong of [0, 1, {}, [], true, Symbol("s"), new String("a")]) assert.throws(() => n.told(wrong), /^TypeError: the token function must return a string, or nothing$/);
  assert.equal(n.latest, undefined);
});

test("a text that is no token: an error that names the mend and holds no token", () => {
  const n = new TokenNumbers();
  for (const broken of ["x.y.z\n", "\r\nx.y.z", "x.y\0.z", "x.y\t.z", "x.y.z\x7f"])
    assert.throws(() => n.told(broken), { name: "TypeError", message: "the token has a line break or another control character: trim() it" });
  for (const text of ["undefined", "null"])
    assert.throws(() => n.told(text), { name: "UnauthorizedError", reason: "missing", message: `the token is the text "${text}": give null, not a text, where there is no token` });
  assert.equal(n.latest, undefined);
  for (const good of ["x.y.z", "undefined.", "Null", "nul", "\x80 \u00e9"]) assert.ok(n.told(good)[0]);
});

test("iat and exp in ms, and when it was received", () => {
  const before = clock();
  const [, at, issued, expires] = new TokenNumbers().told(jwt({ iat: -10, exp: 100 }));
  assert.ok(at >= before && at <= clock());
  assert.equal(expires - issued, 110_000);
  assert.deepEqual(new TokenNumbers().told("opaque").slice(2), [0, 0]);
});

test("the last sixteen are kept, and numbers are never given twice", () => {
  const n = new TokenNumbers();
  for (let i = 1; i <= 40; i++) assert.equal(n.told("t" + i)[0], i);
  assert.equal(n.text(24), "");
  assert.equal(n.text(25), "t25");
  assert.equal(n.told("t1")[0], 41);
});
