// Servers that go away or answer nonsense, at every step. A fault passes and the page must get through; a fault that
// stays must be told as an error that says what is wrong. A dead page or an uncaught error is a failure.
import { expect, test, tokens } from "../lib/test.js";

const answers = ["gone", "garbage", "502", "login", "half"];
const steps = {
  open: { on: ["polling", "websocket"], what: answers },
  poll: { on: ["polling"], what: answers },
  post: { on: ["polling"], what: ["gone", "502"] }, // what a POST is answered is not read, if it is a success
  upgrade: { on: ["websocket", "both"], what: ["gone", "garbage", "502", "login", "hang"] },
  probe: { on: ["both"], what: [...answers, "hang"] },
  connect: { on: ["polling", "websocket"], what: answers },
  authenticated: { on: ["polling", "websocket"], what: answers },
  event: { on: ["polling", "websocket"], what: answers },
};
const transports = { polling: ["polling"], websocket: ["websocket"], both: ["polling", "websocket"] };

for (const eio of [3, 4]) {
  for (const [when, { on, what: list }] of Object.entries(steps)) {
    test(`Engine.IO ${eio}: ${when} goes wrong once, and the page gets through`, async ({ server, open }) => {
      const rows = on.flatMap((way) => list.map((what) => ({ way, what })));
      const servers = await Promise.all(rows.map(({ what }) => server({ fake: true, eio, faults: [{ when, what }] })));
      const home = await server({ fake: true, eio });
      const page = await open(home);
      await page.evaluate(() => {
        window.getThrough = async (i) => {
          const client = rows[i];
          try {
            await client.until("onAuthenticated");
            // An answer that is lost with its connection is asked for again, as an application would.
            for (;;) if ((await client.socket.timeout(2000).emitWithAck("echo", "é€😀").catch(() => {})) === "é€😀") return "through";
          } catch (error) {
            return error.message;
          }
        };
      });
      // All rows at once, each with a server of its own; a row that does not get through tells its story.
      const outcomes = await Promise.all(
        rows.map(async ({ way, what }, i) => {
          const options = { token: tokens.good(), transports: transports[way], forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50, timeout: what === "hang" ? 1500 : 8000, authTimeout: 2000 };
          await page.evaluate(([i, url, options]) => void ((window.rows ??= [])[i] = kit.connect(url, options)), [i, servers[i].url, options]);
          const first = await page.evaluate((i) => getThrough(i), i);
          if (first !== "through") return first;
          await servers[i].until("fault"); // that of an upgrade may come later
          return page.evaluate((i) => getThrough(i), i);
        }),
      );
      const seen = rows.map(({ way, what }, i) => `${way}, ${what}: ${outcomes[i]}`);
      expect(seen).toEqual(rows.map(({ way, what }) => `${way}, ${what}: through`));
    });
  }

  test(`Engine.IO ${eio}: a lasting fault is reported with its details`, async ({ server, open }) => {
    const rows = [
      { what: "gone", way: "polling", error: "xhr poll error" },
      { what: "502", way: "polling", error: "xhr poll error", status: 502 },
      { what: "garbage", way: "polling", error: /./ },
      { what: "login", way: "polling", error: /./ },
      { what: "half", way: "polling", error: /./ },
      { what: "hang", way: "polling", error: "timeout" },
      { what: "gone", way: "websocket", error: /websocket error|transport close/ },
      { what: "garbage", way: "websocket", error: /./ },
      { what: "hang", way: "websocket", error: eio === 3 ? "parse error" : "timeout" }, // 3: the next packet comes unasked,
    ];
    const page = await open(await server({ fake: true, eio }));
    for (const { what, way, error, status } of rows) {
      const s = await server({ fake: true, eio, faults: [{ when: "open", what, times: 1000 }] });
      const { told, story } = await page.evaluate(async ([url, token, transports, timeout]) => {
        const client = kit.connect(url, { token, transports, forceNew: true, reconnection: false, timeout });
        return { told: await client.until("connect_error"), story: client.story() };
      }, [s.url, tokens.good(), transports[way], error === "timeout" ? 300 : 20_000]);
      expect(told.isError, `${what}, ${way}`).toBe(true);
      expect(told.message, `${what}, ${way}`).toMatch(error);
      if (status) expect(told.description, `${what}, ${way}`).toBe(status);
      expect(story, `${what}, ${way}`).not.toContain("onUnauthorized");
    }
  });

  for (const way of ["polling", "websocket"]) {
    test(`Engine.IO ${eio}, ${way}: a frame of 1 MB, text and binary, and nonsense in the middle of a session`, async ({ server, open }) => {
      const s = await server({ fake: true, eio });
      const page = await open(s);
      await page.evaluate(async ([url, token, transports]) => {
        const client = kit.connect(url, { token, transports, reconnectionDelay: 20 });
        client.socket.on("big", (value) => client.note("big", value.byteLength ?? value.length));
        client.socket.on("message", (value) => client.note("after " + value));
        await client.until("onAuthenticated");
      }, [s.url, tokens.good(), transports[way]]);
      await s.tell("send", { packets: [`42["big","${"é".repeat(1 << 20)}"]`] });
      expect(await page.evaluate(() => kit.sockets[0].until("big"))).toBe(1 << 20);
      await s.tell("send", { packets: ['451-["big",{"_placeholder":true,"num":0}]', Buffer.alloc(1 << 20, 7)] });
      expect(await page.evaluate(() => kit.sockets[0].until("big", 2))).toBe(1 << 20);

      const nonsense = ["42", "4", "49[]", '42["big"', '42{"big":1}', "451-[", "43999[1]", '42/nowhere,["big",1]', '450-["big","none"]', "40{", "9"];
      for (const packet of nonsense) {
        await s.tell("send", { packets: [packet] });
        // Ignored or answered with a new connection; either way the page goes on to hear what is right.
        const settled = page.evaluate((packet) => kit.sockets[0].until("after " + packet), packet);
        const marker = setInterval(() => s.tell("send", { packets: [`42["message",${JSON.stringify(packet)}]`] }).catch(() => {}), 50);
        try {
          await settled;
        } catch (error) {
          throw new Error(`after ${packet}: ${error.message}`);
        } finally {
          clearInterval(marker);
        }
      }
    });
  }

  if (eio === 3)
    test("Engine.IO 3, websocket alone: CONNECT comes so late that the server is taken for a newer one", async ({ server, open }) => {
      const s = await server({ fake: true, eio, late: 1 });
      const page = await open(s);
      const lived = await page.evaluate(async ([url, token]) => {
        const client = kit.connect(url, { token, transports: ["websocket"], reconnectionDelay: 20 });
        await client.until("onAuthenticated");
        return { echo: await client.socket.emitWithAck("echo", 1), story: client.story() };
      }, [s.url, tokens.good()]);
      expect(lived).toEqual({ echo: 1, story: ["connect", "onAuthenticated", "authenticated"] });
      await expect.poll(() => s.tell("sessions")).toBe(1);
      expect(s.of("open"), "one that was given up, one that serves").toHaveLength(2);
    });

  test(`Engine.IO ${eio}: the websocket is lost while polling stops for it, and polling goes on with nothing lost`, async ({ server, open }) => {
    const s = await server({ fake: true, eio, faults: [{ when: "probe", what: "wait" }] });
    const page = await open(s);
    await page.evaluate(async ([url, token]) => {
      const client = kit.connect(url, { token });
      await client.until("onAuthenticated");
      client.socket.io.engine.on("upgradeError", (error) => client.note("upgradeError", error));
    }, [s.url, tokens.good()]);
    await s.until("fault");
    await expect.poll(() => s.tell("probed")).toBe(true);
    await page.evaluate(async () => {
      await kit.sockets[0].until("upgradeError");
      window.echo = kit.sockets[0].socket.emitWithAck("echo", 1); // waits until polling has stopped
    });
    await s.tell("send", { packets: ['42["message","by the poll that is under way"]'] });
    const lived = await page.evaluate(async () => {
      const [client] = kit.sockets;
      const echoes = [await echo, await client.socket.emitWithAck("echo", 2)];
      return { echoes, message: await client.until("message"), transport: client.socket.io.engine.transport.name, story: client.story() };
    });
    expect(lived).toMatchObject({ echoes: [1, 2], message: "by the poll that is under way", transport: "polling" });
    expect(lived.story).not.toContain("disconnect");
    await s.all();
    expect(s.of("open")).toHaveLength(1);
  });

  test(`Engine.IO ${eio}: the server restarts, and the page comes back with its token`, async ({ server, open }) => {
    const s = await server({ fake: true, eio });
    const page = await open(s);
    await page.evaluate(async ([url, token]) => {
      window.causes = [];
      const client = kit.connect(url, { token: ({ cause }) => (causes.push(cause), token), reconnectionDelay: 20 });
      await client.until("onAuthenticated");
    }, [s.url, tokens.good()]);
    await s.tell("drop");
    expect(await page.evaluate(() => kit.sockets[0].until("onAuthenticated", 2))).toMatchObject({ refreshed: false });
    expect(await page.evaluate(() => causes)).toEqual(["connect", "reconnect"]);
  });
}

// A server of revision 4 that takes 3 as well has no payload of CONNECT with 3, and so no token by `auth`.
test("websocket alone: a server that accepts both revisions was away when it was asked with 4", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake", lib: "thream", options: { allowEIO3: true }, away: 2 });
  const page = await open(s);
  const lived = await page.evaluate(async ([url, token]) => {
    const client = kit.connect(url, { token, via: "auth", scheme: "Bearer", transports: ["websocket"], reconnectionDelay: 20, reconnectionDelayMax: 50 });
    await client.until("onAuthenticated");
    return { echo: await client.socket.emitWithAck("echo", 1), protocol: client.socket.io.engine.protocol };
  }, [s.url, tokens.good()]);
  expect(lived).toEqual({ echo: 1, protocol: 4 });
  await s.all();
  expect(handshakes(s)).toEqual(["4", "4", "3", "4"]);
});

// Servers that look at the revision before they answer a handshake (python-socketio 4, Flask-SocketIO 4).
const unsupported = JSON.stringify("The client is using an unsupported version of the Socket.IO or Engine.IO protocols");
const handshakes = (s) => s.of("request").filter((o) => !o.sid && o.method !== "OPTIONS").map((o) => o.eio);

for (const [way, body] of [["polling", unsupported], ["polling", '{"code":5,"message":"Unsupported protocol version"}'], ["both", unsupported], ["websocket", unsupported]])
  test(`${way}: a server that refuses revision 4 is asked with 3 at once, and first from then on: ${body}`, async ({ server, open }) => {
    const s = await server({ fake: true, eio: 3, strict: body });
    const page = await open(s);
    const connect = () =>
      page.evaluate(async ([url, token, transports]) => {
        const client = kit.connect(url, { token, transports, forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50 });
        await client.until("onAuthenticated");
        return { echo: await client.socket.emitWithAck("echo", 1), story: client.story() };
      }, [s.url, tokens.good(), transports[way]]);
    const right = { echo: 1, story: ["connect", "onAuthenticated", "authenticated"] };
    // A websocket tells no status: one that does not open may have failed for anything.
    const before = way === "websocket" ? ["4"] : [];
    expect(await connect()).toEqual({ ...right, story: [...before.map(() => "connect_error"), ...right.story] });
    await s.all();
    expect(handshakes(s)).toEqual([...before, "4", "3"]);
    expect(await connect()).toEqual(right);
    await s.all();
    expect(handshakes(s), "another connection of the page").toEqual([...before, "4", "3", "3"]);
    await s.tell("drop");
    await page.evaluate(() => Promise.all(kit.sockets.map((client) => client.until("onAuthenticated", 2))));
    await s.all();
    expect(handshakes(s), "reconnections").toEqual([...before, "4", "3", "3", "3", "3"]);
  });

for (const [name, never, each] of [["for its revision", unsupported, ["4", "3"]], ["by a proxy", "<html>400 Bad Request</html>", ["4", "3"]], ["for another reason", '{"code":3,"message":"Bad request"}', ["4"]]])
  test(`a server that answers every handshake by 400, ${name}: the usual error, and one request with each revision in an attempt`, async ({ server, open }) => {
    const s = await server({ fake: true, eio: 3, never });
    const page = await open(s);
    const told = await page.evaluate(async ([url, token]) => {
      const client = kit.connect(url, { token, transports: ["polling"], reconnectionDelay: 20, reconnectionDelayMax: 50, reconnectionAttempts: 2 });
      const failed = new Promise((done) => client.socket.io.on("reconnect_failed", done));
      const error = await client.until("connect_error", 3);
      await failed;
      return { error, story: client.story() };
    }, [s.url, tokens.good()]);
    expect(told).toMatchObject({ error: { message: "xhr poll error", description: 400 }, story: ["connect_error", "connect_error", "connect_error"] });
    await s.all();
    expect(handshakes(s)).toEqual([...each, ...each, ...each]);
  });
