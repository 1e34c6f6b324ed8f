// The entry for Vue, with Vue's own renderer and nodes that nobody looks at.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf, lend } from "./tools.mjs";

lend("vue");
const { createRenderer, effectScope, h, nextTick, ref } = await import("vue");
const { useSession, useSocket, useSocketEvent } = await leaf("frameworks/vue");

const nothing = () => {};
const node = () => ({});
const { createApp } = createRenderer({
  createElement: () => node(),
  createText: node,
  createComment: node,
  setText: nothing,
  setElementText: nothing,
  patchProp: nothing,
  parentNode: ({ parent }) => parent,
  nextSibling: nothing,
  insert: (child, parent) => (child.parent = parent),
  remove: nothing,
});

/** A component that calls `setup`, and renders nothing. */
const component = (setup) => ({ setup: () => (setup(), () => h("p")) });

/** A function that opens a socket for a name, and what has happened to its sockets. */
function opener() {
  const story = [];
  const open = (name = "socket") => {
    story.push("open " + name);
    return { session: { getSnapshot: () => ({ status: name }), subscribe: () => nothing }, disconnect: () => story.push("disconnect " + name) };
  };
  return { open, story };
}

test("a composable that components share follows its value when the first of them is gone", async () => {
  const { open, story } = opener();
  const room = ref("red");
  const users = ref([1, 2]);
  const scope = effectScope(true);
  let session;
  const useRoom = () => (session ||= scope.run(() => useSession(useSocket(open, room))));
  const User = component(useRoom);
  const app = createApp({ render: () => h("ul", users.value.map((key) => h(User, { key }))) });
  app.mount(node());
  assert.equal(session.value.status, "red");

  users.value = [2];
  await nextTick();
  room.value = "blue";
  await nextTick();
  assert.equal(session.value.status, "blue");
  app.unmount();
  await nextTick();
  assert.deepEqual(story, ["open red", "open blue", "disconnect red"], "the scope is still there");
  scope.stop();
  await nextTick();
  assert.deepEqual(story.splice(3), ["disconnect blue"]);
});

test("a scope that ends before its component is mounted opens nothing, and Vue has nothing to warn of", async (t) => {
  const warn = t.mock.method(console, "warn", nothing);
  const { open, story } = opener();
  const app = createApp(component(() => {
    const scope = effectScope();
    scope.run(() => useSocket(() => open()));
    scope.stop();
  }));
  app.mount(node());
  app.unmount();
  await nextTick();
  assert.deepEqual(story, []);
  assert.equal(warn.mock.callCount(), 0);
});

test("a scope without a component opens at once in a page, and never on a server", async (t) => {
  const { open, story } = opener();
  const use = (room) => {
    const scope = effectScope(true);
    scope.run(() => [useSocket(() => open()), useSocket(open, room)]);
    return scope;
  };
  const room = ref("red");
  const onServer = use(room);
  room.value = "blue";
  await nextTick();
  assert.deepEqual(story, []);
  onServer.stop();

  globalThis.document = {};
  t.after(() => delete globalThis.document);
  const inPage = use(room);
  assert.deepEqual(story, ["open socket", "open blue"]);
  inPage.stop();
});

test("a component that takes the place of another keeps the connection", async () => {
  const { open, story } = opener();
  const openOne = () => open();
  const pages = [1, 2].map(() => component(() => useSocket(openOne)));
  const page = ref(0);
  const app = createApp({ render: () => h(pages[page.value]) });
  app.mount(node());
  page.value = 1;
  await nextTick();
  assert.deepEqual(story, ["open socket"]);
  app.unmount();
  await nextTick();
  assert.deepEqual(story, ["open socket", "disconnect socket"]);
});

test("another socket takes the place of the first: its session and its events count, and the first one's no more", () => {
  const listened = [];
  const socket = (name) => ({
    session: {
      getSnapshot: () => ({ status: name }),
      subscribe: () => (listened.push("session of " + name), () => listened.push("no session of " + name)),
    },
    on: (event) => listened.push(`${event} of ${name}`),
    off: (event) => listened.push(`no ${event} of ${name}`),
  });
  const source = ref(socket("one"));
  const scope = effectScope(true);
  const session = scope.run(() => {
    useSocketEvent(source, "news", nothing);
    return useSession(source);
  });
  assert.equal(session.value.status, "one");
  source.value = socket("two");
  assert.equal(session.value.status, "two");
  scope.stop();
  assert.deepEqual(listened, [
    "news of one", "session of one", "no news of one", "news of two", "no session of one", "session of two", "no news of two", "no session of two",
  ]);
});
