// The end of a token in the middle of a session, and the hooks: what is told, in which order, once, whatever comes in
// between. The order: onUnauthorized, its end, the acknowledgement, onExpired, redirect.
import { expect, expectNoDeadSpeech, onWays, test, together, tokens, two, wait, ways } from "../lib/lifecycle.js";

const bad = tokens.wronglySigned;

/**
 * Connects with a token of `seconds` that is never renewed, emits all the while, and notes the hooks; onUnauthorized
 * takes 100 ms. Returns when the connection is over. `asked` are the token function's calls since the session began: a
 * token that is over before it is accepted, on a busy machine, is replaced by another one.
 */
const outlive = (page, url, options, seconds = 5) =>
  page.evaluate(
    async ([url, options, seconds]) => {
      let only;
      let client; // a token is asked for before there is one
      const accepted = () => client?.story().includes("onAuthenticated");
      client = sessions.connect(url, {
        ...options,
        refreshBefore: 0,
        token: async () => (accepted() ? only : (only = await mint(seconds))),
        onUnauthorized: async (error) => {
          client.note("onUnauthorized", error);
          await new Promise((done) => setTimeout(done, 100));
          client.note("settled");
        },
        redirect: (error) => void client.note("redirect", error.reason),
      });
      await client.until("onAuthenticated");
      const before = client.causes.length;
      sessions.emits(client, 20);
      await Promise.all([client.until("redirect"), client.until("disconnect")]);
      await new Promise((done) => setTimeout(done, 300));
      const { connected, authenticated, active } = client.socket;
      return { ...sessions.report(client), asked: client.causes.slice(before), log: client.log, state: { connected, authenticated, active } };
    },
    [url, options, seconds],
  );

const hooks = ["onUnauthorized", "settled", "onExpired", "redirect"];
const told = (lived) => lived.story.filter((what) => hooks.includes(what) || what === "disconnect");

for (const [name, { server: config, ...options }] of Object.entries(ways)) {
  test(`a token expires in the middle of a session, ${name}: no emit after it, the hooks in order, the connection closed`, async ({ server, open }) => {
    await together({
      async "the server goes on talking"() {
        const s = await server({ ...config, ticks: 50 });
        const page = await open(s);
        const lived = await outlive(page, s.url, options);
        expect(told(lived)).toEqual([...hooks, "disconnect"]);
        expect(lived.log.find((e) => e.what === "disconnect").value).toBe("io client disconnect");
        expect(lived.log.find((e) => e.what === "onExpired").value).toMatchObject({ reason: "expired" });
        expect(lived.state).toEqual({ connected: false, authenticated: false, active: false });
        // A provider is asked once more: another token would have gone on.
        expect(lived.asked).toEqual(["unauthorized"]);
        await s.until("disconnect");
        expect(s.of("ready")).toHaveLength(1);
        expect(await s.tell("count")).toBe(0);
        expectNoDeadSpeech(s);
      },
      async "the server hangs up"() {
        const s = await server({ ...config, strict: true });
        const page = await open(s);
        const lived = await outlive(page, s.url, options);
        expect(told(lived).filter((what) => what !== "disconnect")).toEqual(hooks);
        expect(lived.log.filter((e) => e.what === "disconnect")).toHaveLength(1);
        expect(lived.log.find((e) => e.what === "onExpired").value).toMatchObject({ reason: "expired" });
        await s.all();
        expect(s.of("ready")).toHaveLength(1);
        expectNoDeadSpeech(s);
      },
    });
  });
}

test("a token expires while the function has another one: the session goes on, and no hook is called", async ({ server, open }) => {
  await onWays(two, async (config, options) => {
    const s = await server(config);
    const page = await open(s);
    const lived = await page.evaluate(
      async ([url, options]) => {
        const client = sessions.connect(url, { ...options, refreshBefore: 0 }, 5, 1);
        await client.until("onAuthenticated");
        sessions.emits(client, 20);
        await client.until("onAuthenticated", 2);
        await client.stop();
        return sessions.report(client);
      },
      [s.url, options],
    );
    expect(lived.causes).toEqual(["connect", "unauthorized"]);
    expect(lived.infos.map((info) => info.refreshed)).toEqual([false, true]);
    expect(lived.story).not.toContain("onUnauthorized");
    expect(lived.story).not.toContain("disconnect");
    await s.all();
    const said = s.of("event").filter((o) => o.name === "echo").map((o) => o.args[0].i);
    expect(said).toEqual(said.map((_, i) => i));
    expectNoDeadSpeech(s);
  });
});

test("the server revokes a live session: its callback is acknowledged after the hook and before onExpired, and the server closes the connection", async ({ server, open }) => {
  await together(
    Object.fromEntries(
      ["1", "2"].map((io) => [
        io,
        async () => {
          const s = await server({ io, mode: "event" });
          const page = await open(s);
          await page.evaluate(async ([url, token]) => {
            const client = kit.connect(url, {
              token,
              onUnauthorized: async (error) => {
                client.note("onUnauthorized", error.reason);
                await new Promise((done) => (window.release = done));
                client.note("settled");
              },
              redirect: (error) => void client.note("redirect", error.reason),
            });
            await client.until("onAuthenticated");
          }, [s.url, tokens.good()]);
          const asked = s.tell("ask", { args: ["unauthorized", { message: "jwt expired", data: { message: "jwt expired", code: "invalid_token" } }] });
          await page.evaluate(() => kit.sockets[0].until("onUnauthorized"));
          await s.all();
          expect(s.of("ack"), "the hook is still at work").toEqual([]);
          await page.evaluate(() => release());
          await asked;
          expect(s.of("ack")).toHaveLength(1);
          await s.tell("disconnect");
          const story = await page.evaluate(async () => (await kit.sockets[0].until("disconnect"), kit.sockets[0].story()));
          expect(story.filter((what) => hooks.includes(what))).toEqual(hooks);
        },
      ]),
    ),
  );
});

test.describe("events between a refusal and its end", () => {
  /** A page whose onUnauthorized waits for release(); its hooks are noted. */
  const refused = async (server, open, { io = "2", options = {}, path } = {}) => {
    const s = await server({ io, mode: "event" });
    const page = await open(s, path);
    await page.evaluate(async ([url, token, options]) => {
      const working = new Promise((done) => (window.release = done));
      const client = kit.connect(url, {
        token,
        onUnauthorized: async (error) => {
          client.note("onUnauthorized", error.reason);
          await working;
          client.note("settled");
        },
        onExpired: () => client.note("onExpired"),
        redirect: (error) => void client.note("redirect", error.reason),
        ...kit.functions(options),
      });
      await client.until("onUnauthorized");
    }, [s.url, bad(), options]);
    return { s, page, story: () => page.evaluate((hooks) => kit.sockets[0].story().filter((what) => hooks.includes(what)), hooks) };
  };
  const once = ["onUnauthorized", "settled", "redirect"];

  test("a second unauthorized while the hook runs: both acknowledged once, one hook, one redirect", async ({ server, open }) => {
    const { s, page, story } = await refused(server, open);
    // Counted where they leave: the server hangs up on the first, and may do so before it reads the second.
    await page.evaluate(() => {
      window.acks = 0;
      kit.sockets[0].socket.io.engine.on("packetCreate", ({ type, data }) => (acks += type === "message" && /^3\d+\[/.test(data)));
    });
    s.tell("ask", { args: ["unauthorized", { message: "again", data: { message: "again", code: "invalid_token" } }] }).catch(() => {});
    await page.evaluate(() => kit.sockets[0].until("unauthorized", 2));
    expect(await page.evaluate(() => acks)).toBe(0);
    await page.evaluate(() => release());
    await s.until("disconnect");
    await page.evaluate(() => kit.sockets[0].until("redirect"));
    expect(await page.evaluate(() => acks)).toBe(2);
    expect(s.of("ack").length).toBeGreaterThan(0);
    expect(await story()).toEqual(once);
  });

  test("the server, the network or the user ends the connection while the hook runs: onExpired is called once all the same", async ({ server, open }) => {
    await together({
      async server() {
        const { s, page, story } = await refused(server, open);
        await s.tell("disconnect");
        await page.evaluate(async () => (await kit.sockets[0].until("disconnect"), release(), kit.sockets[0].until("redirect")));
        expect(await story()).toEqual(once);
        await s.all();
        expect(s.of("ack")).toEqual([]);
      },
      async network() {
        // Between two polls, in the middle of an upgrade, a cut is nothing that the browser does not mend by itself.
        const { s, page, story } = await refused(server, open, { options: { transports: ["websocket"], reconnectionDelay: 20 } });
        await s.tell("cut");
        await page.evaluate(async () => (await kit.sockets[0].until("disconnect"), release(), kit.sockets[0].until("redirect")));
        expect(await story()).toEqual(once);
        await wait(300); // fifteen times the reconnectionDelay
        await s.all();
        expect(s.of("connection")).toHaveLength(1);
      },
      async user() {
        const { s, page, story } = await refused(server, open);
        await page.evaluate(async () => (kit.sockets[0].socket.disconnect(), await kit.sockets[0].until("disconnect"), release(), kit.sockets[0].until("redirect")));
        expect(await story()).toEqual(once);
        await s.until("ack"); // disconnect() acknowledges first
        await s.until("disconnect");
        expect(s.of("ack")).toHaveLength(1);
      },
      async "the page is left, over websocket"() {
        const { s, page } = await refused(server, open, { options: { transports: ["websocket"] } });
        await page.goto("about:blank");
        await s.until("disconnect");
        expect(s.of("ack")).toHaveLength(1);
      },
      async "the page is left, over polling"() {
        const { s, page } = await refused(server, open, { options: { transports: ["polling"] } });
        await page.goto("about:blank");
        await s.until("disconnect"); // the poll that ends tells the server sooner than any word of ours
        expect(s.of("ack").length).toBeLessThanOrEqual(1);
      },
    });
  });

  test("a hook that never settles: after ten seconds the callback is acknowledged and onExpired is called", { tag: "@waits" }, async ({ server, open }) => {
    const { s, page, story } = await refused(server, open);
    const { at: told } = await s.until("event", (o) => o.name === "authenticate");
    const { at } = await s.until("ack");
    expect(at - told, "ms that the hook was given").toBeGreaterThan(9_500);
    await s.until("disconnect");
    await page.evaluate(() => kit.sockets[0].until("redirect"));
    await page.evaluate(() => release()); // too late to matter
    await wait(200); // nothing may come, so there is nothing to wait for
    await s.all();
    expect(s.of("ack")).toHaveLength(1);
    expect(await story()).toEqual(["onUnauthorized", "redirect", "settled"]);
  });

  test("a hook that throws or rejects is reported, and onExpired is called once", async ({ server, open, errors }) => {
    for (const body of ["() => { throw new Error('the hook fell over') }", "async () => { throw new Error('the hook fell over') }"]) {
      const s = await server({ io: "2", mode: "event" });
      const page = await open(s);
      const story = await page.evaluate(async ([url, token, body]) => {
        const client = kit.connect(url, { token, onUnauthorized: (0, eval)(body), redirect: () => void client.note("redirect") });
        await client.until("redirect");
        await client.until("disconnect");
        return client.story();
      }, [s.url, bad(), body]);
      expect(story.filter((what) => what === "redirect")).toHaveLength(1);
      await s.until("ack");
      await s.until("disconnect");
      expect(s.of("ack")).toHaveLength(1);
      await expect.poll(() => errors.length).toBe(1);
      expect(errors.splice(0)[0]).toContain("the hook fell over");
    }
  });

  test("a token that the hook returns is tried once: taken, or refused to the end", async ({ server, open }) => {
    await together({
      async taken() {
        const s = await server({ io: "2", mode: "event" });
        const page = await open(s);
        const lived = await page.evaluate(async ([url, bad, good]) => {
          const client = kit.connect(url, { token: bad, onUnauthorized: (error) => (client.note("onUnauthorized", error.reason), good), redirect: () => void client.note("redirect") });
          await client.until("onAuthenticated");
          const { active, connected, authenticated } = client.socket;
          return { echo: await client.socket.emitWithAck("echo", 1), story: client.story(), state: { active, connected, authenticated } };
        }, [s.url, bad(), tokens.good()]);
        expect(lived.echo).toBe(1);
        expect(lived.state).toEqual({ active: true, connected: true, authenticated: true });
        expect(lived.story.filter((what) => what === "onUnauthorized")).toHaveLength(1);
        expect(lived.story).not.toContain("redirect");
        await s.until("ack");
        await wait(200); // no second one may come
        await s.all();
        expect(s.of("ack")).toHaveLength(1);
      },
      async refused() {
        const s = await server({ io: "2", mode: "event" });
        const page = await open(s);
        const lived = await page.evaluate(async ([url, bad, worse]) => {
          const client = kit.connect(url, { token: bad, onUnauthorized: (error) => (client.note("onUnauthorized", error.reason), worse), redirect: () => void client.note("redirect") });
          await client.until("redirect");
          await client.until("disconnect");
          await new Promise((done) => setTimeout(done, 300));
          return client.story();
        }, [s.url, bad(), tokens.malformed()]);
        expect(lived.filter((what) => what === "redirect")).toHaveLength(1);
        // The returned token's own refusal is a refusal that stands, and is told.
        expect(lived.filter((what) => what === "onUnauthorized")).toHaveLength(2);
        await s.count("ack", 2);
        expect(s.of("event").filter((o) => o.name === "authenticate")).toHaveLength(2);
      },
    });
  });

  test("another token from the function, after a refusal: the callback is acknowledged on the connection that is left", async ({ server, open }) => {
    const s = await server({ io: "2", mode: "event" });
    const page = await open(s);
    const causes = await page.evaluate(async ([url, bad, good]) => {
      const client = sessions.connect(url, { token: ({ cause }) => (cause === "unauthorized" ? good : bad) });
      await client.until("onAuthenticated");
      return client.causes;
    }, [s.url, bad(), tokens.good()]);
    expect(causes).toEqual(["connect", "unauthorized"]);
    await s.until("ack");
    expect(s.of("ack")).toHaveLength(1);
  });

  test("connect() in the hook, or in onExpired, begins a new session", async ({ server, open }) => {
    await together(
      Object.fromEntries(
        ["onUnauthorized", "onExpired"].flatMap((hook) =>
          two.map((name) => [
            `${hook}, ${name}`,
            async () => {
              const { server: config, ...options } = ways[name];
              const s = await server(config);
              const page = await open(s);
              const lived = await page.evaluate(
                async ([url, options, hook]) => {
                  let only;
                  const client = sessions.connect(url, {
                    ...options,
                    refreshBefore: 0,
                    token: async ({ cause }) => (only = cause === "unauthorized" ? only : await mint(only ? 60 : 5)),
                    [hook]: (error) => {
                      client.note(hook, error.reason);
                      if (!client.again++) client.socket.connect();
                    },
                  });
                  client.again = 0;
                  await client.until("onAuthenticated", 2);
                  return { ...sessions.report(client), echo: await client.socket.emitWithAck("echo", 1), active: client.socket.active };
                },
                [s.url, options, hook],
              );
              expect(lived.echo).toBe(1);
              expect(lived.active).toBe(true);
              expect(lived.causes).toEqual(["connect", "unauthorized", "connect"]);
              expect(lived.infos.map((info) => info.refreshed)).toEqual([false, false]);
              expect(lived.story.filter((what) => what === hook)).toHaveLength(1);
            },
          ]),
        ),
      ),
    );
  });
});

test("an odd exp: expiresAt is a valid date or undefined, and the session follows it", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s);
  const rows = [[0, undefined], [-1, undefined], [1, 1000], ["1700000000", undefined], [true, undefined], [1.7e12, undefined], [1e20, undefined], [9e10, 9e13]];
  for (const [exp, shown] of rows) {
    const told = await page.evaluate(
      async ([url, exp]) => {
        const token = ["h", btoa(JSON.stringify({ exp })), "s"].join(".");
        const client = kit.connect(url, { token, via: "auth", forceNew: true });
        const what = await Promise.race(["onAuthenticated", "onUnauthorized"].map((what) => client.until(what).then((value) => ({ what, reason: value.reason }))));
        const { tokenExpiresAt } = client.socket;
        client.socket.disconnect();
        return { ...what, at: tokenExpiresAt?.getTime() };
      },
      [s.url, exp],
    );
    const over = shown < Date.now();
    expect(told, `exp ${JSON.stringify(exp)}`).toEqual(over ? { what: "onUnauthorized", reason: "expired", at: undefined } : { what: "onAuthenticated", at: shown });
  }
});

for (const token of [null, ""])
  test(`no token yet (${JSON.stringify(token)}): refused as missing, whichever way it would go, and no plain client`, async ({ server, open }) => {
    const s = await server({ io: "4", mode: "plain" });
    const page = await open(s);
    for (const via of ["event", "query", "header", "auth"]) {
      const error = await page.evaluate(([url, token, via]) => kit.connect(url, { token, via, forceNew: true }).until("onUnauthorized"), [s.url, token, via]);
      expect(error.reason, via).toBe("missing");
    }
    await s.all();
    expect(s.of("ready")).toHaveLength(0);
  });
