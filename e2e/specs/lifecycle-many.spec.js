// Many sockets at once: their way back to a server that has gone.
import { expect, test } from "../lib/lifecycle.js";

test("sockets with a token come back spread out, those without and those with a delay of their own by the official formula", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s);
  await page.evaluate(async (url) => {
    const kinds = { spread: { token: () => mint(600), via: "auth" }, own: { token: () => mint(600), via: "auth", randomizationFactor: 0.5 }, plain: {} };
    window.delays = { spread: [], own: [], plain: [] };
    window.all = [];
    for (const [kind, options] of Object.entries(kinds))
      for (let i = 0; i < 20; i++) {
        const { socket } = kit.connect(url, { ...options, forceNew: true, transports: ["websocket"] });
        let lost;
        const { io } = socket;
        all.push(new Promise((done) => io.on("close", () => (lost = performance.now())).on("reconnect_attempt", () => delays[kind].push(performance.now() - lost) && done())));
      }
    await Promise.all(kit.sockets.map((client) => client.until("connect")));
  }, s.url);
  await s.tell("cut");
  const delays = await page.evaluate(async () => {
    await Promise.all(all);
    for (const { socket } of kit.sockets) socket.disconnect();
    return delays;
  });
  // 500 and more; a listener hears of the loss a little later than the wait begins, when sixty are told at once.
  for (const kind of ["own", "plain"]) expect(Math.min(...delays[kind]), kind).toBeGreaterThanOrEqual(400);
  const outside = delays.spread.filter((ms) => ms < 490 || ms > 1700);
  expect(outside.length, `${delays.spread.map(Math.round)}`).toBeGreaterThan(5);
  expect(Math.max(...delays.spread)).toBeGreaterThan(Math.max(...delays.plain, ...delays.own));
});
