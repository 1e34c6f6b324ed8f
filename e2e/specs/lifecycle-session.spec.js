// The session as a page shows it: its store, guests, logins and logouts in several tabs, and what is recorded of it.
import { expect, test, tokens } from "../lib/lifecycle.js";

/** Connects with a store that is watched: window.socket, and window.statuses, one for each change of the status. */
const watch = (page, url, options, key) =>
  page.evaluate(
    ([url, options, key]) => {
      if (key) sessions.patient();
      window.user = key && null;
      const token = key ? () => window.user : options.token;
      window.socket = SocketIOJWT.connect(url, { ...options, token, ...(key && { crossTab: key }), reconnectionDelay: 50, forceNew: true });
      window.statuses = [];
      window.socket.session.subscribe(() => {
        const { status } = window.socket.session.getSnapshot();
        if (window.statuses.at(-1) !== status) window.statuses.push(status);
      });
    },
    [url, options, key],
  );
const until = (page, status) => page.waitForFunction((status) => window.socket.session.getSnapshot().status === status, status);
const statuses = (page) => page.evaluate(() => window.statuses);
const recorded = (page) => page.evaluate(() => window.socket.inspect());

for (const [name, io, via] of [
  ["auth on 4.8", "4", "auth"],
  ["query on 2.5", "2", "query"],
])
  test(`acceptance, a lost connection, reconnection and the end each change the store, ${name}`, async ({ server, open }) => {
    const s = await server({ io, mode: "handshake", ...(via === "auth" && { lib: "thream" }) });
    const page = await open(s);
    const token = tokens.good();
    await watch(page, s.url, { via, token, ...(via === "auth" && { scheme: "Bearer" }) });
    await until(page, "authenticated");
    // A cut between two polls, or during the upgrade, is not missed.
    await page.waitForFunction(() => window.socket.io.engine.transport.name === "websocket");
    await s.tell("cut");
    await page.waitForFunction(() => window.statuses.filter((s) => s === "authenticated").length === 2);
    await page.evaluate(() => window.socket.disconnect());
    const seen = await statuses(page);
    expect(seen.slice(-5)).toEqual(["authenticated", "waiting", "connecting", "authenticated", "idle"]);
    const events = await recorded(page);
    expect(events.map((e) => e.name)).toEqual(expect.arrayContaining(["connect", "ask", "token", "authenticated", "disconnected", "wait", "attempt", "disconnect"]));
    expect(JSON.stringify(events)).not.toContain(token);
    const spans = await page.evaluate(() => performance.getEntriesByType("measure").map((m) => m.name));
    expect(spans).toEqual(expect.arrayContaining(["socketio-jwt:connect", "socketio-jwt:token", "socketio-jwt:authenticated"]));
  });

test("a guest is accepted by one server and refused by another", async ({ server, open }) => {
  const lets = await server({ io: "4", mode: "plain" });
  const not = await server({ io: "4", mode: "handshake", lib: "thream" });
  const page = await open(lets);
  await watch(page, lets.url, { via: "auth", token: null, guest: true });
  await until(page, "guest");
  expect(await page.evaluate(() => [window.socket.connected, window.socket.authenticated])).toEqual([true, false]);
  const other = await open(not);
  await watch(other, not.url, { via: "auth", token: null, guest: true });
  await until(other, "refused");
  expect(await other.evaluate(() => window.socket.session.getSnapshot().error.reason)).toBe("missing");
});

test("a login brings back a tab that was logged out or refused, and none that was disconnected", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const [guest, refused, loggedOut, disconnected] = await Promise.all(Array.from({ length: 4 }, () => open(s)));
  for (const page of [refused, loggedOut, disconnected]) {
    await watch(page, s.url, { via: "auth" }, "these tabs"); // its function has no token
    await until(page, "refused");
  }
  for (const page of [loggedOut, disconnected]) {
    await page.evaluate((token) => ((window.user = token), window.socket.connect()) && undefined, tokens.good());
    await until(page, "authenticated");
  }
  await loggedOut.evaluate(() => ((window.user = null), window.socket.logout()));
  for (const page of [loggedOut, disconnected]) await until(page, "idle");
  await disconnected.evaluate(() => ((window.user = null), window.socket.disconnect()) && undefined);
  await watch(guest, s.url, { via: "auth", guest: true }, "these tabs");
  await until(guest, "guest");
  const token = tokens.good();
  await guest.evaluate((token) => ((window.user = token), window.socket.login()).then(() => {}), token);
  for (const page of [guest, loggedOut, refused]) await until(page, "authenticated");
  expect(await disconnected.evaluate(() => window.socket.session.getSnapshot().status)).toBe("idle");
});

test("a login or logout in one tab reaches all", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const [a, b] = [await open(s), await open(s)];
  for (const page of [a, b]) {
    await watch(page, s.url, { via: "auth", guest: true }, "these tabs");
    await until(page, "guest");
  }
  const token = tokens.good();
  await a.evaluate((token) => ((window.user = token), window.socket.login()).then(() => {}), token);
  for (const page of [a, b]) await until(page, "authenticated");
  expect(await b.evaluate(() => window.user), "its own function had none").toBe(null);
  await b.evaluate(() => window.socket.logout());
  for (const page of [a, b]) await until(page, "guest");
  for (const page of [a, b]) expect(JSON.stringify(await recorded(page))).not.toContain(token);
});
