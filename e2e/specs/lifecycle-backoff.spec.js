// Many sockets at once: their way back to a server that has gone.
import { expect, test } from "../lib/lifecycle.js";

test("sockets with a token come back spread out, those without and those with a delay of their own by the official formula", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s);
  await page.evaluate(async (url) => {
    const kinds = { spread: { token: () => mint(600), via: "auth" }, own: { token: () => mint(600), via: "auth", randomizationFactor: 0.5 }, plain: {} };
    window.delays = { spread: [], own: [], plain: [] };
    window.all = [];
    window.cut = () => (window.lost = performance.now());
    for (const [kind, options] of Object.entries(kinds))
      for (let i = 0; i < 20; i++) {
        const { socket } = kit.connect(url, { ...options, forceNew: true, transports: ["websocket"] });
        all.push(new Promise((done) => socket.io.on("reconnect_attempt", () => delays[kind].push(performance.now() - lost) && done())));
      }
    await Promise.all(kit.sockets.map((client) => client.until("connect")));
  }, s.url);
  // From before the cut on: nobody can have heard of it sooner.
  await page.evaluate(() => cut());
  await s.tell("cut");
  const delays = await page.evaluate(async () => {
    await Promise.all(all);
    for (const { socket } of kit.sockets) socket.disconnect();
    return delays;
  });
  // By the official formula between 500 and 1,500 ms. A machine that is busy makes all of them later, and none sooner.
  const official = [...delays.plain, ...delays.own];
  expect(Math.min(...official)).toBeGreaterThanOrEqual(490);
  const outside = delays.spread.filter((ms) => ms < Math.min(...official) || ms > Math.max(...official));
  expect(outside.length, `${delays.spread.map(Math.round)} beside ${official.map(Math.round)}`).toBeGreaterThan(3);
  expect(Math.max(...delays.spread)).toBeGreaterThan(Math.max(...official));
});
