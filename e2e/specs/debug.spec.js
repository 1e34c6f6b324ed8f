// What a developer sees of a session in a real browser: the console's debug log, the hook onTrace, and the browser's own
// timeline. No token stands in any of them, whichever way it travels.
import { expect, test, together, token, tokens, ways } from "../lib/lifecycle.js";

test.use({ alone: true }); // localStorage.debug is read when the script is loaded

const four = ["event on 2.5.1", "query on 4.8.4", "header on 4.8.4", "auth on 4.8.4 with @thream/socketio-jwt"];

/** Collects what a page or a context writes to its console: [{ type, args }], each argument as a value. */
function listen(to) {
  const said = [];
  // What the browser itself says, of a WebSocket that was left for example, has no arguments.
  const hear = async (message) => ({ type: message.type(), args: await Promise.all(message.args().map((arg) => arg.jsonValue())) });
  // Of what a page writes while it is closed there is nothing to read.
  to.on("console", (message) => message.args().length && said.push(hear(message).catch(() => {})));
  return async () => (await Promise.all(said)).filter(Boolean);
}

/** Pages of this context have this setting when the script is loaded. */
const debug = (context, setting) => context.addInitScript((setting) => setting === null || (localStorage.debug = setting), setting);

/** A session that is renewed, then refused with another token, and ended. The page keeps what onTrace tells: window.told. */
async function live(page, url, options) {
  const sent = [token({ jti: "first" }), token({ jti: "renewed" }), tokens.wronglySigned()];
  await page.evaluate(
    async ([url, options, sent]) => {
      window.told = [];
      window.sent = sent;
      const { socket, until } = kit.connect(url, { ...options, token: { fn: "() => sent.shift()" }, onTrace: { fn: "(event) => void told.push(event)" } });
      await until("onAuthenticated");
      await socket.reauthenticate();
      await socket.reauthenticate().catch(() => {});
      socket.disconnect();
    },
    [url, options, sent],
  );
  return sent;
}

/** Calls fn(s, page, options) with a server of each of the four ways and a page of its own, all at once. */
const byFourWays = (server, open, fn) =>
  together(
    Object.fromEntries(
      four.map((name) => [
        name,
        async () => {
          const { server: config, ...options } = ways[name];
          const s = await server(config);
          await fn(s, await open(s), options);
        },
      ]),
    ),
  );

test("localStorage.debug = socketio-jwt:* logs each event of a session, and no token, by all ways", async ({ context, server, open }) => {
  await debug(context, "socketio-jwt:*");
  await byFourWays(server, open, async (s, page, options) => {
    const said = listen(page);
    const secrets = await live(page, s.url, options);
    const lines = await said();
    const told = await page.evaluate(() => window.told);
    expect(lines).toEqual(told.map((event) => ({ type: "debug", args: ["socketio-jwt:session", event.name, event] })));
    expect(told.map((event) => event.name)).toEqual(expect.arrayContaining(["connect", "ask", "token", "connected", "authenticated", "renew", "refused"]));
    for (const part of secrets.flatMap((secret) => secret.split(".").slice(1))) expect(JSON.stringify(lines)).not.toContain(part);
  });
});

test("a server that quotes the token in its refusal: the console has the message without it", async ({ context, server, open }) => {
  await debug(context, "*");
  const said = listen(context);
  const s = await server({ io: "2", mode: "event" });
  const page = await open(s);
  const token = tokens.good();
  await page.evaluate(async ([url, token]) => kit.connect(url, { token }).until("onAuthenticated"), [s.url, token]);
  const message = `bad token ${token}`;
  const asked = s.tell("ask", { args: ["unauthorized", { message, data: { code: "invalid_token", message, type: "UnauthorizedError" } }] });
  await page.evaluate(() => kit.sockets[0].until("onUnauthorized"));
  await asked;
  const refused = (await said()).find(({ args }) => args[1] === "refused");
  expect(refused.args[2]).toMatchObject({ reason: "invalid", message: "bad token …" });
  expect(JSON.stringify(await said())).not.toContain(token.split(".")[2]);
});

for (const setting of [null, "", "engine.io-client:*", "*,-socketio-jwt:*"])
  test(`localStorage.debug ${JSON.stringify(setting)}: the console stays empty`, async ({ context, server, open }) => {
    await debug(context, setting);
    const said = listen(context);
    const s = await server({ io: "4", mode: "handshake" });
    const page = await open(s);
    await live(page, s.url, { via: "query" });
    expect(await said()).toEqual([]);
  });

test("onTrace gets the events of inspect(), and the browser's timeline has marks and measures, by all ways", async ({ server, open }) => {
  await byFourWays(server, open, async (s, page, options) => {
    await page.evaluate(() => {
      window.measured = [];
      new PerformanceObserver((list) => measured.push(...list.getEntries())).observe({ entryTypes: ["mark", "measure"] });
    });
    const secrets = await live(page, s.url, options);
    const [told, inspected] = await page.evaluate(() => [window.told, kit.sockets[0].socket.inspect()]);
    expect(told).toEqual(inspected);
    // The observer is told in a task of its own.
    await page.waitForFunction(() => measured.some((e) => e.name === "socketio-jwt:renewal"));
    const entries = await page.evaluate(() => measured.map((e) => ({ type: e.entryType, name: e.name, detail: e.detail, duration: e.duration })));
    const named = (type) => [...new Set(entries.filter((e) => e.type === type).map((e) => e.name.replace("socketio-jwt:", "")))].sort();
    expect(named("measure")).toEqual(["authenticated", "connect", "renewal", "token"]);
    expect(named("mark")).toEqual(["ask", "connect", "renew"]);
    for (const { detail, duration } of entries) expect([detail, duration >= 0]).toEqual(["/", true]);
    for (const part of secrets.flatMap((secret) => secret.split(".").slice(1))) expect(JSON.stringify([told, entries])).not.toContain(part);
  });
});
