// The bridge and the core's start: order of calls and effects, what forbids the start, and a core that traps.
import assert from "node:assert/strict";
import test from "node:test";
import { fakeCore } from "./core.mjs";
import { leaf } from "./tools.mjs";

const { Do, Memory, Op, Rx } = await leaf("bridge/bridge.gen");
const calls = await leaf("bridge/calls");
const start = await leaf("bridge/start");
const { control, tx, rx, whenDone } = calls;

/** What the maker does next, and the cores that it has made. */
let make = (tell) => fakeCore(tell);
const cores = [];
start.useCore((tell) => {
  const made = make(tell);
  if (!(made instanceof Promise)) cores.push(made);
  return made;
});
const heard = [];
start.setDependents({
  failed: (error) => heard.push(error.message),
  faulted: () => heard.push("faulted"),
  restarted: () => heard.push("restarted"),
});
const reported = [];
globalThis.reportError = (error) => reported.push(error);
const nextTask = () => new Promise((done) => setTimeout(done, 5));

test("a start that is forbidden is told once, and can be tried again", async () => {
  make = () => {
    throw new Error("forbidden");
  };
  control(Op.Open, 1);
  start.begin();
  start.begin();
  assert.deepEqual(heard, [], "in the next task");
  while (!heard.length) await nextTask();
  assert.deepEqual(heard.splice(0), ["forbidden"]);
  await assert.rejects(start.load(), /forbidden/);
  assert.deepEqual(heard.splice(0), ["forbidden"]);
});

test("calls made meanwhile are kept in order, also while the browser compiles in its own time", async () => {
  let ready;
  make = (tell) => new Promise((done) => (ready = () => done(cores[cores.push(fakeCore(tell)) - 1])));
  control(Op.Open, 1);
  const loaded = start.load();
  control(Op.Connect, 2);
  assert.equal(calls.running(), false);
  assert.equal(tx(0, 0, 0, ""), 0, "what is emitted is held");
  ready();
  await loaded;
  assert.equal(calls.running(), true);
  assert.deepEqual(cores.at(-1).calls, [Op.Open, Op.Connect], "nothing of the start that failed");
  assert.equal(cores.at(-1).initialized, 1);
  await start.load();
  make = (tell) => fakeCore(tell);
});

test("the core is woken by the page's timers of the moment, which may be fake, unless a manager wants the browser's", async (t) => {
  const { managers } = await leaf("tables");
  const started = [];
  t.mock.method(globalThis, "setTimeout", (fn, ms) => started.push(ms));
  const wake = () => {
    const core = cores.at(-1);
    core.control = () => core.tell(Do.Wake, [Date.now() + 60_000]);
    control(Op.Open, 1);
    core.control = () => core.tell(Do.Wake, [0]);
    control(Op.Open, 1);
  };
  const opts = {};
  const number = managers.add({ opts });
  wake();
  assert.equal(started.length, 1);
  opts.useNativeTimers = true;
  wake();
  managers.remove(number);
  assert.equal(started.length, 1);
});

test("effects are done in the core's order when control() has returned, also those of a call below", () => {
  const done = [];
  const core = cores.at(-1);
  calls.defer(Do.Manager, (conn, reconnecting, what) => {
    done.push(what);
    if (what === 1) control(Op.Close, 9);
  });
  core.control = () => {
    core.tell(Do.Manager, [0, 0, 1]);
    core.tell(Do.Manager, [0, 0, 2]);
    assert.deepEqual(done, [], "not while the core is at work");
    core.control = () => core.tell(Do.Manager, [0, 0, 3]);
  };
  control(Op.Open, 1);
  assert.deepEqual(done, [1, 2, 3]);
});

test("whenDone() runs after all pending effects", () => {
  const done = [];
  const core = cores.at(-1);
  calls.defer(Do.Manager, (conn, reconnecting, what) => {
    done.push(what);
    if (what === 1) {
      whenDone(new Proxy({}, { get: () => () => done.push("rest") })); // its one method, whatever its name in a build is
      core.control = () => core.tell(Do.Manager, [0, 0, 3]);
      control(Op.Close, 9);
      done.push("1 returns");
    }
  });
  core.control = () => {
    core.tell(Do.Manager, [0, 0, 1]);
    core.tell(Do.Manager, [0, 0, 2]);
  };
  control(Op.Open, 1);
  assert.deepEqual(done, [1, 2, 3, "1 returns", "rest"]);
});

test("texts are what the core is told of, numbers are NaN where nothing is given", () => {
  const core = cores.at(-1);
  let said;
  core.control = (op) => {
    const view = new Float64Array(core.memory.buffer, core.shared(), Memory.Arguments);
    said = [op, ...view];
    said.text = String.fromCharCode(...core.units().subarray(0, 5));
  };
  control(Op.Socket, 7, "/é", undefined, "abc");
  assert.deepEqual(said.slice(0, 5), [Op.Socket, 7, 2, NaN, 3]);
  assert.equal(said.text, "/éabc");
});

test("the views are renewed when the core's memory grows", () => {
  const core = cores.at(-1);
  core.tx = () => {
    core.memory.grow(1);
    core.units().set([52, 50]);
    return 2;
  };
  assert.equal(tx(0, 0, 0, ""), "42");
});

test("memory that grows, of a core without WebAssembly", async () => {
  const { jsCore } = await leaf("bridge/nowasm");
  let memory = { buffer: new ArrayBuffer(64) };
  const made = jsCore(() => ({ get memory() { return memory; } }))(() => {});
  assert.equal(made.grown(), false);
  memory = { buffer: new ArrayBuffer(128) };
  assert.equal(made.grown(), true);
  assert.equal(made.grown(), false);
});

test("a header that is longer than the units that are looked at first", () => {
  const core = cores.at(-1);
  const asked = [];
  core.rx = (conn, link, n, size) => {
    asked.push([n, size]);
    return n < size ? Rx.More : Rx.Event;
  };
  const text = `42/${"n".repeat(500)},["a"]`;
  assert.equal(rx(0, 1, text, 0), Rx.Event);
  assert.deepEqual(asked, [[24, text.length], [192, text.length], [text.length, text.length]]);
});

for (const [where, provoke] of [
  ["control", () => control(Op.Open, 1)],
  ["rx", () => assert.equal(rx(0, 1, "42[]", 0), Rx.Stale)],
  ["tx", () => assert.equal(tx(0, 0, 0, ""), 0)],
])
  test(`a trap in ${where}: another core takes its place, and what was called after the trap is forgotten`, async () => {
    const count = cores.length;
    heard.length = reported.length = 0;
    const done = [];
    calls.defer(Do.Manager, (conn, reconnecting, what) => done.push(what));
    const core = cores.at(-1);
    core[where] = () => {
      core.tell(Do.Manager, [0, 0, 1]);
      throw new WebAssembly.RuntimeError("unreachable");
    };
    provoke();
    control(Op.Connect, 5);
    await null;
    await null;
    assert.deepEqual(heard, ["faulted", "restarted"]);
    assert.equal(cores.length, count + 1);
    assert.deepEqual(done, [], "effects of a call that failed are not done");
    assert.deepEqual(cores.at(-1).calls, where === "control" ? [Op.Connect] : []);
    assert.equal(reported.length, 1);
    assert.match(String(reported[0].cause), /unreachable/);
  });

test("the fourth trap in a minute ends it, and says so", () => {
  heard.length = reported.length = 0;
  const core = cores.at(-1);
  core.control = () => {
    throw new WebAssembly.RuntimeError("unreachable");
  };
  control(Op.Open, 1);
  assert.equal(heard.length, 2);
  assert.equal(heard[0], "faulted");
  assert.match(heard[1], /failed 4 times in a minute.*reload the page/);
  assert.deepEqual(reported.map((e) => [/started anew/.test(e.message), /failed 4 times/.test(e.message)]), [[false, true]]);
  assert.equal(calls.running(), false);
});
