// A renewal in the middle of the upgrade: the websocket is being opened, is probed, has just taken over. Whatever the old
// connection is busy with then, what the page emits arrives exactly once and in order.
import { counted, echoes, expect, onWays, test } from "../lib/lifecycle.js";

const DELAY = 80;
/** ms after the last acceptance: before the websocket's handshake, about when it is answered, behind it. */
const moments = [0, 20, DELAY - 10, DELAY, DELAY + 5, DELAY + 10, DELAY + 20, DELAY + 60];

test("renewed at every stage of a slow upgrade: emits exactly once and in order", async ({ server, open }) => {
  const rows = ["event on 1.7.4", "event on 2.5.1", "query on 4.8.4"];
  await onWays(rows, async (config, options) => {
    const s = await server({ ...config, upgradeDelay: DELAY });
    const page = await open(s);
    const lived = await page.evaluate(
      async ([url, options, moments]) => {
        sessions.slow();
        const client = sessions.connect(url, options, 600);
        await client.until("onAuthenticated");
        sessions.emits(client, 3);
        for (const ms of moments) {
          await new Promise((done) => setTimeout(done, ms));
          // What nobody waits for, in one go with the renewal.
          for (let i = 0; i < 10; i++) client.emit();
          await client.socket.reauthenticate();
        }
        await client.stop();
        return sessions.report(client);
      },
      [s.url, options, moments],
    );
    await s.all();
    expect(echoes(s).map(({ i }) => i)).toEqual(counted(lived.sent));
    expect(lived.acks).toEqual(counted(lived.sent - 1).filter((i) => i % 3 === 0));
    expect(lived.story.filter((what) => what !== "authenticated")).toEqual(["connect", ...counted(moments.length + 1).map(() => "onAuthenticated")]);
    // Some of the old connections were left before their upgrade.
    const upgrades = s.of("request").filter((o) => o.method === "UPGRADE").length;
    expect(s.of("ready").length).toBe(moments.length + 1);
    expect(upgrades).toBeGreaterThan(0);
  });
});
