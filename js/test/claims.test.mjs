import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { leaf, official, root } from "./tools.mjs";

const { claimsOf, dateOf, subjectOf } = await leaf("auth/claims");
const jwt = official("jsonwebtoken");

const b64url = (s) => Buffer.from(s).toString("base64url");
const token = (payload) => `${b64url('{"alg":"none"}')}.${b64url(typeof payload == "string" ? payload : JSON.stringify(payload))}.sig`;

test("claims of tokens that jsonwebtoken signs, for every padding and beyond ASCII", () => {
  for (const sub of ["", "a", "ab", "abc", "abcd", "é€😀", "\u2028", "\0", "~~~???>>>", "x".repeat(8192)]) {
    const signed = jwt.sign({ sub, n: { deep: [1, null] } }, "secret", { expiresIn: 60 });
    const claims = claimsOf(signed);
    assert.deepEqual(claims, jwt.decode(signed));
    assert.equal(claims.exp - claims.iat, 60);
  }
});

test("claims are read where there is no TextDecoder", (t) => {
  const { TextDecoder } = globalThis;
  t.after(() => (globalThis.TextDecoder = TextDecoder));
  delete globalThis.TextDecoder;
  assert.deepEqual(claimsOf(token({ sub: "é€😀\0" })), { sub: "é€😀\0" });
});

test("nothing is verified, and the signature is not needed", () => {
  assert.deepEqual(claimsOf(token({ a: 1 })), { a: 1 });
  assert.deepEqual(claimsOf(token({ a: 1 }).replace(/\.sig$/, "")), { a: 1 });
});

test("a name like __proto__ is a claim and nothing else", () => {
  const claims = claimsOf(token('{"__proto__":{"polluted":1},"a":1}'));
  assert.deepEqual(Object.keys(claims), ["__proto__", "a"]);
  assert.equal({}.polluted, undefined);
});

// The rows are those of client/jwtclaims, too.
for (const { name, claim, ms } of JSON.parse(readFileSync(join(root, "client/jwtclaims/testdata/dates.json"), "utf8")))
  test(`the date of a claim: ${name}`, () => {
    assert.equal(dateOf(claim), ms ?? undefined);
    assert.equal(dateOf(claimsOf(token({ exp: claim })).exp), ms ?? undefined);
  });
test("the date of a claim that is not there", () => assert.equal(dateOf(undefined), undefined));

const garbage = {
  "nothing": undefined, "null": null, "a number": 42, "an object": { split: 1 }, "a function": () => "", "a symbol": Symbol("s"),
  "empty": "", "no dots": "abc", "only dots": "..", "a space": ". .", "not base64": "a.*.c", "broken UTF-8": `a.${Buffer.from([0xff, 0xfe]).toString("base64url")}.c`,
  "not JSON": token("{"), "JSON, but a number": token("1"), "a string": token('"s"'), "null inside": token("null"), "an array": token("[1]"),
  "an opaque token": "2YotnFZFEjr1zCsicMWpAA", "text with dots": "not.a.jwt", "an object whose split throws": { split() { throw new Error("no"); } },
};
for (const [name, value] of Object.entries(garbage)) test(`no claims, no exception: ${name}`, () => assert.equal(claimsOf(value), undefined));

test("no exception for a hundred thousand random strings", () => {
  let seed = 1;
  const next = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  const alphabet = "eyJhb.._-+/=\0é😀{}\"";
  for (let i = 0; i < 100_000; i++) {
    let s = "";
    for (let n = next() * 40; n > 0; n--) s += alphabet[(next() * alphabet.length) | 0];
    const claims = claimsOf(s);
    assert.ok(claims === undefined || typeof claims == "object");
  }
});

test("claims cannot be changed, however deep: snapshots of sessions and hooks have the same ones", () => {
  "use strict";
  const claims = claimsOf(token({ name: "Ada", roles: ["reader"], of: { team: { id: 1 } } }));
  for (const change of [() => (claims.name = "Eve"), () => claims.roles.push("owner"), () => (claims.of.team.id = 2), () => delete claims.of]) assert.throws(change, TypeError);
});

test("subjectOf() gives a sub that can be compared by ===, also where it is an object, against RFC 7519", () => {
  for (const [sub, subject] of [["ann", "ann"], [7, 7], ["", ""], [undefined, undefined], [{ id: 7, roles: ["a"] }, '{"id":7,"roles":["a"]}'], [[7], "[7]"]])
    assert.equal(subjectOf(token({ sub, exp: 1 })), subject);
  assert.equal(subjectOf("opaque"), undefined);
});
