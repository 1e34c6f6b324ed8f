// The recorder: the last hundred events, without tokens, and the spans in the timeline.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

const { Trace } = await leaf("trace");
globalThis.reportError = (error) => assert.equal(error.message, "mine");

test("events are plain, frozen, and in order; the last hundred are kept", () => {
  const before = Date.now();
  const trace = new Trace("/chat", undefined, () => []);
  for (let i = 0; i < 130; i++) trace.record("e", { i, none: undefined });
  const events = trace.events();
  assert.deepEqual([events.length, events[0].i, events.at(-1).i], [100, 30, 129]);
  assert.deepEqual(Object.keys(events[0]), ["at", "name", "nsp", "i"]);
  assert.ok(events[0].at >= before && events[0].at <= Date.now());
  assert.ok(Object.isFrozen(events[0]));
  assert.deepEqual(JSON.parse(JSON.stringify(events)), events);
  events.length = 0;
  assert.equal(trace.events().length, 100, "a list of one's own");
});

test("no text holds a token or an address", () => {
  const trace = new Trace("/", undefined, () => ["aaaa.bbbb.cccc"]);
  trace.record("refused", { message: "bad token aaaa.bbbb.cccc for https://a.test/?token=x", code: 7 });
  assert.deepEqual([trace.events()[0].message, trace.events()[0].code], ["bad token … for URL", 7]);
});

test("no text holds a piece of a token, a percent-encoded one, or an unknown one", () => {
  const known = "head.pay+load/with==padding.signature";
  const trace = new Trace("/chat?token=" + known, undefined, () => [known]);
  const said = (message) => trace.record("refused", { message }).message;
  assert.equal(said(`bad ${encodeURIComponent(known)}!`), "bad …!");
  assert.equal(said("the segment signature is wrong"), "the segment … is wrong");
  assert.equal(said(`begins with ${known.slice(0, 20)}...`), "begins with head.…==...");
  assert.equal(said("refresh of eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln failed"), "refresh of … failed");
  assert.equal(said("jwt expired"), "jwt expired");
  assert.equal(trace.events()[0].nsp, "/chat");
});

test("a value in the place of a text is recorded as a text", () => {
  const trace = new Trace("/", undefined, () => ["aaaa.bbbb.cccc"]);
  const { code, message } = trace.record("refused", { code: { token: "aaaa.bbbb.cccc" }, message: ["aaaa.bbbb.cccc"] });
  assert.deepEqual([typeof code, typeof message], ["string", "string"]);
  assert.ok(!JSON.stringify(trace.events()).includes("aaaa.bbbb"));
});

test("the hook hears each event; one that throws is reported, and stops nothing", () => {
  const heard = [];
  const trace = new Trace("/", (e) => {
    heard.push(e.name);
    throw new Error("mine");
  }, () => []);
  trace.record("a");
  trace.record("b");
  assert.deepEqual(heard, ["a", "b"]);
});

test("spans: each from its begin to its end, once, and the last of each name stays in the timeline", async () => {
  performance.clearMeasures();
  performance.clearMarks();
  const seen = [];
  const watching = new PerformanceObserver((list) => seen.push(...list.getEntries().map((entry) => [entry.entryType, entry.name.slice(13)].join(" "))));
  watching.observe({ entryTypes: ["measure", "mark"] });
  const trace = new Trace("/", undefined, () => []);
  for (const name of ["authenticated", "connect", "ask", "token", "connected", "authenticated", "renew", "token", "authenticated", "authenticated", "attempt", "connected", "connect"]) trace.record(name);
  await new Promise((done) => setImmediate(done));
  watching.disconnect();
  assert.deepEqual(seen.filter((entry) => entry.startsWith("measure")).sort(), ["authenticated", "connect", "connect", "renewal", "token", "token"].map((name) => "measure " + name));
  assert.deepEqual(performance.getEntriesByType("measure").map((m) => m.name.slice(13)).sort(), ["authenticated", "connect", "renewal", "token"]);
  assert.deepEqual(performance.getEntriesByType("mark").map((m) => m.name.slice(13)), ["ask", "renew", "attempt", "connect"], "the last of each name");
  for (const m of performance.getEntriesByType("measure")) assert.ok(m.duration >= 0 && m.detail === "/");
});

test("a timeline that refuses an entry stops no event: Cloudflare's workers take no text for its detail", (t) => {
  for (const name of ["mark", "measure"])
    t.mock.method(performance, name, () => {
      throw new TypeError("Incorrect type for the 'detail' field");
    });
  const heard = [];
  const trace = new Trace("/", ({ name }) => heard.push(name), () => []);
  for (const name of ["connect", "connected", "connected"]) trace.record(name);
  assert.deepEqual(heard, ["connect", "connected", "connected"]);
  assert.deepEqual([performance.mark.mock.callCount(), performance.measure.mock.callCount()], [1, 1]);
});

test("where the setting names it, each event is in the debug log", async (t) => {
  process.env.DEBUG = "socketio-jwt:*";
  t.after(() => delete process.env.DEBUG);
  const { Trace } = await leaf("trace", "logged");
  const said = t.mock.method(console, "debug", () => {});
  const event = new Trace("/", undefined, () => []).record("connect");
  assert.deepEqual(said.mock.calls.map((call) => call.arguments), [["socketio-jwt:session", "connect", event]]);
});
