// The debug log: which namespaces a setting names, and where the setting stands.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

const { enables, logger } = await leaf("debug");
const name = "socketio-jwt:session";

for (const [setting, on] of [
  ["", false], ["*", true], ["socketio-jwt:*", true], [name, true], ["socketio-jwt", false], ["session", false], ["socketio-jwt:sess", false],
  ["engine.io-client:*", false], ["a, socketio-jwt:*", true], ["a socketio-jwt:*", true], ["*session", true], ["socket*session", true],
  ["*,-socketio-jwt:*", false], ["-socketio-jwt:*,*", false], ["socketio-jwt:*,-socketio-jwt:other", true], ["-x", false],
  ["socketio.jwt:*", false], ["(", false], ["socketio-jwt:.*", false],
])
  test(`${JSON.stringify(setting)} ${on ? "names" : "does not name"} ${name}`, () => assert.equal(enables(setting, name), on));

/** navigator.userAgent is this until the end of the test. */
function runsIn(t, userAgent) {
  const own = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { userAgent } });
  t.after(() => (own ? Object.defineProperty(globalThis, "navigator", own) : delete globalThis.navigator));
}

test("a page's setting is in localStorage, Node's in the environment; forbidden storage is none", (t) => {
  runsIn(t, "Mozilla/5.0");
  t.after(() => delete process.env.DEBUG);
  const storage = (value) => Object.defineProperty(globalThis, "localStorage", { configurable: true, get: value });
  t.after(() => delete globalThis.localStorage);
  storage(() => ({ debug: "socketio-jwt:*" }));
  assert.equal(typeof logger(name), "function");
  storage(() => ({}));
  assert.equal(logger(name), undefined);
  storage(() => {
    throw new DOMException("no", "SecurityError");
  });
  assert.equal(logger(name), undefined);
  process.env.DEBUG = name;
  assert.equal(typeof logger(name), "function");
  const said = t.mock.method(console, "debug", () => {});
  logger(name)("connect", { a: 1 });
  assert.deepEqual(said.mock.calls[0].arguments, [name, "connect", { a: 1 }]);
});

test("Node's own localStorage is left alone: Node 25 warns of one without a file, and DEBUG counts there", (t) => {
  t.after(() => delete process.env.DEBUG);
  t.after(() => delete globalThis.localStorage);
  const read = t.mock.fn(() => ({}));
  Object.defineProperty(globalThis, "localStorage", { configurable: true, get: read });
  runsIn(t, "Node.js/25");
  process.env.DEBUG = name;
  assert.equal(typeof logger(name), "function");
  assert.equal(read.mock.callCount(), 0);
});
