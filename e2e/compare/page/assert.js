// Just enough of an assertion library to say what was expected and what came.

export class Difference extends Error {}

function fail(what, expected, actual) {
  throw new Difference(`${what ? `${what}: ` : ""}expected ${show(expected)}, got ${show(actual)}`);
}

export const assert = {
  equal(actual, expected, what) {
    if (!Object.is(actual, expected)) fail(what, expected, actual);
  },
  same(actual, expected, what) {
    if (!alike(actual, expected)) fail(what, expected, actual);
  },
  ok(value, what) {
    if (!value) throw new Difference(`${what ?? "a condition"}: does not hold (${show(value)})`);
  },
  atLeast(value, low, what) {
    if (!(value >= low)) throw new Difference(`${what ?? "a number"}: expected ${low} or more, got ${show(value)}`);
  },
  /** fn throws an error of that class (and, if given, with that message); hands it back. */
  throws(fn, type = Error, message) {
    let thrown;
    try {
      fn();
    } catch (error) {
      thrown = { error };
    }
    if (!thrown) throw new Difference(`expected it to throw${message ? ` "${message}"` : ""}, it did not`);
    return check(thrown.error, type, message);
  },
  async rejects(promise, type = Error, message) {
    let value;
    try {
      value = await promise;
    } catch (error) {
      return check(error, type, message);
    }
    throw new Difference(`expected a rejection${message ? ` "${message}"` : ""}, got ${show(value)}`);
  },
  error(error, message) {
    check(error, Error, message);
  },
};

function check(error, type, message) {
  if (!(error instanceof type)) fail("the error's class", type.name, error);
  if (message !== undefined && error.message !== message) fail("the error's message", message, error.message);
  return error;
}

const isBytes = (v) => v instanceof ArrayBuffer || ArrayBuffer.isView(v);

export const bytes = (v) => {
  if (v instanceof ArrayBuffer) return [...new Uint8Array(v)];
  if (ArrayBuffer.isView(v)) return [...new Uint8Array(v.buffer, v.byteOffset, v.byteLength)];
  throw new Difference(`expected bytes, got ${show(v)}`);
};

/** Deep equality: own enumerable keys, Object.is for the rest; the order of keys counts for nothing. */
function alike(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (isBytes(a) || isBytes(b)) return isBytes(a) && isBytes(b) && a.constructor === b.constructor && String(bytes(a)) === String(bytes(b));
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((k) => Object.hasOwn(b, k) && alike(a[k], b[k]));
}

export function show(v, depth = 0) {
  if (typeof v === "string") return JSON.stringify(v.length > 200 ? `${v.slice(0, 200)}…` : v);
  if (typeof v === "function") return `function ${v.name}`;
  if (v instanceof Error) return `${v.name}(${JSON.stringify(v.message)})`;
  if (isBytes(v)) return `${v.constructor.name}(${v.byteLength})[${bytes(v).slice(0, 20)}]`;
  if (v && typeof v === "object") {
    if (depth > 3) return "…";
    if (Array.isArray(v)) return `[${v.slice(0, 20).map((x) => show(x, depth + 1)).join(", ")}${v.length > 20 ? ", …" : ""}]`;
    const name = v.constructor?.name;
    const keys = Object.keys(v);
    const body = keys.slice(0, 12).map((k) => `${k}: ${show(v[k], depth + 1)}`).join(", ");
    return `${name && name !== "Object" ? `${name} ` : ""}{${body}${keys.length > 12 ? ", …" : ""}}`;
  }
  return Object.is(v, -0) ? "-0" : String(v);
}
