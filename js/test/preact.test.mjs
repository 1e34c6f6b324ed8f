// The entry for Preact, with components that render nothing: there is no document.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf, lend } from "./tools.mjs";

lend("preact", "preact/hooks", "@preact/signals");
const { h, render } = await import("preact");
const { signal } = await import("@preact/signals");
const { useSession, useSocket, useSocketEvent } = await leaf("frameworks/preact");

const microtask = () => new Promise((done) => queueMicrotask(done));

/** A function that opens a socket, and what has happened to its sockets. */
function opener() {
  const story = [];
  const open = () => {
    story.push("open");
    return { on: (event) => story.push("on " + event), off: (event) => story.push("off " + event), disconnect: () => story.push("disconnect") };
  };
  return { open, story };
}

// Preact 10 ends the effects of a component that is removed at once, and begins those of a new one after the next frame.
test("the socket opens in the commit: a component that replaces another keeps the connection", async () => {
  const { open, story } = opener();
  const [One, Other] = [1, 2].map(() => () => void useSocket(open));
  const parent = { childNodes: [] };
  render(h(One), parent);
  assert.deepEqual(story, ["open"]);
  render(h(Other), parent);
  await microtask();
  assert.deepEqual(story, ["open"]);
  render(null, parent);
  await microtask();
  assert.deepEqual(story, ["open", "disconnect"]);
});

test("events are listened to from the commit on", async () => {
  const { open, story } = opener();
  const socket = open();
  const Heard = () => void useSocketEvent(socket, "news", () => {});
  const parent = { childNodes: [] };
  render(h(Heard), parent);
  assert.deepEqual(story, ["open", "on news"]);
  render(null, parent);
  assert.deepEqual(story, ["open", "on news", "off news"]);
});

/** A socket whose session changes when the test says so, and which has its listeners. */
function scripted(status) {
  const changed = [];
  const listeners = [];
  return {
    listeners,
    becomes(now) {
      status = now;
      for (const fn of changed) fn();
    },
    session: { getSnapshot: () => ({ status }), subscribe: (fn) => (changed.push(fn), () => {}) },
    on: (event, fn) => listeners.push(fn),
    off: (event, fn) => listeners.splice(listeners.indexOf(fn), 1),
    disconnect() {},
  };
}

test("the session shown is that of the socket, or of the socket in a signal, as it changes", () => {
  const [one, two] = [scripted("one"), scripted("two")];
  const source = signal(one);
  let shown;
  const Shown = () => void (shown = [useSession(one), useSession(source)]);
  const parent = { childNodes: [] };
  render(h(Shown), parent);
  const read = () => shown.map((session) => session.value.status);
  assert.deepEqual(read(), ["one", "one"]);
  source.value = two;
  assert.deepEqual(read(), ["one", "two"]);
  one.becomes("changed");
  two.becomes("other");
  assert.deepEqual(read(), ["changed", "other"]);
  source.value = undefined;
  assert.deepEqual(read(), ["changed", "idle"]);
  render(null, parent);
});

test("useSocket opens another socket for other deps, and disconnects it when the component is gone", async () => {
  const { open, story } = opener();
  let socket;
  const Room = ({ room }) => void (socket = useSocket(() => (story.push(room), open()), [room]));
  const parent = { childNodes: [] };
  render(h(Room, { room: "red" }), parent);
  const first = socket.value;
  render(h(Room, { room: "red" }), parent);
  assert.equal(socket.value, first);
  render(h(Room, { room: "blue" }), parent);
  await microtask();
  assert.notEqual(socket.value, first);
  assert.deepEqual(story, ["red", "open", "blue", "open", "disconnect"]);
  render(null, parent);
  assert.equal(socket.value, undefined);
  await microtask();
  assert.deepEqual(story.slice(5), ["disconnect"]);
});

test("an event reaches the handler of the last rendering, of the event and the socket that it names", () => {
  const [one, two] = [scripted(), scripted()];
  const heard = [];
  const Heard = ({ source, mark }) => void useSocketEvent(source, "news", (text) => heard.push(mark + text));
  const parent = { childNodes: [] };
  render(h(Heard, { source: one, mark: "a" }), parent);
  render(h(Heard, { source: one, mark: "b" }), parent);
  one.listeners[0]("1");
  render(h(Heard, { source: two, mark: "c" }), parent);
  assert.deepEqual([one.listeners.length, two.listeners.length], [0, 1]);
  two.listeners[0]("2");
  assert.deepEqual(heard, ["b1", "c2"]);
  render(null, parent);
});
