// Token sources: what the core asks for, what it is told, and when a source is forgotten.
import assert from "node:assert/strict";
import test from "node:test";
import { fakeCore } from "./core.mjs";
import { jwt } from "./desk.mjs";
import { leaf } from "./tools.mjs";

const { Cause, Do, Op, causes } = await leaf("bridge/bridge.gen");
const { load, setDependents, useCore } = await leaf("bridge/start");
const { Source } = await leaf("auth/source");
const { UnauthorizedError } = await leaf("auth/refusal");

/** What the core was told: [name of the operation, ...arguments up to the last that was given]. */
const told = [];
const names = { [Op.Source]: "Source", [Op.Token]: "Token", [Op.TokenFailed]: "TokenFailed", [Op.ReleaseSource]: "ReleaseSource" };
/** What the core wants done in its next turn. */
let effects = [];
let core;
useCore((tell) => (core = fakeCore(tell, {
  control(op, args, core) {
    if (names[op]) told.push([names[op], ...args.slice(0, args.findLastIndex((a) => !Number.isNaN(a)) + 1)]);
    for (const [what, numbers] of effects.splice(0)) core.tell(what, numbers);
  },
})));
setDependents({});
globalThis.reportError = (error) => assert.fail(error);
await load();
const { control } = await leaf("bridge/calls");
const perform = (...effect) => {
  effects = [effect];
  control(Op.Tick);
};

/** A socket that uses a source, and notes what it is told of its tokens. */
const user = () => ({ heard: [], happened(name, fields) { this.heard.push([name, fields]); } });

let calls = 0;
/** The core asks. Resolves when what the function answers has come to the core. */
async function ask(source, cause = "connect", attempt = 1) {
  perform(Do.Ask, [source.id, ++calls, attempt, causes.indexOf(cause)]);
  return settle();
}
const settle = () => new Promise((done) => setImmediate(() => done(told.splice(0))));

test("one source for a function, however many sockets use it; the last one that leaves ends it", () => {
  const f = () => "t";
  const [one, two] = [user(), user()];
  const a = Source.of(f, 500, one);
  assert.equal(Source.of(f, 900, two), a);
  assert.notEqual(Source.of(() => "t", undefined, user()), a);
  assert.deepEqual(told.splice(0), [["Source", a.id, 500], ["Source", a.id + 1]]);
  a.leave(two);
  assert.deepEqual(told, []);
  a.leave(one);
  assert.deepEqual(told.splice(0), [["ReleaseSource", a.id]]);
  assert.notEqual(Source.of(f, 500, one), a, "a later socket has another one");
  told.length = 0;
});

test("a string, or none yet, is the same source for sockets to one server only", () => {
  for (const token of ["t", null, ""]) {
    const [a, b, c] = ["a.test:443", "a.test:443", "b.test:443"].map((server) => Source.of(token, undefined, user(), server));
    assert.equal(a, b);
    assert.notEqual(a, c);
  }
  const f = () => "t";
  assert.equal(Source.of(f, undefined, user(), "a.test:443"), Source.of(f, undefined, user(), "b.test:443"));
  told.length = 0;
});

test("a function is asked with cause and attempt; the core is told the token's number and times", async () => {
  const token = jwt({ exp: 60 });
  const contexts = [];
  const s = Source.of((context) => {
    contexts.push(context);
    return token;
  }, undefined, user());
  told.length = 0;
  const [[name, id, call, number, , issued, expires]] = await ask(s, "reconnect", 3);
  assert.deepEqual([name, id, call, number, expires - issued], ["Token", s.id, calls, 1, 60_000]);
  assert.equal(s.tokens.text(1), token);
  s.error = "the refusal";
  await ask(s, "unauthorized");
  assert.deepEqual(contexts, [{ cause: "reconnect", attempt: 3 }, { cause: "unauthorized", attempt: 1, error: "the refusal" }]);
  await ask(s, "reconnect");
  assert.deepEqual(contexts.at(-1), { cause: "reconnect", attempt: 1 }, "another socket has lost its connection");
  s.accepted();
  await ask(s, "refresh");
  assert.deepEqual(contexts.at(-1), { cause: "refresh", attempt: 1 }, "an accepted token has mended it");
});

test("a token function's answers and failures", async () => {
  let answer;
  const s = Source.of(() => answer(), undefined, user());
  told.length = 0;
  const outcome = async (f) => {
    answer = f;
    return (await ask(s)).map(([name, , , ...rest]) => [name, ...rest.slice(0, 1)]);
  };
  assert.deepEqual(await outcome(() => "t"), [["Token", 1]]);
  assert.deepEqual(await outcome(async () => "u"), [["Token", 2]]);
  for (const none of [null, undefined, ""]) assert.deepEqual(await outcome(() => none), [["Token", 0]]);
  assert.deepEqual(await outcome(() => 7), [["TokenFailed", 0]]);
  assert.match(s.threw.message, /must return a string/);
  const threw = new Error("offline");
  assert.deepEqual(await outcome(() => Promise.reject(threw)), [["TokenFailed", 0]]);
  assert.equal(s.threw, threw);
  for (const unreadable of ["type", "message"]) {
    const forbidden = new Error("another origin's");
    const value = Object.defineProperty({}, unreadable, { get() { throw forbidden; } });
    assert.deepEqual(await outcome(() => Promise.reject(value)), [["TokenFailed", 0]], `a value whose ${unreadable} cannot be read`);
    assert.equal(s.threw, forbidden);
  }
  const over = new UnauthorizedError("signed out", { reason: "expired" });
  assert.deepEqual(await outcome(() => { throw over; }), [["TokenFailed", 1]], "final: the reason's number");
  await outcome(() => "t");
  assert.equal(s.threw, undefined, "a token that comes later has mended that");
});

test("a plain string answers in a later turn", async () => {
  const s = Source.of("text", undefined, user());
  told.length = 0;
  perform(Do.Ask, [s.id, ++calls, 1, Cause.Connect]);
  assert.deepEqual(told, []);
  assert.deepEqual((await settle())[0].slice(0, 4), ["Token", s.id, calls, 1]);
});

test("a call cancelled before its function runs: the function is not called, and the core may ask again at once", async () => {
  let asked = 0;
  const s = Source.of(() => `${++asked}`, undefined, user());
  told.length = 0;
  effects = [[Do.Ask, [s.id, ++calls, 1, Cause.Connect]], [Do.Cancel, [s.id, calls]]];
  control(Op.Tick);
  assert.deepEqual((await settle()), [["TokenFailed", s.id, calls, 0]]);
  assert.equal(asked, 0);
});

test("a call cancelled while its function runs: its answer is dropped once another call has begun", async () => {
  const answers = [];
  const s = Source.of(() => new Promise((done) => answers.push(done)), 50, user());
  told.length = 0;
  await ask(s);
  const first = calls;
  perform(Do.Cancel, [s.id, first]);
  await ask(s);
  answers[0]("late");
  assert.deepEqual(await settle(), []);
  answers[1]("fresh");
  assert.deepEqual((await settle()).map((t) => t[2]), [calls]);
  assert.equal(s.tokens.latest, "fresh", "and has no number");
});

test("a source left while its function runs is freed when the function returns, and the answer is ignored", async () => {
  let finish;
  const s = Source.of(() => new Promise((done) => (finish = done)), undefined, user());
  await ask(s);
  s.leave([...s.users][0]);
  assert.deepEqual(told, [], "not yet: the core's call is under way");
  finish("t");
  assert.deepEqual((await settle()).map(([name]) => name), ["Token", "ReleaseSource"]);
});

test("a source left while its function never returns is freed at the function's deadline", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const s = Source.of(() => new Promise(() => {}), 700, user());
  await ask(s);
  s.leave([...s.users][0]);
  perform(Do.Cancel, [s.id, calls]);
  t.mock.timers.tick(699);
  assert.deepEqual(told, []);
  t.mock.timers.tick(1);
  assert.deepEqual(told.splice(0), [["ReleaseSource", s.id]]);
});

test("with crossTab, an invalid token is sent to no other tab", async () => {
  for (const given of ["undefined", "null", "x.y.z\n", 5]) {
    const s = Source.of(async () => given, undefined, user());
    const shared = [];
    s.tabs = { ask: async (provide) => shared.push(await provide()), close() {} };
    await ask(s, "connect");
    assert.deepEqual(shared, []);
    s.leave([...s.users][0]);
  }
});

test("with crossTab the other tabs are asked, and told which token is not wanted again", async (t) => {
  const asked = [];
  const token = () => "mine";
  const [one, two] = [user(), user()];
  const s = Source.of(token, undefined, one);
  Source.of(token, undefined, two);
  s.tabs = { ask: (provide, unwanted, since) => (asked.push([unwanted, typeof since]), provide()), close: () => asked.push("closed") };
  await ask(s, "connect");
  await ask(s, "refresh");
  await ask(s, "reconnect");
  s.refused = "refused";
  await ask(s, "unauthorized");
  s.since = Date.now();
  await ask(s, "refresh");
  await ask(s, "refresh");
  s.accepted(one);
  await ask(s, "refresh");
  assert.deepEqual(asked, [
    [undefined, "number"], // the user's connect() may be another user's
    ["mine", "undefined"],
    [undefined, "undefined"], // after the loss of a connection the same token will do
    ["refused", "undefined"],
    ["refused", "number"], // reauthenticate()
    ["refused", "undefined"],
    ["mine", "undefined"], // the refusal is mended
  ]);
  s.leave(one);
  assert.notEqual(asked.at(-1), "closed", "another socket uses it");
  s.leave(two);
  assert.equal(asked.at(-1), "closed");
});

test("a login's token replaces the function until it is refused or due for renewal; null: nobody is logged in", async () => {
  let n = 0;
  const s = Source.of(() => `own-${++n}`, undefined, user());
  const next = async (cause) => {
    await ask(s, cause);
    return s.tokens.latest;
  };
  s.loginToken = "given";
  assert.equal(await next("refresh"), "given");
  assert.equal(await next("reconnect"), "given");
  assert.equal(await next("refresh"), "own-1", "the function renews it");
  assert.equal(await next("reconnect"), "own-2");
  s.loginToken = "again";
  assert.equal(await next("refresh"), "again");
  assert.equal(await next("unauthorized"), "own-3", "and mends its refusal");
  s.loginToken = null;
  told.length = 0;
  await ask(s, "reconnect");
  assert.equal(n, 3, "the function is not called");
  const text = Source.of("text", undefined, user());
  text.loginToken = "given";
  await ask(text, "refresh");
  await ask(text, "refresh");
  assert.equal(text.tokens.latest, "given", "nobody else can renew it");
});

test("sockets are told of each call and its end, without the token", async () => {
  const a = user();
  let answer = () => jwt({ exp: 60 });
  const s = Source.of(() => answer(), undefined, a);
  await ask(s, "connect");
  answer = () => null;
  await ask(s, "refresh", 2);
  answer = () => {
    throw new Error("offline");
  };
  await ask(s, "reconnect");
  assert.deepEqual(a.heard.map(([name]) => name), ["ask", "token", "renew", "token", "ask", "token_failed"]);
  assert.deepEqual(a.heard[2][1], { cause: "refresh", attempt: 2 });
  assert.equal(a.heard[3][1].missing, true);
  assert.equal(a.heard[5][1].message, "offline");
  assert.ok(!JSON.stringify(a.heard).includes("e30."));
});

test("a token of a login is used, whatever other tabs have, until the server has accepted or refused it", async () => {
  const one = user();
  const source = Source.of(() => "the function's", undefined, one);
  const given = [];
  source.tabs = { ask: (call, refused, since, own) => (given.push(own), call()), close() {} };
  const asked = async (cause) => (await ask(source, cause), given.pop());
  assert.equal(await asked("connect"), false);
  source.loginToken = "bob's";
  source.loggingIn.add(one);
  assert.deepEqual([await asked("connect"), await asked("reconnect")], [true, true]);
  assert.equal(await asked("unauthorized"), false);
  source.loginToken = "bob's";
  source.accepted(one);
  assert.equal(await asked("reconnect"), false);
  source.loginToken = undefined;
  source.loggingIn.add(one);
  assert.equal(await asked("connect"), false, "a login by the function");
  source.leave(one);
  told.length = 0;
});

test("the token of a login is the next socket's, too, that logs in; once it is accepted, another one is asked for in its place", async () => {
  const [one, two] = [user(), user()];
  const source = Source.of(() => "the function's", undefined, one);
  const unwanted = [];
  source.tabs = { ask: (call, token) => (unwanted.push(token), call()), close() {} };
  source.loginToken = "bob's";
  source.loggingIn.add(one);
  source.loggingIn.add(two);
  await ask(source, "refresh");
  await ask(source, "refresh");
  assert.equal(source.tokens.latest, "bob's", "and the function is not called");
  source.accepted(one);
  source.accepted(two);
  source.loginToken = "carol's";
  source.loggingIn.add(one);
  await ask(source, "refresh");
  source.accepted(one);
  await ask(source, "refresh");
  assert.equal(source.tokens.latest, "the function's");
  assert.deepEqual(unwanted, [undefined, undefined, "bob's", "carol's"]);
  source.leave(one);
  await settle();
});

test("a time for the function that is longer than a timer's is not over at once", async (t) => {
  const source = Source.of(() => new Promise(() => {}), Number.MAX_SAFE_INTEGER, user());
  await ask(source);
  source.leave([...source.users][0]);
  const set = t.mock.method(globalThis, "setTimeout", () => {});
  perform(Do.Cancel, [source.id, calls]);
  assert.deepEqual(set.mock.calls.map((call) => call.arguments[1]), [2 ** 31 - 1]);
});
