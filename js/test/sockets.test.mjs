// What the entries for frameworks share: who uses a socket, and until when.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

const { listen, sessionOf, socketOf, use } = await leaf("frameworks/sockets");

/** A function that opens sockets which write down what happens to them. */
function opener(make = () => ({ story: [], connect() { this.story.push("connect"); }, disconnect() { this.story.push("disconnect"); } })) {
  const opened = [];
  return Object.assign(() => (opened.push(make()), opened.at(-1)), { opened });
}
const microtask = () => new Promise((done) => queueMicrotask(done));

test("two users have one socket, which is disconnected after the second has left", async () => {
  const open = opener();
  const ends = [use(open), use(open)];
  assert.equal(open.opened.length, 1);
  assert.equal(socketOf(open), open.opened[0]);
  ends[0]();
  await microtask();
  assert.deepEqual(open.opened[0].story, []);
  ends[1]();
  assert.deepEqual(open.opened[0].story, [], "not before the microtask");
  await microtask();
  assert.deepEqual(open.opened[0].story, ["disconnect"]);
  assert.equal(socketOf(open), undefined);
});

test("a use that is ended twice counts once", async () => {
  const open = opener();
  const leave = use(open);
  use(open);
  leave();
  leave();
  await microtask();
  assert.deepEqual(open.opened[0].story, []);
});

test("a use that ends and begins again at once keeps the socket", async () => {
  const open = opener();
  use(open)();
  const leave = use(open);
  await microtask();
  assert.equal(open.opened.length, 1);
  assert.deepEqual(open.opened[0].story, []);
  leave();
  use(open)();
  await microtask();
  assert.deepEqual(open.opened[0].story, ["disconnect"], "once, though two have left");
});

test("a use that begins again later gets another socket", async () => {
  const open = opener();
  use(open)();
  await microtask();
  use(open);
  assert.deepEqual(open.opened.map(({ story }) => story), [["disconnect"], []]);
  assert.equal(socketOf(open), open.opened[1]);
});

test("a function that gives the same socket again: it is connected again", async () => {
  const socket = opener()();
  const open = opener(() => socket);
  use(open)();
  await microtask();
  use(open);
  assert.deepEqual(socket.story, ["disconnect", "connect"]);
});

test("two functions that give the same socket: it is disconnected after the last use of either", async () => {
  const socket = opener()();
  const [one, other] = [opener(() => socket), opener(() => socket)];
  const ends = [use(one), use(other)];
  ends[0]();
  await microtask();
  assert.deepEqual(socket.story, [], "the other one's");
  ends[1]();
  await microtask();
  assert.deepEqual(socket.story, ["disconnect"]);
  const again = use(one);
  use(other);
  assert.deepEqual(socket.story, ["disconnect", "connect"]);
  again();
  await microtask();
  assert.deepEqual(socket.story, ["disconnect", "connect"]);
});

test("a function that returns no socket: the error says so", () => {
  const open = opener(() => undefined);
  assert.throws(() => use(open), { name: "TypeError", message: /must return it/ });
});

test("a function that throws: nobody uses anything, and the next one may succeed", () => {
  let fails = true;
  const open = opener(() => {
    if (fails) throw new Error("no address");
    return { story: [] };
  });
  assert.throws(() => use(open), /no address/);
  assert.equal(socketOf(open), undefined);
  fails = false;
  use(open);
  assert.deepEqual(socketOf(open), { story: [] });
});

test("without a socket: the session is idle, changes never, and events do not come", () => {
  const { getSnapshot, subscribe } = sessionOf(undefined);
  assert.equal(getSnapshot().status, "idle");
  assert.equal(getSnapshot(), sessionOf(null).getSnapshot());
  subscribe(() => {})();
  listen(undefined, "news", () => {})();
});

test("listen() ends for its own listener", () => {
  const calls = [];
  const socket = { on: (...args) => calls.push(["on", ...args]), off: (...args) => calls.push(["off", ...args]) };
  const listener = () => {};
  listen(socket, "news", listener)();
  assert.deepEqual(calls, [["on", "news", listener], ["off", "news", listener]]);
});
