// The promises of reauthenticate() and login(): they settle together, once, with what ended them.
import assert from "node:assert/strict";
import test from "node:test";
import { plain } from "./tools.mjs";

const { Promises } = await plain("auth/promises");

/** Promises of a socket whose session, and whose manager, have had these errors. */
function open({ session, manager } = {}) {
  const promises = new Promises({ session: { getSnapshot: () => ({ error: session }) }, io: { _error: manager } });
  const add = (called) => promises.add(called, () => {});
  return { promises, add };
}

test("a promise is pending when the core is asked", () => {
  const { promises } = open();
  const seen = [promises.any];
  promises.add("login", () => seen.push(promises.any));
  assert.deepEqual(seen, [false, true]);
});

test("all pending promises resolve with the same answer, and none is pending then", async () => {
  const { promises, add } = open();
  const both = [add("login"), add("reauthenticate")];
  promises.resolve("info");
  assert.deepEqual(await Promise.all(both), ["info", "info"]);
  assert.equal(promises.any, false);
  promises.reject(new Error("later")); // reaches no promise that has settled
});

test("a refusal rejects all pending promises as it is", async () => {
  const { promises, add } = open();
  const refusal = new Error("jwt expired");
  const both = [add("login"), add("reauthenticate")];
  promises.reject(refusal);
  assert.deepEqual((await Promise.allSettled(both)).map((p) => p.reason), [refusal, refusal]);
});

test("without an answer the message names the call, and the cause is what the session, else the manager, had", async () => {
  const [session, manager] = [new Error("of the session"), new Error("of the manager")];
  for (const [had, cause] of [[{ session, manager }, session], [{ manager }, manager], [{}, undefined]]) {
    const { promises, add } = open(had);
    const [login, again] = [add("login"), add("reauthenticate")];
    promises.rejectUnanswered();
    for (const [promise, called] of [[login, "login"], [again, "reauthenticate"]])
      await assert.rejects(promise, (e) => e.message == `${called}: the connection did not open, was refused, or was lost` && e.cause == cause);
  }
});

test("the user's first call that ended a promise is named, without a cause; a later promise is not ended by it", async () => {
  const { promises, add } = open({ session: new Error("of the session") });
  const first = add("login");
  promises.end("the user was logged out");
  promises.end("the socket was disconnected");
  const second = add("login");
  promises.rejectUnanswered();
  await assert.rejects(first, (e) => e.message == "login: the user was logged out" && !("cause" in e));
  await assert.rejects(second, /^Error: login: the connection did not open/);
});
