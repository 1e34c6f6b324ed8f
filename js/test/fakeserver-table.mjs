// The fake server of socketio-jwt-wasm/testing and real servers: one table of behaviours, and the client has to tell the same
// story of both. What the fake does otherwise than socket.io 4.8 or 2.5 fails here. A file for each version runs its part.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { after } from "node:test";
import { leaf, official, root } from "./tools.mjs";

const { Host } = await import(`${root}e2e/servers/index.mjs`);
const { token, tokens } = await import(`${root}e2e/lib/tokens.mjs`);
globalThis.WebSocket = official("ws"); // Node has one since 22
const { FakeServer, io: connect, useCore, wasmCore } = await leaf("whole");
useCore(wasmCore((await readFile(`${root}build/core.wasm`)).toString("hex")));

const host = new Host();
after(() => host.stop());

const ways = [
  ...["query", "header", "auth"].map((via) => ({ version: 4, via })),
  ...["event", "query", "header"].map((via) => ({ version: 2, via })),
];

/** The token of CONNECT is read by @thream/socketio-jwt alone, which has one word for all that is wrong with it. */
const thream = "Unauthorized: Token is missing or invalid Bearer";
const refused = (via, what) => (via == "auth" && what == "invalid" ? { message: thream, data: { message: thream, code: "invalid_token", type: "UnauthorizedError" } } : what);

/** What a row asks of a server. `refuse`: "invalid", "expired", a middleware's { message, data }, or { status, message }. */
const kinds = {
  async real({ version, via, refuse, protect = ["/"] }) {
    const config = { io: `${version}`, mode: via == "event" ? "event" : "handshake", lib: via == "auth" ? "thream" : "socketio-jwt", protect };
    if (refuse?.status) config.deny = refuse.message;
    else if (refuse?.message) config.refuse = refuse;
    // In two hours every token of an hour is over.
    else if (refuse == "expired") config.jwt = { clockTimestamp: Math.floor(Date.now() / 1000) + 7200 };
    const s = await host.real(config);
    let good = refuse != "invalid";
    return {
      url: s.url,
      token: () => (good ? token() : tokens.wronglySigned()),
      refuseNow: () => (good = false),
      emit: (...args) => s.emit(...args),
      ask: (...args) => s.ask(...args),
      disconnect: () => s.tell("disconnect"),
      cut: () => s.tell("cut"),
      acknowledged: () => s.until("ack"),
      stop: () => s.stop(),
    };
  },
  async fake({ version, via, refuse, protect = ["/"] }) {
    const s = new FakeServer({ version, via, namespaces: protect });
    s.on("echo", (...args) => {
      const ack = typeof args.at(-1) == "function" ? args.pop() : (...back) => s.emit("echo", ...back);
      ack(...args);
    });
    if (refuse?.status) s.refuse(refuse, { by: refuse.status });
    else if (refuse) s.refuse(refused(via, refuse));
    return {
      url: s.url,
      token: () => s.token({ sub: "ada" }),
      refuseNow: () => s.refuse(refused(via, "invalid")),
      emit: (...args) => s.emit(...args),
      ask: async (...args) => [await s.connections[0].emitWithAck(...args)],
      disconnect: () => s.connections.forEach((c) => c.disconnect()),
      cut: () => s.drop(),
      acknowledged: async () => (await s.refused()).acknowledged(),
      stop: () => s.close(),
    };
  },
};

/** What the client says of a server: a word for each thing that happens, and what came with it. */
function client(t, server, { via, transports, nsp = "", options }) {
  const log = [];
  const waiting = new Set();
  const tell = (...what) => {
    log.push(what);
    waiting.forEach((look) => look());
  };
  const socket = connect(server.url + nsp, {
    via, transports, scheme: via == "auth" ? "Bearer" : undefined, forceNew: true, reconnectionDelay: 5, token: () => server.token(),
    onAuthenticated: ({ claims, refreshed }) => tell("authenticated", claims.sub, refreshed),
    onUnauthorized: ({ reason, code, message, data }) => tell("unauthorized", reason, code, message, data),
    onExpired: () => tell("expired"),
    ...options,
  });
  t.after(() => socket.disconnect());
  socket.on("connect", () => tell("connect"));
  socket.on("connect_error", ({ message, data }) => tell("connect_error", message, data));
  socket.on("error", (data) => tell("error", data));
  socket.on("disconnect", (reason) => tell("disconnect", reason));
  socket.on("echo", (...args) => tell("echo", ...args));
  socket.on("news", (...args) => tell("news", ...args));
  socket.on("double", (n, ack) => ack(2 * n));
  const count = (word) => log.filter(([w]) => w == word).length;
  return {
    socket, log, tell,
    until: (word, n = 1) =>
      new Promise((done) => {
        const look = () => count(word) >= n && waiting.delete(look) | done();
        waiting.add(look);
        look();
      }),
  };
}

const binary = () => Uint8Array.of(1, 2, 255);

const rows = [
  { name: "a good token, events and acknowledgements in both directions, text and binary, and leaving",
    async run({ socket, until, tell }, server) {
      await until("authenticated");
      tell("answer", await socket.emitWithAck("echo", "é€😀", 1, null));
      tell("answer", await socket.emitWithAck("echo", { deep: [binary()] }));
      socket.emit("echo", "back", binary());
      await until("echo");
      await server.emit("news", { a: [1] }, "é");
      await until("news");
      tell("asked", await server.ask("double", 21));
      socket.disconnect();
    },
    must: "asked" },
  { name: "a token that the server refuses", refuse: "invalid", run: ({ until }) => until("unauthorized"), must: "unauthorized" },
  { name: "the server's callback is acknowledged", only: ({ via }) => via == "event", refuse: "invalid",
    async run({ until, tell }, server) {
      await until("unauthorized");
      await server.acknowledged();
      tell("acknowledged");
    }, must: "acknowledged", besides: ["disconnect"] },
  { name: "the server says that the token is over", only: ({ via }) => via != "auth", refuse: "expired", run: ({ until }) => until("expired"), must: "expired" },
  { name: "a middleware's own words", only: ({ via }) => via != "event", refuse: { message: "closed for today", data: { until: 8 } }, options: { reconnection: false }, run: ({ until }) => until("connect_error"), must: "connect_error" },
  { name: "a middleware's message alone", only: ({ via }) => via != "event", refuse: { message: "closed for today" }, options: { reconnection: false }, run: ({ until }) => until("connect_error"), must: "connect_error" },
  { name: "HTTP 403 to the handshake", only: ({ version, transports }) => version == 4 && transports[0] == "polling", refuse: { status: 403, message: "jwt expired" }, options: { reconnection: false }, run: ({ until }) => until("connect_error"), must: "connect_error" },
  { name: "a client without a token", only: ({ via }) => via != "event", options: { token: undefined }, run: ({ until }) => until("connect_error"), must: "connect_error" },
  { name: "the server disconnects the client, which stays out",
    async run({ until }, server) {
      await until("authenticated");
      await server.disconnect();
      await until("disconnect");
    }, must: "disconnect" },
  { name: "the network is gone: the client comes back by itself",
    async run({ until }, server) {
      await until("authenticated");
      await server.cut();
      await until("authenticated", 2);
    }, must: "disconnect", reasons: /^transport (close|error)$/, besides: ["connect_error"] },
  { name: "reauthenticate(): another token, and the session goes on",
    async run({ socket, until, tell }) {
      await until("authenticated");
      tell("renewed", (await socket.reauthenticate()).refreshed);
      tell("answer", await socket.emitWithAck("echo", 2));
    }, must: "renewed" },
  { name: "reauthenticate() with a token that the server refuses",
    async run({ socket, until, tell }, server) {
      await until("authenticated");
      server.refuseNow();
      await socket.reauthenticate().catch(({ reason, message }) => tell("rejected", reason, message));
    }, must: "rejected", besides: ["disconnect", "error"] },
  { name: "a namespace", protect: ["/", "/chat"], nsp: "/chat",
    async run({ until, tell }) {
      await until("authenticated");
      tell("there");
    }, must: "there" },
  { name: "a namespace that there is not", nsp: "/nowhere", only: ({ via }) => via != "event", options: { reconnection: false }, run: ({ until }) => until("connect_error"), must: "connect_error" },
];

/** Makes the tests for a version of the server. */
export const compare = (version) => {
  for (const row of rows)
    for (const way of ways.filter((way) => way.version == version))
      for (const transports of [["polling"], ["websocket"]]) {
        const what = { ...way, transports };
        if ((way.via == "header" && transports[0] == "websocket") || (row.only && !row.only(what))) continue;
        test(`${row.name}: ${way.via}, ${transports}, ${way.version}.x`, async (t) => {
          const stories = [];
          for (const kind of ["real", "fake"]) {
            const server = await kinds[kind]({ ...what, ...row });
            t.after(() => server.stop());
            const c = client(t, server, { ...what, ...row });
            await row.run(c, server);
            const { besides = [], reasons } = row;
            stories.push(c.log.filter(([word]) => !besides.includes(word)).map(([word, ...more]) => (reasons && word == "disconnect" && reasons.test(more[0]) ? [word] : [word, ...more])));
          }
          const [real, fake] = stories;
          assert.ok(real.some(([word]) => word == row.must), JSON.stringify(real));
          assert.deepEqual(fake, real);
        });
      }
};
