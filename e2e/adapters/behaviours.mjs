// What both adapters have to show: the page's client and Go's client/zishang, on the same servers. Each row is run
// against both by specs/adapters.spec.js.
//
//   name     what it shows
//   server   of e2e/servers; Engine.IO 4, the only one that Go programs speak
//   options  of the client, in the words of the page
//   namespace  "/" without one
//   token    (cause, nth, t) → a token, null for none, or it throws; t.mint(label, seconds, claims) makes tokens, t.bad(label)
//            one that no server takes; labels are what the requests of the front show
//   hook     (error, nth, t) → another token, or nothing
//   rule     (request, t) → an answer of the front's in the place of the server's, see front.mjs
//   run      (client, t): what happens, beside waiting for the story; t has server, front, expect and open(options)
//   story    what the client is told, in order, and nothing else
//   without  the words that the story leaves out, as a pattern
//   check    (t, client): of what the front and the server saw. That the token is only where it belongs is always looked at

const query4 = { name: "query on 4.8.4", via: "query", server: { io: "4", mode: "handshake" } };
const auth4 = { name: "auth on 4.8.4", via: "auth", scheme: "Bearer", server: { io: "4", mode: "handshake", lib: "thream" } };
const eventGo = { name: "event on our Go server", via: "event", server: { io: "go", mode: "event", jwt: { callback: false } } };
const ways = [
  query4,
  { name: "query on 3.1.2", via: "query", server: { io: "3", mode: "handshake" } },
  { name: "header on 3.1.2", via: "header", server: { io: "3", mode: "handshake", jwt: { auth_header_required: true } } },
  { name: "header on 4.8.4", via: "header", server: { io: "4", mode: "handshake", jwt: { auth_header_required: true } } },
  auth4,
  { name: "auth on our Go server", via: "auth", server: { io: "go", mode: "handshake" } },
  eventGo,
];

const row = (name, { server, via, scheme }, more) => ({ name, server, ...more, options: { via, scheme, reconnectionDelay: 20, reconnectionDelayMax: 40, ...more.options } });

const good = (cause, nth, t) => t.mint(`token ${nth}`);
const accepted = ["ask connect", "connect", "authenticated"];
/** What a refusal that stands is told as, beside the hook. An `unauthorized` event is told as that. */
const failed = ({ via }) => (via === "event" ? [] : ["connect_error"]);
/**
 * By event these are races: whether the namespace is connected before the token function has answered, and whether the
 * server hangs up before the next token replaces the connection, unseen.
 */
const comings = ({ via }) => (via === "event" ? /^(dis)?connect/ : undefined);
const came = ({ via }) => (via === "event" ? [] : ["connect"]);

export const behaviours = [
  // --- each way: accepted, refused, over --------------------------------------------------------------------------------
  ...ways.flatMap((way) => [
    row(`${way.name}: a good token is accepted`, way, {
      token: good,
      run: async (client, { expect }) => expect(await client.ack("echo", "é€😀", 1)).toEqual(["é€😀", 1]),
      story: accepted,
    }),
    row(`${way.name}: a token that the server refuses`, way, {
      token: (cause, nth, t) => t.bad(`token ${nth}`),
      without: comings(way),
      story: ["ask connect", "ask unauthorized", ...failed(way), "unauthorized invalid"],
    }),
    row(`${way.name}: a token that is over is not shown to the server`, way, {
      token: (cause, nth, t) => (t.over ??= t.mint("over", -60)),
      without: comings(way),
      story: ["ask connect", "ask unauthorized", ...failed(way), "unauthorized expired", "expired"],
      check: ({ front, server, expect }) => {
        if (way.via === "query" || way.via === "header") expect(front.requests).toEqual([]);
        expect(server.of("refused"), "what the server has refused").toEqual([]);
      },
    }),
  ]),

  // --- other tokens -------------------------------------------------------------------------------------------------------
  ...[query4, eventGo].flatMap((way) => [
    row(`${way.name}: the function's second token after a refusal`, way, {
      token: (cause, nth, t) => (cause === "unauthorized" ? t.mint("second") : t.bad("first")),
      without: comings(way),
      story: ["ask connect", "ask unauthorized", ...came(way), "authenticated"],
    }),
    row(`${way.name}: the hook's token after two refusals`, way, {
      token: (cause, nth, t) => t.bad(`token ${nth}`),
      hook: (error, nth, t) => t.mint("the hook's"),
      without: comings(way),
      story: ["ask connect", "ask unauthorized", ...failed(way), "unauthorized invalid", ...came(way), "authenticated"],
    }),
  ]),
  row("a token that is over, and a good one for it", query4, {
    token: (cause, nth, t) => t.mint(`token ${nth}`, cause === "connect" ? -60 : 3600),
    story: ["ask connect", "ask unauthorized", "connect", "authenticated"],
  }),
  row("no token: nothing is sent", query4, {
    token: () => null,
    story: ["ask connect", "connect_error", "unauthorized missing"],
    check: ({ front, expect }) => expect(front.requests).toEqual([]),
  }),
  row("a function that throws is asked again", query4, {
    token(cause, nth, t) {
      if (nth === 1) throw new Error("the login server is away");
      return t.mint("second");
    },
    story: ["ask connect", "connect_error", "unauthorized unavailable", "ask reconnect", "connect", "authenticated"],
  }),
  row("a function that does not answer in tokenTimeout is asked again", query4, {
    options: { tokenTimeout: 300 },
    token: (cause, nth, t) => (nth === 1 ? t.emitted : t.mint("second")),
    run: async (client, { release }) => {
      await client.until("authenticated");
      release();
    },
    story: ["ask connect", "connect_error", "unauthorized unavailable", "ask reconnect", "connect", "authenticated"],
  }),
  row("a server that does not answer `authenticate` in authTimeout is tried again", { ...eventGo, server: { io: "4", mode: "plain" } }, {
    options: { authTimeout: 300 },
    token: good,
    async run(client, { expect }) {
      await client.until("ask reconnect");
      await client.disconnect();
      expect(client.story().filter((word) => !/^(dis)?connect/.test(word)).slice(0, 3)).toEqual(["ask connect", "unauthorized timeout", "ask reconnect"]);
      expect((await client.state()).authenticated).toBe(false);
    },
  }),

  // --- guests ---------------------------------------------------------------------------------------------------------------
  ...[
    { ...query4, server: { io: "4", mode: "plain" }, sent: ["none", "token"] },
    { name: "header on 4.8.4", via: "header", server: { io: "4", mode: "plain" }, sent: ["none", "token"] },
    { ...auth4, server: { io: "4", mode: "plain" }, sent: ["none", "none"] },
    { ...eventGo, sent: ["none"] },
  ].map(({ sent, ...way }) =>
    row(`${way.name}: a guest is connected without a token, and signs in`, way, {
      options: { guest: true },
      token: (cause, nth, t) => (nth === 1 ? null : t.mint("token")),
      async run(client, { expect }) {
        await client.until("connect");
        expect(await client.state()).toEqual({ authenticated: false, expiresAt: null });
        if (way.via !== "event") expect(await client.ack("echo", 1)).toEqual([1]);
        expect(await client.reauthenticate()).toBe("");
        expect((await client.state()).authenticated).toBe(true);
        expect(await client.ack("echo", 2)).toEqual([2]);
      },
      story: ["ask connect", "connect", "ask refresh", "authenticated"],
      check: ({ front, expect }) => expect(front.handshakes().map(({ query, header }) => query || header || "none")).toEqual(sent),
    }),
  ),
  row("a server that lets no guest in", auth4, {
    options: { guest: true },
    token: () => null,
    story: ["ask connect", "connect_error", "unauthorized missing"],
    check: ({ server, expect }) => expect(server.of("ready")).toEqual([]),
  }),
  row("a guest whose connection is lost asks again", { ...query4, server: { io: "4", mode: "plain" } }, {
    options: { guest: true },
    token: (cause, nth, t) => (nth === 1 ? null : t.mint("token")),
    async run(client, { front }) {
      await client.until("connect");
      await front.cut(client.until(/^disconnect /));
    },
    without: /^disconnect /,
    story: ["ask connect", "connect", "ask reconnect", "connect", "authenticated"],
    check: ({ front, expect }) => expect(front.handshakes().map(({ query }) => query)).toEqual([undefined, "token"]),
  }),

  // --- HTTP ----------------------------------------------------------------------------------------------------------------
  ...["query", "header"].map((via) =>
    row(`${via}: HTTP 401 to the handshake is a refusal`, { ...query4, via }, {
      options: { transports: ["polling"] },
      token: (cause, nth, t) => t.mint(`token ${nth}`),
      rule: ({ handshake }) => handshake && { status: 401 },
      story: ["ask connect", "ask unauthorized", "connect_error", "unauthorized invalid"],
      check: ({ client, expect }) => expect(client.log.find(({ word }) => word === "unauthorized invalid").value).toMatchObject({ code: "invalid_token" }),
    }),
  ),
  row("HTTP 401 to the first token alone: another is tried without the pause of a reconnection", query4, {
    options: { transports: ["polling"], reconnectionDelay: 600_000, reconnectionDelayMax: 600_000 },
    token: (cause, nth, t) => t.mint(`token ${nth}`),
    rule: ({ query }) => query === "token 1" && { status: 401 },
    story: ["ask connect", "ask unauthorized", "connect", "authenticated"],
  }),
  row("HTTP 401 to a handshake without a token is the network's", { ...query4, via: "auth", server: { io: "4", mode: "handshake", lib: "thream" }, scheme: "Bearer" }, {
    options: { transports: ["polling"] },
    token: good,
    rule: ({ handshake, nth }) => handshake && nth === 1 && { status: 401 },
    without: /^ask reconnect$/, // a page still has the token that it was given for the first attempt
    story: ["ask connect", "connect_error", "connect", "authenticated"],
  }),
  row("HTTP 502 to the handshake is tried again", query4, {
    token: good,
    rule: ({ handshake, nth }) => handshake && nth <= 2 && { status: 502 },
    story: ["ask connect", "connect_error", "ask reconnect", "connect_error", "ask reconnect", "connect", "authenticated"],
  }),
  ...["query", "header"].map((via) =>
    row(`${via}: a redirect to another origin does not take the token there`, { ...query4, via }, {
      options: { transports: ["polling"], reconnection: false },
      token: good,
      rule: ({ handshake, url }, t) => handshake && { status: 307, headers: { Location: t.elsewhere.url + url } },
      story: ["ask connect", "connect_error"],
      check: ({ elsewhere, expect }) => expect(elsewhere.requests.filter(({ query, header, elsewhere }) => query || header || elsewhere)).toEqual([]),
    }),
  ),
  row("a redirect of a POST to another origin does not take the token there", { name: "", via: "auth", scheme: "Bearer", server: { io: "4", mode: "handshake", lib: "thream" } }, {
    options: { transports: ["polling"], reconnection: false },
    token: good,
    rule: ({ method, url }, t) => method === "POST" && { status: 307, headers: { Location: t.elsewhere.url + url } },
    run: (client, { expect }) => expect.poll(() => client.story().join()).toMatch(/connect_error|disconnect/),
    check: ({ elsewhere, expect }) => expect(elsewhere.requests.filter(({ method }) => method === "POST")).toEqual([]),
  }),
  row("a redirect on the same origin is followed, where the request carries no token", auth4, {
    options: { transports: ["polling"] },
    token: good,
    rule: ({ method, url, handshake }) => method === "GET" && handshake && !url.includes("moved") && { status: 307, headers: { Location: `${url}&moved=1` } },
    story: accepted,
  }),
  row("the token is in the handshake's URL and in no other, upgrade included", query4, {
    options: { transports: ["polling", "websocket"] },
    token: good,
    async run(client, { front, expect }) {
      await client.until("authenticated");
      await client.ack("echo", 1);
      await expect.poll(() => front.requests.filter(({ method }) => method === "UPGRADE").length).toBe(1);
      await client.ack("echo", 2);
    },
    story: accepted,
    check: ({ front, expect }) => expect(front.requests.map(({ query, handshake }) => !!query === handshake)).not.toContain(false),
  }),
  row("the token is in the URL of a websocket that begins", query4, {
    options: { transports: ["websocket"] },
    token: good,
    story: accepted,
    check: ({ front, expect }) => expect(front.requests.map(({ method, query }) => [method, query])).toEqual([["UPGRADE", "token 1"]]),
  }),
  row("pauses between attempts are spread over more than the official client's", { ...query4, name: "" }, {
    options: { transports: ["polling"], reconnectionDelay: undefined, reconnectionDelayMax: undefined },
    token: good,
    rule: ({ handshake }) => handshake && { status: 502 },
    async run(client, t) {
      // The official client's first pauses are half a second to one and a half: a second lies between the shortest and the
      // longest. Of 40 clients whose pauses are spread from nothing to four seconds, three seconds and more. A machine that
      // is away meanwhile takes from the difference: the short ones become longer.
      const tags = Array.from({ length: 40 }, (_, i) => `${i}`);
      await Promise.all(tags.map((tag) => t.open({ tag })));
      const attempts = (tag) => t.front.handshakes().filter((r) => r.tag === tag);
      await t.expect.poll(() => tags.filter((tag) => attempts(tag).length < 2), { timeout: 15_000 }).toEqual([]);
      const pauses = tags.map((tag) => attempts(tag)[1].at - attempts(tag)[0].at);
      t.expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(1200);
    },
  }),

  // --- in a session -----------------------------------------------------------------------------------------------------------
  row("the server's callback is acknowledged once, after the hook", { ...eventGo, server: { io: "go", mode: "event", jwt: { callback: 10_000 } } }, {
    token: (cause, nth, t) => t.bad(`token ${nth}`),
    /** Of the second refusal, which is the one that stands. */
    async hook(error, nth, t) {
      await t.server.all();
      t.standing = t.server.of("refused")[1].id;
      t.atHook = t.server.seen.filter(({ id }) => id === t.standing).map(({ type }) => type);
    },
    async run(client, { server }) {
      await client.until("unauthorized invalid");
      await server.count("disconnect", 2);
    },
    without: comings(eventGo),
    story: ["ask connect", "ask unauthorized", "unauthorized invalid"],
    // Whether the first refusal, for which another token is tried, is acknowledged before its connection ends is a race.
    check({ server, standing, atHook, expect }) {
      expect(atHook).toEqual(["refused"]);
      expect(server.seen.filter(({ id }) => id === standing).map(({ type }) => type)).toEqual(["refused", "ack", "disconnect"]);
    },
  }),
  ...[query4, eventGo].map((way) =>
    row(`${way.name}: what is emitted before the token is accepted arrives after that, in order`, way, {
      token: async (cause, nth, t) => {
        await t.emitted;
        return t.mint("token");
      },
      async run(client, t) {
        for (let i = 0; i < 5; i++) await client.emit("echo", i);
        t.release();
        await client.until("event echo", 5);
        t.expect(client.log.filter(({ word }) => word === "event echo").map(({ value }) => value[0])).toEqual([0, 1, 2, 3, 4]);
      },
      story: [...accepted, ...Array(5).fill("event echo")],
    }),
  ),
  row("a reconnection asks again", query4, {
    token: good,
    async run(client, { front }) {
      await client.until("authenticated");
      await front.cut(client.until(/^disconnect /));
      await client.until("authenticated", 2);
    },
    check: ({ front, client, expect }) => {
      expect(front.handshakes().map(({ query }) => query)).toEqual(["token 1", "token 2"]);
      expect(client.story().map((word) => word.replace(/^disconnect .*/, "disconnect"))).toEqual([...accepted, "disconnect", "ask reconnect", "connect", "authenticated"]);
    },
  }),
  row("who is thrown out stays out", query4, {
    token: good,
    async run(client, { server }) {
      await client.until("authenticated");
      await server.tell("disconnect");
    },
    story: [...accepted, "disconnect io server disconnect"],
  }),
  row("reauthenticate() asks for another token, and the session goes on with that", query4, {
    token: good,
    async run(client, { expect }) {
      await client.until("authenticated");
      expect(await client.reauthenticate()).toBe("");
    },
    story: [...accepted, "ask refresh", "refreshed"],
    check: ({ front, expect }) => expect(front.handshakes().map(({ query }) => query)).toEqual(["token 1", "token 2"]),
  }),
  row("a token is renewed before it is over", query4, {
    token: (cause, nth, t) => t.mint(`token ${nth}`, nth === 1 ? 8 : 3600),
    story: [...accepted, "ask refresh", "refreshed"],
  }),
  row("renewed on the same connection", eventGo, {
    options: { inBandRefresh: true },
    token: (cause, nth, t) => t.mint(`token ${nth}`, nth === 1 ? 8 : 3600),
    story: [...accepted, "ask refresh", "refreshed"],
    check: ({ front, expect }) => expect(front.handshakes()).toHaveLength(1),
  }),

  // --- the user leaves ------------------------------------------------------------------------------------------------------------
  row("disconnect() during the token call: nothing is opened", query4, {
    token: async (cause, nth, t) => {
      await t.emitted;
      return t.mint("token");
    },
    async run(client, t) {
      await client.until("ask connect");
      await client.disconnect();
      t.release();
      await client.state(); // the answer to the token function has been there before
      await client.state();
    },
    story: ["ask connect"],
    check: ({ front, expect }) => expect(front.requests).toEqual([]),
  }),
  row("disconnect() and connect() during the token call: asked again, and nothing of the first call is used", query4, {
    token: async (cause, nth, t) => {
      if (nth > 1) return t.mint("of the second user");
      await t.emitted;
      return t.mint("of the first user");
    },
    async run(client, t) {
      await client.until("ask connect");
      await client.disconnect();
      await client.connect();
      t.release();
      await client.until("authenticated");
    },
    story: ["ask connect", "ask connect", "connect", "authenticated"],
    check: ({ front, expect }) => expect(front.handshakes().map(({ query }) => query)).toEqual(["of the second user"]),
  }),
  row("disconnect() and connect() in a session", query4, {
    token: good,
    async run(client) {
      await client.until("authenticated");
      await client.disconnect();
      await client.until("disconnect io client disconnect");
      await client.connect();
    },
    story: [...accepted, "disconnect io client disconnect", ...accepted],
    check: ({ front, expect }) => expect(front.handshakes().map(({ query }) => query)).toEqual(["token 1", "token 2"]),
  }),

  // --- servers that say other things -----------------------------------------------------------------------------------------------
  row("a namespace that does not exist is no refusal of the token", query4, {
    namespace: "/nowhere",
    token: good,
    story: ["ask connect", "connect_error"],
  }),
  row("a middleware written by hand says jwt expired", { ...query4, via: "auth", server: { fake: true, eio: 4, faults: [{ when: "connect", what: { status: 200, body: '44{"message":"jwt expired"}' }, times: 9 }] } }, {
    options: { transports: ["polling"] },
    token: good,
    story: ["ask connect", "ask unauthorized", "connect_error", "unauthorized expired", "expired"],
  }),

  // --- odd expiries -----------------------------------------------------------------------------------------------------------------
  ...Object.entries({ "in the year 9999": 253_402_300_799, "in milliseconds": 1.9e12, "out of all bounds": 1e20, "as a text": "soon" }).map(([what, exp]) =>
    row(`an expiry ${what} ends nothing`, { ...query4, server: { io: "4", mode: "plain" } }, {
      token: (cause, nth, t) => t.odd("token", { exp }),
      async run(client, { expect }) {
        await client.until("authenticated");
        for (let i = 0; i < 20; i++) await client.ack("echo", i);
        const { authenticated, expiresAt } = await client.state();
        expect(authenticated).toBe(true);
        expect(expiresAt === null || expiresAt > Date.now()).toBe(true);
      },
      story: accepted,
    }),
  ),
];
