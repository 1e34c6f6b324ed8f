// The start: the first transport is open before the core runs, and what is called meanwhile is kept in order.
import { expect, test, token, tokens, told } from "../lib/test.js";

test.use({ alone: true });

/**
 * A page whose browser compiles no program at once, and asynchronously only when release() is called: what happens before
 * the core runs can be looked at for as long as it takes.
 */
async function held(open, server) {
  const page = await open(server, "/");
  await page.evaluate(() => {
    const { compile } = WebAssembly;
    const released = new Promise((done) => (window.release = done));
    WebAssembly.Module = function () {
      throw new RangeError("WebAssembly.Module is disallowed on the main thread");
    };
    WebAssembly.compile = (bytes) => released.then(() => compile(bytes));
  });
  await page.addScriptTag({ url: "/dist/socketio-jwt.min.js" });
  await page.evaluate(() => void (window.lib = SocketIOJWT));
  return page;
}
const release = (page) => page.evaluate(() => window.release());
const handshakes = (s) => s.seen.filter((o) => o.type === "request" && !o.sid);
const asked = "(context) => (window.asked = (window.asked || 0) + 1, window.cause = context.cause, window.token)";

for (const [name, config, options] of [
  ["1.7.4, event", { io: "1", mode: "event" }, { via: "event" }],
  ["2.5.1, event", { io: "2", mode: "event" }, { via: "event" }],
  ["3.1.2, plain", { io: "3", mode: "plain" }, undefined],
  ["4.8.4, plain", { io: "4", mode: "plain" }, undefined],
  ["4.8.4, auth", { io: "4", mode: "handshake", lib: "thream" }, { via: "auth", scheme: "Bearer" }],
])
  for (const transports of [["polling", "websocket"], ["websocket"]])
    test(`the first transport opens before the core runs and stays in use: ${name}, ${transports[0]}`, async ({ server, open }) => {
      const s = await server(config);
      const page = await held(open, s);
      await page.evaluate(([url, options, transports, token, fn]) => {
        window.token = token;
        kit.connect(url, { transports, ...(options && { ...options, token: { fn } }) });
      }, [s.url, options, transports, tokens.good(), asked]);
      await s.until("request", (r) => !r.sid);
      expect(await page.evaluate(() => window.asked), "the core asks for the token").toBeUndefined();
      await release(page);
      await told(page, options ? "onAuthenticated" : "connect");
      await s.all();
      expect(handshakes(s)).toHaveLength(1);
      if (options) expect(await page.evaluate(() => [asked, cause])).toEqual([1, "connect"]);
      expect(await page.evaluate(() => kit.sockets[0].socket.emitWithAck("echo", "é"))).toBe("é");
    });

for (const [name, config, options] of [
  ["2.5.1, query", { io: "2", mode: "handshake" }, { via: "query" }],
  ["4.8.4, query", { io: "4", mode: "handshake" }, { via: "query" }],
  ["4.8.4, header", { io: "4", mode: "handshake", jwt: { auth_header_required: true } }, { via: "header" }],
])
  test(`a token in the handshake opens nothing before the core runs: ${name}`, async ({ server, open }) => {
    const [s, other] = [await server(config), await server({ io: "4", mode: "plain", cors: "answered" })];
    const page = await held(open, s);
    await page.evaluate(([url, other, options, token]) => {
      kit.connect(url, { ...options, token });
      kit.connect(other); // a request to the first would have been sent before this one's
    }, [s.url, other.url, options, tokens.good()]);
    await other.until("request");
    expect(handshakes(s)).toHaveLength(0);
    await release(page);
    await told(page, "onAuthenticated");
    await s.all();
    expect(handshakes(s)).toHaveLength(1);
  });

test("an expired token opens no connection", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const page = await open(s);
  await page.evaluate(([url, old, good]) => {
    kit.connect(url, { via: "query", token: old });
    kit.connect(url, { via: "query", token: good, forceNew: true });
  }, [s.url, tokens.expired(), tokens.good()]);
  await told(page, "onUnauthorized");
  await told(page, "onAuthenticated", 1, 1);
  await s.all();
  expect(handshakes(s)).toHaveLength(1);
});

for (const core of ["runs", "does not run yet"])
  test(`connect, disconnect and connect in one turn: one call of the token function, one connection; the core ${core}`, async ({ server, open }) => {
    const s = await server({ io: "4", mode: "handshake" });
    const page = core === "runs" ? await open(s) : await held(open, s);
    if (core === "runs") await page.evaluate(() => lib.load());
    await page.evaluate(([url, token, fn]) => {
      window.token = token;
      kit.connect(url, { via: "auth", scheme: "Bearer", token: { fn } });
      kit.sockets[0].socket.disconnect().connect();
    }, [s.url, token(), asked]);
    if (core !== "runs") await release(page);
    await s.until("request", (r) => !r.sid);
    await page.waitForFunction(() => window.asked);
    await page.waitForFunction(() => kit.sockets[0].story().length);
    await s.all();
    expect(await page.evaluate(() => asked)).toBe(1);
    expect(handshakes(s)).toHaveLength(1);
  });

for (const transports of [["polling"], ["websocket"]])
  test(`mount, unmount and mount of a page in one turn: one connection, ${transports}`, async ({ server, open }) => {
    const s = await server({ io: "4", mode: "plain" });
    const page = await open(s);
    await page.evaluate(([url, transports]) => {
      kit.connect(url, { transports });
      kit.sockets[0].socket.disconnect();
      kit.connect(url, { transports });
    }, [s.url, transports]);
    await told(page, "connect", 1, 1);
    await s.all();
    expect(handshakes(s)).toHaveLength(1);
    expect(s.of("connection")).toHaveLength(1);
  });

test("options that change before the core runs are used", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await held(open, s);
  await page.evaluate((url) => void kit.connect(url, { query: { tag: "early" } }), s.url);
  await s.until("request");
  await page.evaluate(() => void (kit.sockets[0].socket.io.engine.query.tag = "late"));
  await release(page);
  await told(page, "connect");
  await s.until("connection", (c) => c.tag === "late");
  expect(handshakes(s)).toHaveLength(2);
});

test("disconnect() before the core runs closes the first connection, and opens no other", async ({ server, open }) => {
  const s = await server({ io: "2", mode: "plain" }); // connects "/" unasked, with the handshake
  const page = await held(open, s);
  await page.evaluate((url) => void kit.connect(url), s.url);
  await s.until("connection");
  await page.evaluate(() => void kit.sockets[0].socket.disconnect());
  await s.until("disconnect", (d) => d.reason === "transport close"); // in order, not by a timeout
  await release(page);
  await page.evaluate(() => lib.load());
  await s.all();
  expect(handshakes(s)).toHaveLength(1);
});

test("a browser that does not compile at once: calls are performed in order", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await held(open, s);
  await page.evaluate((url) => {
    const { socket } = kit.connect(url);
    for (let i = 0; i < 3; i++) socket.emit("n", i);
    window.answer = socket.emitWithAck("echo", "last");
    window.loaded = lib.load().then(() => "loaded");
  }, s.url);
  await release(page);
  expect(await page.evaluate(() => Promise.all([answer, loaded]))).toEqual(["last", "loaded"]);
  await s.all();
  expect(s.of("event").map((e) => e.args[0])).toEqual([0, 1, 2, "last"]);
});

test("both builds have the same members, and leave the page's globals alone", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const names = [];
  for (const path of ["/script", "/esm"]) {
    const page = await open(s, path);
    const result = await page.evaluate(async (url) => {
      window.process = "mine";
      await lib.load();
      return { echo: await lib.io(url).emitWithAck("echo", 1), globals: [typeof Go, typeof fs, process, typeof path], members: ["connect", "io", "Manager", "Socket", "protocol", "version", "load", "UnauthorizedError"].filter((name) => !(name in lib)) };
    }, s.url);
    expect(result).toEqual({ echo: 1, globals: ["undefined", "undefined", "mine", "undefined"], members: [] });
    names.push(await page.evaluate(() => Object.keys(lib).sort()));
  }
  expect(names[0]).toEqual(names[1]);
});

test("wrong options are a TypeError that names the option", async ({ server, open }) => {
  const page = await open(await server({ io: "4", mode: "plain" }));
  const wrong = [
    [{ via: "cookie", token: "x" }, "via"],
    [{ via: [], token: "x" }, "via"],
    [{ token: 7 }, "token"],
    [{ via: "header", token: "x", transports: ["websocket"] }, "transports"],
    [{ token: "x", protocol: 5 }, "protocol"],
    [{ token: "x", redirectOn: "expired" }, "redirectOn"],
    [{ token: "x", authTimeout: "1s" }, "authTimeout"],
  ];
  for (const [options, name] of wrong) {
    const errors = await page.evaluate((options) => {
      // What the manager's own options say of the connection counts for its sockets.
      const { transports, ...own } = options;
      const manager = new lib.Manager("/", { autoConnect: false, transports });
      const ways = [() => lib.connect("/", options), () => manager.socket("/", own), () => new lib.Socket(manager, "/", own)];
      return ways.map((way) => {
        try {
          way();
        } catch (error) {
          return { type: error.constructor.name, message: error.message };
        }
      });
    }, options);
    for (const error of errors) {
      expect(error, JSON.stringify(options)).toMatchObject({ type: "TypeError" });
      expect(error.message).toContain(name);
      expect(error).toEqual(errors[0]);
    }
  }
});
