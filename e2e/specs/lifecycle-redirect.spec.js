// Leaving the page when the session is over: after the acknowledgement, once, to where it may lead, and only then.
import { expect, test, together, tokens, wait } from "../lib/lifecycle.js";

const bad = tokens.wronglySigned;

/** Navigations of a page, by path. */
const visits = (page) => {
  const paths = [];
  page.on("request", (request) => request.isNavigationRequest() && paths.push(new URL(request.url()).pathname));
  return paths;
};

test("the acknowledgement is on the wire before the page is left, over websocket, polling and while the one becomes the other", async ({ server, open }) => {
  const transports = { websocket: ["websocket"], polling: ["polling"], both: ["polling", "websocket"] };
  await together(
    Object.fromEntries(
      ["1", "2"].flatMap((io) =>
        Object.entries(transports).map(([name, transports]) => [
          `${name}, socket.io ${io}`,
          async () => {
            const s = await server({ io, mode: "event" });
            const page = await open(s);
            await page.evaluate(([url, token, transports]) => {
              sessions.slow(20);
              kit.connect(url, { token, transports, redirect: "/login" });
            }, [s.url, bad(), transports]);
            await page.waitForURL("**/login?*");
            await s.until("ack");
            await s.until("disconnect");
            expect(s.of("ack")).toHaveLength(1);
          },
        ]),
      ),
    ),
  );
});

test("a refused handshake redirects too: query and header, on servers of both generations", async ({ server, open }) => {
  await together(
    Object.fromEntries(
      ["2", "4"].flatMap((io) =>
        ["query", "header"].map((via) => [
          `${via}, socket.io ${io}`,
          async () => {
            const s = await server({ io, mode: "handshake" });
            const page = await open(s);
            await page.evaluate(([url, token, via]) => void kit.connect(url, { token, via, redirect: (error) => `/login?because=${error.reason}` }), [s.url, bad(), via]);
            await page.waitForURL("**/login?*");
            const query = new URL(page.url()).searchParams;
            expect([query.get("because"), query.get("returnTo")]).toEqual(["invalid", "/script"]);
          },
        ]),
      ),
    ),
  );
});

test("two sockets refused at once, and a third a moment later: one redirect", async ({ server, open }) => {
  const s = await server({ io: "2", mode: "event" });
  const page = await open(s);
  const paths = visits(page);
  // The login page takes its time: until the third has been refused as well.
  await page.route("**/login*", async (route) => (await s.count("ack", 3), route.continue()));
  await page.evaluate(([url, token]) => {
    for (const redirect of ["/login?first", "/login?second"]) kit.connect(url, { token, redirect, forceNew: true, transports: ["websocket"] });
    setTimeout(() => kit.connect(url, { token, redirect: "/login?third", forceNew: true, transports: ["websocket"] }), 100);
  }, [s.url, bad()]);
  await page.waitForURL("**/login?*");
  await wait(300); // no other may come
  expect(paths).toEqual(["/login"]);
});

test("a login page that connects with the refused token is not redirected, and keeps returnTo", async ({ server, open }) => {
  const s = await server({ io: "2", mode: "event" });
  const page = await open(s, "/script?room=7#top");
  const paths = visits(page);
  const connect = () => page.evaluate(([url, token]) => void kit.connect(url, { token, redirect: "/esm" }), [s.url, bad()]);
  await connect();
  await page.waitForURL("**/esm?*");
  await page.waitForFunction(() => window.ready);
  await connect();
  await page.evaluate(() => kit.sockets[0].until("disconnect"));
  await wait(300);
  expect(paths).toEqual(["/esm"]);
  expect(new URL(page.url()).searchParams.get("returnTo")).toBe("/script?room=7#top");
  // The way back exists: the page that was left is in the history.
  await page.goBack();
  expect(new URL(page.url()).pathname).toBe("/script");
});

for (const [what, moved] of Object.entries({ "another address": "/esm", "where the user came from": "/script" }))
  test(`a login page that the server moves to ${what}, and that is refused as well: one redirect`, async ({ server, open }) => {
    const s = await server({ io: "2", mode: "event" });
    const page = await open(s, "/script");
    const paths = visits(page);
    await page.route("**/login*", (route) => route.fulfill({ status: 302, headers: { location: moved } }));
    const connect = () => page.evaluate(([url, token]) => void kit.connect(url, { token, redirect: "/login", forceNew: true }), [s.url, bad()]);
    const loaded = page.waitForEvent("load");
    await connect();
    await loaded;
    expect(new URL(page.url()).pathname).toBe(moved);
    await page.waitForFunction(() => window.ready);
    await connect();
    await page.evaluate(() => kit.sockets[0].until("disconnect"));
    await wait(500); // the redirect was due
    expect(paths.filter((path) => path === "/login")).toHaveLength(1);
  });

test("a route of the page itself: no load, and the next session that ends leads there again", async ({ server, open }) => {
  const s = await server({ io: "2", mode: "event" });
  const page = await open(s, "/script#/chat");
  const paths = visits(page);
  const again = () =>
    page.evaluate(async ([url, token]) => {
      location.hash = "#/chat";
      const client = kit.connect(url, { token, redirect: "#/login", returnTo: false, forceNew: true });
      await client.until("disconnect");
      for (let i = 0; i < 1000 && location.hash === "#/chat"; i++) await new Promise((done) => setTimeout(done, 20));
      return location.hash;
    }, [s.url, bad()]);
  expect(await again()).toBe("#/login");
  expect(await again()).toBe("#/login");
  expect(paths).toEqual([]);
});

test("passing errors never redirect: the network, a token function that fails, a server that does not answer; nor do reasons that redirectOn leaves out", async ({ server, open }) => {
  const dead = await server({ io: "4", mode: "handshake" });
  await dead.stop();
  const silent = await server({ io: "2", mode: "plain" });
  const refusing = await server({ io: "2", mode: "event" });
  const page = await open(silent);
  const paths = visits(page);
  const rows = [
    ["connect_error", dead.url, { via: "query", token: tokens.good() }],
    ["onUnauthorized", silent.url, { token: { fn: "() => { throw new Error('no') }" } }],
    ["onUnauthorized", silent.url, { token: { fn: "() => new Promise(() => {})" }, tokenTimeout: 100 }],
    ["onUnauthorized", silent.url, { token: tokens.good(), authTimeout: 100 }],
    ["disconnect", refusing.url, { token: bad(), redirectOn: ["expired"] }],
  ];
  const reasons = await page.evaluate(
    (rows) =>
      Promise.all(
        rows.map(async ([what, url, options]) => {
          const client = kit.connect(url, { ...options, redirect: "/login", reconnectionDelay: 20, reconnectionDelayMax: 40, forceNew: true });
          const { reason } = (await client.until(what, what === "disconnect" ? 1 : 3)) ?? {};
          client.socket.disconnect();
          return reason;
        }),
      ),
    rows,
  );
  await wait(300);
  expect(reasons.slice(1, 4)).toEqual(["unavailable", "unavailable", "timeout"]);
  expect(paths).toEqual([]);
});
