// A client's clock that is wrong by an hour, or set while the program runs: renewed in time and not in a loop. The
// servers' clocks and the tokens' are right; only the page's Date lies.
import { expect, expectGoodTokens, expectNoDeadSpeech, test, together, ways } from "../lib/lifecycle.js";

const HOUR = 3_600_000;
const SECONDS = 8;
const RENEWALS = 2;

/** A page whose Date is off by `skew` from its first script on; skewClock(ms) sets it anew, rightTime() does not lie. */
async function skewed(context, open, s, skew) {
  await context.addInitScript(() => {
    const Real = Date;
    window.rightTime = () => Real.now();
    let skew = 0;
    window.skewClock = (ms) => (skew = ms);
    window.Date = class extends Real {
      constructor(...args) {
        if (args.length) super(...args);
        else super(Real.now() + skew);
      }
      static now() {
        return Real.now() + skew;
      }
    };
  });
  await context.addInitScript(`if (location.port === "${s.port}") skewClock(${skew})`);
  return open(s);
}

// Over polling of the same origin the page reads the server's Date header; over websocket, or from another origin, it
// has nothing but the tokens to tell the time by.
const kinds = {
  "event on 2.5.1": { transports: ["websocket"] },
  "query on 4.8.4": {},
  "auth on 4.8.4 with @thream/socketio-jwt": { transports: ["websocket"] },
};

for (const [name, more] of Object.entries(kinds)) {
  const { server: config, ...way } = ways[name];
  const options = { ...way, ...more };

  test(`a clock an hour ahead or behind, ${name}: renewals come as often as with the right time, and in time`, async ({ server, open, context }) => {
    const row = async (skew) => {
      const s = await server(config);
      const page = await skewed(context, open, s, skew);
      const lived = await page.evaluate(
        async ([url, options, seconds, renewals]) => {
          const began = performance.now();
          const client = sessions.connect(url, options, seconds, renewals + 1);
          await client.until("onAuthenticated", renewals + 1);
          return { ...sessions.report(client), took: performance.now() - began };
        },
        [s.url, options, SECONDS, RENEWALS],
      );
      const story = lived.story.filter((what) => what !== "authenticated");
      expect(story).toEqual(["connect", "onAuthenticated", "onAuthenticated", "onAuthenticated"]);
      await s.all();
      expectGoodTokens(s);
      // One more call at most: a token that looks old under a clock that runs ahead is asked for once more.
      expect(lived.causes.filter((cause) => cause === "refresh")).toHaveLength(RENEWALS);
      expect(lived.causes.length).toBeLessThanOrEqual(RENEWALS + 2);
      expect(lived.took, "two renewals, each after half of a life").toBeGreaterThan((RENEWALS * (SECONDS - 1) * 1000) / 2 - 500);
    };
    await together({ right: () => row(0), ahead: () => row(HOUR), behind: () => row(-HOUR) });
  });

  test(`a clock that is set while the page runs, ${name}: renewals come neither in a loop nor too late`, async ({ server, open, context }) => {
    const row = async (steps) => {
      const s = await server(config);
      const page = await skewed(context, open, s, 0);
      const lived = await page.evaluate(
        async ([url, options, seconds, steps]) => {
          const client = sessions.connect(url, { ...options, reconnectionDelay: 20 }, seconds);
          await client.until("onAuthenticated");
          sessions.emits(client, 50);
          const began = performance.now();
          for (const skew of steps) {
            skewClock(skew);
            const accepted = client.story().filter((what) => what === "onAuthenticated").length;
            await client.until("onAuthenticated", accepted + 1); // renewed under this clock
          }
          const took = performance.now() - began;
          const echo = await client.socket.emitWithAck("echo", 1);
          return { ...sessions.report(client), echo, took };
        },
        [s.url, options, SECONDS, steps],
      );
      expect(lived.echo).toBe(1);
      expect(lived.story).not.toContain("onUnauthorized");
      await s.all();
      expectGoodTokens(s, { gapless: false });
      expectNoDeadSpeech(s);
      // Each renewal takes half of a life; a step that looks like a sleep may cost two calls more.
      const due = Math.ceil(lived.took / (((SECONDS - 1) * 1000) / 2));
      expect(lived.causes.length, `calls in ${Math.round(lived.took)} ms`).toBeLessThanOrEqual(1 + due + 2 * steps.length);
    };
    await together({ "ahead and back": () => row([HOUR, 0]), "behind, then ahead": () => row([-HOUR, HOUR]) });
  });
}

test("the clock of the server and of the tokens' issuer is an hour off: the client follows it, not the page's", async ({ server, open }) => {
  await together(
    Object.fromEntries(
      [HOUR, -HOUR].map((skew) => [
        `${skew / HOUR} h`,
        async () => {
          const clockTimestamp = Math.floor((Date.now() + skew) / 1000);
          const s = await server({ io: "4", mode: "handshake", dateSkew: skew, jwt: { clockTimestamp } });
          const page = await open(s);
          const lived = await page.evaluate(
            async ([url, hour]) => {
              const sign = () => mint(3600, { iat: Math.floor((Date.now() + hour) / 1000), exp: Math.floor((Date.now() + hour) / 1000) + 60 });
              const client = sessions.connect(url, { via: "query", token: sign });
              await client.until("onAuthenticated");
              await new Promise((done) => setTimeout(done, 3000));
              return { ...sessions.report(client), echo: await client.socket.emitWithAck("echo", 1) };
            },
            [s.url, skew],
          );
          expect(lived.echo).toBe(1);
          expect(lived.story).toEqual(["connect", "onAuthenticated"]);
          expect(lived.causes.length).toBeLessThanOrEqual(2);
        },
      ]),
    ),
  );
});
