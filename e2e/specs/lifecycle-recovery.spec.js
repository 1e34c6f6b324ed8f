// Connection state recovery numbers what the server sends, so a renewal may open the new connection beside the old one:
// every broadcast reaches the page once and in order, while tokens come and go. Sessions are not recovered for it: each
// new token passes the server's middleware.
import { counted, echoes, expect, test, together, ways } from "../lib/lifecycle.js";

const recovery = { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } };
/** At least so many of the server's ticks are looked at. */
const ENOUGH = 51;
const rows = {
  "query over polling and websocket": { via: "query" },
  "query over polling alone": { via: "query", transports: ["polling"] },
  "header, slow upgrades": { via: "header", upgradeDelay: 60 },
  "auth with @thream/socketio-jwt over websocket alone": { via: "auth", scheme: "Bearer", transports: ["websocket"], lib: "thream" },
};

for (const [name, { lib, upgradeDelay, ...options }] of Object.entries(rows)) {
  test(`${name}: all events of the server arrive once and in order while tokens are renewed`, async ({ server, open, mint }) => {
    const s = await server({ io: "4", mode: "handshake", lib, upgradeDelay, ticks: 3, options: recovery });
    const page = await open(s);
    const renewals = 6;
    const lived = await page.evaluate(
      async ([url, options, renewals, enough]) => {
        sessions.slow();
        const client = sessions.connect(url, options, 600);
        sessions.ticks(client);
        await client.until("onAuthenticated");
        sessions.emits(client, 7);
        const over = sessions.watch(client);
        for (let i = 0; i < renewals; i++) {
          await new Promise((done) => setTimeout(done, 30 * i));
          await client.socket.reauthenticate();
        }
        await client.ticked(enough);
        await client.stop();
        over();
        client.socket.disconnect();
        return sessions.report(client);
      },
      [s.url, options, renewals, ENOUGH],
    );
    await s.all();
    const ticks = lived.ticks.map(([n]) => n);
    expect(ticks).toEqual(counted(ticks.length).map((i) => ticks[0] + i));
    expect(echoes(s).map(({ i }) => i)).toEqual(counted(lived.sent));
    expect(lived.acks).toEqual(counted(lived.sent - 1).filter((i) => i % 3 === 0));
    expect(lived.story.filter((what) => what !== "disconnect")).toEqual(["connect", ...counted(renewals + 1).map(() => "onAuthenticated")]);
    expect(lived.infos.map((info) => [info.refreshed, info.recovered])).toEqual([[false, false], ...counted(renewals).map(() => [true, false])]);
    expect(lived.upset, "moments at which the socket looked unconnected or unauthenticated").toBe(0);
    // The middleware has seen each new token.
    expect(s.of("ready").map((o) => [o.decoded.jti, o.recovered])).toEqual(mint.map((_, i) => [`${i + 1}`, false]));
    // For a moment there were two connections, and then one.
    const order = s.seen.filter((o) => o.type === "ready" || o.type === "disconnect").map((o) => o.type);
    expect(order.slice(0, 3)).toEqual(["ready", "ready", "disconnect"]);
  });
}

test("a server that accepts one connection of a user: the old one closes first, and the page gets no event of it", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake", single: true, options: recovery });
  const page = await open(s);
  const renewals = 3;
  const lived = await page.evaluate(
    async ([url, renewals]) => {
      sessions.slow();
      const client = sessions.connect(url, { via: "query" }, 600);
      await client.until("onAuthenticated");
      sessions.emits(client, 7);
      for (let i = 0; i < renewals; i++) await client.socket.reauthenticate();
      await client.stop();
      return sessions.report(client);
    },
    [s.url, renewals],
  );
  expect(lived.story).toEqual(["connect", ...counted(renewals + 1).map(() => "onAuthenticated")]);
  expect(lived.manager).toEqual([]);
  await s.all();
  expect(echoes(s).map(({ i }) => i)).toEqual(counted(lived.sent));
  expect(lived.acks).toEqual(counted(lived.sent - 1).filter((i) => i % 3 === 0));
  const order = s.seen.filter((o) => o.type === "ready" || o.type === "disconnect").map((o) => o.type);
  expect(order).toEqual(["ready", ...counted(renewals).flatMap(() => ["disconnect", "ready"])]);
});

// A namespace without a token on the same connection stays where it is; a standby carries the one whose
// CONNECT carries the token, while it leaves and comes back.
const mixed = {
  "over polling and websocket": {},
  "over polling alone": { transports: ["polling"] },
  "over websocket alone, with attachments": { transports: ["websocket"], server: { binary: true } },
  "over polling alone, with attachments": { transports: ["polling"], server: { binary: true } },
  "tokens of eight seconds": { transports: ["websocket"], seconds: 8, renewals: 2 },
  "the other namespace has never got an event": { server: { quiet: ["/"] } },
  // That no fence is answered takes two seconds of the page's clock to find out, each time.
  "a server that has a namespace of any name": { transports: ["websocket"], server: { dynamic: "." }, renewals: 2 },
  "a server that hangs up on the older socket of a user": { transports: ["websocket"], server: { single: "newest" } },
};

for (const [name, { server: config, seconds, renewals = 6, ...options }] of Object.entries(mixed)) {
  test(`beside a namespace without a token, ${name}: all events arrive in both, and the other namespace gets no event of the renewal`, async ({ server, open, mint }) => {
    const s = await server({ io: "4", mode: "handshake", lib: "thream", protect: ["/admin"], open: ["/"], ticks: 3, options: recovery, ...config });
    const page = await open(s);
    await page.evaluate(
      async ([url, options, seconds, renewals]) => {
        if (!seconds) sessions.slow(); // tokens that end go by the clock
        const root = kit.connect(url, options);
        sessions.ticks(root);
        await root.until("connect");
        await root.socket.emitWithAck("join", "room");
        root.socket.on("ask", (i, ack) => ack(i));
        root.id = root.socket.id;
        const admin = sessions.connect(url + "/admin", { ...options, via: "auth", scheme: "Bearer" }, seconds || 600, renewals);
        sessions.ticks(admin);
        await admin.until("onAuthenticated");
        for (const client of [root, admin]) sessions.emits(client, 7);
        admin.over = sessions.watch(admin);
      },
      [s.url, options, seconds, renewals],
    );
    // Meanwhile the server asks the other namespace, and waits for each answer.
    const asked = [];
    let asks = true;
    const asking = (async () => {
      while (asks) asked.push((await s.ask("ask", asked.length))[0]);
    })();
    await page.evaluate(
      async ([seconds, renewals]) => {
        const [, admin] = kit.sockets;
        if (seconds) return admin.until("onAuthenticated", renewals + 1);
        for (let i = 0; i < renewals; i++) {
          await new Promise((done) => setTimeout(done, 30 * i));
          await admin.socket.reauthenticate();
        }
      },
      [seconds, renewals],
    );
    const ticked = config?.quiet ? [1] : [0, 1];
    await page.evaluate(([ticked, enough]) => Promise.all(ticked.map((i) => kit.sockets[i].ticked(enough))), [ticked, ENOUGH]);
    asks = false;
    await asking;
    await s.tell("emit", { room: "room", args: ["message", "to the room"] });
    const [root, admin] = await page.evaluate(async () => {
      const [root, admin] = kit.sockets;
      await root.until("message");
      await Promise.all([root.stop(), admin.stop()]);
      admin.over();
      const same = root.socket.id === root.id && root.socket.io === admin.socket.io;
      for (const client of [admin, root]) client.socket.disconnect();
      return [{ same, ...sessions.report(root) }, sessions.report(admin)];
    });
    await s.all();
    const step = config?.quiet ? 1 : 2;
    for (const { ticks } of config?.quiet ? [admin] : [root, admin]) expect(ticks.map(([n]) => n)).toEqual(counted(ticks.length).map((i) => ticks[0][0] + step * i));
    const heard = (nsp) => s.of("event").filter((o) => o.name === "echo" && o.nsp === nsp).map((o) => o.args[0].i);
    for (const [nsp, { sent, acks }] of [["/", root], ["/admin", admin]]) {
      expect(heard(nsp)).toEqual(counted(sent));
      expect(acks).toEqual(counted(sent - 1).filter((i) => i % 3 === 0));
    }
    expect(asked).toEqual(counted(asked.length));
    expect([root.same, root.story]).toEqual([true, ["connect", "message", "disconnect"]]);
    expect(admin.story.filter((what) => what !== "disconnect")).toEqual(["connect", ...counted(renewals + 1).map(() => "onAuthenticated")]);
    expect(admin.infos.map((info) => [info.refreshed, info.recovered])).toEqual([[false, false], ...counted(renewals).map(() => [true, false])]);
    expect(admin.causes).toEqual(["connect", ...counted(renewals).map(() => "refresh")]);
    expect([admin.ids, admin.upset], "sockets, and moments at which it looked unconnected or unauthenticated").toEqual([renewals + 1, 0]);
    // The middleware has seen each new token twice, and the other namespace's socket was never another one.
    const ready = (nsp) => s.of("ready").filter((o) => o.nsp === nsp);
    expect(ready("/admin").map((o) => [o.decoded.jti, o.recovered])).toEqual(["1", ...counted(renewals).flatMap((i) => [`${i + 2}`, `${i + 2}`])].map((jti) => [jti, false]));
    expect(mint).toHaveLength(renewals + 1);
    expect(ready("/")).toHaveLength(1);
    expect(s.of("disconnect").filter((o) => o.nsp === "/").map((o) => o.reason).filter((reason) => reason !== "client namespace disconnect")).toEqual([]);
    // Whoever stood in has gone.
    await expect.poll(() => s.tell("clients")).toBe(0);
  });
}

test("beside a namespace without a token, on a server that accepts one socket of a user: no namespace gets an event of the renewal", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake", lib: "thream", protect: ["/admin"], open: ["/"], single: true, ticks: 3, options: recovery });
  const page = await open(s);
  const renewals = 1;
  const [root, admin] = await page.evaluate(
    async ([url, renewals]) => {
      sessions.slow();
      const root = kit.connect(url);
      await root.until("connect");
      const admin = sessions.connect(url + "/admin", { via: "auth", scheme: "Bearer" }, 600);
      await admin.until("onAuthenticated");
      sessions.emits(admin, 7);
      for (let i = 0; i < renewals; i++) await admin.socket.reauthenticate();
      await admin.stop();
      return [root.story(), sessions.report(admin)];
    },
    [s.url, renewals],
  );
  await s.all();
  expect(root).toEqual(["connect"]);
  expect(admin.story).toEqual(["connect", ...counted(renewals + 1).map(() => "onAuthenticated")]);
  expect(echoes(s).map(({ i }) => i)).toEqual(counted(admin.sent));
  expect(admin.acks).toEqual(counted(admin.sent - 1).filter((i) => i % 3 === 0));
  const order = s.seen.filter((o) => o.nsp === "/admin" && (o.type === "ready" || o.type === "disconnect")).map((o) => o.type);
  expect(order).toEqual(["ready", ...counted(renewals).flatMap(() => ["disconnect", "ready"])]);
  await expect.poll(() => s.tell("clients")).toBe(1);
});

test("beside a namespace without a token, two namespaces that share a token function renew one after the other with one call, and all events arrive in all three", async ({ server, open, mint }) => {
  const s = await server({ io: "4", mode: "handshake", lib: "thream", protect: ["/admin", "/chat"], open: ["/"], ticks: 3, options: recovery });
  const page = await open(s);
  const renewals = 2;
  const [root, ...behind] = await page.evaluate(
    async ([url, renewals]) => {
      const clients = [kit.connect(url)];
      const accepted = ({ story }) => story().filter((what) => what === "onAuthenticated").length;
      const token = () => mint(clients.length < 3 || clients.slice(1).some((client) => accepted(client) < renewals) ? 8 : 600);
      for (const nsp of ["/admin", "/chat"]) clients.push(kit.connect(url + nsp, { via: "auth", scheme: "Bearer", token }));
      for (const client of clients) sessions.ticks(client);
      await Promise.all(clients.slice(1).map((client) => client.until("onAuthenticated")));
      for (const client of clients) sessions.emits(client, 11);
      await Promise.all(clients.slice(1).map((client) => client.until("onAuthenticated", renewals + 1)));
      await Promise.all(clients.map((client) => client.stop()));
      return clients.map(sessions.report);
    },
    [s.url, renewals],
  );
  await s.all();
  expect(root.story).toEqual(["connect"]);
  for (const { story } of behind) expect(story).toEqual(["connect", ...counted(renewals + 1).map(() => "onAuthenticated")]);
  for (const [nsp, { ticks, sent, acks }] of [["/", root], ["/admin", behind[0]], ["/chat", behind[1]]]) {
    expect(ticks.map(([n]) => n), nsp).toEqual(counted(ticks.length).map((i) => ticks[0][0] + 3 * i));
    expect(s.of("event").filter((o) => o.name === "echo" && o.nsp === nsp).map((o) => o.args[0].i)).toEqual(counted(sent));
    expect(acks).toEqual(counted(sent - 1).filter((i) => i % 3 === 0));
  }
  expect(mint.length, "calls of the token function").toBeLessThanOrEqual(renewals + 2);
  await expect.poll(() => s.tell("clients")).toBe(1);
});

// A renewal asks the server for a namespace that does not exist, to know what it has read. A server may make up namespaces
// as they are asked for.
const patterns = { "^\\/[\\w-]+$": 0, "^\\/.+$": 0, "^\\/[^/]+$": 0, ".*": 1, function: 1 };
const changes = {
  "the namespace leaves and comes back": { protect: ["/admin"], open: ["/"] },
  "a standby": { protect: ["/admin"], open: ["/"], options: recovery },
  "the connection is replaced": { protect: ["/"], open: [], options: recovery },
};

for (const [io, transports] of [["3", ["polling"]], ["3", ["websocket"]], ["4", ["polling"]], ["4", ["websocket"]], ["go", ["polling", "websocket"]]])
  test(`namespaces by a pattern, on ${io} over ${transports.join(" and ")}: a renewal makes no connection that nobody asked for, or one where the pattern takes everything`, async ({ server, open }) => {
    const rows = Object.keys(io === "4" ? changes : { "the namespace leaves and comes back": 1 }).flatMap((change) => Object.keys(patterns).filter((pattern) => io !== "go" || pattern !== "function").map((dynamic) => ({ change, dynamic })));
    await together(
      Object.fromEntries(
        rows.map(({ change, dynamic }) => [
          `${change}, ${dynamic}`,
          async () => {
            const config = changes[change];
            const s = await server({ io, mode: "handshake", lib: io === "go" ? undefined : "thream", dynamic, ...config });
            const page = await open(s);
            const lived = await page.evaluate(
              async ([url, options, known]) => {
                const others = known.map((nsp) => kit.connect(url + nsp, { transports: options.transports }));
                await Promise.all(others.map((other) => other.until("connect")));
                const ids = others.map((other) => other.socket.id);
                const client = sessions.connect(url + (known.length ? "/admin" : ""), options, 600);
                await client.until("onAuthenticated");
                const echoes = [];
                for (let i = 0; i < 3; i++) {
                  const renewed = client.socket.reauthenticate();
                  echoes.push(await client.socket.emitWithAck("echo", i));
                  await renewed;
                }
                const lived = { story: client.story(), manager: [...client.manager], echoes: echoes.map((e) => [].concat(e)[0]), same: others.every((other, i) => other.socket.id === ids[i] && other.socket.connected) };
                client.socket.disconnect();
                return lived;
              },
              [s.url, { via: "auth", ...(io === "go" ? {} : { scheme: "Bearer" }), transports }, config.open],
            );
            await s.all();
            const unasked = s.of("connection").filter((o) => !["/", "/admin"].includes(o.nsp));
            expect(unasked.length, "connections that nobody asked for").toBe(patterns[dynamic]);
            expect(lived).toEqual({ story: ["connect", ...counted(4).map(() => "onAuthenticated")], manager: [], echoes: [0, 1, 2], same: true });
          },
        ]),
      ),
    );
  });
