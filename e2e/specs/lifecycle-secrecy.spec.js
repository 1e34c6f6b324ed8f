// The token goes to the server and nowhere else; and the ways back to a session: reauthenticate() and connect().
import { expect, four, onWays, test, together, token, tokens, ways } from "../lib/lifecycle.js";

test.use({ alone: true }); // storages, histories and cookies of nobody else

const JWT = /eyJ[\w-]{8,}\.eyJ[\w-]{4,}/;

test("no token in an event of ours, an error, the storage, the history, a referrer, or an address but the handshake's", async ({ server, open }) => {
  await together(
    Object.fromEntries(
      Object.entries(ways).map(([name, { server: config, ...options }]) => [
        name,
        async () => {
          const s = await server(config);
          const page = await open(s);
          const heard = await page.evaluate(
            async ([url, options, bad]) => {
              const heard = [];
              /** Everything in a value that a listener could print, getters and prototypes included. */
              const note = (where, args) => {
                const seen = new Set();
                const walk = (value, path, depth) => {
                  if (typeof value === "string") heard.push([path, value]);
                  if (value === null || typeof value !== "object" || seen.has(value) || depth > 4) return;
                  seen.add(value);
                  if (value instanceof Error) walk([value.message, value.stack, String(value)], path, depth + 1);
                  for (const key in value)
                    try {
                      walk(value[key], `${path}.${key}`, depth + 1);
                    } catch {}
                };
                args.forEach((arg, i) => walk(arg, `${where}(${i})`, 0));
              };
              const listen = (client) => {
                const { socket } = client;
                socket.onAny((...args) => note("onAny", args));
                socket.onAnyOutgoing((...args) => note("onAnyOutgoing", args));
                for (const event of ["connect_error", "error", "disconnect", "unauthorized"]) socket.on(event, (...args) => note(event, args));
                const { io } = socket;
                for (const event of ["open", "error", "close", "ping", "packet", "reconnect", "reconnect_attempt", "reconnect_error", "reconnect_failed"]) io.on(event, (...args) => note(`manager ${event}`, args));
                const engine = () => {
                  for (const event of ["open", "handshake", "packet", "packetCreate", "message", "data", "drain", "flush", "heartbeat", "ping", "pong", "upgrading", "upgrade", "upgradeError", "error", "close"])
                    io.engine.on(event, (...args) => note(`engine ${event}`, args.filter((arg) => !arg?.send)));
                };
                engine();
                io.on("reconnect_attempt", engine);
              };
              const good = sessions.connect(url, { ...options, onAuthenticated: (info) => (note("onAuthenticated", [{ ...info, claims: 0 }]), good.note("onAuthenticated", info)) }, 600);
              listen(good);
              await good.until("onAuthenticated");
              await good.socket.reauthenticate();
              await good.socket.emitWithAck("echo", "x");
              good.socket.disconnect();
              const refused = kit.connect(url, { ...options, token: bad, forceNew: true, onUnauthorized: (error) => (note("onUnauthorized", [error]), refused.note("onUnauthorized", error)) });
              listen(refused);
              await refused.until("onUnauthorized");
              // A server that is not there.
              const lost = kit.connect(url.replace(/\d+$/, "9"), { ...options, token: bad, forceNew: true });
              listen(lost);
              await lost.until("connect_error");
              lost.socket.disconnect();
              const addresses = performance.getEntries().map((entry) => entry.name);
              return { heard, addresses, page: [location.href, document.cookie, document.title, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), JSON.stringify(history.state)] };
            },
            [s.url, options, tokens.wronglySigned()],
          );
          await s.all();
          expect(heard.heard.length).toBeGreaterThan(20);
          expect(heard.heard.filter(([, text]) => JWT.test(text)).map(([path]) => path)).toEqual([]);
          expect(heard.page.join(" ")).not.toMatch(JWT);
          const told = heard.addresses.filter((address) => JWT.test(address));
          // The test can see one where there is one.
          if (options.via === "query") expect(told.length).toBeGreaterThan(0);
          else expect(told).toEqual([]);
          for (const address of told) expect(address).not.toContain("sid=");
          expect(s.of("request").filter((o) => o.token && o.sid)).toEqual([]);
        },
      ]),
    ),
  );
});

test("the login page sees no token: neither in its address nor in its referrer, nor behind it in the history", async ({ server, open }) => {
  for (const [via, config] of [["query", { io: "4", mode: "handshake" }], ["event", { io: "2", mode: "event" }]]) {
    const s = await server(config);
    const page = await open(s);
    await page.evaluate(([url, token, via]) => void kit.connect(url, { token, via, redirect: "/login" }), [s.url, tokens.wronglySigned(), via]);
    await page.waitForURL("**/login?*");
    const { referrer, href } = await page.evaluate(() => ({ referrer: document.referrer, href: location.href }));
    expect(referrer).toBe(`${s.url}/script`);
    expect(href).toBe(`${s.url}/login?returnTo=%2Fscript`);
    const history = await (await page.context().newCDPSession(page)).send("Page.getNavigationHistory");
    expect(JSON.stringify(history)).not.toMatch(JWT);
  }
});

test.describe("back to a session", () => {
  test("reauthenticate() brings another token to a live session, with one call of the function for many, and no event but onAuthenticated", async ({ server, open }) => {
    await onWays(four, async (config, options) => {
      const s = await server(config);
      const page = await open(s);
      const lived = await page.evaluate(
        async ([url, options]) => {
          const client = sessions.connect(url, options, 60);
          const { socket } = client;
          await client.until("onAuthenticated");
          const infos = await Promise.all([socket.reauthenticate(), socket.reauthenticate(), socket.reauthenticate()]);
          return { ...sessions.report(client), jti: infos.map((info) => [info.claims.jti, info.refreshed]), echo: await socket.emitWithAck("echo", 1) };
        },
        [s.url, options],
      );
      expect(lived.story.filter((what) => what !== "authenticated")).toEqual(["connect", "onAuthenticated", "onAuthenticated"]);
      expect(lived.causes).toEqual(["connect", "refresh"]);
      const [jti] = lived.jti[0];
      expect(lived.jti).toEqual(Array(3).fill([jti, true]));
      await s.all();
      expect(s.of("ready").at(-1).decoded.jti).toBe(jti);
      expect(lived.echo).toBe(1);
    });
  });

  test("reauthenticate() after a refusal, and with a token that is refused again", async ({ server, open }) => {
    await onWays(four, async (config, options) => {
      const s = await server(config);
      const page = await open(s);
      const lived = await page.evaluate(
        async ([url, options, bad, good]) => {
          let current = bad;
          const client = sessions.connect(url, { ...options, token: () => current });
          const { socket } = client;
          await client.until("onUnauthorized");
          if (options.via === "event") await client.until("disconnect");
          const failed = await socket.reauthenticate().then(() => "resolved", (error) => [error.name, error.reason]);
          current = good;
          const info = await socket.reauthenticate();
          return { failed, sub: info.claims.sub, refreshed: info.refreshed, echo: await socket.emitWithAck("echo", 1), active: socket.active, connected: socket.connected };
        },
        [s.url, options, tokens.wronglySigned(), tokens.good()],
      );
      expect(lived).toEqual({ failed: ["UnauthorizedError", "invalid"], sub: "ada", refreshed: false, echo: 1, active: true, connected: true });
    });
  });

  test("connect() after a login asks once for the new user's token and sends what was emitted meanwhile", async ({ server, open }) => {
    await onWays(four, async (config, options) => {
      const s = await server(config);
      const page = await open(s);
      const lived = await page.evaluate(
        async ([url, options, ada, bob]) => {
          let user = ada;
          const client = sessions.connect(url, { ...options, token: () => user });
          const { socket } = client;
          await client.until("onAuthenticated");
          socket.disconnect(); // logged out
          user = undefined;
          socket.connect();
          const { reason } = await client.until("onUnauthorized");
          user = bob;
          socket.emit("echo", "meanwhile");
          socket.connect();
          await client.until("onAuthenticated", 2);
          return { ...sessions.report(client), reason, echo: await socket.emitWithAck("echo", "after") };
        },
        [s.url, options, token(), token({ sub: "bob" })],
      );
      await s.all();
      expect(lived.reason).toBe("missing");
      expect(lived.infos.map((info) => [info.claims.sub, info.refreshed])).toEqual([["ada", false], ["bob", false]]);
      expect(lived.causes).toEqual(["connect", "connect", "connect"]);
      expect(s.of("event").filter((o) => o.name === "echo").map((o) => o.args[0])).toEqual(["meanwhile", "after"]);
      expect(s.of("ready").map((o) => o.decoded.sub)).toEqual(["ada", "bob"]);
    });
  });
});
