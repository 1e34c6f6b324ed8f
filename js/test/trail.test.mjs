import test from "node:test";
import assert from "node:assert/strict";
import { leaf } from "./tools.mjs";

/** One tab: its sessionStorage and a clock that the test moves. */
function tab(t) {
  const items = new Map();
  const storage = { getItem: (k) => items.get(k) ?? null, setItem: (k, v) => void items.set(k, `${v}`), removeItem: (k) => void items.delete(k) };
  Object.defineProperty(globalThis, "sessionStorage", { configurable: true, value: storage });
  const b = { now: 1e12, items };
  t.mock.method(Date, "now", () => b.now);
  t.after(() => delete globalThis.sessionStorage);
  return b;
}

let pages = 0;
/** The module as a page has it whose navigation began `since` ms ago. */
async function page(t, since = 0) {
  const clock = t.mock.method(performance, "now", () => since);
  const module = await leaf("auth/trail", ++pages);
  clock.mock.restore();
  return module;
}

const login = "https://app.example/login";

test("the page to which a redirect led does not follow it again, however slow it is", async (t) => {
  const b = tab(t);
  (await page(t)).leaveFor(login + "?returnTo=%2Fchat");
  b.now += 300;
  const moved = await page(t, 200); // its script took 200 ms to come
  b.now += 60_000;
  assert.ok(moved.ledHere(login + "?returnTo=%2Fen%2Flogin"));
  assert.ok(!moved.ledHere("https://app.example/help"));
});

test("parameters make no other redirect of it: a reason, a time, a route's own", async (t) => {
  const b = tab(t);
  (await page(t)).leaveFor("https://app.example/?because=expired#/login?a=1");
  b.now += 100;
  const p = await page(t);
  for (const same of ["https://app.example/?because=missing#/login?a=2", "https://app.example/#/login", "https://app.example/#/login?x"]) assert.ok(p.ledHere(same), same);
  for (const other of ["https://app.example/", "https://app.example/#/chat", "https://id.example/#/login", login]) assert.ok(!p.ledHere(other));
});

test("a circle of several pages ends at the page that closes it", async (t) => {
  const b = tab(t);
  for (const to of ["/a", "/b", "/c"]) {
    const p = await page(t);
    assert.ok(!p.ledHere("https://app.example" + to));
    p.leaveFor("https://app.example" + to);
    b.now += 500;
  }
  const p = await page(t);
  for (const to of ["/a", "/b", "/c"]) assert.ok(p.ledHere("https://app.example" + to), to);
});

test("a user who came back after signing in is led again", async (t) => {
  const b = tab(t);
  (await page(t)).leaveFor(login);
  b.now += 10_001;
  assert.ok(!(await page(t)).ledHere(login));
});

test("the page that was left is not the page to which the redirect led: it may lead there again", async (t) => {
  const b = tab(t);
  const p = await page(t, 5000);
  p.leaveFor(login);
  assert.ok(!p.ledHere(login));
  b.now += 20;
  assert.ok(!(await page(t, 5020)).ledHere(login)); // a frame that opened together with that page
});

test("a page that was left at once may lead there again, too", async (t) => {
  tab(t);
  const p = await page(t);
  p.leaveFor(login);
  assert.ok(!p.ledHere(login));
});

test("the trail holds no parameters", async (t) => {
  const b = tab(t);
  (await page(t)).leaveFor("https://app.example/login?token=SECRET#/x?token=SECRET");
  assert.equal(b.items.size, 1);
  assert.doesNotMatch([...b.items.values()].join(), /SECRET/);
});

for (const junk of ["", "null", "1", "{}", "[]", '[1e12]', '[1e12,"https://app.example/login"]', '["x",["y"]]', "[1e12,[null]]"])
  test(`a malformed trail in the storage is ignored: ${junk}`, async (t) => {
    const b = tab(t);
    (await page(t)).leaveFor(login);
    b.items.set([...b.items.keys()][0], junk);
    const p = await page(t);
    assert.ok(!p.ledHere(login));
    p.leaveFor(login);
  });

test("without a storage, or with a forbidden one, there is no guard and no exception", async (t) => {
  for (const get of [() => undefined, () => { throw new DOMException("no", "SecurityError"); }]) {
    Object.defineProperty(globalThis, "sessionStorage", { configurable: true, get });
    t.after(() => delete globalThis.sessionStorage);
    const p = await page(t);
    p.leaveFor(login);
    assert.ok(!p.ledHere(login));
  }
});

test("a redirect of one frame is no redirect of the next one, which has the same storage", async (t) => {
  const b = tab(t);
  const top = { length: 2 };
  top.parent = top;
  const frames = [0, 1].map((i) => (top[i] = { parent: top, length: 0 }));
  const inner = (frames[1][0] = { parent: frames[1] });
  frames[1].length = 1;
  t.after(() => delete globalThis.parent);
  /** The module as it runs in the frame at this place. */
  const within = async (parent, i) => {
    parent[i] = globalThis;
    globalThis.parent = parent;
    return page(t);
  };
  (await within(top, 0)).leaveFor(login);
  b.now += 20;
  assert.ok((await within(top, 0)).ledHere(login));
  top[0] = frames[0];
  assert.ok(!(await within(top, 1)).ledHere(login));
  top[1] = frames[1];
  assert.ok(!(await within(frames[1], 0)).ledHere(login));
  frames[1][0] = inner;
  delete globalThis.parent;
  assert.ok(!(await page(t)).ledHere(login), "the page around them");
  globalThis.parent = null; // a frame that has been taken out of its page
  assert.ok(!(await page(t)).ledHere(login));
});
