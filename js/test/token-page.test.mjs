// A socket's token and the page that it is in, on the desk: before the core runs, when the core is started anew, and when the
// page is left. A file of its own: the core of a page starts once, anew three times in a minute, and the page listens from
// its beginning.
import assert from "node:assert/strict";
import test from "node:test";
import { desk, event, queue, welcome } from "./desk.mjs";
import { page, settled } from "./tools.mjs";

const fire = page();
globalThis.document = new EventTarget();
const left = queue();
globalThis.location = { href: "https://app.test/en/signin", assign: (to) => left.push(to) };
// A redirect has led to this page: the server has answered /signin with /en/signin.
const note = JSON.stringify([Date.now() - performance.now(), ["https://app.test/signin"]]);
Object.defineProperty(globalThis, "sessionStorage", { configurable: true, value: { getItem: () => note, setItem() {} } });
const { connect, server, trap } = await desk();

// First: what is connected later finds the core running.
test("before the core runs no handshake begins whose address is to carry the token", async (t) => {
  const socket = connect("http://first.test", { token: () => "T", via: "query" });
  t.after(() => socket.disconnect());
  const c = await server("first.test").connection();
  assert.equal(c.query.get("token"), "T");
  await welcome(c);
  assert.deepEqual(server("first.test").unseen(), []);
});

test("a token that login() was given holds for the next core, and for no session that begins after it", async (t) => {
  let own = "own";
  const socket = connect("http://core.test", { token: () => own, via: "auth", reconnectionDelay: 1, randomizationFactor: 0 });
  t.after(() => socket.disconnect());
  const until = async (status) => {
    while (socket.session.getSnapshot().status != status)
      await new Promise((changed) => {
        const leave = socket.session.subscribe(() => (leave(), changed()));
      });
  };
  await welcome(await server("core.test").connection());
  await until("authenticated");
  socket.login("given");
  assert.deepEqual(await welcome(await server("core.test").connection()), ['40{"token":"given"}']);
  await until("authenticated");
  trap();
  socket.io.reconnectionDelayMax(20); // tells the core
  const c = await server("core.test").connection();
  assert.deepEqual(await welcome(c), ['40{"token":"given"}']);
  await until("authenticated");
  own = null; // the function has no other token in place of it
  c.say('42["unauthorized",{"message":"jwt expired"}]');
  await until("refused");
  c.hangUp();
  await settled();
  own = "next";
  socket.connect();
  assert.deepEqual(await welcome(await server("core.test").connection()), ['40{"token":"next"}']);
});

test("a page that is left calls the callbacks that the server waits for", async (t) => {
  const hooked = queue();
  const socket = connect("http://left.test", { token: "T", onUnauthorized: () => (hooked.push(true), new Promise(() => {})) });
  t.after(() => socket.disconnect());
  const c = await server("left.test").connection();
  await welcome(c);
  await c.frame();
  c.say('427["unauthorized",{"message":"jwt expired"}]');
  await hooked.next();
  assert.deepEqual(c.sent(), [], "the hook runs");
  fire("pagehide");
  assert.deepEqual(c.sent(), ["437[]"]);
  fire("pageshow");
});

test("a page to which a redirect led is left when the server had accepted a token in it, and not before", async (t) => {
  const refused = connect("http://refused.test", { token: "T", via: "auth", redirect: "/signin", returnTo: false });
  t.after(() => refused.disconnect());
  const told = event(refused, "connect_error");
  const c = await server("refused.test").connection();
  await c.frame();
  c.say('44{"message":"jwt expired"}');
  await told;
  assert.deepEqual(left.rest(), []);
  const accepted = connect("http://accepted.test", { token: "T", redirect: "/signin", returnTo: false });
  t.after(() => accepted.disconnect());
  const other = await server("accepted.test").connection();
  await welcome(other, { authenticated: true });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  other.say('420["unauthorized",{"message":"jwt expired"}]');
  assert.equal(await other.frame(), "430[]");
  await settled();
  t.mock.timers.tick(200);
  assert.deepEqual(left.rest(), [], "only the server's answer proves that it has read the acknowledgement");
  other.hangUp();
  await settled();
  t.mock.timers.tick(200);
  assert.deepEqual(left.rest(), ["https://app.test/signin"]);
});
