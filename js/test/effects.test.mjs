// What the core wants done with a connection and its transports.
import assert from "node:assert/strict";
import test from "node:test";
import { fakeCore } from "./core.mjs";
import { plain } from "./tools.mjs";

const { Do, Ending, EngineDo, Op, PacketType } = await plain("bridge/bridge.gen");
const { control, enter, tell } = await plain("bridge/calls");
const { managers } = await plain("tables");
await plain("engine/effects");
const { Engine } = await plain("engine/engine");

/** What the core is told, and what it wants done in its next turn. */
const told = [];
let wants = [];
enter(
  fakeCore(tell, {
    control(op, args, core) {
      if (op != Op.Tick) told.push([op, ...args.slice(0, 3)]);
      for (const effect of wants.splice(0)) core.tell(...effect);
    },
  }),
);
const perform = (what, numbers) => {
  wants = [[what, numbers]];
  control(Op.Tick);
};

function newManager(hostname = "a.test") {
  told.length = 0;
  const heard = [];
  const manager = { opts: { path: "/socket.io" }, _host: { hostname, port: "", secure: false, query: {} }, _transports: () => [{ name: "websocket" }], _incoming: {}, emitReserved: (name) => heard.push("manager " + name) };
  manager._conn = managers.add(manager);
  manager.engine = new Engine(manager);
  for (const name of ["ping", "pong", "upgrading", "upgrade", "upgradeError"]) manager.engine.on(name, (x) => heard.push([name, x]));
  return { manager, heard, on: (engine, link, fields) => (engine._links._open.set(link, Object.assign({ _link: link, calls: [], can: {}, writable: true, off() {}, query: {} }, fields)), engine._links.get(link)) };
}
const noted = (t, ...names) => {
  for (const name of names) t[name] = (...args) => t.calls.push([name, ...args]);
  return t;
};

test("a transport is opened by the engine in use, by a new one after the end of the last, or by the one that is being opened beside it", () => {
  const { manager } = newManager();
  const opened = [];
  const watch = (engine) => (engine._openLink = (...args) => opened.push([engine, ...args]));
  watch(manager.engine);
  perform(Do.Link, [manager._conn, 7, 1, 0, 1]);
  assert.deepEqual(opened.splice(0), [[manager.engine, 7, 1, 0, true]]);
  manager._old = new Engine(manager);
  watch(manager._old);
  perform(Do.Link, [manager._conn, 8, 1, 4, 0]);
  assert.deepEqual(opened.splice(0), [[manager._old, 8, 1, 4, false]]);
  manager._old.readyState = "open";
  perform(Do.Link, [manager._conn, 9, 1, 4, 0]);
  assert.equal(opened.splice(0)[0][0], manager.engine);
  const before = manager.engine;
  before.readyState = "closed";
  Engine.prototype._openLink = (...args) => opened.push(args);
  perform(Do.Link, [manager._conn, 10, 1, 4, 0]);
  assert.notEqual(manager.engine, before);
});

test("without an address, and without a transport, the link fails in a later task, with an error that says why", async () => {
  for (const [hostname, kind, says] of [["", 1, /got no address/], ["a.test", 0, /No transports available/]]) {
    const { manager } = newManager(hostname);
    perform(Do.Link, [manager._conn, 7, kind, 0, 0]);
    assert.deepEqual(told, []);
    await new Promise((done) => setTimeout(done));
    assert.deepEqual(told, [[Op.LinkClosed, manager._conn, 7, Ending.Failed]]);
    assert.match(String(manager.engine._error), says);
  }
});

test("an effect on an unknown manager does nothing", () => {
  perform(Do.Link, [999, 7, 1, 0, 0]);
  perform(Do.Engine, [999, 7, EngineDo.Close]);
});

test("an effect goes to the engine that has the transport", () => {
  const { manager, on } = newManager();
  const here = noted(on(manager.engine, 7), "close");
  manager._old = new Engine(manager);
  const there = noted(on(manager._old, 8), "close");
  perform(Do.Engine, [manager._conn, 8, EngineDo.Close]);
  assert.deepEqual([here.calls, there.calls], [[], [["close"]]]);
  assert.equal(manager._old._links.has(8), false, "its reports mean nothing any more");
});

test("a packet of the core's waits its turn in the queue of the transport in use; over another it goes at once", () => {
  const { manager, on } = newManager();
  const t = noted(on(manager.engine, 7), "send");
  const written = [];
  manager.engine._write = ([text]) => written.push(text);
  perform(Do.Engine, [manager._conn, 7, EngineDo.Send, PacketType.Ping, 1]);
  assert.deepEqual([t.calls, written], [[["send", ["2probe"]]], []]);
  manager.engine._link = t;
  perform(Do.Engine, [manager._conn, 7, EngineDo.Send, PacketType.Pong, 0]);
  assert.deepEqual([t.calls.length, written], [1, ["3"]]);
});

test("a fence is CONNECT for a namespace that cannot exist, and DISCONNECT where that exists", () => {
  const { manager, on } = newManager();
  const t = noted(on(manager.engine, 7), "send");
  perform(Do.Engine, [manager._conn, 7, EngineDo.Fence, 0, 0]);
  perform(Do.Engine, [manager._conn, 7, EngineDo.Fence, 1, 1]);
  assert.deepEqual(t.calls, [["send", ["40/\n/,"]], ["send", ["41/\n\n/,"]]]);
});

test("before a change of transports nothing is written; the new one takes what waits", () => {
  const { manager, on } = newManager();
  const t = noted(on(manager.engine, 7), "pause", "send");
  perform(Do.Engine, [manager._conn, 7, EngineDo.Pause]);
  assert.deepEqual([manager.engine._writer.held, t.calls], [true, [["pause"]]]);
  const next = on(manager.engine, 8);
  perform(Do.Engine, [manager._conn, 8, EngineDo.Use]);
  assert.deepEqual([manager.engine._writer.held, manager.engine._link, manager.engine.transport], [false, next, next]);
});

test("the engine emits heartbeats and the steps of an upgrade", () => {
  const { manager, heard, on } = newManager();
  const t = on(manager.engine, 7, { shown: "the page's own object" });
  perform(Do.Engine, [manager._conn, 7, EngineDo.Pinged]);
  assert.deepEqual(heard.splice(0), [["ping", undefined], ["pong", undefined], "manager ping"]);
  perform(Do.Engine, [manager._conn, 7, EngineDo.Upgrading]);
  perform(Do.Engine, [manager._conn, 7, EngineDo.Upgraded]);
  assert.deepEqual(heard.splice(0), [["upgrading", t.shown], ["upgrade", t.shown]]);
  manager.engine._links._probes.set(7, "websocket");
  manager.engine._error = new Error("why");
  perform(Do.Engine, [manager._conn, 7, EngineDo.UpgradeError]);
  const [[, error]] = heard;
  assert.deepEqual([error.message, error.transport, manager.engine._error], ["probe error: Error: why", "websocket", undefined]);
});

test("a handover, a standby and the end of either concern the manager's engines", () => {
  const { manager } = newManager();
  const old = manager.engine;
  perform(Do.Engine, [manager._conn, 0, EngineDo.Handover]);
  assert.deepEqual([manager._old, manager.engine == old], [old, false]);
  perform(Do.Engine, [manager._conn, 0, EngineDo.Retire]);
  assert.equal(manager._old, undefined);
  const { engine } = manager;
  perform(Do.Engine, [manager._conn, 0, EngineDo.Standby]);
  assert.deepEqual([manager.engine, !!manager._old], [engine, true]);
  let read = 0;
  manager._old._reader.readKept = () => read++;
  perform(Do.Engine, [manager._conn, 0, EngineDo.Deliver]);
  assert.equal(read, 1);
});
