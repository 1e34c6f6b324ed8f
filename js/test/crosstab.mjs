// What the tests of crossTab share: tabs, tokens, providers, a clock.
import { leaf, settled } from "./tools.mjs";
import { browser } from "./tabs.mjs";

const { share } = await leaf("auth/crosstab");

export const now = () => Date.now() / 1000;
const b64 = (o) => Buffer.from(JSON.stringify(o)).toString("base64url");
let serial = 0;
/** Lifetime and age in seconds; `skew`: how far the server's clock is ahead of ours. */
export const token = ({ life = 3600, age = 0, skew = 0, ...claims } = {}) => {
  const iat = now() - age + skew;
  return ["h", b64({ iat, exp: iat + life, n: ++serial, ...claims }), "s"].join(".");
};

let keys = 0;
const stopped = new WeakSet();
/**
 * n tabs of one browser that share a key; closed with the test. Their timers stand still unless `kind.timers` is "real":
 * no tab loses its patience with another because the machine is busy.
 */
export function open(t, n, options = {}, kind = {}) {
  if (kind.timers != "real" && !stopped.has(t)) {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    stopped.add(t);
  }
  const key = "test:" + ++keys;
  const b = browser(kind);
  const tab = (o = options) => {
    const s = b.tab(() => share(key, o));
    t.after(() => s.close());
    return s;
  };
  return { b, key, tab, tabs: Array.from({ length: n }, () => tab()) };
}

/** A provider that counts, and notices when it is asked twice at once. */
export function provider(answer = () => token()) {
  let running = 0;
  const call = async (n = ++call.calls) => {
    call.most = Math.max(call.most, ++running);
    try {
      await settled(2);
      return await answer(n);
    } finally {
      running--;
    }
  };
  return Object.assign(call, { calls: 0, most: 0 });
}

/** A clock that the test moves, so that what is asked one after the other has times of its own. */
export const clock = (t) => {
  const c = { now: Date.now() };
  t.mock.method(Date, "now", () => c.now);
  return c;
};

/** Until the tabs hold their shared locks: what a browser has done long before a user opens the next tab. */
export const ready = () => settled(5);
