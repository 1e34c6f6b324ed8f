// Many sockets at once: their way back to a server that has gone.
import { expect, test } from "../lib/lifecycle.js";

test("sockets with a token come back spread out, those without and those with a delay of their own by the official formula", { tag: "@waits" }, async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s);
  await page.evaluate(async (url) => {
    const kinds = { spread: { token: () => mint(600), via: "auth" }, own: { token: () => mint(600), via: "auth", randomizationFactor: 0.5 }, plain: {} };
    window.delays = { spread: [], own: [], plain: [] };
    window.early = [];
    window.all = [];
    // The client goes by the clock that is ahead: they differ by some 100 ms where the system's clock is being put right.
    const since = (began) => Math.max(Date.now() - began.wall, performance.now() - began.mono);
    window.cut = () => (window.lost = { wall: Date.now(), mono: performance.now() });
    for (const [kind, options] of Object.entries(kinds))
      for (let i = 0; i < 20; i++) {
        const { socket } = kit.connect(url, { ...options, forceNew: true, transports: ["websocket"] });
        // The planned delay, and by how much the attempt was sooner: a busy machine makes all of them later, and none sooner.
        all.push(
          new Promise((done) =>
            socket.io.on("reconnect_attempt", () => {
              const { at, nextAttemptAt } = socket.inspect().find(({ name }) => name === "wait");
              delays[kind].push(nextAttemptAt - at);
              early.push(nextAttemptAt - at - since(lost));
              done();
            }),
          ),
        );
      }
    await Promise.all(kit.sockets.map((client) => client.until("connect")));
  }, s.url);
  // From before the cut on: nobody can have heard of it sooner.
  await page.evaluate(() => cut());
  await s.tell("cut");
  const [delays, early] = await page.evaluate(async () => {
    await Promise.all(all);
    for (const { socket } of kit.sockets) socket.disconnect();
    return [delays, early];
  });
  expect(Math.max(...early), "ms by which an attempt was made too early").toBeLessThanOrEqual(2);
  const official = [...delays.plain, ...delays.own];
  expect(Math.min(...official)).toBeGreaterThanOrEqual(499);
  expect(Math.max(...official)).toBeLessThanOrEqual(1500);
  const outside = delays.spread.filter((ms) => ms < 500 || ms > 1500);
  expect(outside.length, `${delays.spread}`).toBeGreaterThan(3);
  expect(Math.max(...delays.spread)).toBeGreaterThan(1500);
});
