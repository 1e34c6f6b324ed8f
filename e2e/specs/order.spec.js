// The order of things (what is sent when, what is told when), token functions, and leaving the page.
import { expect, test, token, tokens } from "../lib/test.js";

const servers = { "2.5.1": { io: "2", mode: "event" }, "4.8.4, query": { io: "4", mode: "handshake" } };
const viaOf = ({ mode }) => (mode === "event" ? "event" : "query");

for (const [name, config] of Object.entries(servers)) {
  const via = viaOf(config);

  test(`${name}: events emitted before acceptance go out after it, in order, and only authenticate goes before`, async ({ server, open }) => {
    const s = await server(config);
    const page = await open(s);
    const echoes = await page.evaluate(async ([url, token, via]) => {
      let give;
      const { socket, until } = kit.connect(url, { via, token: () => new Promise((done) => (give = done)) });
      const heard = [];
      socket.on("echo", (n) => heard.push(n));
      socket.emit("echo", 1); // before the WASM runs
      await lib.load();
      socket.emit("echo", 2); // while the token function works
      while (!give) await new Promise((done) => setTimeout(done));
      give(token);
      socket.emit("echo", 3);
      socket.on("connect", () => socket.emit("echo", 4)); // connected, and with `event` not yet accepted
      await until("onAuthenticated");
      const last = await socket.emitWithAck("echo", "last");
      return [...heard, last];
    }, [s.url, tokens.good(), via]);
    expect(echoes).toEqual([1, 2, 3, 4, "last"]);
    await s.all();
    const names = s.of("event").map((o) => o.name);
    expect(names).toEqual([...(via === "event" ? ["authenticate"] : []), ...Array(5).fill("echo")]);
    expect(s.of("event").slice(-5).map((o) => o.args[0])).toEqual([1, 2, 3, 4, "last"]);
  });

  test(`${name}: a refused token is asked for once more, and another one is tried before any hook hears of it`, async ({ server, open }) => {
    const s = await server(config);
    const page = await open(s);
    const result = await page.evaluate(async ([url, bad, good, via]) => {
      const causes = [];
      const client = kit.connect(url, { via, token: ({ cause }) => (causes.push(cause), cause === "unauthorized" ? good : bad) });
      const { claims } = await client.until("onAuthenticated");
      return { causes, sub: claims.sub, told: client.story().filter((what) => /unauth|expired/i.test(what)).filter((what) => what.startsWith("on")) };
    }, [s.url, tokens.wronglySigned(), tokens.good(), via]);
    expect(result).toEqual({ causes: ["connect", "unauthorized"], sub: "ada", told: [] });
  });

  test(`${name}: the same token again stays refused: one hook, no reconnection, until connect() with a new one`, async ({ server, open }) => {
    const s = await server(config);
    const page = await open(s);
    const result = await page.evaluate(async ([url, bad, good, via]) => {
      const causes = [];
      let current = bad;
      const client = kit.connect(url, { via, reconnectionDelay: 10, reconnectionDelayMax: 10, token: ({ cause }) => (causes.push(cause), current) });
      await client.until("onUnauthorized");
      // Fifty times the reconnection delay: whoever wanted to come back would have.
      await new Promise((done) => setTimeout(done, 500));
      const asked = [...causes];
      current = good;
      client.socket.connect();
      await client.until("onAuthenticated");
      return { asked, causes, hooks: client.story().filter((what) => what === "onUnauthorized").length };
    }, [s.url, tokens.wronglySigned(), tokens.good(), via]);
    expect(result).toEqual({ asked: ["connect", "unauthorized"], causes: ["connect", "unauthorized", "connect"], hooks: 1 });
  });

  test(`${name}: a token that the hook returns is tried, once`, async ({ server, open }) => {
    const s = await server(config);
    const page = await open(s);
    const result = await page.evaluate(async ([url, bad, good, via]) => {
      const client = kit.connect(url, { via, token: bad, onUnauthorized: (error) => (client.note("hook", error.reason), good) });
      await client.until("onAuthenticated");
      const worse = kit.connect(url, { via, forceNew: true, token: bad, onUnauthorized: (error) => (worse.note("hook", error.reason), bad + "x") });
      await worse.until("hook", 2); // the returned token's own refusal is told, too
      await new Promise((done) => setTimeout(done, 300));
      return { good: client.story().filter((what) => what === "hook").length, worse: worse.story().filter((what) => what === "hook").length };
    }, [s.url, tokens.wronglySigned(), tokens.good(), via]);
    expect(result).toEqual({ good: 1, worse: 2 });
  });
}

test("a token function that throws, rejects or takes too long is unavailable, and asked again", async ({ server, open }) => {
  const s = await server({ io: "2", mode: "event" });
  const page = await open(s);
  const result = await page.evaluate(async ([url, good]) => {
    const ways = [
      () => {
        throw new Error("no session");
      },
      () => Promise.reject(new Error("offline")),
      () => new Promise(() => {}),
      () => good,
    ];
    let n = 0;
    const client = kit.connect(url, { token: () => ways[n++](), tokenTimeout: 200, reconnectionDelay: 10 });
    await client.until("onAuthenticated");
    return client.log.filter((entry) => entry.what === "onUnauthorized").map(({ value }) => [value.reason, value.cause]);
  }, [s.url, tokens.good()]);
  expect(result.map(([reason]) => reason)).toEqual(["unavailable", "unavailable", "unavailable"]);
  expect(result[0][1]).toContain("no session");
  expect(result[1][1]).toContain("offline");
});

test("listeners and hooks that throw are reported and break nothing", async ({ server, open, errors }) => {
  const s = await server({ io: "2", mode: "event" });
  const page = await open(s);
  const echo = await page.evaluate(async ([url, token]) => {
    const thrower = (what) => () => {
      throw new Error(what);
    };
    const client = kit.connect(url, { token, onAuthenticated: thrower("hook") });
    client.socket.on("connect", thrower("connect"));
    client.socket.on("authenticated", thrower("authenticated"));
    client.socket.on("echo", thrower("echo"));
    const heard = new Promise((done) => client.socket.on("echo", done));
    client.socket.emit("echo", "still here");
    return heard;
  }, [s.url, tokens.good()]);
  expect(echo).toBe("still here");
  await expect.poll(() => errors.map((text) => text.replace(/^.*: /, "")).sort()).toEqual(["authenticated", "connect", "echo", "hook"]);
  errors.length = 0;
});

test.describe("redirect", () => {
  for (const callback of [undefined, 15_000]) {
    test(`callback ${callback}: the acknowledgement is on the wire before the page is left, and the way back goes with it`, async ({ server, open }) => {
      const s = await server({ io: "2", mode: "event", jwt: { callback } });
      const page = await open(s, "/script?room=é#chat");
      const from = page.url();
      await page.evaluate(([url, token]) => {
        sessions.slow(20);
        const client = kit.connect(url, { token, redirect: "/login", onUnauthorized: async () => void (await new Promise((done) => setTimeout(done, 50))) });
      }, [s.url, tokens.wronglySigned()]);
      await page.waitForURL("**/login?*");
      expect(new URL(page.url()).searchParams.get("returnTo")).toMatch(/\/script\?room=.*#chat$/);
      expect(new URL(new URL(page.url()).searchParams.get("returnTo"), from).href).toBe(from);
      expect((await s.until("ack")).at).toBeLessThanOrEqual((await s.until("disconnect")).at);
      expect(s.of("ack")).toHaveLength(1);
    });
  }

  test("onUnauthorized, then onExpired, then the redirect's function; to another origin only if allowed", async ({ server, open, errors }) => {
    const s = await server({ io: "2", mode: "event" });
    const other = await server({ io: "4", mode: "plain" });
    const page = await open(s);
    const told = [];
    await page.exposeFunction("tell", (what) => void told.push(what));
    const run = (redirectOrigins) =>
      page.evaluate(([url, token, to, redirectOrigins]) => {
        kit.connect(url, {
          token,
          forceNew: true,
          redirectOrigins,
          returnTo: false,
          onUnauthorized: () => void tell("onUnauthorized"),
          onExpired: () => void tell("onExpired"),
          redirect: (error) => (tell("redirect " + error.reason), to),
        });
      }, [s.url, tokens.expired(), other.url + "/login", redirectOrigins]);
    await run([]);
    await expect.poll(() => errors.length).toBe(1);
    expect(errors.splice(0)[0]).toContain("redirectOrigins");
    await expect.poll(() => told).toEqual(["onUnauthorized", "onExpired", "redirect expired"]);
    expect(page.url()).toContain(s.url);
    await run([other.url]);
    await page.waitForURL(other.url + "/login");
  });

  test("javascript: and friends are refused; a network error and a login page that itself connects redirect nothing", async ({ server, open, errors }) => {
    const s = await server({ io: "2", mode: "event" });
    const page = await open(s);
    for (const to of ["javascript:alert(1)", "data:text/html,x", "blob:x"]) {
      await page.evaluate(([url, token, redirect]) => void kit.connect(url, { token, redirect, forceNew: true }), [s.url, tokens.wronglySigned(), to]);
      await expect.poll(() => errors.length, to).toBe(1);
      errors.length = 0;
    }
    const dead = await server({ io: "2", mode: "event" });
    await dead.stop();
    await page.evaluate(async ([url, token]) => {
      const client = kit.connect(url, { token, redirect: "/login", transports: ["websocket"], reconnectionDelay: 10 });
      await client.until("connect_error", 3);
      client.socket.disconnect();
    }, [dead.url, tokens.good()]);
    expect(new URL(page.url()).pathname).toBe("/script");

    // The page that a redirect leads to is the page that connects: it may not send itself to itself for ever.
    let loads = 0;
    page.on("load", () => loads++);
    await page.evaluate(([url, token]) => kit.connect(url, { token, forceNew: true, redirect: "/script" }).until("onUnauthorized"), [s.url, tokens.wronglySigned()]);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
    expect(loads).toBeLessThanOrEqual(1);
    errors.length = 0; // how the loop was stopped may be said
  });
});
