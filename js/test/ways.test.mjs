// Where a token stands in what is sent.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

const { Ways, headersOf } = await leaf("auth/ways");

const with_ = (opts, text = "T") => Object.assign(new Ways(opts), { text });
/** All that travels. */
const sent = (ways, auth) => {
  const query = { a: 1 };
  ways.handshake(query);
  return { query, headers: ways.headers(), auth: ways.auth(auth) };
};
const nothing = { query: { a: 1 }, headers: undefined, auth: undefined };

test("each way alone", () => {
  assert.deepEqual(sent(with_({})), nothing, "event: by an event only");
  assert.deepEqual(sent(with_({ via: "query" })), { ...nothing, query: { a: 1, token: "T" } });
  assert.deepEqual(sent(with_({ via: "header" })), { ...nothing, headers: { Authorization: "Bearer T" } });
  assert.deepEqual(sent(with_({ via: "auth" })), { ...nothing, auth: { token: "T" } });
  assert.deepEqual(with_({ via: "event" }).event(), { token: "T" });
});

test("several at once", () => {
  assert.deepEqual(sent(with_({ via: ["header", "query"] })), { ...nothing, query: { a: 1, token: "T" }, headers: { Authorization: "Bearer T" } });
});

test("without a token nothing stands anywhere", () => {
  assert.deepEqual(sent(with_({ via: ["event", "query", "header", "auth"] }, ""), { u: 1 }), { ...nothing, auth: { u: 1 } });
});

test("the user's own auth stays, and its object as it was", () => {
  const own = { room: 7, token: "mine" };
  assert.deepEqual(with_({ via: "auth" }).auth(own), { room: 7, token: "T" });
  assert.equal(own.token, "mine");
  assert.equal(with_({ via: "query" }).auth(own), own);
});

test("tokenName and scheme", () => {
  const all = { via: ["event", "query", "header", "auth"], tokenName: "jwt" };
  assert.deepEqual(sent(with_(all)), { query: { a: 1, jwt: "T" }, headers: { Authorization: "Bearer T" }, auth: { jwt: "T" } });
  assert.deepEqual(with_(all).event(), { jwt: "T" });
  assert.deepEqual(sent(with_({ ...all, scheme: "JWT" })), { query: { a: 1, jwt: "T" }, headers: { Authorization: "JWT T" }, auth: { jwt: "JWT T" } });
  assert.deepEqual(with_({ via: "header", scheme: "" }).headers(), { Authorization: "T" });
});

test("header: a text that fetch refuses goes as UTF-8, so that the server can refuse it", () => {
  const sentAs = (text, scheme) => with_({ via: "header", scheme }, text).headers().Authorization;
  for (const [text, scheme, bytes] of [
    ["\ufeffT", undefined, "Bearer \u00ef\u00bb\u00bfT"],
    ["T", "€", "\u00e2\u0082\u00ac T"],
    ["\ud800", "", "\u00ef\u00bf\u00bd"],
    ["é", "", "é"],
  ]) {
    assert.equal(sentAs(text, scheme), bytes);
    new Headers({ Authorization: sentAs(text, scheme) });
  }
  assert.deepEqual(with_({ via: "auth" }, "\ufeffT").auth(), { token: "\ufeffT" }, "no header");
});

test("the user's own headers: a text that fetch refuses goes as UTF-8, too", () => {
  const headers = headersOf({ "X-Name": "Zoë €", "X-Half": "\ud800", "X-Byte": "é", "X-Number": 7 }, { Authorization: "Bearer T" });
  assert.deepEqual(headers, { "X-Name": "Zo\u00c3\u00ab \u00e2\u0082\u00ac", "X-Half": "\u00ef\u00bf\u00bd", "X-Byte": "é", "X-Number": 7, Authorization: "Bearer T" });
  new Headers(headers);
});

test("the core gets a bit for each way, and those that the handshake carries", () => {
  const bits = (via) => new Ways({ via }).bits;
  assert.deepEqual([bits(), bits("event"), bits("query"), bits("header"), bits("auth"), bits(["query", "auth"])], [1, 1, 2, 4, 8, 10]);
  const inHandshake = (via) => new Ways({ via }).inHandshake;
  assert.deepEqual(["event", "query", "header", "auth", ["event", "auth"], ["event", "query"]].map(inHandshake), [false, true, true, false, false, true]);
  assert.deepEqual(new Ways({ via: ["header", "query"] }).via, ["header", "query"], "as the user gave it");
});

test("the connection's user is the token's, or nobody; by event alone the user is unknown when the connection begins", () => {
  const token = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.sig`;
  const user = (via, text) => with_({ via }, text).user;
  for (const via of ["query", "header", "auth", ["event", "auth"]]) {
    assert.deepEqual([user(via, token({ sub: "ann" })), user(via, token({ sub: 7 })), user(via, token({})), user(via, "opaque"), user(via, "")], ["ann", 7, undefined, undefined, null]);
  }
  // No JWT's, but what Flask-JWT-Extended put there for years.
  const identity = { id: 7, role: "admin" };
  for (const sub of [identity, [identity]]) assert.equal(user("auth", token({ sub, exp: 1 })), user("auth", token({ sub, exp: 2 })));
  assert.notEqual(user("auth", token({ sub: identity })), user("auth", token({ sub: { ...identity, id: 8 } })));
  assert.equal(user("auth", token({ sub: null })), null);
  assert.deepEqual([user("event", token({ sub: "ann" })), user("event", "")], [undefined, undefined]);
});

test("the token's header takes the place of the user's of that name, however that is written", () => {
  const own = { Authorization: "Bearer T" };
  for (const name of ["Authorization", "authorization", "AUTHORIZATION"])
    assert.deepEqual(headersOf({ [name]: "Bearer old", "X-A": "1" }, own), { "X-A": "1", ...own });
  assert.deepEqual(headersOf({ authorization: "Basic x" }), { authorization: "Basic x" }, "without a token it stays");
  for (const none of [undefined, null]) assert.deepEqual([headersOf(none, own), headersOf(none)], [own, {}]);
});
