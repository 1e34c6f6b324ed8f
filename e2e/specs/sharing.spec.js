// Sockets that share a connection: each has the token that its own options give, and nobody else's.
import { expect, test, token, tokens } from "../lib/test.js";

/** Two namespaces of one connection; `first` and `second` are their options. What each has heard when both are connected. */
async function both(page, s, first, second) {
  await page.evaluate(([url, first, second]) => {
    kit.connect(url + "/a", first);
    kit.connect(url + "/b", second);
  }, [s.url, first, second]);
  await page.waitForFunction(() => kit.sockets.every(({ socket }) => socket.connected));
  return page.evaluate(() => ({ stories: kit.sockets.map((c) => c.story()), shared: kit.sockets[0].socket.io === kit.sockets[1].socket.io, authenticated: kit.sockets.map(({ socket }) => socket.authenticated) }));
}

for (const [name, options, server] of [
  ["auth", { via: "auth", scheme: "Bearer" }, { io: "4", mode: "handshake", lib: "thream", protect: ["/a"], open: ["/b"] }],
  ["event", { via: "event" }, { io: "2", mode: "event", protect: ["/a"], open: ["/b"] }],
])
  for (const order of ["with, without", "without, with"])
    test(`a namespace without a token beside one with it, ${name}: ${order}`, async ({ server: start, open }) => {
      const s = await start(order === "with, without" ? server : { ...server, protect: ["/b"], open: ["/a"] });
      const page = await open(s);
      const bearer = { ...options, token: tokens.good() };
      const { stories, shared } = await both(page, s, ...(order === "with, without" ? [bearer, {}] : [{}, bearer]));
      expect(shared).toBe(true);
      const [own, other] = order === "with, without" ? ["/a", "/b"] : ["/b", "/a"];
      const stranger = stories[order === "with, without" ? 1 : 0];
      expect(stranger).toEqual(["connect"]);
      await s.until("ready", (r) => r.nsp === own);
      await s.until("ready", (r) => r.nsp === other);
      expect(s.of("connection").filter((c) => c.nsp === other && (c.auth || c.query))).toEqual([]);
      expect(s.of("event").filter((e) => e.nsp === other && e.name === "authenticate")).toEqual([]);
    });

test("two tokens on one connection: each namespace sends its own, and each hook hears of its own", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake", lib: "thream", protect: ["/a", "/b"] });
  const page = await open(s);
  const claims = await page.evaluate(
    ([url, ada, bob]) =>
      Promise.all(
        [["/a", ada], ["/b", bob]].map(
          ([nsp, token]) => new Promise((done) => lib.connect(url + nsp, { via: "auth", scheme: "Bearer", token, onAuthenticated: ({ claims }) => done([nsp, claims.sub]) })),
        ),
      ),
    [s.url, tokens.good(), token({ sub: "bob" })],
  );
  expect(claims).toEqual([["/a", "ada"], ["/b", "bob"]]);
  const seen = await Promise.all(["/a", "/b"].map((nsp) => s.until("ready", (r) => r.nsp === nsp)));
  expect(seen.map(({ nsp, decoded }) => [nsp, decoded.sub])).toEqual([["/a", "ada"], ["/b", "bob"]]);
});

test("a manager made by hand gives its token to its sockets, except to those with their own token or with none", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake", lib: "thream", protect: ["/lent", "/own"], open: ["/none"] });
  const page = await open(s);
  const subs = await page.evaluate(
    ([url, ada, bob]) => {
      const manager = new lib.Manager(url, { via: "auth", scheme: "Bearer", token: ada });
      const connected = (nsp, options) =>
        new Promise((done) => {
          const socket = manager.socket(nsp, options);
          socket.on("connect", () => setTimeout(() => done([nsp, socket.authenticated])));
        });
      return Promise.all([connected("/lent"), connected("/own", { via: "auth", scheme: "Bearer", token: bob }), connected("/none", { token: undefined })]);
    },
    [s.url, tokens.good(), token({ sub: "bob" })],
  );
  expect(subs).toEqual([["/lent", true], ["/own", true], ["/none", false]]);
  expect((await s.until("ready", (r) => r.nsp === "/lent")).decoded.sub).toBe("ada");
  expect((await s.until("ready", (r) => r.nsp === "/own")).decoded.sub).toBe("bob");
  expect((await s.until("connection", (r) => r.nsp === "/none")).auth).toBe(false);
});

test("a socket of a manager that io() made has no token but its own", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake", lib: "thream", open: ["/other"] });
  const page = await open(s);
  const authenticated = await page.evaluate(([url, token]) => {
    const socket = lib.connect(url, { via: "auth", scheme: "Bearer", token });
    const other = socket.io.socket("/other");
    return new Promise((done) => other.on("connect", () => done(other.authenticated)));
  }, [s.url, tokens.good()]);
  expect(authenticated).toBe(false);
  expect((await s.until("connection", (r) => r.nsp === "/other")).auth).toBe(false);
});
