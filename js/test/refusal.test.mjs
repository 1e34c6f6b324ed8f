// A server's no in all its shapes, and the error that the user gets of it.
import assert from "node:assert/strict";
import test from "node:test";
import { freezeNames, leaf } from "./tools.mjs";

const { UnauthorizedError, finalOf, saidByStatus, saidOf } = await leaf("auth/refusal");

/** [what it is, what was sent, whether the fields stand beside data, what is read of it] */
const shapes = [
  ["socketio-jwt's event", { message: "jwt expired", code: "invalid_token", type: "UnauthorizedError" }, true,
    { message: "jwt expired", code: "invalid_token", type: "UnauthorizedError", messages: "jwt expired" }],
  ["fields in data", { message: "no", data: { message: "jwt malformed", code: "invalid_token", name: "JsonWebTokenError" } }, false,
    { message: "jwt malformed", code: "invalid_token", type: "JsonWebTokenError", messages: "no\njwt malformed" }],
  ["a text", "jwt expired", true, { message: "jwt expired", code: undefined, data: { message: "jwt expired" }, messages: "jwt expired" }],
  ["an error without data", { message: "boom" }, false, { message: "boom", code: undefined, data: undefined, messages: "boom" }],
  ["a code as data", { message: "no", data: "invalid_token" }, false, { message: "no", code: "invalid_token", data: "invalid_token", messages: "no" }],
  ["data that repeats the message", { message: "no", data: "no" }, false, { message: "no", code: undefined }],
  ["the type beside data", { message: "no", type: "T", code: "c", data: { foo: 1 } }, false, { message: "no", code: "c", type: "T" }],
  ["a number as code", { message: "no", data: { code: 4001 } }, false, { code: 4001, data: { code: 4001 } }],
  ["a number as code beside data", { message: "no", code: 0, data: { code: null } }, false, { code: 0 }],
  ["an empty code", { message: "no", code: "c", data: { code: "" } }, false, { code: "c" }],
  ["a code that is neither text nor number", { message: "no", data: { code: { text: "c" } } }, false, { code: undefined }],
  ["HTTP's status in data", { message: "no", data: { status: 401 } }, false, { message: "no", code: undefined, messages: "no\n401" }],
  ["HTTP's status in data, beside a message", { message: "no", data: { statusCode: 401, message: "sign in" } }, false, { message: "sign in", messages: "no\nsign in\n401" }],
  ["HTTP's status in data, beside a code", { message: "no", data: { status: 401, code: "E42" } }, false, { code: "E42", messages: "no\n401" }],
  ["HTTP's status without data", { status: 401, message: "no" }, true, { message: "no", messages: "no\n401" }],
  ["another status in data", { message: "no", data: { status: 503 } }, false, { code: undefined, messages: "no" }],
  ["nothing", undefined, false, { message: "", code: undefined, data: undefined }],
  ["null", null, true, { message: "", code: undefined, data: { message: null } }],
  ["a number", 7, true, { message: "7" }],
  ["a message that is no text", { message: { toString: 1 } }, false, { message: "" }],
  ["false as data", { message: "no", data: false }, false, { message: "no", data: false }],
];
for (const [name, raw, flat, expected] of shapes)
  test(name, () => {
    const said = saidOf(raw, flat);
    for (const key in expected) assert.deepEqual(said[key], expected[key], key);
  });

test("fields that stand beside data are the data where a server sends them flat", () => {
  const raw = { message: "no", inner: 1 };
  assert.equal(saidOf(raw, true).data, raw);
  assert.equal(saidOf(raw, false).data, undefined);
});

test("an HTTP status: the body's message, or a sentence that names the status; the core reads what the server said only", () => {
  const told = saidByStatus(401, '{"code":3,"message":"jwt expired"}');
  assert.deepEqual([told.message, told.messages, told.code, told.status], ["jwt expired", "jwt expired", "invalid_token", 401]);
  for (const body of [undefined, "", "<html>", "null", "[]", '{"message":4}', "7"]) {
    const { message, messages, code } = saidByStatus(403, body);
    assert.equal(message, "the server answered the handshake with HTTP status 403");
    assert.equal(messages, "");
    assert.equal(code, undefined);
  }
});

test("the error has name, type and the fields it was given", () => {
  const cause = new Error("x");
  const e = new UnauthorizedError("no", { reason: "invalid", code: "c", data: 1, via: ["query"], cause });
  assert.ok(e instanceof Error);
  assert.deepEqual([e.name, e.type, e.message, e.reason, e.code, e.data, e.via, e.cause], ["UnauthorizedError", "UnauthorizedError", "no", "invalid", "c", 1, ["query"], cause]);
  assert.match(`${e}`, /^UnauthorizedError: no$/);
});

test("the error is made also where the page has frozen Error.prototype", (t) => {
  freezeNames(t);
  const e = new UnauthorizedError("no", { reason: "invalid" });
  assert.deepEqual([e.name, `${e}`, JSON.parse(JSON.stringify(e)).name], ["UnauthorizedError", "UnauthorizedError: no", "UnauthorizedError"]);
});

test("an exception of the token function is final if it has one of three reasons", () => {
  for (const reason of ["expired", "invalid", "missing"]) {
    const threw = new UnauthorizedError("no", { reason });
    assert.equal(finalOf(threw).error, threw);
  }
  assert.deepEqual(["expired", "invalid", "missing"].map((reason) => finalOf(new UnauthorizedError("", { reason })).reason), [1, 2, 3], "the core's numbers");
  // Made by another copy of this package, or by hand.
  assert.equal(finalOf({ type: "UnauthorizedError", reason: "expired" }).reason, 1);
  for (const threw of [undefined, null, "", "expired", 7, new Error("expired"), { reason: "expired" }, { type: "UnauthorizedError" }, { type: "UnauthorizedError", reason: "" }, new UnauthorizedError("", { reason: "timeout" }), new UnauthorizedError("", { reason: "unavailable" }), new UnauthorizedError("", { reason: "toString" })])
    assert.equal(finalOf(threw), undefined);
});
