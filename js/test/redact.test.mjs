import test from "node:test";
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { freezeNames, leaf } from "./tools.mjs";

const { redact, redactError, redactTokens, withoutTokens, redactResponse } = await leaf("auth/redact");
const url = "http://a.example/socket.io/?EIO=4&token=it's.SECRET&t=1";

/** Messages as browsers word them, about this URL and this header. */
const quoting = [
  `Failed to execute 'fetch' on 'Window': Failed to parse URL from ${url}`,
  `Failed to execute 'fetch' on 'Window': Request cannot be constructed from a URL that includes credentials: http://u:SECRET@a.example/?token=SECRET`,
  `Window.fetch: ${url} is not a valid URL.`,
  `Window.fetch: http://u:SECRET@a.example/ is an url with embedded credentials.`,
  `Refused to connect to '${url}' because it violates the following Content Security Policy directive`,
  `Refused to connect to 'HTTP://A.EXAMPLE/?token=SECRET' because it violates`,
  `Headers.append: "Bearer SECRET-WORD" is an invalid header value.`,
  `Headers.append: "Bearer\\nSECRET-WORD" is an invalid header value.`,
];
for (const message of quoting)
  test(`quotes nothing: ${message.slice(0, 60)}`, () => {
    const said = redact(message, [url, "Bearer SECRET-WORD", "Bearer\nSECRET-WORD"]);
    assert.doesNotMatch(said, /SECRET/);
    assert.ok(said.length > 12, said);
  });

for (const plain of ["Failed to fetch", "NetworkError when attempting to fetch resource.", "Load failed", "The user aborted a request.", "signal is aborted without reason", ""])
  test(`stays as it is: ${plain}`, () => assert.equal(redact(plain, [url, "Bearer SECRET", "a", undefined, 1]), plain));

test("a copy of an error keeps its class and name, and nothing else", () => {
  for (const e of [new TypeError(url, { cause: new Error(url) }), new DOMException(url, "AbortError"), new RangeError(url), Object.assign(new Error(url), { name: "Mine", input: url })]) {
    const copy = redactError(e, [url]);
    assert.equal(copy.name, e.name);
    assert.equal(copy instanceof TypeError, e instanceof TypeError);
    assert.equal(copy instanceof DOMException, e instanceof DOMException);
    assert.doesNotMatch(inspect(copy, { depth: 9, showHidden: true }), /SECRET/);
  }
});

test("a copy has its name also where the page has frozen Error.prototype", (t) => {
  freezeNames(t);
  for (const e of [new TypeError(url), new RangeError(url)]) assert.equal(redactError(e, [url]).name, e.name);
});

test("any thrown value becomes an Error", () => {
  for (const e of [undefined, null, url, 42, { message: url }, { toString() { throw new Error("no"); } }]) {
    const copy = redactError(e, [url]);
    assert.ok(copy instanceof Error);
    assert.doesNotMatch(copy.message, /SECRET/);
  }
});

test("a token with half a surrogate, as a URL has it", () => {
  assert.equal(redact("no %EF%BF%BDSECRET here", ["\ud800SECRET"]), "no … here");
});

test("a token is cut out when percent-encoded, in pieces, or somebody else's", () => {
  const token = "a+b/c==.payload_of_it.s";
  assert.equal(redact(`refused: ${encodeURIComponent(token)}`, [token]), "refused: …");
  assert.equal(redact("half a character", ["\ud800 and more"]), "half a character");
  assert.equal(redact("bad eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.sig here", []), "bad … here");
  assert.equal(redactTokens("the part payload_of_it is no JSON", [token]), "the part … is no JSON");
});

test("a quoted token is cut out of texts, lists and objects, however deep", () => {
  const token = "header.payload/of+it.signature";
  const deep = { a: [{ b: [`x ${token}`, 1, null, token] }], code: "invalid_token", raw: new Uint8Array(3) };
  deep.self = deep;
  assert.equal(withoutTokens(`jwt malformed: ${token}, in "${encodeURIComponent(token)}"`, [token]), 'jwt malformed: …, in "…"');
  assert.equal(withoutTokens(deep, [token]), deep);
  assert.deepEqual(deep, { a: [{ b: ["x …", 1, null, "…"] }], code: "invalid_token", raw: new Uint8Array(3), self: deep });
  assert.equal(withoutTokens("for Bearer: header.payload", ["Bearer header.payload"]), "for Bearer: …");
  const frozen = Object.freeze({ message: token });
  assert.equal(withoutTokens(frozen, [token]), frozen);
  for (const other of [undefined, null, 7, "jwt malformed", {}]) assert.deepEqual(withoutTokens(other, ["malformed", undefined, ""]), other);
  let nest = [];
  for (let i = 0; i < 1e5; i++) nest = [nest, token];
  withoutTokens(nest, [token]);
  assert.equal(nest[1], "…");
});

test("a token is cut out of the names of fields, too", () => {
  const said = { message: "no", errors: { "header.payload.signature": "malformed", other: 1 }, list: ["header.payload.signature"] };
  assert.deepEqual(withoutTokens(said, ["header.payload.signature"]), { message: "no", errors: { other: 1, "…": "malformed" }, list: ["…"] });
});

for (const word of ["a.", "a-", "x+", "eyJ-", "eyJ..", "://", "a:/", "a://"])
  test(`a long text of a hostile server, of "${word}" alone, takes no time`, () => {
    const began = performance.now();
    redactTokens(word.repeat(1e5), ["header.payload.signature"]);
    // In proportion to its length that is some 20 ms, and ten seconds or more to its square.
    assert.ok(performance.now() - began < 5000);
  });

test("redactResponse() copies a response without its URL, and without the token in its body, headers and status text", async () => {
  const token = "header.payload.signature";
  const response = new Response("", { status: 401, statusText: `not ${token}`, headers: { "www-authenticate": `Bearer error_description="${token} é"`, "retry-after": "7" } });
  Object.defineProperty(response, "url", { value: url });
  const copy = redactResponse(response, `no ${token}`, [token]);
  assert.deepEqual([copy.status, copy.statusText, copy.url, copy.responseText, await copy.text()], [401, "not ...", "", "no …", "no …"]);
  assert.deepEqual([copy.headers.get("www-authenticate"), copy.headers.get("retry-after")], ['Bearer error_description="... é"', "7"]);
});
