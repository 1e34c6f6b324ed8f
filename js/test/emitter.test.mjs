import test from "node:test";
import assert from "node:assert/strict";
import { leaf, official } from "./tools.mjs";

const { Emitter } = await leaf("emitter");
const { Emitter: Official } = official("@socket.io/component-emitter");

/** Each runs on both emitters; what it logs and returns must be the same. */
const scenarios = {
  "listeners hear their event in the order of adding": (e, log) => {
    e.on("a", () => log(1)).on("b", () => log("b"));
    e.on("a", (...args) => log(args));
    e.emit("a", 1, undefined, null).emit("nobody");
  },
  "this is the emitter": (e, log) => {
    e.on("a", function () { log(this === e); });
    e.once("a", function () { log(this === e); });
    e.emit("a");
  },
  "every method chains": (e, log) => {
    const fn = () => {};
    for (const m of ["on", "addEventListener", "once"]) log(e[m]("a", fn) === e);
    for (const m of ["off", "removeListener", "removeAllListeners", "removeEventListener"]) log([e[m]("a", fn) === e, e[m]("a") === e, e[m]() === e]);
    log([e.emit("x") === e, e.emitReserved("x") === e]);
  },
  "the same listener twice is called twice and removed once": (e, log) => {
    const fn = () => log("fn");
    e.on("a", fn).on("a", fn).emit("a").off("a", fn).emit("a").off("a", fn).emit("a");
    log(e.hasListeners("a"));
  },
  "once is called once, also when it emits again": (e, log) => {
    e.once("a", () => { log("once"); e.emit("a"); });
    e.emit("a").emit("a");
  },
  "once is removable by the listener given": (e, log) => {
    const fn = () => log("fn");
    e.once("a", fn).off("a", fn).emit("a");
    log(e.listeners("a").length);
  },
  "a listener that removes its neighbour: the neighbour still runs in this round": (e, log) => {
    const second = () => log("second");
    e.on("a", () => { log("first"); e.off("a", second); }).on("a", second);
    e.emit("a").emit("a");
  },
  "a listener that adds one: it runs from the next round on": (e, log) => {
    e.once("a", () => e.on("a", () => log("added")));
    e.emit("a");
    log("-");
    e.emit("a");
  },
  "a listener that removes everything": (e, log) => {
    e.on("a", () => { log(1); e.off(); }).on("a", () => log(2)).on("b", () => log("b"));
    e.emit("a").emit("a").emit("b");
  },
  "off of what was never there": (e, log) => {
    e.off("a").off("a", () => {}).off();
    log(e.listeners("a"));
  },
  "off with undefined for a listener takes the first that no once() has wrapped": (e, log) => {
    e.once("a", () => log("once")).on("a", () => log(1)).on("a", () => log(2)).off("a", undefined).emit("a");
  },
  "off with undefined for an event removes that event's": (e, log) => {
    e.on("a", () => log("a")).on(undefined, () => log("u")).off(undefined).emit("a").emit(undefined);
  },
  "listeners is the live list": (e, log) => {
    e.on("a", () => log("gone"));
    e.listeners("a").length = 0;
    e.emit("a");
    log(e.hasListeners("a"));
  },
  "names of the prototype chain are ordinary": (e, log) => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", ""]) {
      log([name, e.listeners(name).length, e.hasListeners(name)]);
      e.on(name, (v) => log([name, v])).emit(name, 1);
    }
  },
  "names become strings": (e, log) => {
    e.on(1, () => log("one")).on(null, () => log("null"));
    e.emit("1").emit("null");
  },
  "the wrapper of once shows in listeners with the original": (e, log) => {
    const fn = () => {};
    e.once("a", fn);
    log(e.listeners("a")[0].fn === fn);
  },
};

for (const [name, scenario] of Object.entries(scenarios))
  test(`like the official emitter: ${name}`, () => {
    const run = (emitter) => {
      const out = [];
      scenario(emitter, (x) => out.push(x));
      return out;
    };
    const expected = run(new Official());
    assert.ok(expected.length > 0);
    assert.deepEqual(run(new Emitter()), expected);
  });

test("a listener that throws is reported and the others run", () => {
  const reported = [];
  globalThis.reportError = (e) => reported.push(e);
  const e = new Emitter();
  const ran = [];
  const wrong = new Error("wrong");
  e.on("a", () => ran.push(1)).on("a", () => { throw wrong; }).on("a", () => ran.push(2));
  e.once("a", () => { throw wrong; });
  assert.equal(e.emit("a"), e);
  e.emit("a");
  assert.deepEqual(ran, [1, 2, 1, 2]);
  assert.deepEqual(reported, [wrong, wrong, wrong]);
});

test("without reportError the exception still surfaces, in a task of its own", async (t) => {
  const { reportError } = globalThis;
  t.after(() => { globalThis.reportError = reportError; });
  delete globalThis.reportError;
  const { report } = await leaf("emitter");
  const later = t.mock.method(globalThis, "setTimeout", () => 0);
  const wrong = new Error("wrong");
  report(wrong);
  later.mock.restore();
  assert.equal(later.mock.callCount(), 1);
  assert.throws(later.mock.calls[0].arguments[0], wrong);
});

test("emitReserved is the base emit, whatever a subclass does", () => {
  class Sub extends Emitter {
    emit() { throw new Error("not this one"); }
  }
  let heard = 0;
  new Sub().on("a", () => heard++).emitReserved("a");
  assert.equal(heard, 1);
});
