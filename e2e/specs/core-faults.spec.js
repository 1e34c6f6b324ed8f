// The core traps: a reconnection, not the end of the page. The script has an export that traps, see js/test/faults.ts.
import { expect, test, tokens, told } from "../lib/test.js";

test.use({ alone: true });

for (const where of ["control", "rx", "tx"])
  test(`a trap in ${where}: disconnect with "client fault", reported once, reconnected with listeners and buffers`, async ({ server, open, errors }) => {
    const s = await server({ io: "4", mode: "handshake" });
    const page = await open(s, "/faults");
    await page.evaluate(([url, token]) => {
      kit.connect(url, { via: "query", token: { fn: `() => "${token}"` }, reconnectionDelay: 10, transports: ["websocket"] });
      kit.sockets[0].socket.on("disconnect", (reason) => (window.reason = reason));
    }, [s.url, tokens.good()]);
    await told(page, "onAuthenticated");
    await page.evaluate((where) => {
      const { socket } = kit.sockets[0];
      traps[where] = 1;
      if (where === "control") socket.io.reconnectionDelayMax(20); // tells the core
      socket.emit("echo", "during", (v) => (window.during = v));
    }, where);
    await told(page, "disconnect");
    await page.evaluate(() => kit.sockets[0].socket.emit("echo", "after", (v) => (window.after = v)));
    await told(page, "onAuthenticated", 2);
    await page.waitForFunction(() => window.after);
    // What had been sent when the core failed is not answered any more, as after any loss of a connection.
    expect(await page.evaluate(() => [reason, window.during, after])).toEqual(["client fault", where === "rx" ? undefined : "during", "after"]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain("a fault in the client's core; it is started anew");
    errors.length = 0;
  });

for (const [via, transports] of [["event", ["polling", "websocket"]], ["event", ["polling"]], ["event", ["websocket"]], ["query", ["websocket"]], ["header", ["polling", "websocket"]]])
  test(`a trap, server 2.x, ${via}, ${transports}: reconnected, authenticated anew each time`, async ({ server, open, errors }) => {
    const s = await server({ io: "2", mode: via === "event" ? "event" : "handshake" });
    const page = await open(s, "/faults");
    await page.evaluate(([url, token, via, transports]) => {
      kit.connect(url, { via, token: { fn: `() => "${token}"` }, reconnectionDelay: 10, transports });
      kit.sockets[0].socket.on("disconnect", (reason) => (window.reason = reason));
    }, [s.url, tokens.good(), via, transports]);
    for (const [n, where] of ["control", "rx", "tx"].entries()) {
      await told(page, "onAuthenticated", n + 1);
      await page.evaluate((where) => {
        const { socket } = kit.sockets[0];
        traps[where] = 1;
        if (where === "control") socket.io.reconnectionDelayMax(20); // tells the core
        socket.emit("echo", "during", () => {});
      }, where);
      await told(page, "disconnect", n + 1);
    }
    await told(page, "onAuthenticated", 4);
    await page.evaluate(() => kit.sockets[0].socket.emit("echo", new Uint8Array([1, 2]), (v) => (window.after = v.byteLength)));
    await page.waitForFunction(() => window.after);
    expect(await page.evaluate(() => [reason, after, kit.sockets[0].socket.authenticated])).toEqual(["client fault", 2, true]);
    await s.count("disconnect", 3); // the server hears of each session that is over
    expect(errors).toHaveLength(3);
    errors.length = 0;
  });

test("a trap between two polls closes the session at the server", async ({ server, open, errors }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s, "/faults");
  await page.evaluate((url) => void kit.connect(url, { reconnectionDelay: 10, transports: ["polling"] }), s.url);
  await told(page, "connect");
  await page.evaluate(() => {
    kit.sockets[0].socket.emit("echo", 1, () => {});
    traps.rx = 1; // reading the answer, with which a poll has ended
  });
  await s.until("disconnect", (d) => d.reason === "transport close");
  await told(page, "connect", 2);
  expect(errors).toHaveLength(1);
  errors.length = 0;
});

test("the fourth trap in a minute: the client stops and says so; connect() can be tried again", async ({ server, open, errors }) => {
  const s = await server({ io: "4", mode: "plain" });
  const page = await open(s, "/faults");
  await page.evaluate((url) => void kit.connect(url, { reconnectionDelay: 10, randomizationFactor: 0 }), s.url);
  for (let n = 1; n <= 4; n++) {
    await told(page, "connect", n);
    await page.evaluate(() => {
      traps.tx = 1;
      kit.sockets[0].socket.emit("x");
    });
    await told(page, "disconnect", n);
  }
  const { message } = await told(page, "connect_error");
  expect(message).toMatch(/failed 4 times in a minute.*reload the page/);
  expect(errors).toHaveLength(4);
  errors.length = 0;
  expect(await page.evaluate(() => kit.sockets[0].socket.active)).toBe(false);
});

test("a trap rejects the promise of reauthenticate()", async ({ server, open, errors }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const page = await open(s, "/faults");
  await page.evaluate(([url, token]) => {
    window.token = token;
    kit.connect(url, { via: "query", token: { fn: "(c) => c.cause === 'refresh' ? new Promise(() => {}) : token" }, reconnectionDelay: 10 });
  }, [s.url, tokens.good()]);
  await told(page, "onAuthenticated");
  const said = await page.evaluate(() => {
    const { socket } = kit.sockets[0];
    const again = socket.reauthenticate().catch((e) => e.message);
    traps.control = 1;
    socket.io.reconnectionDelay(20);
    return again;
  });
  expect(said).toContain("started anew");
  await told(page, "onAuthenticated", 2);
  errors.length = 0;
});
