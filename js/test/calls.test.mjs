// The calls between the page and the core: what stands in the shared memory, what waits, and when the core is woken.
import assert from "node:assert/strict";
import test from "node:test";
import { fakeCore } from "./core.mjs";
import { leaf, page } from "./tools.mjs";

const fire = page();
// The bridge has the browser's own timer, whatever a test puts in its place later: so this comes first.
const timers = [];
globalThis.setTimeout = (fn, ms) => timers.push({ fn, ms, cleared: false });
globalThis.clearTimeout = (n) => n && (timers[n - 1].cleared = true);

const { Do, EngineDo, Memory, Op, Reason, Rx, SocketDo, Tx, TxAnswer, Word } = await leaf("bridge/bridge.gen");
const calls = await leaf("bridge/calls");
const { control, defer, enter, recognise, rx, textOf, tx, withdraw } = calls;

/** What the core was told: [operation, ...arguments]; and what it wants done in its next turn. */
const told = [];
let wants = [];
let core;
/** A core in the place of the one before. */
function start() {
  core = fakeCore(calls.tell, {
    control(op, args, core) {
      told.push([op, ...args]);
      for (const effect of wants.splice(0)) core.tell(...effect);
    },
  });
  enter(core);
  told.length = 0;
}
/** The numbers of the last operation, and the text that begins its units. */
const last = (count, length = 0) => [...told.at(-1).slice(0, count + 1), String.fromCharCode(...core.units().subarray(0, length))];
/** The core wants effects done. */
function perform(...effects) {
  wants = effects;
  control(Op.Tick);
}
const nothing = () => {};
for (const what of [Do.Link, Do.Ask, Do.Cancel, Do.Engine, Do.Manager, Do.Token]) defer(what, nothing);
const done = [];
defer(Do.Socket, (...args) => done.push(args));

test("before the core runs, calls are kept and may be taken back, and no answer is known", () => {
  control(Op.Connect, 1);
  control(Op.Connect, 2);
  withdraw((op, [slot]) => op == Op.Connect && slot == 1);
  assert.equal(recognise("jwt expired", "", "", 0), Reason.None);
  assert.equal(rx(0, 1, "2", 0), Rx.Stale);
  assert.equal(tx(0, 0, 0, ""), TxAnswer.Hold);
  core = fakeCore(calls.tell, { control: (op, args) => told.push([op, args[0]]) });
  enter(core);
  assert.deepEqual(told[0], [Op.Connect, 2]);
  assert.equal(told[1][0], Op.Recognise, "in order");
});

test("arguments: the core gets numbers, flags, and the lengths of texts", () => {
  start();
  control(Op.Handshake, 3, 4, 25_000, undefined, true, 0);
  assert.deepEqual(last(6), [Op.Handshake, 3, 4, 25_000, NaN, 1, 0, ""]);
  control(Op.Refused, 7, "code", "é\u{1f600}", "", Reason.Expired);
  assert.deepEqual(last(5, 7), [Op.Refused, 7, 4, 3, 0, Reason.Expired, "codeé\u{1f600}"]);
});

test("a value of another type in the place of a number is NaN, in the place of a text it is \"\"", () => {
  start();
  for (const odd of [null, {}, [], [5], () => 5, Symbol("s"), 5n]) {
    control(Op.Handshake, 0, 1, odd, 20_000, false, 0);
    assert.ok(Number.isNaN(told.at(-1)[3]), String(odd));
  }
  assert.equal(textOf({ toString: 5 }), "");
  assert.equal(textOf(null), "");
  assert.equal(textOf(0), "0");
});

test("texts are cut where the shared memory ends, and the arguments after them are whole", () => {
  start();
  control(Op.Refused, 7, "c".repeat(Memory.Units - 2), "message", "type", Reason.Invalid);
  assert.deepEqual(last(5), [Op.Refused, 7, Memory.Units - 2, 2, 0, Reason.Invalid, ""]);
  assert.equal(String.fromCharCode(...core.units().subarray(Memory.Units - 3)), "cme");
});

test("an operation's answer", () => {
  start();
  const { control: before } = core;
  core.control = (...args) => {
    before.call(core, ...args);
    core.words()[Word.Result] = Reason.Missing;
  };
  assert.equal(recognise("a", "b", "c", 401), Reason.Missing);
  assert.deepEqual(last(4, 3), [Op.Recognise, 1, 1, 1, 401, "abc"]);
});

test("an effect has its own numbers, followed by zeros", () => {
  start();
  const heard = [];
  defer(Do.Engine, (...args) => heard.push(args));
  perform([Do.Engine, [1, 2, EngineDo.Send, 3, 1]], [Do.Engine, [1, 2, EngineDo.Use]], [Do.Socket, [5, SocketDo.Connect, 0, 1]]);
  assert.deepEqual(heard, [[1, 2, EngineDo.Send, 3, 1], [1, 2, EngineDo.Use, 0, 0]]);
  assert.deepEqual(done.splice(0), [[5, SocketDo.Connect, 0, 1, 0]]);
  defer(Do.Engine, nothing);
});

test("a pending effect may be performed ahead of the others, once", () => {
  start();
  const order = [];
  const socket = (slot) => order.push(slot);
  defer(Do.Socket, socket);
  defer(Do.Manager, () => calls.ahead(socket, (slot) => slot == 2));
  perform([Do.Manager, [0, 0, 0]], [Do.Socket, [1, SocketDo.Error]], [Do.Socket, [2, SocketDo.Error]], [Do.Socket, [3, SocketDo.Error]]);
  assert.deepEqual(order, [2, 1, 3]);
  defer(Do.Manager, nothing);
  defer(Do.Socket, (...args) => done.push(args));
});

test("a listener that throws does not stop the next effects", () => {
  start();
  const reported = [];
  globalThis.reportError = (e) => reported.push(e.message);
  const order = [];
  defer(Do.Socket, (slot) => {
    order.push(slot);
    if (slot == 1) throw new Error("the user's");
  });
  perform([Do.Socket, [1, SocketDo.Error]], [Do.Socket, [2, SocketDo.Error]]);
  assert.deepEqual([order, reported], [[1, 2], ["the user's"]]);
  defer(Do.Socket, (...args) => done.push(args));
});

test("the core is woken by a timer, which a later time replaces", () => {
  start();
  timers.length = 0;
  const at = Date.now() + 5000;
  perform([Do.Wake, [at]]);
  assert.equal(timers.length, 1);
  // The two clocks may differ by 100 ms.
  assert.ok(timers[0].ms >= at - Date.now() - 100 && timers[0].ms <= 5100, `${timers[0].ms} ms`);
  perform([Do.Wake, [at + 1e12]]);
  assert.ok(timers[0].cleared);
  assert.equal(timers[1].ms, 1e9, "what a timer takes at most");
  perform([Do.Wake, [0]]);
  assert.ok(timers[1].cleared);
  assert.equal(timers.length, 2, "no time, no timer");
  perform([Do.Wake, [Date.now() - 100]]);
  assert.equal(timers[2].ms, 0);
  told.length = 0;
  timers[2].fn();
  assert.deepEqual(told.map(([op]) => op), [Op.Tick]);
});

test("timers of a hidden page are late: the core gets the time when the page is shown and before it sends", () => {
  start();
  perform([Do.Wake, [Date.now() - 1]]);
  told.length = 0;
  for (const name of ["online", "pageshow", "focus"]) {
    fire(name);
    assert.equal(told.length, 1, name);
    told.length = 0;
  }
  calls.look();
  assert.equal(told.length, 1);
  perform([Do.Wake, [Date.now() + 60_000]]);
  told.length = 0;
  calls.look();
  fire("focus");
  assert.deepEqual(told, [], "not before it is due");
});

test("a header: its units, or hold, or drop", () => {
  start();
  let asked;
  core.tx = (...args) => {
    asked = args;
    core.units().set([52, 50, 47, 233, 44]);
    return 5;
  };
  assert.equal(tx(3, Tx.WantsAck | Tx.Volatile, 2, 17), "42/é,");
  assert.deepEqual(asked, [3, Tx.WantsAck | Tx.Volatile, 2, 17]);
  core.tx = () => TxAnswer.Drop;
  assert.equal(tx(3, 0, 0, ""), TxAnswer.Drop);
  core.tx = () => TxAnswer.Hold;
  assert.equal(tx(3, 0, 0, ""), TxAnswer.Hold);
});

test("a packet in the middle of a frame: its first units, and how many there are", () => {
  start();
  let read;
  core.rx = (conn, link, n, size) => {
    read = [conn, link, n, size, String.fromCharCode(...core.units().subarray(0, n))];
    return Rx.Event;
  };
  assert.equal(rx(1, 2, '2\x1e42["é"]', 2), Rx.Event);
  assert.deepEqual(read, [1, 2, 7, 7, '42["é"]']);
});
