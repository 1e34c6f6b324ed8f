// Pages that sleep: frozen, offline, hidden with throttled timers, and what the back/forward cache tells them. On waking
// they look at the deadlines first, then at the connection, and then they speak.
import { counted, echoes, expect, expectGoodTokens, expectNoDeadSpeech, four, onWays, test, together, two, wait, ways } from "../lib/lifecycle.js";

const SECONDS = 4;

/** Connects with short tokens and emits all the while. */
const begin = (page, url, options, every = 50) =>
  page.evaluate(
    async ([url, options, seconds, every]) => {
      const client = sessions.connect(url, { reconnectionDelay: 20, reconnectionDelayMax: 100, ...options }, seconds);
      await client.until("onAuthenticated");
      sessions.emits(client, every);
    },
    [url, options, SECONDS, every],
  );

/** Stops the emits, when all that were made have been answered; `lossy`: acks that died with a connection never are. */
const end = (page, lossy) =>
  page.evaluate(async (lossy) => {
    const [client] = kit.sockets;
    await client.stop(lossy);
    return sessions.report(client);
  }, lossy);

test("a page frozen past its token's end: emits on waking wait for another token", async ({ server, aside }) => {
  const pages = [];
  for (const name of four) {
    const { server: config, ...options } = ways[name];
    const s = await server(config);
    pages.push({ name, s, options, page: await aside(s) });
  }
  await aside(pages[0].s, "/"); // in front of them
  await together(
    Object.fromEntries(
      pages.map(({ name, s, page, options }) => [
        name,
        async () => {
          await begin(page, s.url, options);
          await page.evaluate(async () => {
            const [client] = kit.sockets;
            // A fetch does not survive being frozen, a websocket does.
            while (client.socket.io.engine.transport.name !== "websocket") await new Promise((done) => setTimeout(done, 10));
            // The first to run on waking, before any timer of ours: in the page's own handlers.
            client.woken = [];
            for (const event of ["resume", "visibilitychange"])
              document.addEventListener(
                event,
                () => {
                  client.woken.push(event);
                  client.emit();
                },
                true,
              );
          });

          await page.freeze();
          const frozen = Date.now() + 50; // the page's clock may differ by as much
          await wait(SECONDS * 1000 + 1500);
          const thawed = Date.now() - 50;
          await page.thaw();
          await page.evaluate(() => kit.sockets[0].until("onAuthenticated", 2));
          // Chromium ends the websocket of a frozen page when something arrives over it, such as an ack.
          const lived = await end(page, true);
          expect(await page.evaluate(() => kit.sockets[0].woken), "it spoke on waking").toContain("resume");
          expect(lived.story).not.toContain("onUnauthorized");
          await s.all();
          expect(echoes(s).filter(({ at }) => at > frozen && at < thawed), "emitted while it was frozen").toEqual([]); // by the page's clock
          expect(echoes(s).map(({ i }) => i)).toEqual(counted(lived.sent));
          expectGoodTokens(s, { gapless: false });
          expectNoDeadSpeech(s);
        },
      ]),
    ),
  );
});

test("a page frozen until the server has closed: the client finds the dead connection before it emits", async ({ server, aside }) => {
  const pages = [];
  for (const name of two) {
    const { server: config, ...options } = ways[name];
    // The page has most of the five seconds for its answer, as long as it is awake.
    const s = await server({ ...config, options: { pingInterval: 500, pingTimeout: 4500 } });
    pages.push({ name, s, options, page: await aside(s) });
  }
  await aside(pages[0].s, "/");
  await together(
    Object.fromEntries(
      pages.map(({ name, s, page, options }) => [
        name,
        async () => {
          await page.evaluate(
            async ([url, options]) => {
              const client = sessions.connect(url, { ...options, transports: ["websocket"], reconnectionDelay: 20, token: () => mint(60) });
              await client.until("onAuthenticated");
              sessions.emits(client, 50);
            },
            [s.url, options],
          );
          await s.until("event", (o) => o.name === "echo");
          await page.freeze();
          await s.until("disconnect");
          await wait(1000); // the page's own deadline is later, if it has heard the last ping late
          await page.thaw();
          await page.evaluate(() => kit.sockets[0].until("onAuthenticated", 2));
          const lived = await end(page, true);
          expect(lived.story.filter((what) => what === "disconnect")).toHaveLength(1);
          expect(lived.causes).toEqual(["connect", "reconnect"]);
          await s.all();
          // What was on its way when it was frozen may have died with the connection; what was said on waking has not.
          const [first, second] = s.of("ready").map((o) => o.id);
          const said = (id) => s.of("event").filter((o) => o.id === id && o.name === "echo").map((o) => o.args[0].i);
          expect(said(second)).toEqual(counted(lived.sent).slice(said(second)[0]));
          expect(said(second)[0] - said(first).at(-1), "the first that was heard after the last that was").toBeLessThanOrEqual(2);
          expect(said(first)).toEqual(counted(said(first).length));
        },
      ]),
    ),
  );
});

test("a page offline past its token's end: another token, and no emit lost or sent twice", async ({ server, open, context }) => {
  const s = await server({ ...ways["query on 4.8.4"].server });
  const page = await context.newPage();
  const url = s.url.replace("127.0.0.1", "app.localhost"); // a name that is not this very machine's: those are never offline
  await page.goto(url + "/script");
  await page.waitForFunction(() => window.ready && window.sessions);
  await begin(page, url, { via: "query" });
  await context.setOffline(true);
  expect(await page.evaluate(() => kit.sockets[0].until("disconnect"))).toBe("transport close");
  await wait(SECONDS * 1000 + 500);
  const before = await page.evaluate(() => kit.sockets[0].story().filter((what) => what === "onAuthenticated").length);
  await context.setOffline(false);
  await page.evaluate((before) => kit.sockets[0].until("onAuthenticated", before + 1), before);
  const lived = await end(page, true);
  expect(lived.story).not.toContain("onUnauthorized");
  // A machine that is busy may have renewed before it was offline.
  expect(lived.causes.filter((cause) => cause !== "refresh").slice(0, 2)).toEqual(["connect", "reconnect"]);
  await s.all();
  const said = echoes(s).map(({ i }) => i);
  expect(said).toEqual(said.toSorted((a, b) => a - b));
  expect(new Set(said).size).toBe(said.length);
  expectGoodTokens(s, { gapless: false });
  expectNoDeadSpeech(s);
});

test.describe("hidden pages, with late timers", () => {
  /** Timers of the page fire only when the test lets them; everything else goes on, as in a hidden page. */
  const throttled = async (context, open, s) => {
    await context.addInitScript(() => {
      const [timeout, interval] = [setTimeout.bind(window), setInterval.bind(window)];
      let late;
      window.throttle = (on) => {
        const fire = late;
        late = on ? [] : undefined;
        fire?.forEach((fn) => fn());
      };
      const wrap = (fn, args) => () => (late ? late.push(() => fn(...args)) : fn(...args));
      window.setTimeout = (fn, ms, ...args) => timeout(wrap(fn, args), ms);
      window.setInterval = (fn, ms, ...args) => interval(wrap(fn, args), ms);
    });
    return open(s);
  };

  test("a packet from the server lets a hidden page renew in time", async ({ server, open, context }) => {
    await onWays(two, async (config, options) => {
      const s = await server({ ...config, ticks: 100 });
      const page = await throttled(context, open, s);
      await page.evaluate(
        async ([url, options]) => {
          const client = sessions.connect(url, options, 8, 2);
          await client.until("onAuthenticated");
          throttle(true);
        },
        [s.url, options],
      );
      await s.until("ready", () => s.of("ready").length === 3);
      await page.evaluate(() => throttle(false));
      await page.evaluate(() => kit.sockets[0].until("onAuthenticated", 3));
      await s.all();
      expectGoodTokens(s);
      expect(await page.evaluate(() => kit.sockets[0].story().filter((what) => what !== "authenticated"))).toEqual(["connect", "onAuthenticated", "onAuthenticated", "onAuthenticated"]);
    });
  });

  test("without packets from the server, a hidden page asks for another token on waking before it emits", async ({ server, open, context }) => {
    await onWays(two, async (config, options) => {
      const s = await server(config);
      const page = await throttled(context, open, s);
      await begin(page, s.url, options);
      await page.evaluate(() => throttle(true));
      await wait(SECONDS * 1000 + 1000);
      await page.evaluate(() => throttle(false)); // all at once, in the order in which they were due
      await page.evaluate(() => kit.sockets[0].until("onAuthenticated", 2));
      const lived = await end(page);
      await s.all();
      expect(lived.story).not.toContain("onUnauthorized");
      expect(echoes(s).map(({ i }) => i)).toEqual(counted(lived.sent));
      expectGoodTokens(s, { gapless: false });
      expectNoDeadSpeech(s);
    });
  });
});

// Playwright turns the cache itself off; these are its events.
test("a page in the back/forward cache is silent, and asks for a token when it is shown again", async ({ server, open, mint }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const page = await open(s);
  const requests = () => s.of("request").length;
  await page.evaluate(async (url) => {
    const client = sessions.connect(url, { via: "query", transports: ["polling"], reconnectionDelay: 20 }, 600);
    await client.until("onAuthenticated");
    dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
  }, s.url);
  await page.evaluate(() => fetch("/").then((response) => response.text())); // what was sent before has arrived, too
  await s.all();
  const aside = requests();
  await wait(300); // fifteen times the reconnectionDelay
  await s.all();
  expect(requests(), "it polls nobody").toBe(aside);
  const lived = await page.evaluate(async () => {
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    await kit.sockets[0].until("onAuthenticated", 2);
    return sessions.report(kit.sockets[0]);
  });
  expect(lived.story).toEqual(["connect", "onAuthenticated", "disconnect", "connect", "onAuthenticated"]);
  expect(lived.causes).toEqual(["connect", "reconnect"]);
  expect(mint).toHaveLength(2);
});
