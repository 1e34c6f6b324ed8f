// The promise of reauthenticate() settles, whatever comes in between: also when nothing comes.
import { expect, four, onWays, test, tokens } from "../lib/lifecycle.js";

const NOT_THERE = "reauthenticate: the connection did not open, was refused, or was lost";

for (const [how, say] of Object.entries({ "the server hangs up": "disconnect", "the network goes": "cut" }))
  test(`${how} while the old connection sends its last packets begins a new session`, async ({ server, open }) => {
    await onWays(four, async (config, options) => {
      const s = await server(config);
      const page = await open(s);
      await page.evaluate(
        async ([url, options]) => {
          const client = sessions.connect(url, { ...options, transports: ["polling", "websocket"], upgrade: false, reconnectionDelay: 20 }, 60);
          await client.until("onAuthenticated");
          client.socket.emit("silence", () => {}); // never answered: the change of connection waits for it, with a limit
          const clocks = [Date, performance].map((clock) => [clock, clock.now]);
          for (const [clock, now] of clocks) {
            const began = now.call(clock);
            clock.now = () => began; // that does not come before the test lets time go on
          }
          window.goOn = () => clocks.forEach(([clock, now]) => (clock.now = now.bind(clock)));
          window.again = client.socket.reauthenticate();
          while (client.causes.length < 2) await new Promise((done) => setTimeout(done));
          await mint(60); // the token that was asked for has come, too
          await new Promise((done) => setTimeout(done));
        },
        [s.url, options],
      );
      await s.all();
      expect(s.of("disconnect"), "the old one lives").toEqual([]);
      await s.tell(say);
      const info = await page.evaluate(async () => {
        const [client] = kit.sockets;
        await client.until("disconnect");
        goOn();
        const { refreshed, claims } = await window.again;
        return { refreshed, jti: claims.jti, echo: await client.socket.emitWithAck("echo", 1), story: client.story() };
      });
      expect(info.story).toContain("disconnect");
      expect([info.refreshed, info.echo]).toEqual([false, 1]);
      await s.all();
      expect(s.of("ready").at(-1).decoded.jti).toBe(info.jti);
    });
  });

test("reauthenticate() rejects: no server, a function that throws in a live session, a manager without reconnection, no WASM", async ({ server, open }) => {
  const live = await server({ io: "4", mode: "handshake" });
  const dead = await server({ io: "4", mode: "handshake" });
  await dead.stop();
  const page = await open(live);
  const said = await page.evaluate(
    async ([live, dead, good]) => {
      const why = (promise) => promise.then(() => "resolved", ({ name, message, reason, cause }) => ({ name, message, reason, cause: cause && String(cause) }));
      const nobody = lib.connect(dead, { via: "query", token: good, reconnection: false, autoConnect: false, forceNew: true });
      let broken = false;
      const client = kit.connect(live, {
        via: "query",
        token: () => {
          if (broken) throw new Error("the session server is away");
          return good;
        },
      });
      await client.until("onAuthenticated");
      broken = true;
      const thrown = await why(client.socket.reauthenticate());
      const goesOn = client.socket.connected && client.socket.authenticated;
      const told = kit.connect(dead, { via: "query", token: good, forceNew: true, reconnectionDelay: 60_000 });
      await told.until("connect_error");
      told.socket.io.reconnection(false);
      return { nobody: await why(nobody.reauthenticate()), thrown, goesOn, told: await why(told.socket.reauthenticate()) };
    },
    [live.url, dead.url, tokens.good()],
  );
  expect(said.nobody).toEqual({ name: "Error", message: NOT_THERE, cause: "Error: xhr poll error" });
  expect(said.thrown).toEqual({ name: "UnauthorizedError", message: "the token function gave no token", reason: "unavailable", cause: "Error: the session server is away" });
  expect(said.goesOn).toBe(true);
  expect(said.told).toEqual({ name: "Error", message: NOT_THERE, cause: "Error: xhr poll error" });

  await page.addInitScript(() => delete window.WebAssembly);
  await page.reload();
  await page.waitForFunction(() => window.ready);
  expect(await page.evaluate(([url, token]) => lib.connect(url, { token }).reauthenticate().catch((error) => error.message), [live.url, tokens.good()])).toMatch(/there is no WebAssembly/);
});
