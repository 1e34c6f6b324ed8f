// Connection state recovery numbers what the server sends, so a renewal may open the new connection beside the old one:
// every broadcast reaches the page once and in order, while tokens come and go. Sessions are not recovered for it: each
// new token passes the server's middleware.
import { counted, echoes, expect, test, ways } from "../lib/lifecycle.js";

const recovery = { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } };
const rows = {
  "query over polling and websocket": { via: "query" },
  "query over polling alone": { via: "query", transports: ["polling"] },
  "header, slow upgrades": { via: "header", upgradeDelay: 60 },
  "auth with @thream/socketio-jwt over websocket alone": { via: "auth", scheme: "Bearer", transports: ["websocket"], lib: "thream" },
};

for (const [name, { lib, upgradeDelay, ...options }] of Object.entries(rows)) {
  test(`${name}: everything that the server sends, once and in order, while tokens are renewed`, async ({ server, open, mint }) => {
    const s = await server({ io: "4", mode: "handshake", lib, upgradeDelay, ticks: 3, options: recovery });
    const page = await open(s);
    const renewals = 6;
    const lived = await page.evaluate(
      async ([url, options, renewals]) => {
        const client = life.connect(url, options, 600);
        life.ticks(client);
        await client.until("onAuthenticated");
        life.emits(client, 7);
        const over = life.watch(client);
        for (let i = 0; i < renewals; i++) {
          await new Promise((done) => setTimeout(done, 30 * i));
          await client.socket.reauthenticate();
        }
        await client.stop();
        over();
        await client.socket.emitWithAck("echo", { i: client.sent++ });
        client.socket.disconnect();
        return life.report(client);
      },
      [s.url, options, renewals],
    );
    const ticks = lived.ticks.map(([n]) => n);
    expect(ticks).toEqual(counted(ticks.length).map((i) => ticks[0] + i));
    expect(ticks.length).toBeGreaterThan(50);
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

test("a server that takes one connection of a user: the old one goes first, and nobody notices", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake", single: true, options: recovery });
  const page = await open(s);
  const renewals = 3;
  const lived = await page.evaluate(
    async ([url, renewals]) => {
      const client = life.connect(url, { via: "query" }, 600);
      await client.until("onAuthenticated");
      life.emits(client, 7);
      for (let i = 0; i < renewals; i++) await client.socket.reauthenticate();
      await client.stop();
      await client.socket.emitWithAck("echo", { i: client.sent++ });
      return life.report(client);
    },
    [s.url, renewals],
  );
  expect(lived.story).toEqual(["connect", ...counted(renewals + 1).map(() => "onAuthenticated")]);
  expect(lived.manager).toEqual([]);
  expect(echoes(s).map(({ i }) => i)).toEqual(counted(lived.sent));
  expect(lived.acks).toEqual(counted(lived.sent - 1).filter((i) => i % 3 === 0));
  const order = s.seen.filter((o) => o.type === "ready" || o.type === "disconnect").map((o) => o.type);
  expect(order).toEqual(["ready", ...counted(renewals).flatMap(() => ["disconnect", "ready"])]);
});
