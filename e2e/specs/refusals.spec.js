// What counts as a no to the token: the words of hand-written middlewares, HTTP statuses, an event at any time, classify.
import { expect, test, tokens, told } from "../lib/test.js";

/** Connects and gives what the first onUnauthorized or, where there is none, connect_error told. */
async function outcome(page, url, options) {
  return page.evaluate(async ([url, options]) => {
    const { until, story } = kit.connect(url, { reconnection: false, ...options });
    const unauthorized = until("onUnauthorized").then(({ reason, message, code }) => ({ reason, message, code }));
    const other = until("connect_error").then(async ({ message }) => {
      await new Promise((done) => setTimeout(done)); // a hook is called right after it
      return story().includes("onUnauthorized") ? unauthorized : { message, asked: window.asked };
    });
    return Promise.race([unauthorized, other]);
  }, [url, options]);
}

const words = [
  [{ message: "jwt expired" }, "expired"],
  [{ message: "invalid token" }, "invalid"],
  [{ message: "jwt malformed" }, "invalid"],
  [{ message: "jwt must be provided" }, "missing"],
  [{ message: "no", data: { code: "TOKEN_EXPIRED" } }, "expired"],
  [{ message: "no", data: { code: "ERR_JWT_EXPIRED" } }, "expired"],
  [{ message: "no", data: { name: "TokenExpiredError" } }, "expired"],
  [{ message: "no", data: "TOKEN_EXPIRED" }, "expired"],
  [{ message: '"exp" claim timestamp check failed' }, "expired"],
  [{ message: "No authorization token was found" }, "missing"],
  [{ message: "Unauthorized" }, "invalid"],
];
for (const io of ["4", "2"])
  for (const [refuse, reason] of words)
    test(`a middleware of the application's own, ${io}.x: ${JSON.stringify(refuse)} is ${reason}`, async ({ server, open }) => {
      const s = await server({ io, mode: "plain", refuse });
      const page = await open(s);
      const via = io === "2" ? "query" : "auth";
      const got = await outcome(page, s.url, { via, token: { fn: `() => (window.asked = (window.asked || 0) + 1, "${tokens.good()}")` } });
      expect(got.reason).toBe(reason);
      expect(await page.evaluate(() => asked), "another token was asked for").toBe(reason === "missing" ? 1 : 2);
    });

for (const message of ["room is full", "forbidden", "your subscription has expired", "unknown tenant"])
  test(`a middleware's "${message}" is no refusal of the token`, async ({ server, open }) => {
    const s = await server({ io: "4", mode: "plain", refuse: { message } });
    const page = await open(s);
    expect(await outcome(page, s.url, { via: "auth", token: { fn: `() => (window.asked = (window.asked || 0) + 1, "${tokens.good()}")` } })).toEqual({ message, asked: 1 });
  });

test("classify decides about unknown errors and is called for no others", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain", refuse: { message: "E-1138", data: { code: 7 } } });
  const page = await open(s);
  const classify = { fn: "(error) => ((window.classified ??= []).push(error), error.message === 'E-1138' ? 'expired' : undefined)" };
  expect(await outcome(page, s.url, { via: "auth", token: tokens.good(), classify })).toEqual({ reason: "expired", message: "E-1138", code: 7 });
  expect(await page.evaluate(() => classified)).toEqual([{ message: "E-1138", code: 7, data: { code: 7 }, status: undefined }]);
  const known = await server({ io: "4", mode: "plain", refuse: { message: "jwt expired" } });
  const other = await open(known);
  expect((await outcome(other, known.url, { via: "auth", token: tokens.good(), classify })).reason).toBe("expired");
  expect(await other.evaluate(() => window.classified)).toBeUndefined();
});

for (const [deny, reason] of [["token expired", "expired"], ["the token is not for this service", "invalid"], ["", undefined]])
  test(`403 of allowRequest, ${deny ? `"${deny}"` : "without a message"}: ${reason ?? "the network's"}`, async ({ server, open }) => {
    const s = await server({ io: "4", mode: "plain", deny });
    const page = await open(s);
    const got = await outcome(page, s.url, { via: "query", token: tokens.good(), transports: ["polling"] });
    expect(got.reason).toBe(reason);
    if (deny) expect(got.message).toBe(deny);
  });

for (const via of ["query", "header", "auth"])
  test(`unauthorized in the middle of a session, via ${via}: the hook, another token, the acknowledgement`, async ({ server, open }) => {
    const s = await server({ io: "4", mode: "plain", cors: "answered" });
    const page = await open(s);
    await page.evaluate(([url, via, tokens]) => {
      window.tokens = tokens;
      kit.connect(url, { via, token: { fn: "({ cause }) => ((window.causes ??= []).push(cause), window.tokens.shift())" } });
    }, [s.url, via, [tokens.good(), tokens.good(), tokens.good()].map((t, i) => t + "x".repeat(i))]);
    await told(page, "onAuthenticated");
    await s.emit("unauthorized", { message: "session revoked", data: { code: "invalid_token" } });
    await told(page, "onAuthenticated", 2);
    expect(await page.evaluate(() => causes)).toEqual(["connect", "unauthorized"]);
  });

const odd = [
  { message: "x", data: { code: { toString: 0 } } },
  { message: "x", data: { code: { toString: 0, valueOf: 0 }, message: { toString: 0 }, type: [[]] } },
  { message: "x", data: [] },
  { message: "x", data: 0 },
  { message: "x", data: null },
];
for (const io of ["4", "2"])
  for (const refuse of odd)
    test(`any JSON in a refusal gives connect_error a message, ${io}.x: ${JSON.stringify(refuse.data)}`, async ({ server, open }) => {
      const s = await server({ io, mode: "plain", refuse });
      const page = await open(s);
      const got = await outcome(page, s.url, { via: io === "2" ? "query" : "auth", token: tokens.good() });
      expect(typeof got.message).toBe("string");
      expect(await page.evaluate(() => kit.sockets[0].socket.connected && io !== "2")).toBeFalsy();
    });

test("an UnauthorizedError of the token function ends the session", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const page = await open(s);
  const got = await outcome(page, s.url, { reconnection: true, via: "query", token: { fn: "() => { window.asked = (window.asked || 0) + 1; throw new lib.UnauthorizedError('signed out', { reason: 'missing', code: 'no_session' }); }" } });
  expect(got).toEqual({ reason: "missing", message: "signed out", code: "no_session" });
  expect(await page.evaluate(() => [asked, kit.sockets[0].socket.active])).toEqual([1, false]);
});

for (const token of [null, ""])
  test(`token: ${JSON.stringify(token)} is no token now`, async ({ server, open }) => {
    const s = await server({ io: "4", mode: "handshake" });
    const page = await open(s);
    expect((await outcome(page, s.url, { via: "query", token })).reason).toBe("missing");
    await s.all();
    expect(s.of("connection")).toHaveLength(0);
  });
