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

function manager(hostname = "a.test") {
  told.length = 0;
  const heard = [];
  const above = { opts: { path: "/socket.io" }, _host: { hostname, port: "", secure: false, query: {} }, _transports: () => [{ name: "websocket" }], _incoming: {}, emitReserved: (name) => heard.push("manager " + name) };
  above._conn = managers.add(above);
  above.engine = new Engine(above);
  for (const name of ["ping", "pong", "upgrading", "upgrade", "upgradeError"]) above.engine.on(name, (x) => heard.push([name, x]));
  return { above, heard, on: (engine, link, fields) => (engine._links._open.set(link, Object.assign({ _link: link, calls: [], can: {}, writable: true, off() {}, query: {} }, fields)), engine._links.get(link)) };
}
const noted = (t, ...names) => {
  for (const name of names) t[name] = (...args) => t.calls.push([name, ...args]);
  return t;
};

test("a transport is opened by the engine in use, by a new one after the end of the last, or by the one that is being opened beside it", () => {
  const { above } = manager();
  const opened = [];
  const watch = (engine) => (engine._openLink = (...args) => opened.push([engine, ...args]));
  watch(above.engine);
  perform(Do.Link, [above._conn, 7, 1, 0, 1]);
  assert.deepEqual(opened.splice(0), [[above.engine, 7, 1, 0, true]]);
  above._old = new Engine(above);
  watch(above._old);
  perform(Do.Link, [above._conn, 8, 1, 4, 0]);
  assert.deepEqual(opened.splice(0), [[above._old, 8, 1, 4, false]]);
  above._old.readyState = "open";
  perform(Do.Link, [above._conn, 9, 1, 4, 0]);
  assert.equal(opened.splice(0)[0][0], above.engine);
  const before = above.engine;
  before.readyState = "closed";
  Engine.prototype._openLink = (...args) => opened.push(args);
  perform(Do.Link, [above._conn, 10, 1, 4, 0]);
  assert.notEqual(above.engine, before);
});

test("without an address, and without a transport, the link fails in a later task, with an error that says why", async () => {
  for (const [hostname, kind, says] of [["", 1, /got no address/], ["a.test", 0, /No transports available/]]) {
    const { above } = manager(hostname);
    perform(Do.Link, [above._conn, 7, kind, 0, 0]);
    assert.deepEqual(told, []);
    await new Promise((done) => setTimeout(done));
    assert.deepEqual(told, [[Op.LinkClosed, above._conn, 7, Ending.Failed]]);
    assert.match(String(above.engine._error), says);
  }
});

test("nobody has that number any more: nothing is done", () => {
  perform(Do.Link, [999, 7, 1, 0, 0]);
  perform(Do.Engine, [999, 7, EngineDo.Close]);
});

test("an effect goes to the engine that has the transport", () => {
  const { above, on } = manager();
  const here = noted(on(above.engine, 7), "close");
  above._old = new Engine(above);
  const there = noted(on(above._old, 8), "close");
  perform(Do.Engine, [above._conn, 8, EngineDo.Close]);
  assert.deepEqual([here.calls, there.calls], [[], [["close"]]]);
  assert.equal(above._old._links.has(8), false, "its reports mean nothing any more");
});

test("a packet of the core's waits its turn in the queue of the transport in use; over another it goes at once", () => {
  const { above, on } = manager();
  const t = noted(on(above.engine, 7), "send");
  const written = [];
  above.engine.write = (text) => written.push(text);
  perform(Do.Engine, [above._conn, 7, EngineDo.Send, PacketType.Ping, 1]);
  assert.deepEqual([t.calls, written], [[["send", ["2probe"]]], []]);
  above.engine._link = t;
  perform(Do.Engine, [above._conn, 7, EngineDo.Send, PacketType.Pong, 0]);
  assert.deepEqual([t.calls.length, written], [1, ["3"]]);
});

test("a fence is CONNECT for a namespace that cannot exist, and DISCONNECT where that exists", () => {
  const { above, on } = manager();
  const t = noted(on(above.engine, 7), "send");
  perform(Do.Engine, [above._conn, 7, EngineDo.Fence, 0, 0]);
  perform(Do.Engine, [above._conn, 7, EngineDo.Fence, 1, 1]);
  assert.deepEqual(t.calls, [["send", ["40/\n/,"]], ["send", ["41/\n\n/,"]]]);
});

test("before a change of transports nothing is written; the new one takes what waits", () => {
  const { above, on } = manager();
  const t = noted(on(above.engine, 7), "pause", "send");
  perform(Do.Engine, [above._conn, 7, EngineDo.Pause]);
  assert.deepEqual([above.engine._writer.held, t.calls], [true, [["pause"]]]);
  const next = on(above.engine, 8);
  perform(Do.Engine, [above._conn, 8, EngineDo.Use]);
  assert.deepEqual([above.engine._writer.held, above.engine._link, above.engine.transport], [false, next, next]);
});

test("what pages hear: a heartbeat, and the steps of an upgrade", () => {
  const { above, heard, on } = manager();
  const t = on(above.engine, 7, { shown: "the page's own object" });
  perform(Do.Engine, [above._conn, 7, EngineDo.Pinged]);
  assert.deepEqual(heard.splice(0), [["ping", undefined], ["pong", undefined], "manager ping"]);
  perform(Do.Engine, [above._conn, 7, EngineDo.Upgrading]);
  perform(Do.Engine, [above._conn, 7, EngineDo.Upgraded]);
  assert.deepEqual(heard.splice(0), [["upgrading", t.shown], ["upgrade", t.shown]]);
  above.engine._links._probes.set(7, "websocket");
  above.engine._error = new Error("why");
  perform(Do.Engine, [above._conn, 7, EngineDo.UpgradeError]);
  const [[, error]] = heard;
  assert.deepEqual([error.message, error.transport, above.engine._error], ["probe error: Error: why", "websocket", undefined]);
});

test("a handover, a standby and the end of either concern the manager's engines", () => {
  const { above } = manager();
  const old = above.engine;
  perform(Do.Engine, [above._conn, 0, EngineDo.Handover]);
  assert.deepEqual([above._old, above.engine == old], [old, false]);
  perform(Do.Engine, [above._conn, 0, EngineDo.Retire]);
  assert.equal(above._old, undefined);
  const { engine } = above;
  perform(Do.Engine, [above._conn, 0, EngineDo.Standby]);
  assert.deepEqual([above.engine, !!above._old], [engine, true]);
  let read = 0;
  above._old._reader.readKept = () => read++;
  perform(Do.Engine, [above._conn, 0, EngineDo.Deliver]);
  assert.equal(read, 1);
});
