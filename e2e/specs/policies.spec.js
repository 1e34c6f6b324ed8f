// What servers demand and decide beside the token: callbacks and their deadlines, headers, second opinions, secrets.
import { expect, test, token, tokens } from "../lib/test.js";
import { OTHER_SECRET, SECRETS } from "../lib/tokens.mjs";

const old = { "1.7.4": "1", "2.5.1": "2" };
const event = { ...old, "our Go server": "go" };
const every = { ...old, "3.1.2": "3", "4.8.4": "4" };
const bad = tokens.wronglySigned;
/** For how long a server waits for the acknowledgement, in ms, where it is told so. */
const CALLBACK = 15_000;

/** Connects and reports how it was settled: the hook's name and its value. */
const outcome = (page, url, options) =>
  page.evaluate(async ([url, options]) => {
    const client = kit.connect(url, { forceNew: true, ...options });
    const settled = await Promise.race(["onAuthenticated", "onUnauthorized"].map(async (what) => ({ what, value: await client.until(what) })));
    return { ...settled, story: client.story() };
  }, [url, options]);

/** ms between the server's `unauthorized` (it answers `authenticate` at once) and its hanging up. */
async function hangUp(io, s, timeout) {
  const { at } = await (io === "go" ? s.until("refused") : s.until("event", (o) => o.name === "authenticate"));
  const gone = await s.until("disconnect", () => true, timeout);
  return gone.at - at;
}

test(`callback: ${CALLBACK} without acknowledgement: each server waits its 15 seconds`, { tag: "@waits" }, async ({ server, open }) => {
  await Promise.all(
    Object.entries(event).map(async ([name, io]) => {
      const s = await server({ io, mode: "event", jwt: { callback: CALLBACK } });
      const page = await open(s);
      // By hand, as with socket.io-client: with the `token` option the callback would be acknowledged.
      await page.evaluate(([url, token]) => {
        const client = kit.connect(url, {}, "io");
        client.socket.emit("authenticate", { token });
      }, [s.url, bad()]);
      expect(await hangUp(io, s, 4 * CALLBACK), `ms until ${name} hung up`).toBeGreaterThan(CALLBACK - 100);
      expect(s.of("ack")).toEqual([]);
    }),
  );
});

for (const [name, io] of Object.entries(event)) {
  test.describe(`callback on ${name}`, () => {
    for (const callback of [undefined, CALLBACK]) {
      test(`${callback}: the server closes after the hook has settled and the callback is acknowledged`, async ({ server, open }) => {
        const s = await server({ io, mode: "event", jwt: { callback } });
        const page = await open(s);
        await page.evaluate(([url, token]) => void kit.connect(url, { token }), [s.url, bad()]);
        expect(await hangUp(io, s), "ms: the deadline of the callback is not waited for").toBeLessThan(CALLBACK / 2);
        expect(s.of("ack")).toHaveLength(1);
        const story = await page.evaluate(async () => {
          await kit.sockets[0].until("disconnect");
          return kit.sockets[0].log;
        });
        expect(story.map((entry) => entry.what)).toEqual(["connect", "onUnauthorized", "unauthorized", "callback", "disconnect"]);
        expect(story[3].value).toBe("function");
        expect(story.at(-1).value).toBe("io server disconnect");
      });
    }

    test("unset: the connection stays while the hook runs, and the callback is acknowledged once", async ({ server, open }) => {
      const s = await server({ io, mode: "event" });
      const page = await open(s);
      await page.evaluate(async ([url, token]) => {
        let release;
        const working = new Promise((done) => (release = done));
        const client = kit.connect(url, {
          token,
          onUnauthorized: async (error, ack) => {
            client.note("hook", error);
            await working;
            ack();
            ack();
          },
        });
        await client.until("hook");
        window.release = release;
      }, [s.url, bad()]);
      await s.all();
      expect(s.of("disconnect")).toEqual([]);
      expect(s.of("ack")).toEqual([]);
      await page.evaluate(() => release());
      await s.until("disconnect");
      await page.evaluate(() => kit.sockets[0].until("disconnect"));
      expect(s.of("ack")).toHaveLength(1);
    });

    test("a hook that throws is reported, and the callback is acknowledged all the same", async ({ server, open, errors }) => {
      const s = await server({ io, mode: "event" });
      const page = await open(s);
      await page.evaluate(async ([url, token]) => {
        const client = kit.connect(url, {
          token,
          onUnauthorized() {
            throw new Error("the hook fell over");
          },
        });
        await client.until("disconnect");
      }, [s.url, bad()]);
      await s.until("disconnect");
      expect(s.of("ack")).toHaveLength(1);
      await expect.poll(() => errors.length).toBe(1);
      expect(errors.splice(0)[0]).toContain("the hook fell over");
    });

    test("false: the server closes at once, whatever the hook does", async ({ server, open }) => {
      const s = await server({ io, mode: "event", jwt: { callback: false } });
      const page = await open(s);
      const error = await page.evaluate(async ([url, token]) => {
        const client = kit.connect(url, { token, onUnauthorized: (error) => (client.note("hook", error), new Promise(() => {})) });
        await client.until("disconnect");
        return client.until("hook");
      }, [s.url, bad()]);
      await s.until("disconnect");
      expect(s.of("ack"), "the hook never ends").toEqual([]);
      expect(error).toMatchObject({ reason: "invalid", message: "invalid signature" });
    });
  });

  test(`timeout on ${name}: the server closes a socket that never authenticates, with a disconnect event alone`, async ({ server, open }) => {
    const s = await server({ io, mode: "event", jwt: { timeout: 200 } });
    const page = await open(s);
    const [reason, story] = await page.evaluate(async (url) => {
      const client = kit.connect(url, { reconnection: false }, "io");
      return [await client.until("disconnect"), client.story()];
    }, s.url);
    expect(reason).toBe("io server disconnect");
    expect(story).toEqual(["connect", "disconnect"]);
  });

  test(`/admin beside / on ${name}, event: one connection, and a refusal there leaves / alone`, async ({ server, open }) => {
    const s = await server({ io, mode: "event", protect: ["/admin"], open: ["/"] });
    const page = await open(s);
    const result = await page.evaluate(async ([url, good, bad]) => {
      const root = kit.connect(url);
      await root.until("connect");
      const admin = kit.connect(url + "/admin", { token: good });
      const { claims } = await admin.until("onAuthenticated");
      const echoes = [await root.socket.emitWithAck("echo", "root"), await admin.socket.emitWithAck("echo", "admin")];
      admin.socket.disconnect();
      const refused = kit.connect(url + "/admin", { token: bad });
      const { reason } = await refused.until("onUnauthorized");
      await refused.until("disconnect");
      return { sub: claims.sub, echoes, reason, still: await root.socket.emitWithAck("echo", "still"), shared: root.socket.io === admin.socket.io };
    }, [s.url, tokens.good(), bad()]);
    expect(result).toEqual({ sub: "ada", echoes: ["root", "admin"], reason: "invalid", still: "still", shared: true });
  });
}

for (const [name, io] of Object.entries(old)) {
  test(`silence on ${name}: a server that never answers, or hangs up first, is a timeout; it is tried again`, async ({ server, open }) => {
    const s = await server({ io, mode: "plain" });
    const page = await open(s);
    await page.evaluate(([url, token]) => void kit.connect(url, { token, authTimeout: 150, reconnectionDelay: 20 }), [s.url, tokens.good()]);
    expect(await page.evaluate(() => kit.sockets[0].until("onUnauthorized"))).toMatchObject({ reason: "timeout" });
    await s.until("event", () => s.of("event").filter((o) => o.name === "authenticate").length >= 2);

    const hasty = await server({ io, mode: "plain" });
    const second = await open(hasty);
    await second.evaluate(([url, token]) => void kit.connect(url, { token, reconnectionDelay: 20 }), [hasty.url, tokens.good()]);
    await hasty.until("event");
    await hasty.tell("disconnect");
    expect(await second.evaluate(() => kit.sockets[0].until("onUnauthorized"))).toMatchObject({ reason: "timeout" });
    await hasty.until("connection", () => hasty.of("connection").length >= 2);
  });

  test(`additional_auth on ${name}: the error has its message and code`, async ({ server, open }) => {
    const allow = await server({ io, mode: "event", jwt: { additional_auth: "allow" } });
    const deny = await server({ io, mode: "event", jwt: { additional_auth: "deny" } });
    const page = await open(allow);
    expect(await outcome(page, allow.url, { token: tokens.good() })).toMatchObject({ what: "onAuthenticated" });
    const { what, value } = await outcome(page, deny.url, { token: tokens.good() });
    expect(what).toBe("onUnauthorized");
    expect(value).toMatchObject({ reason: "invalid", code: "account_locked", message: "ada is locked" });
  });
}

for (const [name, io] of Object.entries(every)) {
  test(`auth_header_required on ${name}: a token in the query is not enough; a malformed header is named`, async ({ server, open }) => {
    const s = await server({ io, mode: "handshake", jwt: { auth_header_required: true } });
    const page = await open(s);
    const query = await outcome(page, s.url, { via: "query", token: tokens.good() });
    expect(query.value).toMatchObject({ reason: "missing", code: "missing_authorization_header", message: "Server requires Authorization Header" });
    const scheme = await outcome(page, s.url, { via: "header", token: tokens.good(), scheme: "" });
    expect(scheme.value).toMatchObject({ reason: "invalid", code: "credentials_bad_format", message: "Format is Authorization: Bearer [token]" });
  });

  test(`secrets by function on ${name}: of 3 and of 4 arguments, and one that fails`, async ({ server, open }) => {
    const page = await open(await server({ io, mode: "plain" }));
    const flows = io < "3" ? ["event", "handshake"] : ["handshake"];
    for (const mode of flows) {
      const via = mode === "event" ? "event" : "query";
      for (const secret of ["3", "4"]) {
        const s = await server({ io, mode, jwt: { secret }, cors: "answered" });
        const bob = await outcome(page, s.url, { via, token: token({ sub: "bob" }, 60, SECRETS.bob) });
        expect(bob, `${mode}, ${secret} arguments`).toMatchObject({ what: "onAuthenticated", value: { claims: { sub: "bob" } } });
        expect((await s.until("ready")).decoded.sub).toBe("bob");
        const posing = await outcome(page, s.url, { via, token: token({ sub: "ada" }, 60, OTHER_SECRET) });
        expect(posing.value, `${mode}, ${secret} arguments`).toMatchObject({ reason: "invalid", code: "invalid_token", message: "invalid signature" });
      }
      const failing = await server({ io, mode, jwt: { secret: "fails" }, cors: "answered" });
      const { value } = await outcome(page, failing.url, { via, token: tokens.good() });
      expect(value, mode).toMatchObject({ reason: "invalid", code: mode === "event" ? "invalid_secret" : "no_tenant", message: "the tenant is unknown" });
    }
  });

  test(`customDecoded on ${name}: the server makes of the token what it likes`, async ({ server, open }) => {
    const mode = io < "3" ? "event" : "handshake";
    const s = await server({ io, mode, jwt: { customDecoded: true } });
    const page = await open(s);
    const { value } = await outcome(page, s.url, { via: mode === "event" ? "event" : "query", token: tokens.good() });
    expect(value.claims.name).toBe("Ada Lovelace");
    expect((await s.until("ready")).decoded).toEqual({ sub: "ada", custom: true });
  });

  test(`header and query on ${name}: together, and one of them wrong`, async ({ server, open }) => {
    const s = await server({ io, mode: "handshake" });
    const page = await open(s);
    const both = await outcome(page, s.url, { via: ["header", "query"], token: tokens.good(), query: { tag: "both" } });
    expect(both).toMatchObject({ what: "onAuthenticated", value: { via: ["header", "query"] } });
    expect(await s.until("connection", (o) => o.tag === "both")).toMatchObject({ header: true, query: true });
    // socketio-jwt lets the query win.
    const wrongHeader = await outcome(page, s.url, { via: "query", token: tokens.good(), extraHeaders: { Authorization: `Bearer ${bad()}` } });
    expect(wrongHeader).toMatchObject({ what: "onAuthenticated" });
    const wrongQuery = await outcome(page, s.url, { via: "header", token: tokens.good(), query: { token: bad() } });
    expect(wrongQuery.value).toMatchObject({ reason: "invalid", message: "invalid signature" });
  });

  test(`no token option on ${name}: a plain client hears the refusal in its own words`, async ({ server, open }) => {
    const s = await server({ io, mode: "handshake" });
    const page = await open(s);
    const name = io < "3" ? "error" : "connect_error";
    const error = await page.evaluate(([url, name]) => kit.connect(url, {}, "io").until(name), [s.url, name]);
    const refusal = { code: "credentials_required", message: "no token provided", type: "UnauthorizedError" };
    if (name === "error") expect(error).toMatchObject(refusal);
    else expect(error).toMatchObject({ isError: true, message: "no token provided", data: refusal });
  });
}

for (const [name, io] of Object.entries(event)) {
  test(`/admin beside / on ${name}, query: each on a connection with its own query`, async ({ server, open }) => {
    const s = await server({ io, mode: "handshake", protect: ["/admin"], open: ["/"] });
    const page = await open(s);
    const result = await page.evaluate(async ([url, token]) => {
      const root = kit.connect(url);
      await root.until("connect");
      const admin = kit.connect(url + "/admin", { via: "query", token });
      await admin.until("onAuthenticated");
      admin.socket.disconnect();
      return { claims: (await admin.until("onAuthenticated")).claims.sub, still: await root.socket.emitWithAck("echo", 2) };
    }, [s.url, tokens.good()]);
    expect(result).toEqual({ claims: "ada", still: 2 });
    expect((await s.until("ready", (o) => o.nsp === "/admin")).decoded.sub).toBe("ada");
  });
}

test("/admin beside / on 4.8.4 with @thream/socketio-jwt, auth: one connection", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake", lib: "thream", protect: ["/admin"], open: ["/"] });
  const page = await open(s);
  const result = await page.evaluate(async ([url, good, bad]) => {
    const root = kit.connect(url);
    await root.until("connect");
    const admin = kit.connect(url + "/admin", { via: "auth", scheme: "Bearer", token: good });
    await admin.until("onAuthenticated");
    const echo = await admin.socket.emitWithAck("echo", 1);
    admin.socket.disconnect();
    const refused = kit.connect(url + "/admin", { via: "auth", scheme: "Bearer", token: bad });
    const { reason } = await refused.until("onUnauthorized");
    return { echo, reason, still: await root.socket.emitWithAck("echo", 2), shared: root.socket.io === admin.socket.io };
  }, [s.url, tokens.good(), bad()]);
  expect(result).toEqual({ echo: 1, reason: "invalid", still: 2, shared: true });
  await s.all();
  // One for / and /admin; the second socket of a namespace has a connection of its own, as with socket.io-client.
  expect(s.of("request").filter((o) => o.method === "GET" && !o.sid)).toHaveLength(2);
});
