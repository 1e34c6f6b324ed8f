// The callbacks that a server passes with its no: each is called once, by whoever is first.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

const { Acknowledgements } = await leaf("auth/acknowledgement");
const reported = [];
globalThis.reportError = (error) => reported.push(error.message);

function held(n = 2) {
  const heard = [];
  let called = 0;
  const acks = new Acknowledgements(() => called++);
  const given = Array.from({ length: n }, (_, i) => acks.take((...args) => heard.push([i, ...args])));
  return { acks, given, heard, called: () => called };
}

test("a listener's call reaches the server, with what it says, once", () => {
  const { acks, given, heard, called } = held();
  given[1]("bye", 7);
  given[1]("again");
  assert.deepEqual(heard, [[1, "bye", 7]]);
  assert.equal(called(), 1);
  acks.acknowledge();
  assert.deepEqual(heard, [[1, "bye", 7], [0]], "the other one only");
  assert.equal(called(), 2);
});

test("a callback is called once, although acknowledge() is called twice", () => {
  const { acks, heard } = held();
  acks.acknowledge();
  acks.acknowledge();
  assert.deepEqual(heard, [[0], [1]]);
});

test("all() returns the pending callbacks: a hook may call them later", () => {
  const { acks, heard } = held();
  const pending = acks.all();
  assert.equal(pending.length, 2);
  acks.acknowledge();
  assert.equal(acks.all().length, 0);
  for (const answer of pending) answer();
  assert.deepEqual(heard, [[0], [1]]);
});

test("all() returns a list that stays as it is while its callbacks are called", () => {
  const { acks, heard } = held();
  acks.all().forEach((answer) => answer());
  assert.deepEqual(heard, [[0], [1]]);
});

test("a callback that throws does not stop the others", () => {
  const acks = new Acknowledgements(() => {});
  const heard = [];
  acks.take(() => {
    throw new Error("closed");
  });
  acks.take(() => heard.push("second"));
  acks.acknowledge();
  assert.deepEqual(heard, ["second"]);
  assert.deepEqual(reported, ["closed"]);
});

test("callbacks of a connection that is gone are not called", () => {
  const { acks, given, heard, called } = held();
  acks.forget();
  acks.acknowledge();
  for (const answer of given) answer();
  assert.deepEqual(heard, []);
  assert.equal(called(), 0);
});
