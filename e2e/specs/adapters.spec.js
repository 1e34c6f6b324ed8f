// One table of behaviours, two adapters: the page's client in Chromium and a Go program on client/zishang.
import { behaviours } from "../adapters/behaviours.mjs";
import { startFront } from "../adapters/front.mjs";
import { startGo } from "../adapters/go.mjs";
import { startPage } from "../adapters/page.mjs";
import { expect, test, token } from "../lib/test.js";
import { OTHER_SECRET } from "../lib/tokens.mjs";

/** The tokens of one test, and their names. */
function wallet() {
  const labels = new Map();
  const named = (label, text) => {
    labels.set(text, label);
    return text;
  };
  let n = 0;
  const b64 = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    label: (text) => [...labels].find(([known]) => text?.includes(known))?.[1],
    mint: (label, seconds = 3600, claims = {}) => named(label, token({ jti: `${++n}`, ...claims }, seconds)),
    bad: (label) => named(label, token({ jti: `${++n}` }, 3600, OTHER_SECRET)),
    /** Claims that no library signs. */
    odd: (label, claims) => named(label, `${b64({ alg: "HS256", typ: "JWT" })}.${b64({ sub: "ada", ...claims })}.c2lnbmF0dXJl`),
  };
}

const inURL = (via) => [via].flat().includes("query");
const inHeader = (via) => [via].flat().includes("header");

for (const adapter of ["page", "go"])
  test.describe(adapter, () => {
    for (const { name, server: config, options, namespace = "", token: script, hook, rule, run, without, story, check } of behaviours) {
      test(name, async ({ server: start, open, godriver }) => {
        const t = { ...wallet(), expect };
        t.emitted = new Promise((done) => (t.release = done));
        t.server = await start(config);
        t.elsewhere = await startFront({ port: t.server.port, label: t.label });
        t.front = await startFront({ port: t.server.port, label: t.label, rule: rule && ((request) => rule(request, t)) });
        const driver = adapter === "page" ? await startPage(await open(t.front)) : await startGo(godriver);
        try {
          t.open = ({ tag = "" } = {}) =>
            driver.connect(`${t.front.url}${namespace}${tag && `?tag=${tag}`}`, options, { token: (cause, nth) => script(cause, nth, t), hook: hook && ((error, nth) => hook(error, nth, t)) });
          t.client = await t.open();
          await run?.(t.client, t);
          if (story) {
            const last = story.at(-1);
            await t.client.until(last, story.filter((word) => word === last).length);
            await t.client.state(); // what comes at once after that is there as well
            expect(t.client.story().filter((word) => !without?.test(word))).toEqual(story);
          }
          await check?.(t, t.client);
          for (const { method, transport, handshake, query, header, elsewhere } of t.front.requests) {
            expect(elsewhere, "a token in a Referer or a cookie").toBe(undefined);
            if (options.guest) continue; // some of a guest's requests have a token, others have none: the row looks at them
            expect(!!query, `a token in the URL of a ${method}, ${handshake ? "a handshake" : "not a handshake"}`).toBe(inURL(options.via) && handshake);
            // A browser's WebSocket carries no headers.
            if (transport === "polling" && method !== "OPTIONS") expect(!!header, `a token in a header of a ${method}`).toBe(inHeader(options.via));
          }
        } finally {
          await driver.stop();
          await Promise.all([t.front.stop(), t.elsewhere.stop()]);
        }
        expect(driver.logged ?? [], "what the program wrote to its log").toEqual([]);
      });
    }
  });
