// The entry for Svelte, with Svelte's runtime for pages and components as its compiler writes them, but for the HTML.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf, lend } from "./tools.mjs";

lend("svelte", "svelte/store", "svelte/internal/client");
const { flushSync } = await import("svelte");
const { effect_root, get, pop, push, render_effect, set, state } = await import("svelte/internal/client");
const { fromStore } = await import("svelte/store");
const { useSession, useSocket } = await leaf("frameworks/svelte");

/** Mounts a component whose function is `setup`. Returns what removes it. */
function mount(setup) {
  const remove = effect_root(() => {
    push({}, true);
    setup();
    pop();
  });
  flushSync();
  return remove;
}

/** A function that opens a socket for a value, and those it has opened. */
function opener(read = () => {}) {
  const names = [];
  const open = (value) => {
    read();
    names.push(value?.name);
    return { session: { getSnapshot: () => ({ status: "connecting" }), subscribe: () => () => {} }, disconnect() {} };
  };
  return { open, names };
}

test("a session of a function's socket is followed where one effect shows the session and the socket", () => {
  const shown = [];
  const remove = mount(() => {
    const socket = useSocket(opener().open);
    const session = useSession(() => socket.current);
    const other = fromStore(socket);
    render_effect(() => void shown.push([session.current.status, !!other.current].join()));
  });
  assert.equal(shown.at(-1), "connecting,true");
  remove();
});

test("what the function reads besides its value is not followed", () => {
  const name = state({ name: "red" });
  const besides = state(1);
  const { open, names } = opener(() => get(besides));
  const remove = mount(() => useSocket(open, () => get(name)));
  set(name, { name: "blue" });
  flushSync();
  assert.deepEqual(names, ["red", "blue"]);
  set(besides, 2);
  flushSync();
  assert.deepEqual(names, ["red", "blue"]);
  remove();
});
