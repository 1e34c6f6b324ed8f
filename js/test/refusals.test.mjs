// The refusals of one token: which of a server's errors are noted, and the error that is made of them.
import assert from "node:assert/strict";
import test from "node:test";
import { plain } from "./tools.mjs";

const { Refusals } = await plain("auth/refusals");
const { UnauthorizedError, saidOf } = await plain("auth/refusal");
const { Reason } = await plain("bridge/bridge.gen");
globalThis.reportError = (error) => assert.fail(error);

/** The refusals of a token "T" that goes by the event, and its source. The core does not run, so it recognises nothing. */
function open(classify) {
  const source = { threw: undefined };
  const refusals = new Refusals(classify, { text: "T", via: "event" }, () => ["the-secret-token"]);
  refusals.source = source;
  return { refusals, source };
}

test("an error that may be no refusal is not noted; a certain one is, with the token that was refused", () => {
  for (const certain of [false, true]) {
    const { refusals, source } = open();
    const said = saidOf({ message: "no entry", code: "E1" }, true);
    assert.deepEqual(refusals.read(said, certain), { code: "E1", messages: "no entry", type: "", reason: Reason.None });
    assert.equal(refusals.said, certain ? said : undefined);
    assert.equal(source.refused, certain ? "T" : undefined);
    assert.equal(source.error?.message, certain ? "no entry" : undefined);
  }
});

test("classify is told what the server said, without tokens, and its reason counts", () => {
  const asked = [];
  const { refusals, source } = open((error) => (asked.push(error), "expired"));
  const { reason } = refusals.read(saidOf({ message: "the-secret-token is old", code: 7, data: { of: "the-secret-token" } }), false);
  assert.equal(reason, Reason.Expired);
  assert.doesNotMatch(JSON.stringify(asked), /the-secret-token/);
  assert.equal(asked[0].code, 7);
  assert.equal(source.refused, "T");
});

test("a handshake that is refused by its status says so, and 401 is a refusal's code", () => {
  const { refusals } = open();
  const { code, messages } = refusals.readStatus(401, "");
  assert.deepEqual([code, messages], ["invalid_token", ""]);
  refusals.read({ ...saidOf("x"), message: "the server answered", status: 401 }, true);
  assert.equal(refusals.errorFor(Reason.Invalid).message, "the server answered");
});

test("the error has the server's words, else those of the token function's final error, else ours", () => {
  const { refusals, source } = open();
  const ours = refusals.errorFor(Reason.Expired);
  assert.deepEqual([ours.reason, ours.via, ours.cause], ["expired", "event", undefined]);
  assert.match(ours.message, /expired/);

  const threw = new UnauthorizedError("the account is closed", { reason: "invalid", code: "closed", data: 3 });
  source.threw = threw;
  const thrown = refusals.errorFor(Reason.Invalid);
  assert.deepEqual([thrown.message, thrown.code, thrown.data, thrown.cause], ["the account is closed", "closed", 3, threw]);

  refusals.read(saidOf({ message: "jwt malformed", code: "bad" }, true), true);
  const said = refusals.errorFor(Reason.Invalid);
  assert.deepEqual([said.message, said.code, said.cause], ["jwt malformed", "bad", undefined]);

  refusals.forget();
  assert.equal(refusals.errorFor(Reason.Invalid).message, "the account is closed");
});

test("what the token function threw is the cause if the server was not asked, and of no other error", () => {
  const { refusals, source } = open();
  source.threw = new Error("offline");
  assert.equal(refusals.errorFor(Reason.Unavailable).cause, source.threw);
  assert.equal(refusals.errorFor(Reason.Missing).cause, undefined);
});
