// What happens while the WASM is on its way: the first link is open and the token asked for when Go starts to run.
import { expect, test, token, tokens, told } from "../lib/test.js";

/** A page whose WASM is kept back until release() is called. */
async function held(open, server) {
  const page = await open(server, "/");
  let release;
  const released = new Promise((done) => (release = done));
  await page.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  await page.addScriptTag({ url: "/dist/socketio-jwt.min.js" });
  await page.evaluate(() => void (window.lib = SocketIOJWT));
  return [page, release];
}

const handshakes = (s) => s.seen.filter((o) => o.type === "request" && !o.sid);
const asked = "(context) => (window.asked = (window.asked || 0) + 1, window.cause = context.cause, window.token)";

for (const [name, config, options] of [
  ["1.7.4, event", { io: "1", mode: "event" }, { via: "event" }],
  ["2.5.1, event", { io: "2", mode: "event" }, { via: "event" }],
  ["2.5.1, query", { io: "2", mode: "handshake" }, { via: "query" }],
  ["3.1.2, plain", { io: "3", mode: "plain" }, undefined],
  ["4.8.4, query", { io: "4", mode: "handshake" }, { via: "query" }],
  ["4.8.4, header", { io: "4", mode: "handshake", jwt: { auth_header_required: true } }, { via: "header" }],
  ["4.8.4, auth", { io: "4", mode: "handshake", lib: "thream" }, { via: "auth", scheme: "Bearer" }],
]) {
  for (const transports of [["polling", "websocket"], ["websocket"]]) {
    if (options?.via === "header" && transports.length === 1) continue; // no browser can
    test(`the first link is open before Go runs, and stays: ${name}, ${transports[0]}`, async ({ server, open }) => {
      const s = await server(config);
      const [page, release] = await held(open, s);
      await page.evaluate(([url, options, transports, token, fn]) => {
        window.token = token;
        kit.connect(url, { transports, ...(options && { ...options, token: { fn } }) });
      }, [s.url, options, transports, tokens.good(), asked]);
      await s.until("request", (r) => !r.sid);
      // What needs no word of Go's or of the user's is said at once. 3.1.2 cannot be told from 2.x by its first word.
      if (/^4.*(query|header)/.test(name) || (/^3/.test(name) && transports[1])) await s.until("connection");
      if (options) await page.waitForFunction(() => window.asked);
      release();
      await told(page, options ? "onAuthenticated" : "connect");
      expect(handshakes(s)).toHaveLength(1);
      if (options) expect(await page.evaluate(() => [asked, cause])).toEqual([1, "connect"]);
      expect(await page.evaluate(() => kit.sockets[0].socket.emitWithAck("echo", "é"))).toBe("é");
    });
  }
}

test("a token whose time is over opens nothing", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const [page, release] = await held(open, s);
  await page.evaluate(([url, old, good, fn]) => {
    window.token = old;
    kit.connect(url, { via: "query", token: { fn } });
    kit.connect(url, { via: "query", token: good, forceNew: true });
  }, [s.url, tokens.expired(), tokens.good(), asked]);
  await s.until("request"); // the good one's; the other was asked for before it
  release();
  await told(page, "onUnauthorized");
  await told(page, "onAuthenticated", 1, 1);
  expect(handshakes(s)).toHaveLength(1);
});

for (const io of ["1", "2"]) {
  test(`a server that waits for the token is not kept waiting: ${io}.x`, async ({ server, open }) => {
    const s = await server({ io, mode: "event" });
    const [page, release] = await held(open, s);
    await page.evaluate(([url, token]) => void kit.connect(url, { transports: ["polling"], token }), [s.url, tokens.good()]);
    if (io === "2") await s.until("connection");
    // Hung up in order: the server hears of it, and not by a timeout.
    const closed = io === "2" ? await s.until("disconnect") : await s.until("request", (r) => r.method === "POST");
    if (io === "2") expect(closed.reason).toBe("transport close");
    release();
    await told(page, "onAuthenticated");
    expect(handshakes(s)).toHaveLength(2);
    expect(await page.evaluate(() => kit.sockets[0].story())).not.toContain("onUnauthorized");
  });
}

test("who disconnects and connects again before Go runs is asked for his token anew", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const [page, release] = await held(open, s);
  await page.evaluate(([url, token, fn]) => {
    window.token = token;
    kit.connect(url, { via: "query", token: { fn } });
  }, [s.url, token({ sub: "ada" }), asked]);
  await s.until("request");
  await page.evaluate((token) => {
    window.token = token;
    kit.sockets[0].socket.disconnect().connect();
  }, token({ sub: "bob" }));
  release();
  await told(page, "onAuthenticated");
  const ada = s.of("connection").find((c) => c.decoded.sub === "ada"); // if Go was slower than the server
  if (ada) await s.until("disconnect", (d) => d.id === ada.id);
  await s.until("ready", (c) => c.decoded.sub === "bob");
});

test("options that change before Go runs count", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const [page, release] = await held(open, s);
  await page.evaluate((url) => void kit.connect(url, { query: { tag: "early" } }), s.url);
  await s.until("request");
  await page.evaluate(() => {
    const { io } = kit.sockets[0].socket;
    io.engine.query.tag = "late";
  });
  release();
  await told(page, "connect");
  await s.until("connection", (c) => c.tag === "late");
  expect(handshakes(s)).toHaveLength(2);
});

test("who has changed his mind before Go runs leaves nobody behind", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const [page, release] = await held(open, s);
  await page.evaluate((url) => {
    kit.connect(url, { auth: { n: 1 }, query: { tag: "one" } });
    kit.connect(url, { forceNew: true, query: { tag: "two" } });
  }, s.url);
  const first = await s.until("connection", (c) => c.tag === "one");
  const other = await s.until("connection", (c) => c.tag === "two");
  await page.evaluate(() => {
    kit.sockets[0].socket.auth = { n: 2 };
    kit.sockets[1].socket.disconnect();
  });
  await s.until("disconnect", (d) => d.id === other.id); // at once
  release();
  await told(page, "connect");
  await s.until("disconnect", (d) => d.id === first.id);
  await s.until("connection", (c) => c.tag === "one" && c.id !== first.id);
  expect(s.of("connection")).toHaveLength(3);
  expect(await page.evaluate(() => kit.sockets[0].socket.emitWithAck("echo", 1))).toBe(1);
});

test("importing begins the load; what goes wrong then is said when it matters", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s, "/");
  let requests = 0;
  await page.route("**/*.wasm", (route) => (requests++ ? route.continue() : route.fulfill({ status: 404, body: "" })));
  const failed = page.waitForResponse("**/*.wasm");
  await page.evaluate(async () => void (window.lib = await import("/dist/index.js")));
  expect((await failed).status()).toBe(404);
  expect(await page.evaluate((url) => lib.io(url).emitWithAck("echo", 1), s.url)).toBe(1);
  expect(requests).toBe(2);

  const ready = await open(s, "/");
  const loaded = ready.waitForEvent("requestfinished", (r) => r.url().endsWith(".wasm"));
  await ready.evaluate(async () => void (window.lib = await import("/dist/index.js")));
  await loaded;
  await ready.route("**/*.wasm", (route) => route.abort());
  expect(await ready.evaluate((url) => lib.io(url).emitWithAck("echo", 2), s.url)).toBe(2);
});

test("an address given later than the import is the one that counts", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const [page, release] = await held(open, s);
  const said = await page.evaluate(() => lib.load({ wasm: "/dist/nowhere.wasm?" }).catch((e) => e.message));
  expect(said).toMatch(/404/);
  const bytes = page.evaluate(async () => lib.load({ wasm: await (await fetch("/dist/socketio-jwt.wasm")).arrayBuffer() }).then(() => "loaded"));
  release();
  expect(await bytes).toBe("loaded");
  expect(await page.evaluate((url) => lib.io(url).emitWithAck("echo", 3), s.url)).toBe(3);
});

test("Go starts without waiting for a server that does not answer", async ({ server, open }) => {
  const [mute, good] = [await server({ io: "4", mode: "handshake" }), await server({ io: "4", mode: "handshake" })];
  const [page, release] = await held(open, good);
  await page.route(`${mute.url}/**`, () => {}); // for ever
  await page.evaluate(([urls, token]) => void urls.map((url) => kit.connect(url, { via: "query", token })), [[good.url, mute.url], tokens.good()]);
  await good.until("connection");
  release();
  await told(page, "onAuthenticated");
});
