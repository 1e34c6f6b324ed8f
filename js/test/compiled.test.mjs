// The bridge with the core that the page loads: a long life leaves its memory as it was.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { leaf, root } from "./tools.mjs";

const { control, defer, rx, tx } = await leaf("bridge/calls");
const { load, setDependents, useCore } = await leaf("bridge/start");
const { wasmCore } = await leaf("bridge/wasm");
const { Do, Ending, Op, Recovery, Rx, TransportKind, Tx, Way } = await leaf("bridge/bridge.gen");

let core;
const make = wasmCore((await readFile(`${root}build/core.wasm`)).toString("hex"));
useCore((tell) => (core = make(tell)));
setDependents({});
globalThis.reportError = (error) => assert.fail(error);

/** What was opened last, and how often the token function was asked. */
let link;
let asked = 0;
defer(Do.Link, (conn, n) => (link = n));
defer(Do.Ask, (source, call) => (asked = call));
for (const what of [Do.Engine, Do.Manager, Do.Socket, Do.Token, Do.Cancel, Do.Wake]) defer(what, () => {});
await load();

const bytes = () => core.memory.buffer.byteLength;

/** A manager with one WebSocket, and sockets with a token in CONNECT. */
function connect(sockets) {
  control(Op.Manager, 0, true, -1, 1, 1, 0, false, 20_000, TransportKind.WebSocket, TransportKind.None, TransportKind.None, TransportKind.None, true, false, 4, false, false, 0.5);
  control(Op.Source, 0, 10_000);
  for (let slot = 0; slot < sockets; slot++) {
    control(Op.SocketWithToken, 0, slot, slot ? `/room-${slot}` : "/", 0, Way.Auth, true, 30_000, 8000, false);
    control(Op.Connect, slot);
  }
  answer();
}

/** The token function answers, and the server. */
function answer(sockets = 1) {
  const now = Date.now();
  control(Op.Token, 0, asked, 1, now, now, now + 3_600_000);
  control(Op.LinkOpened, 0, link);
  assert.equal(rx(0, link, '0{"sid":"x"}', 0), Rx.Handshake);
  control(Op.Handshake, 0, link, 25_000, 20_000, 0, 4);
  for (let slot = 0; slot < sockets; slot++) control(Op.Connected, slot, Recovery.None);
}

const leave = () => {
  control(Op.Disconnect, 0);
  control(Op.ReleaseSocket, 0);
  control(Op.ReleaseManager, 0);
  control(Op.ReleaseSource, 0);
};

test("a million events and acks", () => {
  connect(1);
  const flood = (n) => {
    for (let i = 0; i < n; i++) {
      assert.equal(rx(0, link, '42["message",1]', 0), Rx.Event);
      assert.match(tx(0, Tx.WantsAck, 0, i), /^42/);
      assert.equal(rx(0, link, `43${i}[]`, 0), Rx.Ack);
    }
  };
  flood(100);
  const before = bytes();
  flood(333_333);
  assert.equal(bytes(), before);
  leave();
});

test("a thousand reconnections", () => {
  connect(1);
  const lose = (n) => {
    for (let i = 0; i < n; i++) {
      control(Op.LinkClosed, 0, link, Ending.Closed);
      control(Op.Close, 0);
      control(Op.Connect, 0);
      answer();
    }
  };
  lose(100);
  const before = bytes();
  lose(1000);
  assert.equal(bytes(), before);
  leave();
});

test("5,000 times connect and disconnect", () => {
  const mount = (n) => {
    for (let i = 0; i < n; i++) {
      connect(1);
      leave();
    }
  };
  mount(100);
  const before = bytes();
  mount(4900);
  assert.equal(bytes(), before);
  assert.ok(before <= 256 * 1024, `${before} bytes`);
});
