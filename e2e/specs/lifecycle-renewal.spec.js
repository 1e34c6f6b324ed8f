// Renewal before expiry: another token, another connection, and nobody notices. The page emits and the server ticks all
// the while. Tokens that are renewed in time live twelve seconds, and are renewed after about six: the machine may be away
// for five of the six that are left. When a token is renewed does not depend on the way that it travels, so most rows ask
// for the renewal by reauthenticate() and wait for nothing.
import { counted, echoes, expect, expectGoodTokens, expectNoDeadSpeech, onWays, test, together, two, ways } from "../lib/lifecycle.js";
import { plainParser } from "../lib/parser.mjs";

/** ms between the server's ticks. */
const TICK = 5;
const SECONDS = Number(process.env.TOKEN_SECONDS ?? 12);
/** How often the rows by reconnecting renew; make soak has them do it for minutes. */
const RENEWALS = Number(process.env.RENEWALS ?? 2);

/**
 * What a page lives through while its tokens are renewed so many times, and at least so many ticks come. `asked`: not in
 * time but by reauthenticate(), a hundred ticks after the last renewal. No token ends then, so the page's clock is slow:
 * acks have more than the two seconds that a renewal waits for them.
 */
const live = (page, url, options, renewals, { enough = 0, asked = false } = {}) =>
  page.evaluate(
    async ([url, options, seconds, renewals, enough, asked]) => {
      if (asked) sessions.slow(20);
      const client = sessions.connect(url, options, asked ? 3600 : seconds, renewals);
      sessions.ticks(client);
      await client.until("onAuthenticated");
      sessions.emits(client, 7);
      const over = sessions.watch(client);
      for (let n = 1; n <= renewals; n++) {
        if (asked) {
          await client.ticked(client.ticks.length + 100);
          await client.socket.reauthenticate();
        }
        await client.until("onAuthenticated", n + 1);
      }
      // The last connection has been seen from both sides.
      await client.ticked(enough);
      if (client.ticks.length) await new Promise((done) => client.socket.once("tick", done));
      while (!client.ids.has(client.socket.id)) await new Promise((done) => setTimeout(done, 1));
      over();
      await client.stop();
      return sessions.report(client);
    },
    [url, options, SECONDS, renewals, enough, asked],
  );

/**
 * How long another page takes to be let in on a server like this one, in ms, one connection after the other, with a pause
 * between them, until stop(): what a renewal is measured by, on the same machine at the same time.
 */
async function connections(page, url, options, pause) {
  const done = page.evaluate(
    async ([url, options, pause]) => {
      const took = [];
      window.stop = () => (window.stopped = true);
      while (!window.stopped || !took.length) {
        const began = performance.now();
        const client = kit.connect(url, { ...options, forceNew: true, token: () => mint(600) });
        await client.until("onAuthenticated");
        took.push(performance.now() - began);
        client.socket.disconnect();
        await new Promise((next) => setTimeout(next, pause));
      }
      return took;
    },
    [url, options, pause],
  );
  return { stop: async () => (await page.evaluate(() => stop()), done) };
}

/** For how long ticks were lost, each time, in ms of the server's clock. */
function gaps(ticks) {
  const found = [];
  const disorder = [];
  for (let i = 1; i < ticks.length; i++) {
    if (!(ticks[i][0] > ticks[i - 1][0])) disorder.push([ticks[i - 1][0], ticks[i][0]]);
    if (ticks[i][0] > ticks[i - 1][0] + 1) found.push(ticks[i][1] - ticks[i - 1][1]);
  }
  expect(disorder, "ticks in order, none twice").toEqual([]);
  return found;
}

/** Nobody noticed anything but onAuthenticated({ refreshed: true }), and nothing of the page's got lost. */
async function expectUnnoticed(lived, s, renewals) {
  expect(lived.story.filter((what) => what !== "authenticated")).toEqual(["connect", ...counted(renewals + 1).map(() => "onAuthenticated")]);
  expect(lived.infos.map((info) => [info.refreshed, info.recovered])).toEqual([[false, false], ...counted(renewals).map(() => [true, false])]);
  expect(lived.causes).toEqual(["connect", ...counted(renewals).map(() => "refresh")]);
  expect(lived.manager, "the manager's events").toEqual([]);
  expect(lived.upset, "moments at which the socket looked unconnected or unauthenticated").toBe(0);
  await s.all();
  expect(echoes(s).map(({ i }) => i)).toEqual(counted(lived.sent));
  expect(lived.acks).toEqual(counted(lived.sent - 1).filter((i) => i % 3 === 0));
  expectGoodTokens(s);
  expectNoDeadSpeech(s);
}

for (const [name, { server: config, ...options }] of Object.entries(ways)) {
  const asked = !two.includes(name) && !process.env.TOKEN_SECONDS;
  test(`by reconnecting, ${asked ? "asked for" : "in time"}, ${name}: emits exactly once and in order, no more of the server's lost than while one connects`, async ({ server, open }) => {
    test.setTimeout(120_000 + RENEWALS * SECONDS * 1000);
    const s = await server({ ...config, ticks: TICK });
    const page = await open(s);
    const like = await server(config);
    const beside = await connections(await open(like), like.url, options, asked ? 100 : 1000);
    const lived = await live(page, s.url, options, RENEWALS, { enough: 51, asked });
    const took = await beside.stop();
    await expectUnnoticed(lived, s, RENEWALS);
    expect(lived.ids, "connections").toBe(RENEWALS + 1);
    expect(new Set(s.of("ready").map((o) => o.decoded.jti)).size, "tokens that let a connection in").toBe(RENEWALS + 1);
    const lost = gaps(lived.ticks);
    const figures = `${name}: ${lost.join(", ")} ms lost, connections took ${took.map(Math.round).join(", ")} ms`;
    test.info().annotations.push({ type: "gap", description: figures });
    // A quick machine does both in one millisecond.
    expect(lived.ticks.at(-1)[1], "the last tick, not before the last connection").toBeGreaterThanOrEqual(s.of("ready").at(-1).at);
    // The lower half of them beside the slowest connection: the others show how busy this machine is. There may be none,
    // as the server's ticks come late, too.
    const last = lost.slice(-RENEWALS).sort((a, b) => a - b);
    expect(last[(last.length - 1) >> 1] ?? 0, figures).toBeLessThanOrEqual(2 * Math.max(...took) + 2 * TICK);
  });
}

const recovering = { via: "query", server: { io: "4", mode: "handshake", options: { connectionStateRecovery: {} } } };
for (const [name, { server: config, ...options }] of Object.entries({ "event on 1.7.4": ways["event on 1.7.4"], "query on 4.8.4": ways["query on 4.8.4"], "4.8.4 with recovery": recovering }))
  test(`a slow server, ${name}: acks that come one after the other all arrive, and a missing one is given up`, { tag: "@waits" }, async ({ server, open }) => {
    const s = await server(config);
    const page = await open(s);
    const delays = [600, 1200, 1800, 2400]; // each comes within the two seconds that are waited after one, the last one later
    const lived = await page.evaluate(
      async ([url, options, delays]) => {
        const client = kit.connect(url, { ...options, token: () => mint(600) });
        await client.until("onAuthenticated");
        const answers = delays.map((ms) => client.socket.emitWithAck("later", ms));
        const never = client.socket.emitWithAck("silence").catch((error) => error.message);
        const renewed = client.socket.reauthenticate();
        const held = client.socket.emitWithAck("echo", "held");
        return { answers: await Promise.all(answers), never: await never, refreshed: (await renewed).refreshed, held: await held, story: client.story().filter((what) => what !== "authenticated") };
      },
      [s.url, options, delays],
    );
    expect(lived).toEqual({ answers: delays, never: "socket has been disconnected", refreshed: true, held: "held", story: ["connect", "onAuthenticated", "onAuthenticated"] });
  });

// What nobody waits for any more holds no renewal up: it takes about as long as one without.
const beside = { protect: ["/admin"], open: ["/"] };
const unawaited = {
  "event on 2.5.1": ways["event on 2.5.1"],
  "query on 4.8.4": ways["query on 4.8.4"],
  "4.8.4 with recovery": recovering,
  "beside a namespace without a token": { via: "auth", scheme: "Bearer", server: { io: "4", mode: "handshake", lib: "thream", ...beside } },
  "a parser of the user's": { via: "query", parser: true, server: { io: "4", mode: "handshake", parser: true } },
  "a parser of the user's, beside a namespace without a token": { via: "auth", scheme: "Bearer", parser: true, server: { io: "4", mode: "handshake", lib: "thream", parser: true, ...beside } },
};
for (const [name, { server: config, parser, ...options }] of Object.entries(unawaited))
  test(`${name}: a renewal after an emit whose ack has timed out holds nothing back`, async ({ server, open }) => {
    const s = await server(config);
    const page = await open(s);
    const lived = await page.evaluate(
      async ([url, options, parser, open]) => {
        const others = {};
        if (parser) options.parser = others.parser = (0, eval)(`(${parser})`)();
        const took = async (given) => {
          const root = open ? kit.connect(url, others) : undefined;
          await root?.until("connect");
          const client = kit.connect(url + (open ? "/admin" : ""), { ...options, forceNew: !open, token: () => mint(600) });
          await client.until("onAuthenticated");
          const { socket } = client;
          const answered = [];
          if (given) {
            answered.push(await socket.emitWithAck("echo", 1), await socket.timeout(20_000).emitWithAck("echo", 2));
            answered.push(await socket.timeout(50).emitWithAck("silence").catch((error) => error.message));
          }
          const began = performance.now();
          await socket.reauthenticate();
          answered.push(await socket.emitWithAck("echo", 3)); // held until the change of connections is over
          const ms = performance.now() - began;
          const story = client.story().filter((what) => what !== "authenticated");
          socket.disconnect();
          root?.socket.disconnect();
          return { ms, answered, story };
        };
        const all = { with: [], without: [] };
        for (let i = 0; i < 3; i++) for (const which of ["without", "with"]) all[which].push(await took(which === "with"));
        return all;
      },
      [s.url, options, parser && `${plainParser}`, !!config.open],
    );
    for (const [which, answered] of [["with", [1, 2, "operation has timed out", 3]], ["without", [3]]])
      for (const one of lived[which]) expect(one).toEqual({ ms: one.ms, answered, story: ["connect", "onAuthenticated", "onAuthenticated"] });
    const ms = (all) => all.map((one) => Math.round(one.ms));
    const figures = `with: ${ms(lived.with)} ms, without: ${ms(lived.without)} ms`;
    test.info().annotations.push({ type: "held", description: figures });
    expect(Math.min(...ms(lived.with)), figures).toBeLessThanOrEqual(3 * Math.max(...ms(lived.without)));
  });

test("in band, event on 2.5.1: the same connection, and nothing lost at all", async ({ server, open }) => {
  const s = await server({ io: "2", mode: "event", ticks: 5 });
  const page = await open(s);
  const lived = await live(page, s.url, { inBandRefresh: true }, 2, { asked: true });
  await expectUnnoticed(lived, s, 2);
  expect(lived.ids).toBe(1);
  expect(gaps(lived.ticks)).toEqual([]);
  expect(s.of("event").filter((o) => o.name === "authenticate")).toHaveLength(3);
});

test("in band, on our Go server: the same connection, and every emit answered", async ({ server, open, mint }) => {
  const s = await server({ io: "go", mode: "event" });
  const page = await open(s);
  const lived = await live(page, s.url, { inBandRefresh: true }, 1);
  expect(lived.story.filter((what) => what !== "authenticated")).toEqual(["connect", "onAuthenticated", "onAuthenticated"]);
  expect(lived.infos.map((info) => info.refreshed)).toEqual([false, true]);
  expect([lived.ids, lived.upset, lived.manager]).toEqual([1, 0, []]);
  expect(lived.acks).toEqual(counted(lived.sent - 1).filter((i) => i % 3 === 0));
  expect(mint).toHaveLength(2);
});

test("two namespaces that share a connection and a token function renew with one call and one new connection", async ({ server, open, mint }) => {
  const s = await server({ io: "4", mode: "handshake", lib: "thream", protect: ["/", "/admin"] });
  const page = await open(s);
  const [root, admin] = await page.evaluate(
    async ([url, seconds]) => {
      let clients = [];
      const token = () => mint(clients.some((client) => client.story().includes("onAuthenticated")) ? 600 : seconds);
      clients = [url, url + "/admin"].map((at) => kit.connect(at, { via: "auth", scheme: "Bearer", token }));
      await Promise.all(clients.map((client) => client.until("onAuthenticated", 2)));
      const echoes = await Promise.all(clients.map(({ socket }) => socket.emitWithAck("echo", 1)));
      return clients.map((client, i) => ({ story: client.story(), echo: echoes[i] }));
    },
    [s.url, SECONDS],
  );
  expect(root).toEqual({ story: ["connect", "onAuthenticated", "onAuthenticated"], echo: 1 });
  expect(admin).toEqual(root);
  expect(mint).toHaveLength(2);
  await s.all();
  expect(s.of("request").filter((o) => !o.sid)).toHaveLength(2);
});

test("a namespace without a token gets no event of the renewal beside it", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake", lib: "thream", protect: ["/admin"], open: ["/"], ticks: 5 });
  const page = await open(s);
  const lived = await page.evaluate(
    async (url) => {
      sessions.slow();
      const root = kit.connect(url);
      sessions.ticks(root);
      await root.until("connect");
      const { id } = root.socket;
      const admin = sessions.connect(url + "/admin", { via: "auth", scheme: "Bearer" }, 3600);
      await admin.until("onAuthenticated");
      sessions.emits(admin, 7);
      for (const ticks of [50, 100]) {
        await root.ticked(ticks);
        await admin.socket.reauthenticate();
      }
      await root.ticked(150);
      await admin.stop();
      return { root: root.story(), same: root.socket.id === id, shared: root.socket.io === admin.socket.io, ticks: root.ticks, admin: sessions.report(admin) };
    },
    s.url,
  );
  await s.all();
  expect(lived).toMatchObject({ root: ["connect"], same: true, shared: true });
  expect(gaps(lived.ticks.map(([n, at]) => [n / 2, at]))).toEqual([]); // each second one is the other namespace's
  expect(lived.admin.story).toEqual(["connect", ...counted(3).map(() => "onAuthenticated")]);
  expect(echoes(s).map(({ i }) => i)).toEqual(counted(lived.admin.sent));
  expect(s.of("request").filter((o) => !o.sid)).toHaveLength(1);
});

test("a hundred sockets share a token function: one call for all, when they connect and when they renew", async ({ server, open, mint }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const page = await open(s);
  const stories = await page.evaluate(async (url) => {
    const token = () => mint(600);
    const clients = Array.from({ length: 100 }, () => kit.connect(url, { via: "query", forceNew: true, transports: ["websocket"], token }));
    await Promise.all(clients.map((client) => client.until("onAuthenticated", 1, 60_000)));
    // As a timer of each would: in one turn. Whoever is let in long after the others is renewed by a call of its own.
    await Promise.all(clients.map((client) => client.socket.reauthenticate()));
    return [...new Set(clients.map((client) => client.story().join()))];
  }, s.url);
  expect(stories).toEqual(["connect,onAuthenticated,onAuthenticated"]);
  expect(mint).toHaveLength(2);
});

test("a renewal that fails becomes a reconnection with its events, and no emit is lost or sent twice", { tag: "@waits" }, async ({ server, open }) => {
  await onWays(two, async (config, options) => {
    const s = await server(config);
    const page = await open(s);
    // From the moment in which the page asks for a token to renew.
    let down = false;
    await page.exposeFunction("renews", () => void (down = true));
    await page.route(/transport=polling/, (route) => (down && !route.request().url().includes("sid=") ? route.abort("connectionrefused") : route.continue()));
    await page.evaluate(
      async ([url, options, seconds]) => {
        const client = sessions.connect(url, { ...options, reconnectionDelay: 50, reconnectionDelayMax: 100, token: async ({ cause }) => (cause === "refresh" && (await renews()), mint(cause === "reconnect" ? 600 : seconds)) });
        await client.until("onAuthenticated");
        sessions.emits(client, 20);
      },
      [s.url, options, SECONDS],
    );
    await page.evaluate(() => kit.sockets[0].until("connect_error", 3));
    down = false;
    const lived = await page.evaluate(async () => {
      const [client] = kit.sockets;
      await client.until("onAuthenticated", 2);
      await client.stop();
      return sessions.report(client);
    });
    const story = lived.story.filter((what) => what !== "connect_error" && what !== "authenticated");
    expect(story).toEqual(["connect", "onAuthenticated", "disconnect", "connect", "onAuthenticated"]);
    expect(lived.infos.map((info) => info.refreshed)).toEqual([false, false]);
    expect(lived.causes.slice(0, 3)).toEqual(["connect", "refresh", "reconnect"]);
    expect(lived.manager.at(-1)).toBe("reconnect");
    await s.all();
    expect(echoes(s).map(({ i }) => i)).toEqual(counted(lived.sent));
    expect(lived.acks).toEqual(counted(lived.sent - 1).filter((i) => i % 3 === 0));
  });
});

test("a token function that fails at a renewal is asked again before the token's end, and the page gets no event of it", { tag: "@waits" }, async ({ server, open }) => {
  const ways = { throws: "throw new Error('no')", rejects: "return Promise.reject(new Error('no'))", none: "return null" };
  await together(
    Object.fromEntries(
      Object.entries(ways).map(([name, body]) => [
        name,
        async () => {
          const s = await server({ io: "4", mode: "handshake" });
          const page = await open(s);
          const lived = await page.evaluate(
            async ([url, body]) => {
              const fails = new Function(body);
              const client = sessions.connect(url, { via: "query", token: (context, n) => (n === 2 ? fails() : mint(n > 2 ? 600 : 14)), refreshBefore: 7 });
              await client.until("onAuthenticated", 2);
              return sessions.report(client);
            },
            [s.url, body],
          );
          expect(lived.story).toEqual(["connect", "onAuthenticated", "onAuthenticated"]);
          expect(lived.causes).toEqual(["connect", "refresh", "refresh"]);
          await s.all();
          expectGoodTokens(s);
        },
      ]),
    ),
  );
});
