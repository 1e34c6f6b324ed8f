// What the tests share: our compiled modules, the official packages to compare with, page events.
import { createRequire, register } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** One of our modules, compiled by run.mjs. `copy` tells instances apart, as each page has its own. */
export const leaf = (name, copy = "") => import(join(root, process.env.JS_TEST_OUT || "build/js-test", name + ".js?" + copy));

/** The same with private properties under their own names, for tests that put something of theirs in a neighbour's place. */
export const plain = (name, copy) => leaf("plain/" + name, copy);

/** A package of e2e/, by name or by a file in it. */
export const official = createRequire(join(root, "e2e/package.json"));
export const officialFile = (path) => import(join(root, "e2e/node_modules", path));

/** Lets the test, and our compiled modules, import these packages of e2e/ by their names: in the form for pages, where they have one. */
export function lend(...names) {
  const given = JSON.stringify([names, pathToFileURL(join(root, "e2e/package.json")).href]);
  const source = `const [names, parentURL] = ${given};
    export const resolve = (name, context, next) => next(name, names.includes(name) ? { ...context, parentURL, conditions: [...context.conditions, "browser"] } : context);`;
  register("data:text/javascript," + encodeURIComponent(source));
}

/** Makes globalThis a window as far as events go. Returns a function that fires one. */
export function page() {
  const target = new EventTarget();
  const counts = new Map();
  globalThis.addEventListener = (name, fn) => {
    counts.set(name, (counts.get(name) || 0) + 1);
    target.addEventListener(name, fn);
  };
  globalThis.removeEventListener = (name, fn) => {
    counts.set(name, counts.get(name) - 1);
    target.removeEventListener(name, fn);
  };
  const fire = (name, fields) => target.dispatchEvent(Object.assign(new Event(name), fields));
  fire.listening = () => [...counts.values()].reduce((a, b) => a + b, 0);
  return fire;
}

/** Collects the calls of a sink and lets a test await them: next("data") resolves with the next unread call of that kind. */
export function recorder() {
  const calls = [];
  const waiting = [];
  const unread = [];
  const add = (kind) => (t, ...args) => {
    const call = { kind, t, args };
    calls.push(kind);
    const i = waiting.findIndex((w) => !w.kind || w.kind === kind);
    if (i >= 0) waiting.splice(i, 1)[0].resolve(call);
    else unread.push(call);
  };
  return {
    calls,
    sink: { opened: add("opened"), data: add("data"), drained: add("drained"), paused: add("paused"), closed: add("closed") },
    next(kind) {
      const i = unread.findIndex((c) => !kind || c.kind === kind);
      if (i >= 0) return Promise.resolve(unread.splice(i, 1)[0]);
      return new Promise((resolve) => waiting.push({ kind, resolve }));
    },
  };
}

/** Lets everything that is ready run: I/O on loopback included, several rounds of it. */
export const settled = async (rounds = 5) => {
  for (let i = 0; i < rounds; i++) await new Promise((r) => setImmediate(r));
};

/** A proxy of the object and of all objects in it, as Vue's reactive() makes. */
export const deepProxy = (target) =>
  new Proxy(target, {
    get(object, name, self) {
      const value = Reflect.get(object, name, self);
      return typeof value == "object" && value ? deepProxy(value) : value;
    },
  });

/** Waits for a promise that needs no clock and no network. It rejects soon if the promise does not settle. */
export const promptly = (promise) => Promise.race([promise, settled(50).then(() => Promise.reject(new Error("it has not come")))]);

/** As in a page that has frozen Error.prototype: no error is given a name by assignment. */
export function freezeNames(t) {
  const name = Object.getOwnPropertyDescriptor(Error.prototype, "name");
  const typeName = Object.getOwnPropertyDescriptor(TypeError.prototype, "name");
  Object.defineProperty(Error.prototype, "name", { ...name, writable: false });
  Object.defineProperty(TypeError.prototype, "name", { ...typeName, writable: false });
  t.after(() => {
    Object.defineProperty(Error.prototype, "name", name);
    Object.defineProperty(TypeError.prototype, "name", typeName);
  });
}

/** The same object as a frame or a popup would have made it: its class is another one of the same name. */
export const foreign = (o) => Object.setPrototypeOf(o, Object.create(null, Object.getOwnPropertyDescriptors(o.constructor.prototype)));
