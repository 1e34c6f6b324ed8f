// Every way a token can travel × every server where that way exists × every kind of token, and the rows that cannot be.
import { expect, test, tokens } from "../lib/test.js";

const accepted = {};
const refused = (code, message) => ({ reason: code === "credentials_required" ? "missing" : "invalid", code, message });
/** Refused before anything is sent: the server never hears of it. */
const kept = (reason) => ({ reason, kept: true });

const kinds = {
  good: accepted,
  unicode: accepted,
  noExpiry: accepted,
  long: accepted,
  expired: kept("expired"),
  malformed: refused("invalid_token", "jwt malformed"),
  wronglySigned: refused("invalid_token", "invalid signature"),
  unsigned: refused("invalid_token", "jwt signature is required"),
  missing: kept("missing"),
  empty: kept("missing"),
};
const thream = "Unauthorized: Token is missing or invalid Bearer";
const threamKinds = { ...kinds, malformed: refused("invalid_token", thream), wronglySigned: refused("invalid_token", thream), unsigned: refused("invalid_token", thream) };

const servers = {
  "1.7.4": { io: "1" },
  "2.5.1": { io: "2" },
  "3.1.2": { io: "3" },
  "4.8.4": { io: "4" },
};
const old = ["1.7.4", "2.5.1"];
const all = Object.keys(servers);

const table = [
  ...old.map((name) => ({ name, via: "event", server: { ...servers[name], mode: "event", jwt: { callback: false } } })),
  ...all.map((name) => ({ name, via: "query", server: { ...servers[name], mode: "handshake" } })),
  ...all.map((name) => ({ name, via: "header", server: { ...servers[name], mode: "handshake", jwt: { auth_header_required: true } } })),
  { name: "4.8.4 with @thream/socketio-jwt", via: "auth", options: { scheme: "Bearer" }, kinds: threamKinds, server: { io: "4", mode: "handshake", lib: "thream" } },
  ...[
    ["our Go server", { io: "go" }, {}],
    ["our Go server, Engine.IO 3", { io: "go", eio3: true }, { protocol: 3 }],
  ].flatMap(([name, server, options]) => [
    { name, via: "event", options, server: { ...server, mode: "event", jwt: { callback: false } } },
    { name, via: "query", options, server: { ...server, mode: "handshake" } },
    { name, via: "header", options, server: { ...server, mode: "handshake", jwt: { auth_header_required: true } } },
  ]),
  { name: "our Go server", via: "auth", server: { io: "go", mode: "handshake" } },
];

for (const { name, via, server: config, options, kinds: rows = kinds } of table) {
  test(`${via} on ${name}`, async ({ server, open }) => {
    const s = await server(config);
    const page = await open(s);
    for (const [kind, expected] of Object.entries(rows)) {
      await test.step(kind, async () => {
        const row = { ...options, via, token: { fn: `() => ${JSON.stringify(tokens[kind]())}` }, query: { tag: kind }, forceNew: true };
        const outcome = await page.evaluate(async ([url, row]) => {
          const client = kit.connect(url, row);
          const [what, value] = await Promise.race(["onAuthenticated", "onUnauthorized"].map(async (what) => [what, await client.until(what)]));
          const { socket } = client;
          const seen = { what, value, authenticated: socket.authenticated, connected: socket.connected };
          if (what === "onAuthenticated") seen.echo = await socket.emitWithAck("echo", "é€😀");
          else if (client.story().includes("connect")) await client.until("disconnect");
          seen.story = client.story();
          socket.disconnect();
          return seen;
        }, [s.url, row]);

        const where = `${via} on ${name}, ${kind}`;
        if (expected === accepted) {
          expect(outcome, where).toMatchObject({ what: "onAuthenticated", authenticated: true, connected: true, echo: "é€😀", value: { claims: { sub: "ada" }, refreshed: false, recovered: false } });
          expect([outcome.value.via].flat(), where).toEqual([via]);
          if (kind === "unicode") expect(outcome.value.claims.name).toBe("é€😀 ÿ>?");
          expect(outcome.value.expiresAt === undefined, where).toBe(kind === "noExpiry");
          const ready = await s.until("ready", (o) => o.tag === kind);
          expect(ready.decoded.sub).toBe("ada");
          return;
        }
        await s.all();
        const { reason, code, message } = expected;
        expect(outcome, where).toMatchObject({ what: "onUnauthorized", authenticated: false, value: { name: "UnauthorizedError", type: "UnauthorizedError", isError: true, reason } });
        if (code) expect(outcome.value, where).toMatchObject({ code, message, data: { code, message, type: "UnauthorizedError" } });
        expect([outcome.value.via].flat(), where).toEqual([via]);
        expect(outcome.story.filter((what) => what === "onUnauthorized"), where).toHaveLength(1);
        expect(outcome.story.includes("onExpired"), where).toBe(reason === "expired");
        expect(s.of("ready").filter((o) => o.tag === kind), where).toEqual([]);
        if (expected.kept) expect(s.of("event").filter((o) => o.name === "authenticate" && o.tag === kind), where).toEqual([]);
      });
    }
    await s.all();
    // The one way is the only one: nothing travels elsewhere.
    const elsewhere = { query: "query", header: "header", auth: "auth" };
    delete elsewhere[via];
    for (const place of Object.values(elsewhere)) expect([...s.of("connection"), ...s.of("ready")].filter((o) => o[place]), `a token in ${place}`).toEqual([]);
    expect(s.of("request").filter((o) => o.token && (o.sid || via !== "query")), "a token in a URL that is not the handshake's own").toEqual([]);
  });
}

// What a server's clock says, and not ours, ends a token that looks good here.
for (const { name, via, server: config } of table.filter((row) => row.server.lib !== "thream")) {
  test(`${via} on ${name}: the server says that it has expired`, async ({ server, open }) => {
    const clockTimestamp = Math.floor(Date.now() / 1000) + 7200;
    const s = await server({ ...config, jwt: { ...config.jwt, clockTimestamp } });
    const page = await open(s);
    const [error, expired] = await page.evaluate(async ([url, options]) => {
      const client = kit.connect(url, options);
      return [await client.until("onUnauthorized"), await client.until("onExpired")];
    }, [s.url, { via, token: tokens.good() }]);
    expect(error).toMatchObject({ reason: "expired", code: "invalid_token", message: "jwt expired" });
    expect(expired).toMatchObject({ reason: "expired" });
  });
}

test.describe("rows that cannot exist", () => {
  for (const io of ["3", "4"]) {
    test(`event on ${all[io - 1]}: the guard throws and takes the server down; the page hears of a lost connection and goes on trying`, async ({ server, open }) => {
      const page = await open(await server({ io, mode: "plain" })); // a page whose server stays
      const s = await server({ io, mode: "event", alone: true, cors: "answered" });
      const story = page.evaluate(async ([url, token]) => {
        const client = kit.connect(url, { token, reconnectionDelay: 20 });
        const attempt = new Promise((done) => client.socket.io.once("reconnect_attempt", done));
        await attempt;
        const { active, authenticated } = client.socket;
        return { active, authenticated, story: client.story() };
      }, [s.url, tokens.good()]);
      await s.until("crash", ({ message }) => message.includes("indexOf"));
      const { active, authenticated, story: told } = await story;
      expect({ active, authenticated }).toEqual({ active: true, authenticated: false });
      expect(told).not.toContain("onAuthenticated");
    });
  }

  for (const name of all) {
    test(`auth on ${name}: socketio-jwt reads no auth payload`, async ({ server, open }) => {
      const s = await server({ ...servers[name], mode: "handshake" });
      const page = await open(s);
      const error = await page.evaluate(async ([url, token]) => kit.connect(url, { via: "auth", token }).until("onUnauthorized"), [s.url, tokens.good()]);
      expect(error).toMatchObject({ reason: "missing", code: "credentials_required", message: "no token provided" });
    });
  }
});
