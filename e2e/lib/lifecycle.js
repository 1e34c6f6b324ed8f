// What the lifecycle's specs share: tokens that the test makes for the page, so that it can count the calls, and rows
// that run side by side.
import { RawContext } from "./raw.js";
import { test as base, expect, scripts, token } from "./test.js";
import { SECRET } from "./tokens.mjs";

export { connect, expect, story, token, told, tokens } from "./test.js";

export const test = base.extend({
  /**
   * mint: what the pages asked for, in order: [{ seconds, at }]. In a page, `await mint(seconds, claims)` is a new token
   * that is good for so long.
   */
  mint: [
    async ({ minting }, use) => {
      const calls = [];
      minting.now = (seconds, claims) => {
        calls.push({ seconds, at: Date.now(), ...claims });
        return token({ jti: `${calls.length}`, ...claims }, seconds);
      };
      await use(calls);
    },
    { auto: true },
  ],

  /** aside(server, path): a page as `open` gives one, that can be hidden, frozen and put aside, see raw.js. */
  aside: async ({ browser }, use) => {
    const context = await RawContext.open(browser);
    const pages = [];
    await use(async (server, path = "/script") => {
      const page = await context.page(server.url + path, [...scripts, `(${sign})(${JSON.stringify(SECRET)})`]);
      pages.push(page);
      if (path !== "/") await page.evaluate(async () => {
        while (!window.ready) await new Promise((done) => setTimeout(done, 10));
      });
      return page;
    });
    for (const page of pages) expect(page.console, "errors that nobody caught, and logs").toEqual([]);
    await context.close();
  },
});

/** Runs rows side by side, each to its end, and fails with the names of all that failed. */
export async function together(rows) {
  const names = Object.keys(rows);
  const ends = await Promise.allSettled(Object.values(rows).map((row) => row()));
  const failed = ends.flatMap((end, i) => (end.status === "rejected" ? [`${names[i]}: ${end.reason.stack ?? end.reason}`] : []));
  if (failed.length) throw new Error(failed.join("\n\n"));
}

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** The arguments of the echoes that a server heard, in order. */
export const echoes = (s) => s.of("event").filter((o) => o.name === "echo").map((o) => o.args[0]);

export const counted = (n) => Array.from({ length: n }, (_, i) => i);

/** Expects that no event was sent after its session's token had expired. Emits carry the time when they were made, see sessions.emits. */
export function expectNoDeadSpeech(s) {
  const dead = s.of("event").filter(({ name, args, exp }) => name === "echo" && args[0]?.at && !(args[0].at < exp * 1000));
  expect(dead.map(({ args }) => args[0].i), "emits made when the token was over").toEqual([]);
}

/** Expects that each accepted connection had a valid token, and came before the token of the connection before had expired. */
export function expectGoodTokens(s, { gapless = true } = {}) {
  let before;
  for (const { at, decoded } of s.of("ready")) {
    expect(decoded.exp * 1000, "a token's end when it came").toBeGreaterThan(at);
    if (before && gapless) expect(at, "renewed before the end of the last token").toBeLessThan(before.exp * 1000);
    before = decoded;
  }
}

/** The servers and ways that renewal and expiry are proven on. */
export const ways = {
  "event on 1.7.4": { via: "event", server: { io: "1", mode: "event" } },
  "event on 2.5.1": { via: "event", server: { io: "2", mode: "event" } },
  "query on 2.5.1": { via: "query", server: { io: "2", mode: "handshake" } },
  "header on 2.5.1": { via: "header", server: { io: "2", mode: "handshake", jwt: { auth_header_required: true } } },
  "query on 4.8.4": { via: "query", server: { io: "4", mode: "handshake" } },
  "header on 4.8.4": { via: "header", server: { io: "4", mode: "handshake", jwt: { auth_header_required: true } } },
  "auth on 4.8.4 with @thream/socketio-jwt": { via: "auth", scheme: "Bearer", server: { io: "4", mode: "handshake", lib: "thream" } },
};

/** One way for each generation of servers; and one for each way that the lifecycle has its own code for. */
export const two = ["event on 2.5.1", "query on 4.8.4"];
export const four = ["event on 2.5.1", "query on 2.5.1", "query on 4.8.4", "auth on 4.8.4 with @thream/socketio-jwt"];

/** Runs row(config of the server, options of the client) for each of these ways, side by side. */
export const onWays = (names, row) =>
  together(
    Object.fromEntries(
      names.map((name) => {
        const { server, ...options } = ways[name];
        return [name, () => row(server, options)];
      }),
    ),
  );

/** A function mint(seconds) for pages that cannot call the test. */
function sign(secret) {
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const part = (value) => text(new TextEncoder().encode(JSON.stringify(value)));
  let n = 0;
  window.mint = async (seconds) => {
    const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const iat = Math.floor(Date.now() / 1000);
    const body = `${part({ alg: "HS256", typ: "JWT" })}.${part({ sub: "ada", iat, exp: iat + seconds, jti: `${++n}` })}`;
    return `${body}.${text(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(body)))}`;
  };
}
