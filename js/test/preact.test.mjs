// The entry for Preact, with components that render nothing: there is no document.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf, lend } from "./tools.mjs";

lend("preact", "preact/hooks", "@preact/signals");
const { h, render } = await import("preact");
const { useSocket, useSocketEvent } = await leaf("frameworks/preact");

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
