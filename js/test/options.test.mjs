import test from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { foreign, leaf } from "./tools.mjs";

const { attemptsOf, checkOptions, copyOf, delayOf, factorOf, factorOption, limitOf } = await leaf("options");
const f = () => {};

const good = [
  {}, { token: undefined, via: undefined, protocol: undefined, redirectOn: undefined, transports: undefined },
  { token: "a.b.c" }, { token: "" }, { token: null }, { token: f }, { token: async () => {} },
  { via: "event" }, { via: "query" }, { via: "header" }, { via: "auth" }, { via: ["header", "query"] }, { via: ["event"] }, { via: ["event", "query", "header", "auth"] },
  { tokenName: "jwt" }, { scheme: "" }, { scheme: "Bearer" }, { protocol: "auto" }, { protocol: 3 }, { protocol: 4 },
  { tokenTimeout: 1 }, { authTimeout: 0.5 }, { refreshBefore: 0 }, { refreshBefore: 60 }, { inBandRefresh: true }, { crossTab: false }, { crossTab: true }, { crossTab: "user-17" }, { crossTab: undefined }, { classify: f }, { classify: undefined },
  { onAuthenticated: f, onUnauthorized: f, onExpired: async () => {} },
  { redirect: "/login" }, { redirect: f }, { redirect: new URL("https://a.example") }, { redirect: foreign(new URL("https://a.example")) }, { redirectOn: [] }, { redirectOn: ["expired", "invalid", "missing", "timeout", "unavailable"] },
  { returnTo: false }, { returnTo: "next" }, { redirectOrigins: [] }, { redirectOrigins: ["https://a.example", "http://localhost:3000", "https://[::1]:1"] },
  { via: "header", transports: ["polling"] }, { via: "header", transports: ["websocket", "polling"] }, { via: "query", transports: ["websocket"] }, { via: "query", transports: ["webtransport", "websocket"] }, { via: "header", transports: ["polling", "webtransport"] }, { via: ["auth", "event"], transports: ["webtransport"] }, { transports: ["websocket"] },
  { via: "auth", protocol: 4 }, { via: "auth", protocol: "auto" }, { via: ["header", "query"], protocol: 3 },
  { via: ["header", "event"], inBandRefresh: true }, { via: "query", inBandRefresh: false },
  // Options of the official client are as lenient as there.
  { transports: [], forceNew: 1, query: "a=b", auth: 1, path: 5, reconnection: "yes", unknown: Symbol() }, { via: "header", transports: "websocket" },
];
const bad = {
  token: [42, {}, [], true, Symbol("s"), 1n],
  via: ["cookie", "", "Event", [], ["event", "cookie"], ["event", "event"], [["event"]], null, 1, {}, f, ["header", undefined]],
  tokenName: ["", 1, null, {}, f],
  scheme: [1, null, false, {}, "Bearer\n", "a\0b"],
  protocol: [5, "4", "3", 2, null, "", true, NaN],
  tokenTimeout: [0, -1, NaN, Infinity, "1000", null, {}, true],
  authTimeout: [0, -1, NaN, Infinity, "1000", null],
  refreshBefore: [-1, NaN, Infinity, "30", false, null],
  inBandRefresh: [1, "true", null, {}],
  crossTab: [1, 0, "", null, {}, f, ["a"]],
  classify: ["expired", null, {}, true],
  guest: [1, "true", null, {}],
  onTrace: ["log", null, {}, true],
  onAuthenticated: ["f", {}, null, true],
  onUnauthorized: ["/login", {}, null, true],
  onExpired: ["f", {}, null, true],
  redirect: ["", 1, null, {}, true, []],
  redirectOn: ["expired", ["network"], ["expired", "expired"], [1], null, {}, true],
  returnTo: ["", true, null, 1, {}],
  redirectOrigins: ["https://a.example", ["a.example"], ["https://a.example/"], ["https://a.example/x"], ["*"], [""], ["javascript:1"], [1], [null], null, {}, ["null"], ["file:///"]],
};
for (const [name, values] of Object.entries(bad))
  for (const value of values)
    test(`option refused: ${name} ${typeof value == "symbol" || typeof value == "bigint" ? typeof value : JSON.stringify(value)}`, () => {
      const refuses = (e) => e instanceof TypeError && e.message.startsWith(`connect: option "${name}" must be `) && e.message.length > 35;
      assert.throws(() => checkOptions({ [name]: value }), refuses);
      assert.throws(() => checkOptions({ token: "t", ...{ [name]: value } }), refuses);
    });

test("each option of ours is checked", () => {
  const types = readFileSync(new URL("../types/index.d.ts", import.meta.url), "utf8");
  const [, fields] = /^interface TokenOptions<.*?\{\n(.*?)^\}/ms.exec(types);
  const names = [...fields.matchAll(/^  (\w+)\?:/gm)].map(([, name]) => name);
  assert.deepEqual(Object.keys(bad).sort(), [...names, "protocol"].sort());
});

test("an address that is a URL is no options: the error names the mend", () => {
  const refuses = (e) => e instanceof TypeError && /address.*href/.test(e.message) && !e.message.includes("a.example");
  assert.throws(() => checkOptions(new URL("https://a.example/chat?token=T")), refuses);
});

const together = [
  [{ via: "header", transports: ["websocket"] }, ["via", "transports", "polling", "header"]],
  [{ via: ["query", "header"], transports: ["websocket", "webtransport"] }, ["via", "transports", "polling"]],
  [{ via: "header", transports: [] }, ["polling"]],
  [{ via: "auth", protocol: 3 }, ["via", "auth", "protocol", "event"]],
  [{ via: ["header", "auth"], protocol: 3 }, ["auth", "protocol"]],
  [{ via: "header", inBandRefresh: true }, ["inBandRefresh", "via", "event"]],
  [{ via: ["query", "auth"], inBandRefresh: true }, ["inBandRefresh", "via", "event"]],
];
for (const tokenName of ["EIO", "transport", "sid", "t", "b64", "j", "stamp"]) {
  together.push([{ via: ["event", "query"], tokenName, timestampParam: "stamp" }, ["tokenName", tokenName, "query"]]);
  good.push({ via: ["event", "auth", "header"], tokenName, timestampParam: "stamp" });
}
for (const tokenName of ["pid", "offset"]) {
  together.push([{ via: "auth", tokenName }, ["tokenName", tokenName, "auth"]]);
  good.push({ via: "query", tokenName });
}
/** A transport class of the page's own, as engine.io-client's are. */
class Own {}
Own.prototype.name = "polling";
together.push([{ protocol: 3, transports: [Own] }, ["protocol", "transports"]], [{ protocol: 3, transports: ["websocket", Own] }, ["protocol"]]);
good.push({ protocol: 4, transports: [Own] }, { protocol: "auto", transports: [Own] }, { protocol: 3, transports: ["polling", "websocket"] });
for (const [o, words] of together)
  test(`refused together: ${JSON.stringify(o)}`, () => {
    assert.throws(() => checkOptions(o), (e) => e instanceof TypeError && words.every((w) => e.message.includes(`"${w}"`)));
  });

for (const o of good) test(`accepted: ${JSON.stringify(o)}`, () => checkOptions(o));

test("a message shows no value: it could be a token", () => {
  for (const name of Object.keys(bad))
    try {
      checkOptions({ [name]: { toString: () => "SECRET", SECRET: "SECRET" } });
      assert.fail(name);
    } catch (e) {
      assert.ok(e instanceof TypeError && !e.message.includes("SECRET"), name);
    }
});

test("options are not changed", () => {
  checkOptions(Object.freeze({ via: Object.freeze(["header", "query"]), redirectOrigins: Object.freeze(["https://a.example"]) }));
});

/** A number as a page may give it, and what the official client does with it: [delay, factor set, factor given, attempts, timeout] */
const numbers = [
  [1000, [1000, 1000, 0, 1000, 1000]], ["1000", [1000, 1000, 0, 1000, 1000]], [" 20 ", [20, 20, 0, 20, 20]], ["1e3", [1000, 1000, 0, 1000, 1000]],
  [0.5, [0.5, 0.5, 0.5, 1, 0.5]], ["0.5", [0.5, 0.5, 0.5, 1, 0.5]], ["1", [1, 1, 1, 1, 1]],
  [0, [0, 0, 0, 0, -1]], ["0", [0, 0, 0, 0, -1]], ["", [0, 0, 0, 0, -1]], [null, [0, 0, 0, 0, -1]], [false, [0, 0, 0, 0, 0]], [true, [1, 1, 1, 1, 1]],
  [-5, [0, 5, 0, 0, -1]], ["-5", [0, 5, 0, 0, -1]], [undefined, [0, 0, 0, -1, -1]], ["soon", [0, 0, 0, -1, -1]], [NaN, [0, 0, 0, -1, -1]], [{}, [0, 0, 0, -1, -1]],
  [Infinity, [1e15, 1e15, 0, -1, 1e15]], ["Infinity", [1e15, 1e15, 0, -1, 1e15]], [-Infinity, [0, 1e15, 0, 0, -1]],
];
for (const [given, [delay, set, option, attempts, limit]] of numbers)
  test(`an option's number from: ${typeof given} ${given}`, () => {
    assert.deepEqual([delayOf(given), attemptsOf(given), factorOption(given), limitOf(given)], [delay, attempts, option, limit]);
    assert.equal(factorOf(given), set);
    for (const n of [delayOf, factorOf, attemptsOf, factorOption, limitOf].map((of) => of(given))) assert.ok(Number.isFinite(n));
  });

test("a copy of options has what they inherit", () => {
  class Mine {
    #secret = "T";
    via = "auth";
    get token() {
      return this.#secret;
    }
  }
  assert.deepEqual({ ...copyOf(new Mine()) }, { via: "auth", token: "T" });
  assert.deepEqual(copyOf(Object.create({ token: "T", via: "auth" }), { via: "event", query: {} }), { via: "event", query: {}, token: "T" });
  assert.deepEqual(copyOf({ token: undefined }), { token: undefined });
  assert.deepEqual(copyOf(Object.assign(Object.create(null), { a: 1 })), { a: 1 });
});
