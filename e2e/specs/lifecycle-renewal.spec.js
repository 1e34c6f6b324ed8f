// Renewal before expiry: another token, another connection, and nobody notices. The page emits and the server ticks all
// the while; tokens live six seconds, so that one is renewed after about three.
import { expect, test, together, ways } from "../lib/lifecycle.js";

const SECONDS = 6;
const RENEWALS = 2;

/** What a page lives through while its tokens are renewed: see life.connect. */
const live = (page, url, options, until = RENEWALS) =>
  page.evaluate(
    async ([url, options, seconds, until]) => {
      const client = life.connect(url, options, seconds);
      life.ticks(client);
      await client.until("onAuthenticated");
      const { socket } = client;
      const manager = [];
      for (const event of ["close", "reconnect_attempt", "reconnect"]) socket.io.on(event, () => manager.push(event));
      const stop = life.emits(client, 7);
      const ids = new Set();
      const upset = [];
      const watch = setInterval(() => (socket.connected && socket.authenticated ? ids.add(socket.id) : upset.push(Date.now())), 1);
      await client.until("onAuthenticated", until + 1);
      await new Promise((done) => setTimeout(done, 200));
      clearInterval(watch);
      stop();
      while (client.acks.length < client.sent / 3) await new Promise((done) => setTimeout(done, 10));
      const last = await socket.emitWithAck("echo", "last");
      return { story: client.story(), infos: client.log.filter((e) => e.what === "onAuthenticated").map((e) => e.value), causes: client.causes, sent: client.sent, acks: client.acks, ticks: client.ticks, ids: ids.size, upset: upset.length, manager, last };
    },
    [url, options, SECONDS, until],
  );

/** The longest time for which ticks were lost, ms by the server's clock, per renewal: [all gaps]. */
function gaps(ticks) {
  const found = [];
  for (let i = 1; i < ticks.length; i++) {
    expect(ticks[i][0], "ticks in order, none twice").toBeGreaterThan(ticks[i - 1][0]);
    if (ticks[i][0] > ticks[i - 1][0] + 1) found.push(ticks[i][1] - ticks[i - 1][1]);
  }
  return found;
}

const echoes = (s) => s.of("event").filter((o) => o.name === "echo").map((o) => o.args[0]);
const counted = (n) => Array.from({ length: n }, (_, i) => i);

for (const [name, { server: config, ...options }] of Object.entries(ways)) {
  test(`by reconnecting, ${name}: emits exactly once and in order, no more than 100 ms of the server's lost`, async ({ server, open }) => {
    const s = await server({ ...config, ticks: 5 });
    const page = await open(s);
    const lived = await live(page, s.url, options);
    const lost = gaps(lived.ticks);

    expect(lived.story.filter((what) => what !== "authenticated")).toEqual(["connect", ...lived.infos.map(() => "onAuthenticated")]);
    expect(lived.infos.map((i) => [i.refreshed, i.recovered])).toEqual([[false, false], [true, false], [true, false]]);
    expect(lived.causes).toEqual(["connect", "refresh", "refresh"]);
    expect(lived.manager, "the manager's events").toEqual([]);
    expect(lived.upset, "times that the page saw an unconnected or unauthenticated socket").toBe(0);
    expect(lived.ids, "connections").toBe(RENEWALS + 1);
    expect(echoes(s)).toEqual([...counted(lived.sent), "last"]);
    expect(lived.acks).toEqual(counted(lived.sent).filter((i) => i % 3 === 0));
    expect(lived.last).toBe("last");
    // Each connection was let in by a token of its own.
    const seen = s.of("ready").map((o) => o.decoded.jti);
    expect(new Set(seen).size).toBe(RENEWALS + 1);
    expect(Math.min(...lost, 1000)).toBeLessThan(100);
  });
}
