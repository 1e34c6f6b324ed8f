// The page is left for the login page once, for the reasons that the options name.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf, page } from "./tools.mjs";

const fire = page();
const reported = [];
globalThis.reportError = (error) => reported.push(error.message);
globalThis.document = new EventTarget();

/** A page at an address, with a module of its own: [where it goes, ...]. */
let pages = 0;
async function at(t, href, stays = false) {
  const visited = [];
  globalThis.location = { href, assign: (to) => (visited.push(to), stays && (location.href = to)) };
  t.after(() => delete globalThis.location);
  const { leave } = await leaf("auth/leave", ++pages);
  return { visited, leave: (reason = "expired", o = {}, accepted = false, written = (go) => go()) => leave({ reason }, { redirect: "/login", returnTo: false, ...o }, accepted, written) };
}
const login = "https://app.test/login";

// First: the module that remembers redirects reads them once in the life of a page.
test("the page to which a redirect led stays, unless a token has been accepted since", async (t) => {
  const to = "https://app.test/signin";
  const note = JSON.stringify([Date.now() - performance.now(), [to]]); // the navigation to this page began then
  Object.defineProperty(globalThis, "sessionStorage", { configurable: true, value: { getItem: () => note, setItem() {} } });
  t.after(() => delete globalThis.sessionStorage);
  const p = await at(t, "https://app.test/en/signin");
  p.leave("expired", { redirect: "/signin" });
  assert.deepEqual(p.visited, []);
  p.leave("expired", { redirect: "/signin" }, true);
  assert.deepEqual(p.visited, [to]);
});

test("final reasons redirect, passing ones do not", async (t) => {
  for (const [reason, leads] of [["expired", true], ["invalid", true], ["missing", true], ["timeout", false], ["unavailable", false]]) {
    const p = await at(t, "https://app.test/chat");
    p.leave(reason);
    assert.deepEqual(p.visited, leads ? [login] : [], reason);
  }
});

test("redirectOn names other reasons", async (t) => {
  const p = await at(t, "https://app.test/chat");
  p.leave("invalid", { redirectOn: ["timeout"] });
  assert.deepEqual(p.visited, []);
  p.leave("timeout", { redirectOn: ["timeout"] });
  assert.deepEqual(p.visited, [login]);
});

test("one redirect, however many sockets are refused; another one when the page is still here after a while, or is shown again", async (t) => {
  const now = t.mock.method(Date, "now", () => 1e12);
  t.mock.method(performance, "now", () => 0); // the client goes by the clock that is ahead
  const p = await at(t, "https://app.test/chat");
  p.leave();
  p.leave();
  assert.equal(p.visited.length, 1);
  now.mock.mockImplementation(() => 1e12 + 10_001);
  p.leave();
  assert.equal(p.visited.length, 2);
  fire("pageshow");
  p.leave();
  assert.equal(p.visited.length, 3);
});

test("a redirect to a route of the page: the next refusal redirects again", async (t) => {
  const p = await at(t, "https://app.test/#/chat", true);
  p.leave("expired", { redirect: "#/login" });
  location.href = "https://app.test/#/chat";
  p.leave("expired", { redirect: "#/login" });
  assert.equal(p.visited.length, 2);
});

test("the redirect waits until the server has what was sent", async (t) => {
  const p = await at(t, "https://app.test/chat");
  let go;
  p.leave("expired", {}, false, (fn) => (go = fn));
  assert.deepEqual(p.visited, []);
  go();
  assert.deepEqual(p.visited, [login]);
});

test("without option redirect or a page nothing happens; a redirect that is refused or throws is reported", async (t) => {
  const p = await at(t, "https://app.test/chat");
  p.leave("expired", { redirect: undefined });
  p.leave("expired", { redirect: () => undefined });
  assert.deepEqual(reported.splice(0), []);
  p.leave("expired", { redirect: "https://evil.test/" });
  p.leave("expired", { redirect: () => { throw new Error("mine"); } });
  assert.deepEqual(p.visited, []);
  assert.match(reported[0], /redirectOrigins/);
  assert.equal(reported[1], "mine");
  p.leave("expired", { redirect: (error) => `/login?why=${error.reason}` });
  assert.deepEqual(p.visited, [login + "?why=expired"]);
});
